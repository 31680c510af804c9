namespace Vmm.Tests.MailStack;

/// <summary>The mail of a housekeeping goes by the system's sendmail.</summary>
[Collection(AsShipped.Name)]
public class HousekeepingTests(ShippedMailServer server) : MailStackTests(server)
{
    [Fact]
    public async Task what_is_newly_found_arrives_as_mail_of_a_program()
    {
        await Server.AddAccountAsync("keeper@example.net");
        await Server.DoAsync("configset housekeeping.mail_to keeper@example.net");
        await Server.SqlAsync(
            "INSERT INTO alias SELECT gid, 'dangles', 'nobody@example.net' FROM domain_name WHERE domainname = 'example.net'");
        try
        {
            var said = (await Server.VmmAsync(null, "housekeeping")).Succeeded();
            Assert.Contains("+ error\tdangling-destination\tdangles@example.net\t", said, StringComparison.Ordinal);
            Assert.EndsWith("mailed to keeper@example.net\n", said, StringComparison.Ordinal);
            var message = await File.ReadAllTextAsync(
                await Server.ArrivedAsync("keeper@example.net", "dangling-destination  dangles@example.net"),
                TestContext.Current.CancellationToken);
            Assert.Contains("\nAuto-Submitted: auto-generated\n", message, StringComparison.Ordinal);
            Assert.Contains($"\nSubject: vmm on {Environment.MachineName}: ", message, StringComparison.Ordinal);
            Assert.Contains("\nTo: keeper@example.net\n", message, StringComparison.Ordinal);
            Assert.Matches("\nDate: [A-Z][a-z]{2}, [0-3][0-9] [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} \\+0000\n", message);
            // Known by now.
            Assert.DoesNotContain("mailed to", (await Server.VmmAsync(null, "housekeeping")).Succeeded(), StringComparison.Ordinal);
        }
        finally
        {
            await Server.SqlAsync("DELETE FROM alias WHERE address = 'dangles'");
            await Server.DoAsync("configset housekeeping.mail_to ");
        }
    }
}
