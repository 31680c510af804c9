namespace Vmm.Tests.PostfixAdmin;

/// <summary>What is not imported is named, with the true reason.</summary>
public sealed class LeftOutTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("", "it has no destination")]
    [InlineData(" , ", "it has no destination")]
    [InlineData("empty@example.com", "it leads only to itself")]
    [InlineData("empty#example.com@autoreply.example.com", "it leads only to the automatic reply")]
    public async Task an_alias_that_leads_to_nobody_is_left_out_with_the_reason(string destinations, string reason)
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        await old.AddAliasAsync("empty@example.com", destinations);
        var outcome = await old.ImportAsync("--dry-run");
        outcome.ShouldExit(0);
        Assert.Contains($"alias 'empty@example.com' left out: {reason}\n", outcome.Out, StringComparison.Ordinal);
    }

    /// <summary>Tables and columns of PostfixAdmin 4.</summary>
    [Fact]
    public async Task app_passwords_and_second_factors_are_named()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        await old.AddMailboxAsync("anna@example.com");
        await old.AddMailboxAsync("ben@example.com");
        await old.SqlAsync("""
            CREATE TABLE mailbox_app_password (id serial, username varchar(255), description text, password_hash text);
            INSERT INTO mailbox_app_password (username, description, password_hash) VALUES
              ('anna@example.com', 'phone', '{PLAIN}app one'), ('anna@example.com', 'tablet', '{PLAIN}app two');
            ALTER TABLE mailbox ADD totp_secret varchar(255);
            UPDATE mailbox SET totp_secret = 'JBSWY3DPEHPK3PXP' WHERE username = 'ben@example.com'
            """);
        var outcome = await old.ImportAsync("--dry-run");
        outcome.ShouldExit(0);
        Assert.Contains("mailbox_app_password 'anna@example.com' left out: 2 app passwords", outcome.Out);
        Assert.Contains("mailbox 'ben@example.com' changed: its second factor (totp_secret)", outcome.Out);
        Assert.DoesNotContain("app one", outcome.Out + outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("JBSWY3DPEHPK3PXP", outcome.Out + outcome.Error, StringComparison.Ordinal);
    }
}
