using MailKit.Net.Imap;
using MailKit.Security;

namespace Vmm.Tests.MailStack;

/// <summary>What becomes of a session that is open, and of what Dovecot has in its cache, when vmm changes an account.</summary>
[Collection(AsShipped.Name)]
public class SessionTests(ShippedMailServer server) : MailStackTests(server)
{
    [Theory]
    [InlineData("password", "userpassword ADDRESS --hash {PLAIN}other")]
    [InlineData("services", "userservices ADDRESS --disable pop3")]
    [InlineData("all", "userdisable ADDRESS")]
    [InlineData("deletion", "userdelete ADDRESS")]
    public async Task a_session_ends_when_its_account_is_changed_and_others_go_on(string what, string command)
    {
        var address = $"session-{what}@example.com";
        await Server.AddAccountAsync(address);
        await Server.AddAccountAsync($"bystander-{what}@example.com");
        using var session = await LogInAsync(address);
        using var bystander = await LogInAsync($"bystander-{what}@example.com");
        var said = (
            await Server.VmmAsync(null, [.. command.Replace("ADDRESS", address, StringComparison.Ordinal).Split(' '), "--json"])
        ).Succeeded();
        Assert.Contains(
            $"\"commands\":[\"doveadm auth cache flush {address}\",\"doveadm kick {address}\"],",
            said,
            StringComparison.Ordinal
        );
        Assert.Contains("\"warnings\":[]", said, StringComparison.Ordinal);
        await AssertEndsAsync(session);
        await bystander.NoOpAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task a_session_under_an_alias_domain_ends_too()
    {
        await Server.DoAsync("domainadd session.example");
        await Server.DoAsync("aliasdomainadd session-alias.example session.example");
        await Server.AddAccountAsync("user@session.example");
        using var session = await LogInAsync("user@session-alias.example");
        await Server.DoAsync("userpassword user@session.example --hash {PLAIN}other");
        await AssertEndsAsync(session);
        Assert.False(await Mail.MayLogInAsync(Server, "imap", "user@session-alias.example"));
    }

    [Theory]
    [InlineData("domainservices DOMAIN --disable imap")]
    [InlineData("aliasdomaindelete ALIAS")]
    [InlineData("domaindelete DOMAIN --force")]
    public async Task all_sessions_under_a_name_end_when_its_domain_is_changed(string command)
    {
        var word = command.Split(' ')[0];
        await Server.DoAsync($"domainadd {word}.example");
        await Server.DoAsync($"aliasdomainadd {word}-alias.example {word}.example");
        await Server.AddAccountAsync($"user@{word}.example");
        using var session = await LogInAsync($"user@{word}-alias.example");
        await Server.DoAsync(
            command
                .Replace("DOMAIN", $"{word}.example", StringComparison.Ordinal)
                .Replace("ALIAS", $"{word}-alias.example", StringComparison.Ordinal)
        );
        await AssertEndsAsync(session);
        Assert.False(await Mail.MayLogInAsync(Server, "imap", $"user@{word}-alias.example"));
    }

    [Fact]
    public async Task sessions_under_the_old_name_of_a_domain_end_when_it_is_renamed()
    {
        await Server.DoAsync("domainadd first.example");
        await Server.AddAccountAsync("user@first.example");
        using var session = await LogInAsync("user@first.example");
        await Server.DoAsync("domainrename first.example second.example --leave nothing");
        await AssertEndsAsync(session);
        Assert.False(await Mail.MayLogInAsync(Server, "imap", "user@first.example"));
        Assert.True(await Mail.MayLogInAsync(Server, "imap", "user@second.example"));
    }

    [Fact]
    public async Task who_was_refused_before_gets_in_as_soon_as_there_is_an_account()
    {
        Assert.False(await Mail.MayLogInAsync(Server, "imap", "too-early@example.com"));
        await Server.AddAccountAsync("too-early@example.com");
        Assert.True(await Mail.MayLogInAsync(Server, "imap", "too-early@example.com"));

        Assert.False(await Mail.MayLogInAsync(Server, "imap", "too-early@early.example"));
        await Server.DoAsync("aliasdomainadd early.example example.com");
        Assert.True(await Mail.MayLogInAsync(Server, "imap", "too-early@early.example"));
        await Server.DoAsync("aliasdomaindelete early.example");

        Assert.False(await Mail.MayLogInAsync(Server, "imap", "file-early@example.com"));
        (await Server.VmmAsync("file-early@example.com\t{PLAIN}secret\n", "useradd", "--from-file", "-")).Succeeded();
        Assert.True(await Mail.MayLogInAsync(Server, "imap", "file-early@example.com"));
    }

    /// <summary>With a doveadm that can do nothing, so that it is the socket that was used.</summary>
    [Fact]
    public async Task dovecot_forgets_at_its_socket_that_there_was_no_such_account()
    {
        Assert.False(await Mail.MayLogInAsync(Server, "imap", "socket@example.com"));
        var doveadm = (await Server.VmmAsync(null, "configget", "bin.doveadm")).Succeeded().Trim();
        await Server.DoAsync($"configset dovecot.auth_socket {Server.Place}/dovecot/run/auth-master");
        await Server.DoAsync("configset bin.doveadm /bin/false");
        await Server.AddAccountAsync("socket@example.com");
        await Server.DoAsync($"configset bin.doveadm {doveadm.Split(' ')[^1]}");
        await Server.DoAsync("configset dovecot.auth_socket /run/dovecot/auth-master");
        Assert.True(await Mail.MayLogInAsync(Server, "imap", "socket@example.com"));
    }

    [Fact]
    public async Task sessions_are_left_alone_when_the_configuration_says_so()
    {
        await Server.AddAccountAsync("left-alone@example.com");
        using var session = await LogInAsync("left-alone@example.com");
        await Server.DoAsync("configset dovecot.after_change flush");
        await Server.DoAsync("userpassword left-alone@example.com --hash {PLAIN}other");
        await session.NoOpAsync(TestContext.Current.CancellationToken);
        Assert.False(await Mail.MayLogInAsync(Server, "imap", "left-alone@example.com"));
        await Server.DoAsync("configset dovecot.after_change nothing");
        var said = (
            await Server.VmmAsync(null, "userpassword", "left-alone@example.com", "--hash", "{PLAIN}third", "--json")
        ).Succeeded();
        Assert.DoesNotContain("\"commands\"", said, StringComparison.Ordinal);
        await session.NoOpAsync(TestContext.Current.CancellationToken);
        await Server.DoAsync("configset dovecot.after_change kick");
    }

    [Theory]
    [InlineData("patt?rn@example.com")]
    [InlineData("*@example.com")]
    [InlineData("*rn@example.com")]
    public async Task an_address_that_is_a_pattern_to_doveadm_ends_nobody_elses_session(string pattern)
    {
        await Server.AddAccountAsync(pattern);
        await Server.DoAsync("useradd pattern@example.com --hash {PLAIN}secret --if-not-exists");
        using var session = await LogInAsync("pattern@example.com");
        var outcome = await Server.VmmAsync(null, "userpassword", pattern, "--hash", "{PLAIN}other");
        outcome.Succeeded();
        Assert.Equal(
            $"vmm: warning: sessions of '{pattern}' are not ended: doveadm would take its address for a pattern\n",
            outcome.Error
        );
        await session.NoOpAsync(TestContext.Current.CancellationToken);
        Assert.False(await Mail.MayLogInAsync(Server, "imap", pattern));
    }

    private async Task<ImapClient> LogInAsync(string address)
    {
        var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", Server.Imap, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        await client.AuthenticateAsync(address, "secret", TestContext.Current.CancellationToken);
        return client;
    }

    // The process that serves the session is told by a signal.
    private static async Task AssertEndsAsync(ImapClient session) =>
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (var i = 0; i < 600; i++)
            {
                await session.NoOpAsync(TestContext.Current.CancellationToken);
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        });
}
