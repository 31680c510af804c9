using System.Diagnostics;
using MailKit.Net.Imap;
using MailKit.Security;

namespace Vmm.Tests.MailStack;

/// <summary>A suspension as users and senders meet it.</summary>
[Collection(AsShipped.Name)]
public class SuspensionTests(ShippedMailServer server) : MailStackTests(server)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("nologin")]
    [InlineData("refuse")]
    [InlineData("defer")]
    public async Task sessions_end_and_logins_fail_within_two_seconds_whatever_becomes_of_mail(string mode)
    {
        var address = $"ends-{mode}@example.com";
        await Server.AddAccountAsync(address);
        await Server.AddAccountAsync($"beside-{mode}@example.com");
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, address));
        using var session = await LogInAsync(address);
        using var bystander = await LogInAsync($"beside-{mode}@example.com");
        await Server.DoAsync($"usersuspend {address} --mode {mode}");
        await EndsSoonAsync(session);
        Assert.Equal("", await Mail.ServicesOfAsync(Server, address));
        await bystander.NoOpAsync(TestContext.Current.CancellationToken);
        await Server.DoAsync($"userresume {address}");
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, address));
    }

    [Fact]
    public async Task a_suspended_account_receives_mail_by_default()
    {
        await Server.AddAccountAsync("receives@example.com");
        await Server.DoAsync("aliasadd to-receives@example.com receives@example.com");
        await Server.DoAsync("usersuspend receives@example.com");
        await Server.ArrivedAsync("receives@example.com", await Mail.SendAsync(Server, "receives@example.com"));
        await Server.ArrivedAsync("receives@example.com", await Mail.SendAsync(Server, "to-receives@example.com"));
    }

    [Fact]
    public async Task mail_is_refused_at_rcpt_with_the_text_and_through_an_alias_it_bounces()
    {
        await Server.AddAccountAsync("refuses@example.com");
        await Server.DoAsync("aliasadd to-refuses@example.com refuses@example.com");
        (await Server.VmmAsync(null, "usersuspend", "refuses@example.com", "--mode", "refuse", "--text", "Closed: Ask us."))
            .Succeeded();
        var answer = await Mail.AnswerToAsync(Server, "refuses@example.com");
        Assert.StartsWith("550 5.2.1 ", answer, StringComparison.Ordinal);
        Assert.Contains("Closed: Ask us.", answer, StringComparison.Ordinal);
        Assert.StartsWith("550 5.2.1 ", await Mail.AnswerToAsync(Server, "Refuses+list@example.com"), StringComparison.Ordinal);
        await Mail.SendAsync(Server, "to-refuses@example.com");
        Assert.True(
            await MailServer.EventuallyAsync(
                () => Server.News(Server.PostfixLog).Contains(
                    "status=bounced (Closed: Ask us.)", StringComparison.Ordinal),
                60));
        await Server.DoAsync("userresume refuses@example.com");
        await PostfixForgetsAsync();
        await ReceivesAgainAsync("refuses@example.com");
    }

    [Fact]
    public async Task mail_is_deferred_at_rcpt_and_through_an_alias_it_waits_for_the_end()
    {
        await Server.AddAccountAsync("defers@example.com");
        await Server.DoAsync("aliasadd to-defers@example.com defers@example.com");
        await Server.DoAsync("usersuspend defers@example.com --mode defer");
        foreach (var address in (string[])["defers@example.com", "defers+list@example.com"])
        {
            Assert.StartsWith("450 4.2.1 ", await Mail.AnswerToAsync(Server, address), StringComparison.Ordinal);
        }

        var token = await Mail.SendAsync(Server, "to-defers@example.com");
        Assert.True(
            await MailServer.EventuallyAsync(
                () => Server.News(Server.PostfixLog).Contains(
                    "dsn=4.2.1, status=deferred (mailbox disabled for now", StringComparison.Ordinal),
                60),
            Server.News(Server.PostfixLog));
        await Server.DoAsync("userresume defers@example.com");
        await PostfixForgetsAsync();
        (await Server.ProgramAsync("postqueue", ["-c", Server.MapDirectory, "-f"])).Succeeded();
        await Server.ArrivedAsync("defers@example.com", token);
        await ReceivesAgainAsync("defers@example.com");
    }

    [Fact]
    public async Task all_of_a_suspended_domain_is_refused_and_its_sessions_end_under_every_name()
    {
        await Server.DoAsync("domainadd stopped.example");
        await Server.DoAsync("aliasdomainadd stopped-alias.example stopped.example");
        await Server.AddAccountAsync("user@stopped.example");
        await Server.AddAccountAsync("goes-on@example.com");
        await Server.DoAsync("aliasadd away@stopped.example goes-on@example.com");
        using var session = await LogInAsync("user@stopped-alias.example");
        await Server.DoAsync("domainsuspend stopped.example --mode refuse");
        await EndsSoonAsync(session);
        foreach (var address in (string[])
            ["user@stopped.example", "user@stopped-alias.example", "away@stopped.example", "nobody@stopped.example"])
        {
            Assert.StartsWith("550 5.2.1 ", await Mail.AnswerToAsync(Server, address), StringComparison.Ordinal);
        }

        Assert.Equal("", await Mail.ServicesOfAsync(Server, "user@stopped.example"));
        await Server.DoAsync("catchalladd stopped.example goes-on@example.com");
        foreach (var address in (string[])["user@stopped.example", "none@stopped.example"])
        {
            Assert.StartsWith("550 5.2.1 ", await Mail.AnswerToAsync(Server, address), StringComparison.Ordinal);
        }

        await Server.DoAsync("domainresume stopped.example");
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, "user@stopped-alias.example"));
        await ReceivesAgainAsync("user@stopped.example");
        await Server.ArrivedAsync("goes-on@example.com", await Mail.SendAsync(Server, "away@stopped.example"));
    }

    [Fact]
    public async Task a_login_is_possible_again_in_the_second_after_the_end()
    {
        await Server.AddAccountAsync("for-a-while@example.com");
        await Server.DoAsync("usersuspend for-a-while@example.com --until 3s");
        Assert.False(await Mail.MayLogInAsync(Server, "imap", "for-a-while@example.com"));
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        // What Dovecot has in its cache about a failure is of the time before.
        (await Server.DoveadmAsync("auth", "cache", "flush")).Succeeded();
        Assert.True(await Mail.MayLogInAsync(Server, "imap", "for-a-while@example.com"));
    }

    /// <summary>What trace says is what Postfix does, and what the running servers answer.</summary>
    [Fact]
    public async Task trace_and_check_know_of_it()
    {
        await Server.DoAsync("domainadd traced.example");
        await Server.AddAccountAsync("user@traced.example");
        await Server.AddAccountAsync("refused@traced.example");
        await Server.AddAccountAsync("deferred@traced.example");
        await Server.DoAsync("usersuspend user@traced.example");
        await Server.DoAsync("usersuspend refused@traced.example --mode refuse");
        await Server.DoAsync("usersuspend deferred@traced.example --mode defer");
        foreach (var (name, text) in ((string, string)[])
            [("user", "it is suspended, so its user cannot log in"), ("refused", "550 5.2.1 mailbox disabled"),
             ("deferred", "Postfix defers mail to it: 450 4.2.1 mailbox disabled for now")])
        {
            var said = (await Server.VmmAsync(null, "trace", $"{name}@traced.example", "--live")).Succeeded();
            Assert.Contains(text, said, StringComparison.Ordinal);
        }

        await Server.DoAsync("check --only traced.example");
        await Server.DoAsync("domaindelete traced.example --force");
    }

    /// <summary>
    /// smtpd and qmgr remember what addresses they have resolved (resolve_clnt.c, smtpd_resolve.c): a reload ends them.
    /// </summary>
    private async Task PostfixForgetsAsync() =>
        (await Server.ProgramAsync("postfix", ["-c", Server.MapDirectory, "reload"])).Succeeded();

    private async Task ReceivesAgainAsync(string address) =>
        await Server.ArrivedAsync(address, await Mail.SendAsync(Server, address));

    private static async Task EndsSoonAsync(ImapClient session)
    {
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (clock.Elapsed < Soon)
            {
                await session.NoOpAsync(TestContext.Current.CancellationToken);
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        });
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Soon);
    }

    private async Task<ImapClient> LogInAsync(string address)
    {
        var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", Server.Imap, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        await client.AuthenticateAsync(address, "secret", TestContext.Current.CancellationToken);
        return client;
    }
}
