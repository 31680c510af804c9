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

    /// <summary>Nobody uses what is empty; and what belongs to no mailbox is named all the same.</summary>
    [Fact]
    public async Task only_app_passwords_and_second_factors_that_are_in_use_are_named()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        foreach (var name in (string[])["anna", "ben", "carl"])
        {
            await old.AddMailboxAsync($"{name}@example.com");
        }

        await old.SqlAsync("""
            CREATE TABLE mailbox_app_password (id serial, username varchar(255), description text, password_hash text);
            ALTER TABLE mailbox ADD totp_secret varchar(255);
            UPDATE mailbox SET totp_secret = '' WHERE username = 'ben@example.com'
            """);
        var none = await old.ImportAsync("--dry-run");
        none.ShouldExit(0);
        Assert.DoesNotContain("app password", none.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("second factor", none.Out, StringComparison.Ordinal);

        await old.SqlAsync("""
            INSERT INTO mailbox_app_password (username, description, password_hash) 
              VALUES ('zoe@nowhere.example', 'x', '{PLAIN}app');
            UPDATE mailbox SET totp_secret = 'JBSWY3DPEHPK3PXP' WHERE username = 'carl@example.com'
            """);
        var done = await old.ImportAsync("--yes", "--json");
        done.ShouldExit(0);
        Assert.Contains("zoe@nowhere.example", done.Out, StringComparison.Ordinal);
        Assert.Contains("1 app password: an account has one password", done.Out, StringComparison.Ordinal);
        Assert.Contains("its second factor (totp_secret) is left out", done.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("JBSWY3DPEHPK3PXP", done.Out + done.Error, StringComparison.Ordinal);
        Assert.Equal(3, await world.CountAsync("users"));
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
