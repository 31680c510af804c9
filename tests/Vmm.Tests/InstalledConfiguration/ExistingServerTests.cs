using MailKit.Net.Imap;
using MailKit.Security;
using Vmm.Tests.Install;

namespace Vmm.Tests.InstalledConfiguration;

/// <summary>
/// vmm mailconfig --install on a server that had mail before: users of the system, alias domains, restrictions and a place of mail
/// of its own. What worked before works afterwards, and --undo restores every byte.
/// </summary>
[Slow]
public abstract class ExistingServerTests
{
    private const string Mailconfig = "/usr/local/sbin/vmm mailconfig ";
    private const string Files = "find /etc/vmm /etc/postfix /etc/dovecot -printf '%y %m %u:%g %p\\n' | sort; "
        + "find /etc/vmm /etc/postfix /etc/dovecot -type f -exec sha256sum {} + | sort";

    /// <summary>The system with its mail server, which an administrator sets up by hand.</summary>
    private protected abstract Task<PrivateSystem> SystemAsync();

    /// <summary>Where mail is, in the syntax of the version.</summary>
    private protected abstract string Location { get; }

    [Fact]
    public async Task what_worked_before_works_beside_vmm_and_undo_restores_every_byte()
    {
        await using var system = await SystemAsync();
        await using var server = new InstalledMailServer(system);
        await server.InitializeAsync();
        await AdministerAsync(system, server);
        await server.StartAsync();
        var worked = await WorksAsync(system, server);
        Assert.Contains("sales@legacy.example: 250", worked, StringComparison.Ordinal);
        Assert.Contains("anna logs in: smtp imap\n", worked, StringComparison.Ordinal);
        var attempts = await FiftyAttempts.MakeAsync(system, server);
        var before = await system.DoAsync(Files);

        await IsRefusedAsync(system, before);
        await InstallsAsync(system, server);
        var installed = await system.DoAsync(Files);
        Assert.Equal(worked, await WorksAsync(system, server));
        Assert.Equal(attempts, await FiftyAttempts.MakeAsync(system, server));
        await AccountsWorkAsync(system, server);
        Assert.Contains("there is nothing to do", await system.DoAsync(Mailconfig + "--install"), StringComparison.Ordinal);
        var findings = (await system.RunAsync("/usr/local/sbin/vmm check")).Out;
        Assert.DoesNotMatch("(error|warning) (postfix|dovecot)-", findings);

        await IsUndoneAsync(system, before, installed);
        await system.DoAsync("doveadm reload && postfix reload");
        Assert.Equal(worked, await WorksAsync(system, server));
        Assert.Equal(attempts, await FiftyAttempts.MakeAsync(system, server));
        await server.TestEndsAsync();
    }

    /// <summary>What stands in the way is named, and nothing is written.</summary>
    private static async Task IsRefusedAsync(PrivateSystem system, string before)
    {
        await system.DoAsync(
            "cp -a /etc/postfix/main.cf /etc/kept.cf && "
                + "postconf -e lmtp_destination_recipient_limit=50 smtpd_sasl_path=private/other"
        );
        var changed = await system.DoAsync(Files);
        foreach (var option in (string[])["", " --dry-run"])
        {
            var refused = await system.RunAsync(Mailconfig + "--install" + option);
            refused.ShouldExit(94);
            Assert.StartsWith(
                "vmm: error: installing would replace 2 settings of yours\nvmm: hint: Nothing was changed. ",
                refused.Error,
                StringComparison.Ordinal
            );
            Assert.Contains(
                "lmtp_destination_recipient_limit of main.cf is '50' and would become '1'\n",
                refused.Error,
                StringComparison.Ordinal
            );
            Assert.Contains(
                "smtpd_sasl_path of main.cf is 'private/other' and would become 'private/auth': users whom only the old one knows "
                    + "could not log in to send mail\n",
                refused.Error,
                StringComparison.Ordinal
            );
            Assert.Equal(changed, await system.DoAsync(Files));
        }

        var replaced = await system.RunAsync(Mailconfig + "--install --replace --dry-run");
        replaced.ShouldExit(0);
        Assert.Contains("vmm: warning: smtpd_sasl_path of main.cf is", replaced.Error, StringComparison.Ordinal);
        await system.DoAsync("mv /etc/kept.cf /etc/postfix/main.cf");
        Assert.Equal(before, await system.DoAsync(Files));
    }

    private static async Task InstallsAsync(PrivateSystem system, InstalledMailServer server)
    {
        await server.DoAsync("domainadd mail.example.com");
        await server.DoAsync("domainadd example.net");
        foreach (var option in (string[])["--dry-run", ""])
        {
            var installing = await system.RunAsync(Mailconfig + "--install " + option);
            installing.ShouldExit(0);
            Assert.Equal(
                "vmm: warning: the domain mail.example.com of the database is in mydestination of main.cf too: Postfix looks "
                    + "for a user of the system, and rejects mail to its accounts; remove it there\n",
                installing.Error
            );
        }

        await server.DoAsync("domaindelete mail.example.com");
        Assert.Equal(
            "legacy.example, old.example\nhash:/etc/postfix/virtual, proxy:pgsql:/etc/postfix/pgsql-virtual_alias_maps.cf\n",
            await system.DoAsync("postconf -h virtual_alias_domains virtual_alias_maps")
        );
        // install.sh has just written the maps: nothing is different in them.
        Assert.Equal("", await system.DoAsync("cd /etc/postfix && ls | grep '^pgsql-.*vmm-' || true"));
        await system.DoAsync("doveadm reload && postfix reload");
    }

    private static async Task AccountsWorkAsync(PrivateSystem system, InstalledMailServer server)
    {
        await server.AddAccountAsync("user@example.net");
        await server.AddAccountAsync("other@example.net");
        var token = await Mail.SendAsync(server, "user@example.net");
        await server.ArrivedAsync("user@example.net", token);
        Assert.Equal("smtp imap", await ServicesAsync(server, "user@example.net"));
        Assert.Equal([token], await SubjectsAsync(server, "user@example.net"));
        const string Own = "user@example.net";
        const string Foreign = "other@example.net";
        Assert.StartsWith("250", await SenderAsync(server, Own, Own), StringComparison.Ordinal);
        Assert.StartsWith("553 5.7.1", await SenderAsync(server, Own, Foreign), StringComparison.Ordinal);
        Assert.StartsWith("553 5.7.1", await SenderAsync(server, "anna", Foreign), StringComparison.Ordinal);
        // Nobody counts the mail of a user who is not in the database.
        await system.DoAsync(
            "printf 'Subject: kept\\n\\nkept\\n' | doveadm save -u anna && "
                + "doveadm expunge -u anna mailbox INBOX subject kept"
        );
    }

    private static async Task IsUndoneAsync(PrivateSystem system, string before, string installed)
    {
        await system.DoAsync("cp -a /etc/postfix/main.cf /etc/kept.cf && echo '# mine' >> /etc/postfix/main.cf");
        var refused = await system.RunAsync(Mailconfig + "--undo");
        refused.ShouldExit(94);
        Assert.Contains("'/etc/postfix/main.cf' is not as vmm wrote it\n", refused.Error, StringComparison.Ordinal);
        await system.DoAsync("mv /etc/kept.cf /etc/postfix/main.cf");
        Assert.Equal(installed, await system.DoAsync(Files));

        var planned = await system.DoAsync(Mailconfig + "--undo --dry-run");
        Assert.Contains("would restore /etc/postfix/main.cf\n", planned, StringComparison.Ordinal);
        Assert.Equal(installed, await system.DoAsync(Files));
        var undone = await system.DoAsync(Mailconfig + "--undo");
        Assert.Contains("restored /etc/postfix/main.cf\n", undone, StringComparison.Ordinal);
        Assert.Contains("removed /etc/dovecot/conf.d/99-vmm.conf\n", undone, StringComparison.Ordinal);
        Assert.EndsWith("Next, run: doveadm reload; postfix reload\n", undone, StringComparison.Ordinal);
        Assert.Equal(before, await system.DoAsync(Files));
        var again = await system.RunAsync(Mailconfig + "--undo");
        again.ShouldExit(95);
        Assert.Contains("\"undo /etc/", await system.DoAsync("cat /var/log/vmm.log"), StringComparison.Ordinal);
    }

    /// <summary>Two users of the system, with mail; the domains, tables and restrictions of an administrator.</summary>
    private async Task AdministerAsync(PrivateSystem system, InstalledMailServer server)
    {
        await File.WriteAllTextAsync(system.Root + "/etc/dovecot/conf.d/97-own.conf", $$"""
            {{Location}}
            service auth {
              unix_listener {{server.Place}}/postfix/queue/private/auth {
                mode = 0660
                user = postfix
                group = postfix
              }
            }

            """, TestContext.Current.CancellationToken);
        await system.DoAsync("""
            echo 'anna:x:1801:1801::/srv/anna:/bin/bash' >> /etc/passwd && echo 'anna:x:1801:' >> /etc/group &&
            echo "anna:$(openssl passwd -6 secret):19000:0:99999:7:::" >> /etc/shadow &&
            echo 'bert:x:1802:1802::/srv/bert:/bin/bash' >> /etc/passwd && echo 'bert:x:1802:' >> /etc/group &&
            echo "bert:$(openssl passwd -6 secret):19000:0:99999:7:::" >> /etc/shadow &&
            mkdir -p /srv/{anna,bert}/post/{new,cur,tmp} && chown -R 1801:1801 /srv/anna && chown -R 1802:1802 /srv/bert &&
            printf '%s\n' 'sales@legacy.example anna@mail.example.com' 'sales@old.example anna@mail.example.com' \
              'team@legacy.example anna@mail.example.com, bert@mail.example.com' 'away@legacy.example someone@foreign.example' \
              'gone@legacy.example missing@mail.example.com' '@old.example bert@mail.example.com' > /etc/postfix/virtual &&
            printf 'blocked@mail.example.com REJECT not this one\n' > /etc/postfix/access &&
            printf 'relayed.example discard:\nclosed.example error:5.7.1 no mail\n' > /etc/postfix/transport &&
            printf 'postmaster: root\nroot: anna\noffice: anna, bert\n' > /etc/aliases && postalias /etc/aliases &&
            postmap /etc/postfix/virtual /etc/postfix/access /etc/postfix/transport &&
            postconf -e 'mydestination = $myhostname, localhost' home_mailbox=post/ alias_maps=hash:/etc/aliases \
              'relay_domains = relayed.example, closed.example' transport_maps=hash:/etc/postfix/transport \
              'virtual_alias_domains = legacy.example, old.example' virtual_alias_maps=hash:/etc/postfix/virtual \
              'smtpd_recipient_restrictions = check_recipient_access hash:/etc/postfix/access' \
              'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination' \
              smtpd_sasl_type=dovecot smtpd_sasl_path=private/auth &&
            postconf -M 'submission/inet=submission inet n - n - - smtpd' &&
            postconf -P submission/inet/smtpd_tls_security_level=may submission/inet/smtpd_sasl_auth_enable=yes \
              submission/inet/smtpd_tls_auth_only=no submission/inet/smtpd_client_restrictions=permit_sasl_authenticated,reject
            """);
    }

    /// <summary>What the users of the system and everyone outside can do.</summary>
    private static async Task<string> WorksAsync(PrivateSystem system, InstalledMailServer server)
    {
        var seen = "";
        foreach (
            var address in (string[])
                [
                    "sales@legacy.example",
                    "nobody@legacy.example",
                    "anna@mail.example.com",
                    "nobody@mail.example.com",
                    "blocked@mail.example.com",
                    "someone@foreign.example",
                ]
        )
        {
            seen += $"{address}: {await Mail.AnswerToAsync(server, address)}";
        }

        await system.DoAsync("rm -f /srv/anna/post/new/* /srv/anna/post/cur/*");
        var token = await Mail.SendAsync(server, "sales@legacy.example");
        var mailbox = system.Root + "/srv/anna/post/new";
        Assert.True(await MailServer.EventuallyAsync(() => Directory.GetFiles(mailbox).Length == 1, 60), server.Tails());
        Assert.Equal([token], await SubjectsAsync(server, "anna"));
        seen += $"anna logs in: {await ServicesAsync(server, "anna")}\n";
        return seen + await SenderAsync(server, "anna", "anna@oldcorp.example");
    }

    private static async Task<string> ServicesAsync(MailServer server, string user)
    {
        var open = new List<string>();
        foreach (var service in (string[])["smtp", "imap"])
        {
            if (await Mail.MayLogInAsync(server, service, user))
            {
                open.Add(service);
            }
        }

        return string.Join(' ', open);
    }

    private static async Task<string[]> SubjectsAsync(MailServer server, string user)
    {
        using var imap = new ImapClient();
        await imap.ConnectAsync("127.0.0.1", server.Imap, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        await imap.AuthenticateAsync(user, "secret", TestContext.Current.CancellationToken);
        await imap.Inbox.OpenAsync(MailKit.FolderAccess.ReadOnly, TestContext.Current.CancellationToken);
        var subjects = new List<string>();
        for (var i = 0; i < imap.Inbox.Count; i++)
        {
            subjects.Add((await imap.Inbox.GetMessageAsync(i, TestContext.Current.CancellationToken)).Subject ?? "");
        }

        await imap.DisconnectAsync(quit: true, TestContext.Current.CancellationToken);
        return [.. subjects];
    }

    /// <summary>The answer to a recipient after a login and a sender: restrictions are asked then.</summary>
    private static async Task<string> SenderAsync(MailServer server, string user, string sender)
    {
        using var smtp = await Mail.GreetAsync(server.Submission);
        var plain = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\0{user}\0secret"));
        Assert.StartsWith("235 ", await smtp.SayAsync($"AUTH PLAIN {plain}", Mail.IsLastReply), StringComparison.Ordinal);
        await smtp.SayAsync($"MAIL FROM:<{sender}>", Mail.IsLastReply);
        return await smtp.SayAsync("RCPT TO:<someone@foreign.example>", Mail.IsLastReply);
    }
}

/// <summary>Postfix 3.7 and Dovecot 2.3, or what else this system has.</summary>
public class ExistingServerOnThisSystemTests : ExistingServerTests
{
    private protected override string Location => "mail_location = maildir:~/post";

    private protected override Task<PrivateSystem> SystemAsync() => PrivateSystem.CreateAsync(ownNetwork: false);
}

/// <summary>Postfix 3.10 and Dovecot 2.4.</summary>
[Trait(MailStack.OnDebian13.Trait, MailStack.OnDebian13.Value)]
public class ExistingServerOnDebian13Tests : ExistingServerTests
{
    private protected override string Location =>
        "mail_driver = maildir\nmail_home = /srv/%{user | username}\nmail_path = ~/post\nmail_inbox_path = ~/post";

    private protected override Task<PrivateSystem> SystemAsync() =>
        PrivateSystem.CreateAsync(ownNetwork: false, Debian13MailServer.Root);
}
