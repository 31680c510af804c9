using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using Vmm.Tests.MailStack;

namespace Vmm.Tests.PostfixAdmin;

/// <summary>After the import people log in with their old passwords, and their mail is there.</summary>
[Collection(AsShipped.Name)]
public class LoginTests(ShippedMailServer server, PostgresCluster cluster) : MailStackTests(server)
{
    [Fact]
    public async Task the_old_passwords_open_the_old_mail()
    {
        var directory = Path.GetDirectoryName(
            (await Server.VmmAsync(null, "configget", "misc.base_directory")).Succeeded().Split('=')[1].Trim()
        )!;
        var old = await OldServer.CreateAsync(cluster, null, directory);
        await old.AddDomainAsync("imported.example");
        string[] schemes = ["MD5-CRYPT", "SHA512-CRYPT", "BLF-CRYPT", "PLAIN-MD5"];
        foreach (var scheme in schemes)
        {
            // As PostfixAdmin stores it: without a scheme.
            var hash = (await Run.ProgramAsync("doveadm", ["pw", "-s", scheme, "-p", "secret"])).Succeeded().Trim();
            await old.AddMailboxAsync(
                $"{scheme.ToLowerInvariant()}@imported.example",
                hash[(hash.IndexOf('}', StringComparison.Ordinal) + 1)..],
                messages: 2
            );
        }

        await old.AddMailboxAsync("off@imported.example", "{PLAIN}secret", active: false, messages: 1);
        (
            await Server.VmmAsync(null, "import-postfixadmin", "--source", old.Source, "--mail-directory", old.Mail, "--yes")
        ).ShouldExit(0);
        foreach (var scheme in schemes)
        {
            using var client = await OpenAsync();
            await client.AuthenticateAsync(
                new SaslMechanismPlain($"{scheme.ToLowerInvariant()}@imported.example", "secret"),
                TestContext.Current.CancellationToken
            );
            await client.Inbox.OpenAsync(FolderAccess.ReadWrite, TestContext.Current.CancellationToken);
            Assert.Equal(2, client.Inbox.Count);
            Assert.Equal(
                new DateTime(2020, 1, 1),
                (await client.Inbox.FetchAsync(0, 0, MessageSummaryItems.InternalDate, TestContext.Current.CancellationToken))[0]
                    .InternalDate!
                    .Value
                    .UtcDateTime
                    .Date
            );
            await client.DisconnectAsync(quit: true, TestContext.Current.CancellationToken);
        }

        using var refused = await OpenAsync();
        await Assert.ThrowsAsync<AuthenticationException>(() =>
            refused.AuthenticateAsync(
                new SaslMechanismPlain("off@imported.example", "secret"),
                TestContext.Current.CancellationToken
            )
        );
    }

    private async Task<ImapClient> OpenAsync()
    {
        var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", Server.Imap, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        return client;
    }
}
