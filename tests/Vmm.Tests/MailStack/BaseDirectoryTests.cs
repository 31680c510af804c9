namespace Vmm.Tests.MailStack;

/// <summary>Mail arrives below a base directory whose name Postfix's connection to the database cannot hold.</summary>
[Collection(AsShipped.Name)]
public class BaseDirectoryTests(ShippedMailServer server) : MailStackTests(server)
{
    [Theory]
    [InlineData("почта", "wide-base.example")]
    [InlineData("münchen", "narrow-base.example")]
    public async Task a_domain_whose_directory_is_beyond_ascii_receives_by_lmtp_lda_and_virtual(string name, string domain)
    {
        var usual = (await Server.VmmAsync(null, "configget", "misc.base_directory")).Succeeded().Trim().Split(' ')[^1];
        var other = $"{Server.Place}/{name}";
        (await Run.ShellAsync($"install -d -m 0771 {other}")).Succeeded();
        (await Server.VmmAsync(null, "configset", "misc.base_directory", other)).ShouldExit(0);
        await Server.DoAsync($"domainadd {domain}");
        (await Server.VmmAsync(null, "configset", "misc.base_directory", usual)).ShouldExit(0);
        await Server.AddAccountAsync($"by-lmtp@{domain}");
        await Server.AddAccountAsync($"by-lda@{domain}", "dovecot:");
        await Server.AddAccountAsync($"by-virtual@{domain}", "virtual:");
        foreach (var address in (string[])[$"by-lmtp@{domain}", $"by-lda@{domain}", $"by-virtual@{domain}"])
        {
            var file = await Server.ArrivedAsync(address, await Mail.SendAsync(Server, address));
            Assert.StartsWith(other + "/", file, StringComparison.Ordinal);
        }

        Assert.True(await Mail.MayLogInAsync(Server, "imap", $"by-lmtp@{domain}"));
        var check = await Server.VmmAsync(null, "check", "--only", domain);
        Assert.True(check.ExitCode == 0, $"{check}");
        Assert.Matches(
            "\t[1-9][0-9]* questions, no difference\n",
            (await Server.VmmAsync(null, "trace", $"by-virtual@{domain}", "--live")).Succeeded());
    }
}
