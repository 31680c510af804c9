using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

namespace Vmm.Tests.MailStack;

/// <summary>Who is renamed reads their old mail under the new name, and mail to the old name arrives.</summary>
[Collection(AsShipped.Name)]
public class RenameTests(ShippedMailServer server) : MailStackTests(server)
{
    [Theory]
    [InlineData("bride@example.com", "wife@example.com")]
    [InlineData("mover@example.com", "mover@example.net")]
    public async Task an_account_has_its_old_mail_under_its_new_address_and_gets_mail_to_the_old_one(string old, string @new)
    {
        await Server.AddAccountAsync(old);
        var before = await Mail.SendAsync(Server, old);
        await Server.ArrivedAsync(old, before);
        using var session = await LogInAsync(old);
        await Server.DoAsync($"userrename {old} {@new}");
        // The server says BYE, or closes the connection.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await session.NoOpAsync(TestContext.Current.CancellationToken);
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        });
        Assert.False(await Mail.MayLogInAsync(Server, "imap", old));
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, @new));
        var after = await Mail.SendAsync(Server, old);
        await Server.ArrivedAsync(@new, after);
        var extended = await Mail.SendAsync(Server, @new.Replace("@", "+list@", StringComparison.Ordinal));
        await Server.ArrivedAsync(@new, extended);
        Assert.Equal([before, after, extended], await SubjectsAsync(@new));
    }

    /// <summary>Aliases are looked up when mail comes, so that it waits for an address that is no mailbox any more.</summary>
    [Fact]
    public async Task mail_that_waits_is_said_to_bounce_and_arrives_as_the_warning_says()
    {
        await Server.AddAccountAsync("waits@example.com");
        await Server.DoAsync("usertransport waits@example.com smtp:[127.0.0.1]:1");
        var subject = await Mail.SendAsync(Server, "waits@example.com");
        var renamed = await Server.VmmAsync(null, "userrename", "waits@example.com", "there@example.com");
        renamed.Succeeded();
        Assert.StartsWith(
            "vmm: warning: 1 message to 'waits@example.com' in Postfix's queue would bounce; this has the new address looked up: "
                + "postsuper -r ",
            renamed.Error,
            StringComparison.Ordinal
        );
        await Server.DoAsync("usertransport there@example.com domain");
        var id = renamed.Error.TrimEnd().Split(' ')[^1];
        (await Server.ProgramAsync("postsuper", ["-c", Server.MapDirectory, "-r", id])).Succeeded();
        await Server.ArrivedAsync("there@example.com", subject);
    }

    [Fact]
    public async Task a_relocated_address_names_the_new_one()
    {
        await Server.AddAccountAsync("leaves@example.com");
        await Server.DoAsync("userrename leaves@example.com arrives@example.net --leave relocated");
        var answer = await Mail.AnswerToAsync(Server, "leaves@example.com");
        Assert.StartsWith("550 5.1.6 ", answer, StringComparison.Ordinal);
        Assert.Contains("User has moved to arrives@example.net", answer, StringComparison.Ordinal);
        await Server.ArrivedAsync("arrives@example.net", await Mail.SendAsync(Server, "arrives@example.net"));
    }

    [Fact]
    public async Task a_domain_has_its_old_mail_under_its_new_name_and_gets_mail_to_the_old_one()
    {
        await Server.DoAsync("domainadd was.example");
        await Server.AddAccountAsync("user@was.example");
        await Server.DoAsync("aliasadd info@example.com user@was.example");
        var before = await Mail.SendAsync(Server, "user@was.example");
        await Server.ArrivedAsync("user@was.example", before);
        await Server.DoAsync("domainrename was.example is.example");
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, "user@is.example"));
        foreach (var address in (string[])["user@was.example", "user@is.example", "info@example.com"])
        {
            await Server.ArrivedAsync("user@is.example", await Mail.SendAsync(Server, address));
        }

        var subjects = await SubjectsAsync("user@is.example");
        Assert.Equal(4, subjects.Count);
        Assert.Contains(before, subjects);
    }

    private async Task<ImapClient> LogInAsync(string address)
    {
        var imap = new ImapClient();
        await imap.ConnectAsync("127.0.0.1", Server.Imap, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        await imap.AuthenticateAsync(address, "secret", TestContext.Current.CancellationToken);
        return imap;
    }

    private async Task<List<string>> SubjectsAsync(string address)
    {
        using var imap = await LogInAsync(address);
        await imap.Inbox.OpenAsync(FolderAccess.ReadOnly, TestContext.Current.CancellationToken);
        var messages = await imap.Inbox.FetchAsync(0, -1, MessageSummaryItems.Envelope, TestContext.Current.CancellationToken);
        return [.. messages.Select(m => m.Envelope?.Subject ?? "")];
    }
}
