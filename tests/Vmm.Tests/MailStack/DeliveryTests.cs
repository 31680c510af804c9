using System.Text;

namespace Vmm.Tests.MailStack;

/// <summary>The way of a message, which must be the same under the shipped configuration and that of the seed document.</summary>
public abstract class DeliveryTests(MailServer server) : MailStackTests(server)
{
    private const string Lmtp = "lmtp:unix:private/dovecot-lmtp";
    private protected const string Lda = "dovecot:";

    [Fact]
    public async Task a_message_arrives_by_lmtp_owned_by_the_account_and_closed_to_others()
    {
        await Server.AddAccountAsync("by-lmtp@example.com", Lmtp);
        await OwnedByTheAccountAsync("by-lmtp@example.com", await Mail.SendAsync(Server, "by-lmtp@example.com"));
        await LogsHaveAsync("relay=mail.example.com[private/dovecot-lmtp]", "lmtp(by-lmtp@example.com)");
    }

    [Fact]
    public async Task a_message_arrives_by_the_lda_owned_by_the_account_and_closed_to_others()
    {
        await Server.AddAccountAsync("by-lda@example.com", Lda);
        await OwnedByTheAccountAsync("by-lda@example.com", await Mail.SendAsync(Server, "by-lda@example.com"));
        await LogsHaveAsync("relay=dovecot", "lda(by-lda@example.com)");
    }

    [Theory]
    [InlineData(Lmtp)]
    [InlineData(Lda)]
    public async Task an_alias_reaches_each_destination_also_in_another_domain(string transport)
    {
        var way = transport[..4].Trim(':');
        await Server.AddAccountAsync($"one-{way}@example.com", transport);
        await Server.AddAccountAsync($"two-{way}@example.com", transport);
        await Server.AddAccountAsync($"three-{way}@example.net", transport);
        await Server.DoAsync($"aliasadd all-{way}@example.com one-{way}@example.com two-{way}@example.com three-{way}@example.net");
        var token = await Mail.SendAsync(Server, $"all-{way}@example.com");
        await OwnedByTheAccountAsync($"one-{way}@example.com", token);
        await OwnedByTheAccountAsync($"two-{way}@example.com", token);
        await OwnedByTheAccountAsync($"three-{way}@example.net", token);
    }

    [Fact]
    public async Task a_relocated_user_is_refused_with_the_new_address()
    {
        await Server.DoAsync("relocatedadd moved@example.com new@example.org");
        var answer = await Mail.AnswerToAsync(Server, "moved@example.com");
        Assert.StartsWith("550 5.1.6 ", answer, StringComparison.Ordinal);
        Assert.Contains("User has moved to new@example.org", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_unknown_address_is_refused_at_rcpt() =>
        Assert.StartsWith("550 5.1.1 ", await Mail.AnswerToAsync(Server, "nobody@example.com"), StringComparison.Ordinal);

    [Fact]
    public async Task mail_for_a_foreign_domain_is_refused() =>
        Assert.StartsWith("554 5.7.1 ", await Mail.AnswerToAsync(Server, "someone@foreign.example"), StringComparison.Ordinal);

    [Fact]
    public async Task a_deleted_account_is_refused_at_rcpt_and_cannot_log_in()
    {
        await Server.AddAccountAsync("leaver@example.com");
        Assert.StartsWith("250 ", await Mail.AnswerToAsync(Server, "leaver@example.com"), StringComparison.Ordinal);
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, "leaver@example.com"));
        await Server.DoAsync("userdelete leaver@example.com");
        Assert.StartsWith("550 5.1.1 ", await Mail.AnswerToAsync(Server, "leaver@example.com"), StringComparison.Ordinal);
        Assert.Equal("", await Mail.ServicesOfAsync(Server, "leaver@example.com"));
    }

    [Fact]
    public async Task a_transport_of_error_refuses_at_rcpt_with_its_own_text()
    {
        await Server.AddAccountAsync("closed@example.com", "error:5.2.1 mailbox closed");
        var answer = await Mail.AnswerToAsync(Server, "closed@example.com");
        Assert.StartsWith("550 5.2.1 ", answer, StringComparison.Ordinal);
        Assert.Contains("mailbox closed", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_alias_domain_receives_and_logs_in_as_the_domain_does()
    {
        await Server.AddAccountAsync("both@example.com");
        await Server.DoAsync("aliasdomainadd alias.example example.com");
        await OwnedByTheAccountAsync("both@example.com", await Mail.SendAsync(Server, "both@alias.example"));
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, "both@alias.example"));
        await Server.DoAsync("aliasdomaindelete alias.example");
        // No domain of ours any more; an smtpd that has asked before remembers for a while that it was one, and misses the account.
        Assert.Matches("^(554 5.7.1|550 5.1.1) ", await Mail.AnswerToAsync(Server, "both@alias.example"));
    }

    [Fact]
    public async Task both_names_of_an_internationalized_domain_receive_by_their_a_labels()
    {
        await Server.DoAsync("domainadd münchen.example");
        await Server.AddAccountAsync("user@xn--mnchen-3ya.example");
        await Server.DoAsync("aliasdomainadd köln.example münchen.example");
        await Server.ArrivedAsync("user@xn--mnchen-3ya.example", await Mail.SendAsync(Server, "user@xn--mnchen-3ya.example"));
        await Server.ArrivedAsync("user@xn--mnchen-3ya.example", await Mail.SendAsync(Server, "User@XN--KLN-sna.Example"));
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, "user@xn--kln-sna.example"));
    }

    [Theory]
    [InlineData("o'brien")]
    [InlineData("#$&*/=?^_`{|}~-")]
    public async Task an_unusual_local_part_receives_and_logs_in(string local)
    {
        var address = local + "@example.com";
        await Server.AddAccountAsync(address);
        await OwnedByTheAccountAsync(address, await Mail.SendAsync(Server, address));
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, address));
    }

    [Fact]
    public async Task upper_and_lower_case_are_the_same_address()
    {
        await Server.AddAccountAsync("Case.User@Example.COM");
        await OwnedByTheAccountAsync("case.user@example.com", await Mail.SendAsync(Server, "CASE.user@EXAMPLE.com"));
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, "Case.USER@example.COM"));
    }

    [Fact]
    public async Task no_recipient_makes_smtp_fail_for_now()
    {
        foreach (var key in HostileKeys.All)
        {
            using var smtp = await Mail.GreetAsync(Server.Smtp);
            await smtp.SayAsync("MAIL FROM:<sender@example.org>", Mail.IsLastReply);
            var answer = await smtp.SayAsync(
                [.. "RCPT TO:<"u8, .. key.Where(b => b is not 10 and not 13).Take(1500), .. ">"u8],
                Mail.IsLastReply
            );
            Assert.True(answer[0] is '5' or '2', $"{HostileKeys.Show(key)}: {answer}");
        }
    }

    protected async Task OwnedByTheAccountAsync(string address, string token)
    {
        var file = await Server.ArrivedAsync(address, token);
        var owner = (
            await Server.QueryAsync($"SELECT uid || ':' || gid FROM users WHERE uid = ({MailServer.UidOf(address)})")
        ).Single();
        var found = await Run.ProgramAsync("stat", ["-c", "%a %u:%g", file]);
        Assert.Equal($"600 {owner}\n", found.Succeeded());
    }

    // Postfix and Dovecot write their line when the message is on the disk already.
    protected async Task LogsHaveAsync(string postfix, string dovecot)
    {
        var both = await MailServer.EventuallyAsync(
            () => Server.News(Server.PostfixLog).Contains(postfix, StringComparison.Ordinal)
                && Server.News(Server.DovecotLog).Contains(dovecot, StringComparison.Ordinal),
            60);
        Assert.True(both, $"the logs lack '{postfix}' or '{dovecot}'");
    }
}

[Collection(AsShipped.Name)]
public class ShippedDeliveryTests(ShippedMailServer server) : DeliveryTests(server)
{
    /// <summary>
    /// Dovecot's user names have no such letters: it is given A-labels. Its LMTP does not take what needs SMTPUTF8, its LDA does.
    /// </summary>
    [Fact]
    public async Task a_message_to_a_domain_in_letters_of_its_own_arrives()
    {
        await Server.DoAsync("domainadd bücher.example");
        await Server.DoAsync("aliasdomainadd post.bücher.example bücher.example");
        await Server.AddAccountAsync("by-lmtp@xn--bcher-kva.example");
        await Server.AddAccountAsync("by-lda@xn--bcher-kva.example", Lda);
        await Server.DoAsync("aliasadd listed@bücher.example by-lda@bücher.example");
        await OwnedByTheAccountAsync(
            "by-lmtp@xn--bcher-kva.example",
            await Mail.SendUtf8Async(Server, "by-lmtp@xn--bcher-kva.example")
        );
        foreach (
            var recipient in new[]
            {
                "by-lda@bücher.example",
                "by-lda@BÜCHER.example",
                "by-lda@post.bücher.example",
                "listed@bücher.example",
                "listed@xn--bcher-kva.example",
            }
        )
        {
            await OwnedByTheAccountAsync("by-lda@xn--bcher-kva.example", await Mail.SendUtf8Async(Server, recipient));
        }

        Assert.StartsWith(
            "550 5.1.1 ",
            await Mail.AnswerToAsync(Server.Smtp, Encoding.UTF8.GetBytes("nobody@bücher.example"), " SMTPUTF8"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task a_domain_as_added_delivers_by_lmtp()
    {
        await Server.AddAccountAsync("default@example.com");
        await Server.ArrivedAsync("default@example.com", await Mail.SendAsync(Server, "default@example.com"));
        await LogsHaveAsync("relay=mail.example.com[private/dovecot-lmtp]", "lmtp(default@example.com)");
    }

    [Theory]
    [InlineData("mdbox", "storage/m.1")]
    [InlineData("sdbox", "mailboxes/INBOX/dbox-Mails/u.1")]
    public async Task a_mailbox_of_another_format_is_written_and_read(string format, string file)
    {
        var address = $"{format}@example.com";
        await Server.DoAsync($"configset mailbox.format {format}");
        await Server.AddAccountAsync(address);
        await Server.DoAsync("configset mailbox.format maildir");
        var token = await Mail.SendAsync(Server, address);
        await LogsHaveAsync("relay=mail.example.com[private/dovecot-lmtp]", "saved mail to INBOX");
        Assert.Contains(
            token,
            (await Server.DoveadmAsync("fetch", "-u", address, "text", "mailbox", "INBOX")).Succeeded(),
            StringComparison.Ordinal
        );
        var folders = (await Server.DoveadmAsync("mailbox", "list", "-s", "-u", address)).Succeeded();
        Assert.Equal(
            ["Drafts", "Sent", "Templates", "Trash"],
            folders.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)
        );
        var ids = (
            await Server.QueryAsync(
                "SELECT u.uid || ':' || u.gid || ' ' || d.domaindir || '/' || u.uid FROM users u JOIN domain_data d USING (gid) "
                    + $"WHERE u.uid = ({MailServer.UidOf(address)})"
            )
        )
            .Single()
            .Split(' ');
        Assert.Equal($"{ids[0]}\n", (await Run.ProgramAsync("stat", ["-c", "%u:%g", $"{ids[1]}/Maildir/{file}"])).Succeeded());
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, address));
    }

    [Fact]
    public async Task an_extension_behind_a_plus_is_delivered_to_the_user()
    {
        await Server.AddAccountAsync("plus@example.com");
        await Server.AddAccountAsync("plus-lda@example.com", "dovecot:");
        await OwnedByTheAccountAsync("plus@example.com", await Mail.SendAsync(Server, "plus+lists@example.com"));
        await OwnedByTheAccountAsync("plus-lda@example.com", await Mail.SendAsync(Server, "plus-lda+lists@example.com"));
    }

    [Fact]
    public async Task a_catchall_takes_what_is_unknown_and_nothing_else()
    {
        await Server.DoAsync("domainadd catchall.example");
        await Server.AddAccountAsync("rest@catchall.example");
        await Server.AddAccountAsync("known@catchall.example");
        await Server.DoAsync("relocatedadd moved@catchall.example new@example.org");
        await Server.DoAsync("catchalladd catchall.example rest@catchall.example");
        await OwnedByTheAccountAsync("rest@catchall.example", await Mail.SendAsync(Server, "whoever@catchall.example"));
        var token = await Mail.SendAsync(Server, "known@catchall.example");
        await OwnedByTheAccountAsync("known@catchall.example", token);
        var taken = await Run.ProgramAsync(
            "grep",
            ["-rl", token, Path.GetDirectoryName(await Server.ArrivedAsync("rest@catchall.example", ""))!]
        );
        Assert.Equal("", taken.Out);
        Assert.StartsWith("550 5.1.6 ", await Mail.AnswerToAsync(Server, "moved@catchall.example"), StringComparison.Ordinal);
    }
}

[Collection(AsInTheSeed.Name)]
public class SeedDeliveryTests(SeedMailServer server) : DeliveryTests(server)
{
    [Fact]
    public async Task a_domain_as_added_delivers_by_the_lda()
    {
        await Server.AddAccountAsync("default@example.com");
        await Server.ArrivedAsync("default@example.com", await Mail.SendAsync(Server, "default@example.com"));
        await LogsHaveAsync("relay=dovecot", "lda(default@example.com)");
    }

    [Fact]
    public async Task a_plus_is_part_of_the_name_where_no_delimiter_is_configured()
    {
        await Server.AddAccountAsync("a+b@example.com");
        await OwnedByTheAccountAsync("a+b@example.com", await Mail.SendAsync(Server, "a+b@example.com"));
        await Server.AddAccountAsync("a+c@example.com", "lmtp:unix:private/dovecot-lmtp");
        await OwnedByTheAccountAsync("a+c@example.com", await Mail.SendAsync(Server, "a+c@example.com"));
    }

    [Fact]
    public async Task postfix_can_deliver_with_the_maps_of_uid_gid_and_maildir()
    {
        await Server.AddAccountAsync("virtual@example.com", "virtual:");
        await OwnedByTheAccountAsync("virtual@example.com", await Mail.SendAsync(Server, "virtual@example.com"));
        await LogsHaveAsync("relay=virtual", "");
    }
}
