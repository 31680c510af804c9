using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Vmm.Tests.Install;

namespace Vmm.Tests.InstalledConfiguration;

/// <summary>
/// vmm mailconfig --install on Debian's configuration as it is packaged: what it writes, and that mail flows by it.
/// </summary>
[Slow]
public abstract class InstallTests
{
    private const string Mailconfig = "/usr/local/sbin/vmm mailconfig ";

    /// <summary>A system as the packages leave it.</summary>
    private protected abstract Task<PrivateSystem> SystemAsync();

    /// <summary>Dovecot's file with the password.</summary>
    private protected abstract string Queries { get; }

    [Fact]
    public async Task mail_flows_by_what_was_installed_and_a_second_run_changes_nothing()
    {
        await using var system = await SystemAsync();
        await using var server = new InstalledMailServer(system);
        await server.InitializeAsync();

        await EndedLogins.AreToldAsync(system);
        var before = await system.SnapshotAsync();
        (await system.RunAsync(Mailconfig + "--diff")).ShouldExit(4);
        var planned = await system.DoAsync(Mailconfig + "--install --dry-run");
        Assert.Contains("would write /etc/dovecot/conf.d/99-vmm.conf (root:root, 0644)\n", planned, StringComparison.Ordinal);
        Assert.Equal(before, await system.SnapshotAsync());
        var said = await system.DoAsync(Mailconfig + "--install");
        Assert.Contains("changed /etc/postfix/main.cf\n", said, StringComparison.Ordinal);
        Assert.Contains("changed /etc/dovecot/conf.d/10-auth.conf\n", said, StringComparison.Ordinal);
        // Neither has ever run: Postfix makes its directories first, in which Dovecot has sockets.
        Assert.Matches(
            "run: postfix check; (systemctl start dovecot; systemctl start postfix|service dovecot start; service postfix start)\n",
            said
        );
        Assert.Equal("", await system.DoAsync(Mailconfig + "--diff"));
        var after = await system.SnapshotAsync();
        Assert.Contains("there is nothing to do", await system.DoAsync(Mailconfig + "--install"), StringComparison.Ordinal);
        Assert.Equal(after, await system.SnapshotAsync());
        Assert.Equal(
            "640 root:postfix\n640 root:dovecot\n",
            await system.DoAsync("stat -c '%a %U:%G' /etc/postfix/pgsql-transport.cf /etc/dovecot/" + Queries)
        );
        foreach (var command in (string[])["postconf -n", "postconf -M", "postfix check", "doveconf -n"])
        {
            var outcome = await system.RunAsync(command);
            outcome.ShouldExit(0);
            Assert.Equal("", outcome.Error);
        }

        await server.StartAsync();
        await server.DoAsync("domainadd example.com");
        await server.DoAsync("domainadd example.net");
        await server.AddAccountAsync("user@example.com");
        await server.AddAccountAsync("other@example.net");
        await FlowsAsync(server);
        await SubmitsAsync(system, server);
        await IsEnforcedAsync(server);
        await system.DoAsync("sed -i s/^query/Query/ /etc/postfix/pgsql-transport.cf");
        Assert.EndsWith(
            "Next, run: doveadm reload; postfix reload\n",
            await system.DoAsync(Mailconfig + "--install"),
            StringComparison.Ordinal
        );
        Assert.Equal("other@example.net\nsmall@example.com\nuser@example.com\n", await system.DoAsync("doveadm user '*' | sort"));
        await server.TestEndsAsync();
    }

    [Fact]
    public async Task what_dovecot_would_not_read_is_taken_back()
    {
        await using var system = await SystemAsync();
        await using var server = new InstalledMailServer(system);
        await server.InitializeAsync();
        await system.DoAsync("sed -i 's|^!include conf.d|#!include conf.d|' /etc/dovecot/dovecot.conf");
        var before = await system.SnapshotAsync();
        var refused = await system.RunAsync(Mailconfig + "--install");
        refused.ShouldExit(93);
        Assert.Contains("'/etc/dovecot/dovecot.conf' does not read conf.d/99-vmm.conf", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, await system.SnapshotAsync());
    }

    [Fact]
    public async Task what_an_administrator_has_stays_and_what_is_replaced_is_kept()
    {
        await using var system = await SystemAsync();
        await using var server = new InstalledMailServer(system);
        await server.InitializeAsync();
        await system.DoAsync("""
            postconf -e 'transport_maps = hash:/etc/postfix/transport, pgsql:/etc/postfix/pgsql-transport_maps.cf' \
              recipient_delimiter=- 'smtpd_relay_restrictions = permit_sasl_authenticated, defer_unauth_destination' &&
            postconf -M 'submission/inet=submission inet n - n - 7 smtpd' &&
            postconf -P submission/inet/smtpd_tls_security_level=may &&
            sed -i 's/^query.*/query = SELECT 1/' /etc/postfix/pgsql-transport.cf &&
            chmod 0600 /etc/postfix/pgsql-relocated_maps.cf && : > /etc/postfix/transport && postmap /etc/postfix/transport
            """);
        const string Password = "sed -nE 's/^password = //p; s|^hosts = postgresql://[^:]*:([^@]*)@.*|\\1|p' ";
        var secret = (await system.DoAsync(Password + "/etc/postfix/pgsql-transport.cf")).Trim();
        Assert.NotEqual("", secret);
        var map = await system.DoAsync("cat /etc/postfix/pgsql-transport.cf");
        var shown = (await system.RunAsync(Mailconfig + "postfix --diff")).Out;
        Assert.Contains("-query = SELECT 1\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await system.DoAsync(Mailconfig), StringComparison.Ordinal);
        Assert.Contains(secret, await system.DoAsync(Mailconfig + "postfix --show-secrets"), StringComparison.Ordinal);

        Assert.Contains(
            "submission/inet of master.cf has no option smtpd_client_restrictions and would get 'permit_sasl_authenticated,reject'",
            (await system.RunAsync(Mailconfig + "--install")).Error,
            StringComparison.Ordinal
        );
        await system.DoAsync("vmm domainadd hyphen.example && vmm useradd anna-lena@hyphen.example --random");
        var installed = await system.RunAsync(Mailconfig + "--install --replace");
        Assert.True(installed.ExitCode == 0, installed.Error);
        Assert.Contains(
            "recipient_delimiter of main.cf is '-', and 1 account of the database contains it, whose mail Dovecot delivers by the"
                + " shorter name: anna-lena@hyphen.example",
            installed.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(
            "hash:/etc/postfix/transport, proxy:pgsql:/etc/postfix/pgsql-transport.cf\n-\npermit_sasl_authenticated, "
                + "reject_unauth_destination\n",
            await system.DoAsync("postconf -h transport_maps recipient_delimiter smtpd_relay_restrictions")
        );
        Assert.Equal(
            "submission inet n - n - 7\n",
            await system.DoAsync("postconf -M submission/inet | awk '{ print $1, $2, $3, $4, $5, $6, $7 }'")
        );
        Assert.Contains(
            "smtpd_tls_security_level = may",
            await system.DoAsync("postconf -P submission/inet"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "recipient_delimiter = -\n",
            await system.DoAsync("doveconf recipient_delimiter"),
            StringComparison.Ordinal
        );
        Assert.Equal(map, await system.DoAsync("cat /etc/postfix/pgsql-transport.cf.vmm-*"));
        Assert.Equal(
            "600 root:root\n640 root:postfix\n",
            await system.DoAsync("stat -c '%a %U:%G' /etc/postfix/pgsql-transport.cf.vmm-* /etc/postfix/pgsql-relocated_maps.cf")
        );

        await system.DoAsync(Mailconfig + "postfix --install --lda");
        Assert.Equal(
            "dovecot:\n1\n1\n",
            await system.DoAsync(
                "postconf -h virtual_transport dovecot_destination_recipient_limit dovecot_destination_concurrency_limit"
            )
        );
        Assert.Contains(
            "argv=/usr/local/lib/dovecot/deliver -f ${sender} -d ${user}@${nexthop} -m ${extension}",
            await system.DoAsync("postconf -M dovecot/unix"),
            StringComparison.Ordinal
        );
        var checkedAgain = await system.RunAsync("postconf -n; postconf -M");
        Assert.Equal("", checkedAgain.Error);
        Assert.Contains(
            "there is nothing to do",
            await system.DoAsync(Mailconfig + "postfix --install --lda"),
            StringComparison.Ordinal
        );
        Assert.Equal("", await system.DoAsync("ls -A /etc/postfix /etc/dovecot /etc/dovecot/conf.d | grep '^[.].*new' || true"));
    }

    private static async Task FlowsAsync(InstalledMailServer server)
    {
        var token = await Mail.SendAsync(server, "user+list@example.com");
        await server.ArrivedAsync("user@example.com", token);
        using var imap = new ImapClient();
        await imap.ConnectAsync("127.0.0.1", server.Imap, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        await imap.AuthenticateAsync("user@example.com", "secret", TestContext.Current.CancellationToken);
        await imap.Inbox.OpenAsync(FolderAccess.ReadOnly, TestContext.Current.CancellationToken);
        Assert.Equal(token, (await imap.Inbox.GetMessageAsync(0, TestContext.Current.CancellationToken)).Subject);
        await imap.DisconnectAsync(quit: true, TestContext.Current.CancellationToken);
        await IsCountedAsync(server, "user@example.com", 1);
        Assert.True(await Mail.MayLogInAsync(server, "pop3", "user@example.com"));
        await server.DoAsync("userservices user@example.com -d pop3");
        Assert.False(await Mail.MayLogInAsync(server, "pop3", "user@example.com"));
        await server.DoAsync("relocatedadd moved@example.com new@elsewhere.example");
        Assert.StartsWith("550 5.1.6 ", await Mail.AnswerToAsync(server, "moved@example.com"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.1 ", await Mail.AnswerToAsync(server, "nobody@example.com"), StringComparison.Ordinal);
        Assert.StartsWith("554 5.7.1 ", await Mail.AnswerToAsync(server, "someone@foreign.example"), StringComparison.Ordinal);
    }

    /// <summary>By SASL with TLS, and only with a sender address of one's own.</summary>
    private static async Task SubmitsAsync(PrivateSystem system, InstalledMailServer server)
    {
        using var debians = X509CertificateLoader.LoadCertificateFromFile(system.Root + "/etc/ssl/certs/ssl-cert-snakeoil.pem");
        using var client = new SmtpClient
        {
            ServerCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == debians.GetCertHashString(),
        };
        await client.ConnectAsync(
            "127.0.0.1",
            server.Submission,
            SecureSocketOptions.StartTls,
            TestContext.Current.CancellationToken
        );
        await client.AuthenticateAsync("user@example.com", "secret", TestContext.Current.CancellationToken);
        using var mine = Message("user@example.com", "token-mine");
        await client.SendAsync(mine, TestContext.Current.CancellationToken);
        await server.ArrivedAsync("other@example.net", "token-mine");
        using var foreign = Message("other@example.net", "token-foreign");
        var refused = await Assert.ThrowsAsync<SmtpCommandException>(() =>
            client.SendAsync(foreign, TestContext.Current.CancellationToken)
        );
        Assert.Contains("Sender address rejected: not owned by user", refused.Message, StringComparison.Ordinal);
        await GrantedSender.IsTakenAsync(server, client, "other@example.net", "other@example.net");
        await GrantedSender.IsTakenAsync(server, client, "nobody@example.net", "example.net");
        await client.DisconnectAsync(quit: true, TestContext.Current.CancellationToken);
    }

    /// <summary>Dovecot has told the database what it counted, and vmm shows it.</summary>
    private static async Task IsCountedAsync(InstalledMailServer server, string address, int messages)
    {
        string said;
        var i = 0;
        do
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            said = (await server.VmmAsync(null, "userinfo", address)).Succeeded();
        }
        while (!said.Contains($"] {messages}/0 ", StringComparison.Ordinal) && i++ < 100);
        Assert.Contains($"] {messages}/0 ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("] 0/0 ", said, StringComparison.Ordinal);
    }

    // No message is as small as this quota. Dovecot 2.4 takes one that exceeds it by less than quota_storage_grace, and none after
    // that.
    private static async Task IsEnforcedAsync(InstalledMailServer server)
    {
        await server.AddAccountAsync("small@example.com");
        await server.DoAsync("userquota small@example.com 100");
        await Mail.SendAsync(server, "small@example.com");
        Assert.True(
            await MailServer.EventuallyAsync(
                () => server.News(server.PostfixLog).Contains("to=<small@example.com>", StringComparison.Ordinal),
                60
            ),
            server.Tails()
        );
        await Mail.SendAsync(server, "small@example.com");
        Assert.True(
            await MailServer.EventuallyAsync(
                () =>
                    server
                        .News(server.PostfixLog)
                        .Contains("552 5.2.2 <small@example.com> Quota exceeded", StringComparison.Ordinal),
                60
            ),
            server.Tails()
        );
    }

    private static MimeMessage Message(string from, string token)
    {
        var (sender, recipient) = (new MailboxAddress("", from), new MailboxAddress("", "other@example.net"));
        return new MimeMessage([sender], [recipient], token, new TextPart("plain") { Text = token });
    }
}

/// <summary>Postfix 3.7 and Dovecot 2.3, or what else this system has.</summary>
public class InstallOnThisSystemTests : InstallTests
{
    private protected override string Queries => "dovecot-sql.conf.ext";

    private protected override Task<PrivateSystem> SystemAsync() => PrivateSystem.CreateAsync(ownNetwork: false);
}

/// <summary>Postfix 3.10 and Dovecot 2.4.</summary>
[Trait(MailStack.OnDebian13.Trait, MailStack.OnDebian13.Value)]
public class InstallOnDebian13Tests : InstallTests
{
    private protected override string Queries => "vmm-sql-2.4.conf";

    private protected override Task<PrivateSystem> SystemAsync() =>
        PrivateSystem.CreateAsync(ownNetwork: false, Debian13MailServer.Root);
}
