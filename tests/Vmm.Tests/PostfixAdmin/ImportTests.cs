using System.Text.Json;

namespace Vmm.Tests.PostfixAdmin;

/// <summary>What comes over from PostfixAdmin, and what does not.</summary>
public partial class ImportTests(PostgresCluster cluster)
{
    [Fact]
    public async Task domains_accounts_aliases_and_mail_come_over()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com", "'the first', 'virtual', false, true");
        await old.AddDomainAsync("example.net", "'', 'lmtp:unix:private/other', false, true");
        await old.AddDomainAsync("Bücher.example");
        await old.AddDomainAsync("example.org");
        await old.SqlAsync("INSERT INTO alias_domain (alias_domain, target_domain) VALUES ('example.org', 'example.com')");
        await old.AddMailboxAsync(
            "anna@example.com",
            "{BLF-CRYPT}$2y$10$abcdefghijklmnopqrstuuS1bYbHRvBa1f0nVrDYJ.yBxSFYGZsa2",
            1048576,
            messages: 3,
            name: "Anna A."
        );
        await old.AddMailboxAsync("Ben@example.com", "$1$abcdefgh$irWbblnpmw.5z7wgBnprh0", active: false);
        await old.AddMailboxAsync("cleo@Bücher.example", "{SHA512-CRYPT}$6$abcdefgh$" + new string('a', 86), messages: 1);
        await old.AddAliasAsync("info@example.com", "anna@example.com,Someone@Example.Invalid.example");
        await old.AddAliasAsync("gone@example.com", "anna@example.com", active: false);
        await old.AddAliasAsync("@example.net", "anna@example.com");
        await old.AddAliasAsync("@Bücher.example", "@example.net");
        (await old.ImportWithMailAsync()).ShouldExit(0);

        Assert.Equal(
            [
                "example.com|True|the first|lmtp:unix:private/dovecot-lmtp",
                "example.net|True||lmtp:unix:private/other",
                "example.org|False|the first|lmtp:unix:private/dovecot-lmtp",
                "xn--bcher-kva.example|True||lmtp:unix:private/dovecot-lmtp",
            ],
            await world.QueryAsync(
                "SELECT domainname, is_primary, note, transport FROM domain_name JOIN domain_data USING (gid) JOIN transport "
                    + "USING (tid) ORDER BY 1"
            )
        );
        Assert.Equal(
            [
                "anna|{BLF-CRYPT}$2y$10$abcdefghijklmnopqrstuuS1bYbHRvBa1f0nVrDYJ.yBxSFYGZsa2|Anna A.|1048576|",
                "ben|{MD5-CRYPT}$1$abcdefgh$irWbblnpmw.5z7wgBnprh0|||False",
                $"cleo|{{SHA512-CRYPT}}$6$abcdefgh${new string('a', 86)}|||",
            ],
            await world.QueryAsync(
                "SELECT local_part, passwd, name, bytes, smtp OR pop3 OR imap OR sieve FROM users LEFT JOIN quotalimit USING "
                    + "(qid) LEFT JOIN service_set USING (ssid) ORDER BY 1"
            )
        );
        Assert.Equal(
            ["info|Someone@example.invalid.example", "info|anna@example.com"],
            await world.QueryAsync("SELECT address, destination FROM alias ORDER BY address, destination COLLATE \"C\"")
        );
        Assert.Equal(
            ["%n@example.net|xn--bcher-kva.example", "anna@example.com|example.net"],
            await world.QueryAsync("SELECT destination, domainname FROM catchall JOIN domain_name USING (gid) ORDER BY 1")
        );

        var home = await old.HomeAsync("anna@example.com");
        Assert.Equal(
            "Subject: 2 in example.com/anna\n\nHello\n",
            await File.ReadAllTextAsync(home + "/Maildir/new/2.eins", TestContext.Current.CancellationToken)
        );
        Assert.Equal(2020, File.GetLastWriteTimeUtc(home + "/Maildir/new/2.eins").Year);
        Assert.False(Directory.Exists(old.Mail + "/example.com/anna"));
        Assert.True(Directory.Exists(await old.HomeAsync("ben@example.com") + "/Maildir/cur"));
        var uid = await old.UidAsync("anna@example.com");
        Assert.Equal(
            $"{uid}:{await GidAsync(world)}\n",
            (await Run.ShellAsync($"find {home} -printf '%U:%G\\n' | sort -u")).Succeeded()
        );
        // Nothing is missing, nothing left over, and owners and modes are as vmm makes them. A password came that Dovecot 2.4 will
        // not take.
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        Assert.StartsWith(
            "warning\tweak-password-scheme\tMD5-CRYPT\t1 account ",
            Assert.Single(check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task a_dry_run_tells_the_plan_and_changes_nothing()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        await old.AddMailboxAsync("anna@example.com", messages: 2);
        var (rows, mail, tree) = (await old.RowsAsync(), await old.SnapshotAsync(), await world.TreeAsync());
        var text = (await old.ImportAsync("--mail-directory", old.Mail, "--dry-run")).Succeeded();
        Assert.Contains($"{old.Mail}/example.com/anna -> anna@example.com", text, StringComparison.Ordinal);
        Assert.Contains("+ users: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        var json = JsonDocument
            .Parse((await old.ImportAsync("--mail-directory", old.Mail, "--dry-run", "--json")).Succeeded())
            .RootElement;
        Assert.Equal(
            ("anna@example.com", true, false),
            (
                json.GetProperty("moves")[0].GetProperty("address").GetString(),
                json.GetProperty("dry_run").GetBoolean(),
                json.GetProperty("changed").GetBoolean()
            )
        );
        Assert.Equal((rows, mail), (await old.RowsAsync(), await old.SnapshotAsync()));
        // Only the hash directory that the attempt needed may be there.
        Assert.DoesNotContain((await world.TreeAsync()).Except(tree), t => t.Contains('/', StringComparison.Ordinal));
    }

    [Fact]
    public async Task automatic_replies_and_fetchmail_are_named_and_left_out()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        await old.AddMailboxAsync("anna@example.com");
        await old.SqlAsync("""
            UPDATE alias SET goto = 'anna@example.com,anna#example.com@autoreply.example.net';
            INSERT INTO vacation (email, subject, body, domain, active) VALUES ('anna@example.com', 's', 'b', 'example.com', true);
            INSERT INTO fetchmail (mailbox, active) VALUES ('anna@example.com', true)
            """);
        var done = await old.ImportAsync("--yes");
        done.ShouldExit(0);
        Assert.Contains("vacation 'anna@example.com' left out: ", done.Error, StringComparison.Ordinal);
        Assert.Contains("fetchmail 'anna@example.com' left out: vmm does not fetch mail", done.Error, StringComparison.Ordinal);
        Assert.Equal(0, await world.CountAsync("alias"));
    }

    [Theory]
    [InlineData("", "ben|False|True|True")]
    [InlineData("[domain]\nauto_postmaster = false\npop3 = false\n", "ben|False|False|True")]
    public async Task version_4_says_who_may_send(string configuration, string expected)
    {
        using var world = await World.CreateAsync(cluster, configuration);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.SqlAsync("ALTER TABLE mailbox ADD smtp_active boolean NOT NULL DEFAULT true");
        await old.AddDomainAsync("example.com");
        await old.AddMailboxAsync("anna@example.com");
        await old.AddMailboxAsync("ben@example.com");
        await old.SqlAsync("UPDATE mailbox SET smtp_active = false WHERE local_part = 'ben'");
        (await old.ImportAsync("--yes")).ShouldExit(0);
        Assert.Equal(
            ["anna|||", expected],
            await world.QueryAsync("SELECT local_part, smtp, pop3, imap FROM users LEFT JOIN service_set USING (ssid) ORDER BY 1")
        );
    }

    [Fact]
    public async Task it_asks_and_without_a_terminal_it_says_which_option_to_pass()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        var refused = await old.ImportAsync();
        refused.ShouldExit((int)ErrorCode.Usage);
        Assert.EndsWith(
            "vmm: error: there is no terminal to ask for confirmation\nvmm: hint: Look at it with --dry-run, then pass "
                + "--yes.\n",
            refused.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(0, await world.CountAsync("domain_data"));
    }

    private static async Task<string> GidAsync(World world) =>
        (await world.QueryAsync("SELECT gid FROM domain_name WHERE domainname = 'example.com'")).Single();
}
