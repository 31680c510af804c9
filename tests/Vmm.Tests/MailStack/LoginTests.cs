using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Vmm.Tests.MailStack;

/// <summary>Who gets in where, and how.</summary>
public abstract class LoginTests(MailServer server) : MailStackTests(server)
{
    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    [InlineData("CRAM-MD5")]
    [InlineData("DIGEST-MD5")]
    public async Task submission_takes_a_message_after_each_sasl_mechanism(string mechanism)
    {
        var address = $"sasl-{mechanism}@example.com";
        await Server.AddAccountAsync(address);
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", Server.Submission, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        Assert.Contains(mechanism, client.AuthenticationMechanisms);
        await client.AuthenticateAsync(Mechanism(mechanism, address, "secret"), TestContext.Current.CancellationToken);
        var token = $"token-{mechanism}";
        var self = new MailboxAddress("", address);
        using var message = new MimeMessage([self], [self], token, new TextPart("plain") { Text = token });
        await client.SendAsync(message, TestContext.Current.CancellationToken);
        await client.DisconnectAsync(quit: true, TestContext.Current.CancellationToken);
        var file = await Server.ArrivedAsync(address.ToLowerInvariant(), token);
        Assert.Contains(
            "with ESMTPA id",
            await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    [InlineData("CRAM-MD5")]
    [InlineData("DIGEST-MD5")]
    public async Task submission_refuses_a_wrong_password_for_good(string mechanism)
    {
        var address = $"wrong-{mechanism}@example.com";
        await Server.AddAccountAsync(address);
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", Server.Submission, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        var refusal = await Assert.ThrowsAsync<AuthenticationException>(
            () => client.AuthenticateAsync(Mechanism(mechanism, address, "guess"), TestContext.Current.CancellationToken));
        Assert.StartsWith("535", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task submission_takes_nothing_from_who_has_not_logged_in()
    {
        await Server.AddAccountAsync("anybody@example.com");
        Assert.StartsWith(
            "554 5.7.1 ",
            await Mail.AnswerToAsync(Server.Submission, [.. "anybody@example.com"u8]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task a_message_is_read_back_by_imap_and_by_pop3()
    {
        await Server.AddAccountAsync("reader@example.com");
        var token = await Mail.SendAsync(Server, "reader@example.com");
        await Server.ArrivedAsync("reader@example.com", token);

        using var pop3 = new Pop3Client();
        await pop3.ConnectAsync("127.0.0.1", Server.Pop3, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        await pop3.AuthenticateAsync("reader@example.com", "secret", TestContext.Current.CancellationToken);
        Assert.Equal(token, (await pop3.GetMessageAsync(0, TestContext.Current.CancellationToken)).Subject);
        await pop3.DisconnectAsync(quit: true, TestContext.Current.CancellationToken);

        using var imap = new ImapClient();
        await imap.ConnectAsync("127.0.0.1", Server.Imap, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        await imap.AuthenticateAsync(Mechanism("CRAM-MD5", "reader@example.com", "secret"), TestContext.Current.CancellationToken);
        await imap.Inbox.OpenAsync(FolderAccess.ReadOnly, TestContext.Current.CancellationToken);
        Assert.Equal(token, (await imap.Inbox.GetMessageAsync(0, TestContext.Current.CancellationToken)).Subject);
        var folders = await imap.GetFoldersAsync(imap.PersonalNamespaces[0], true, TestContext.Current.CancellationToken);
        Assert.Equal(["Drafts", "Sent", "Templates", "Trash"], folders.Select(f => f.FullName).Order(StringComparer.Ordinal));
        await imap.DisconnectAsync(quit: true, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("imap", "smtp pop3 sieve")]
    [InlineData("pop3", "smtp imap sieve")]
    [InlineData("smtp", "pop3 imap sieve")]
    [InlineData("sieve", "smtp pop3 imap")]
    public async Task a_service_switched_off_for_an_account_is_refused_and_the_others_are_not(string service, string left)
    {
        await Server.AddAccountAsync($"no-{service}@example.com");
        await Server.DoAsync($"userservices no-{service}@example.com --disable {service}");
        Assert.Equal(left, await Mail.ServicesOfAsync(Server, $"no-{service}@example.com"));
    }

    [Fact]
    public async Task a_service_switched_off_for_a_domain_holds_for_accounts_without_a_choice_of_their_own()
    {
        await Server.DoAsync("domainadd no-imap.example");
        await Server.AddAccountAsync("default@no-imap.example");
        await Server.AddAccountAsync("own@no-imap.example");
        await Server.DoAsync("userservices own@no-imap.example --enable smtp pop3 imap sieve");
        await Server.DoAsync("domainservices no-imap.example --disable imap");
        Assert.Equal("smtp pop3 sieve", await Mail.ServicesOfAsync(Server, "default@no-imap.example"));
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, "own@no-imap.example"));
    }

    [Fact]
    public async Task an_account_with_the_default_scheme_logs_in()
    {
        (await Server.VmmAsync("pässword €\n", "useradd", "default-scheme@example.com", "--password-stdin")).Succeeded();
        var stored = await Server.QueryAsync(
            $"SELECT left(passwd, 14) FROM users WHERE uid = ({MailServer.UidOf("default-scheme@example.com")})"
        );
        Assert.Equal(["{SHA512-CRYPT}"], stored);
        Assert.True(await Mail.MayLogInAsync(Server, "imap", "default-scheme@example.com", "pässword €"));
        Assert.True(await Mail.MayLogInAsync(Server, "smtp", "default-scheme@example.com", "pässword €"));
        Assert.False(await Mail.MayLogInAsync(Server, "imap", "default-scheme@example.com", "password"));
    }

    [Fact]
    public async Task a_new_password_replaces_the_old_one_at_once()
    {
        await Server.AddAccountAsync("changer@example.com");
        Assert.True(await Mail.MayLogInAsync(Server, "imap", "changer@example.com"));
        (await Server.VmmAsync("other\n", "userpassword", "changer@example.com", "--password-stdin")).Succeeded();
        Assert.False(await Mail.MayLogInAsync(Server, "imap", "changer@example.com"));
        Assert.False(await Mail.MayLogInAsync(Server, "smtp", "changer@example.com"));
        Assert.True(await Mail.MayLogInAsync(Server, "imap", "changer@example.com", "other"));
        Assert.True(await Mail.MayLogInAsync(Server, "smtp", "changer@example.com", "other"));
    }

    [Theory]
    [InlineData("nobody@example.com")]
    [InlineData("user@foreign.example")]
    [InlineData("nodomain")]
    public async Task who_is_not_there_cannot_log_in(string user) => Assert.Equal("", await Mail.ServicesOfAsync(Server, user));

    [Fact]
    public async Task an_alias_and_a_relocated_address_are_no_logins()
    {
        await Server.AddAccountAsync("target@example.com");
        await Server.DoAsync("aliasadd alias-only@example.com target@example.com");
        await Server.DoAsync("relocatedadd gone@example.com new@example.org");
        Assert.Equal("", await Mail.ServicesOfAsync(Server, "alias-only@example.com"));
        Assert.Equal("", await Mail.ServicesOfAsync(Server, "gone@example.com"));
    }

    // "AND %Ls" makes a column of the service's name: one that is no column would fail the query, and doveadm would exit with 75.
    [Theory]
    [InlineData("smtp", 77)]
    [InlineData("submission", 77)]
    [InlineData("IMAP", 0)]
    [InlineData("pop3", 0)]
    [InlineData("sieve", 0)]
    [InlineData("managesieve", 0)]
    [InlineData("lmtp", 0)]
    [InlineData("doveadm", 0)]
    public async Task every_service_that_dovecot_names_is_answered(string service, int exit)
    {
        var address = $"asks-{service.ToLowerInvariant()}@example.com";
        await Server.AddAccountAsync(address);
        await Server.DoAsync($"userservices {address} --disable smtp");
        (await Server.DoveadmAsync("auth", "test", "-x", $"service={service}", address, "secret")).ShouldExit(exit);
        (await Server.DoveadmAsync("auth", "test", "-x", $"service={service}", address, "guess")).ShouldExit(77);
    }

    private static SaslMechanism Mechanism(string name, string user, string password) => name switch
    {
        "PLAIN" => new SaslMechanismPlain(user, password),
        "LOGIN" => new SaslMechanismLogin(user, password),
        "CRAM-MD5" => new SaslMechanismCramMd5(user, password),
        "DIGEST-MD5" => new SaslMechanismDigestMd5(user, password),
        _ => throw new ArgumentException(name),
    };
}

[Collection(AsShipped.Name)]
public class ShippedLoginTests(ShippedMailServer server) : LoginTests(server)
{
    /// <summary>Dovecot's user names have no such letters: auth_username_chars.</summary>
    [Fact]
    public async Task an_account_of_an_internationalized_domain_logs_in_by_a_labels_and_is_refused_by_letters()
    {
        await Server.DoAsync("domainadd öl.example");
        await Server.DoAsync("aliasdomainadd über.example öl.example");
        await Server.AddAccountAsync("user@öl.example");
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, "user@xn--l-0ga.example"));
        Assert.Equal("smtp pop3 imap sieve", await Mail.ServicesOfAsync(Server, "User@XN--ber-goa.example"));
        Assert.Equal("", await Mail.ServicesOfAsync(Server, "user@öl.example"));
    }
}

[Collection(AsInTheSeed.Name)]
public class SeedLoginTests(SeedMailServer server) : LoginTests(server)
{
    [Fact]
    public async Task the_documents_noplaintext_offers_only_mechanisms_that_hide_the_password()
    {
        await Server.AddAccountAsync("hidden@example.com");
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", Server.Smtp, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        Assert.Equal(["CRAM-MD5", "DIGEST-MD5"], client.AuthenticationMechanisms.Order(StringComparer.Ordinal));
        await client.AuthenticateAsync(
            new SaslMechanismCramMd5("hidden@example.com", "secret"),
            TestContext.Current.CancellationToken
        );
        await client.DisconnectAsync(quit: true, TestContext.Current.CancellationToken);
    }
}
