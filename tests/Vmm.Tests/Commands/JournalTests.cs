using System.Text.Json;

namespace Vmm.Tests.Commands;

/// <summary>Who changed what. The transcript journal.txt has what a session looks like.</summary>
public sealed class JournalTests(PostgresCluster cluster) : IDisposable
{
    private World world = null!;

    public void Dispose() => world?.Dispose();

    [Fact]
    public async Task a_change_has_its_author_its_command_line_and_what_was_there_before_and_after()
    {
        await StartAsync();
        await world.AddAccountAsync("user@example.com");
        await world.DoAsync("userquota user@example.com 1G");
        (await world.VmmAsync("username", "user@example.com", "O'Hara & sons")).ShouldExit(0);
        var changes = await ListAsync("journal user@example.com");
        Assert.Equal(
            ["username user@example.com 'O'\\''Hara & sons'", "userquota user@example.com 1G"],
            changes.Take(2).Select(c => c.GetProperty("command").GetString())
        );
        Assert.All(changes, c => Assert.Equal("root", c.GetProperty("by").GetString()));
        Assert.All(changes, c => Assert.Equal(Environment.MachineName, c.GetProperty("host").GetString()));
        Assert.All(changes, c => Assert.Equal("vmm", c.GetProperty("role").GetString()));
        Assert.Equal(["changed", "changed", "added"], changes.Select(c => Text(c.GetProperty("first"), "action")));
        var quota = Assert.Single((await DetailsAsync(changes[1])).EnumerateArray());
        Assert.False(quota.GetProperty("before").TryGetProperty("quota_bytes", out _));
        Assert.Equal(1L << 30, quota.GetProperty("after").GetProperty("quota_bytes").GetInt64());
        Assert.Equal(70000, quota.GetProperty("uid").GetInt64());
        var said = await world.DoAsync($"journal {Number(changes[1])}");
        Assert.Contains("\nchanged account user@example.com\n\tquota_bytes: - -> 1073741824\n", said, StringComparison.Ordinal);
    }

    /// <summary>Each kind of object, added, changed and deleted.</summary>
    [Fact]
    public async Task every_kind_of_object_is_in_it()
    {
        await StartAsync();
        string[] commands =
        [
            "useradd a@example.com --hash {PLAIN}x", "aliasadd b@example.com a@example.com",
            "catchalladd example.com a@example.com", "relocatedadd c@example.com new@example.org",
            "aliasdomainadd example.net example.com", "domainnote example.com noted", "domainrename example.com example.net",
            "userrename a@example.net d@example.net", "domaindelete example.net --force",
        ];
        foreach (var command in commands)
        {
            await world.DoAsync(command);
        }

        var entries = new HashSet<string>();
        foreach (var change in await ListAsync("journal"))
        {
            entries.UnionWith((await DetailsAsync(change)).EnumerateArray().Select(Words));
        }

        string[] expected =
        [
            "added domain example.com", "added domain name example.com", "added account a@example.com", "added alias b@example.com",
            "added catch-all example.com", "added relocated user c@example.com", "added domain name example.net",
            "changed domain example.com", "changed domain name example.com", "changed domain name example.net",
            "changed account d@example.net", "deleted alias b@example.net", "deleted catch-all example.net",
            "deleted relocated user c@example.net", "deleted account d@example.net", "deleted domain name example.com",
            "deleted domain name example.net", "deleted domain example.net",
        ];
        Assert.Empty(expected.Except(entries));
    }

    [Fact]
    public async Task an_object_is_found_by_its_earlier_name_and_by_an_alias_domain()
    {
        await StartAsync();
        await world.DoAsync("useradd a@example.com --hash {PLAIN}x");
        await world.DoAsync("aliasdomainadd example.net example.com");
        await world.DoAsync("userrename a@example.com b@example.com --leave nothing");
        Assert.Equal(2, (await ListAsync("journal a@example.com")).Count);
        Assert.Equal(2, (await ListAsync("journal a@example.net")).Count);
        Assert.Single(await ListAsync("journal b@example.com"));
        Assert.Contains("renamed account a@example.com to b@example.com", await ShowLastAsync(), StringComparison.Ordinal);
        Assert.Equal(4, (await ListAsync("journal example.com")).Count);
        Assert.Single(await ListAsync("journal example.net"));
        Assert.Empty(await ListAsync("journal nobody@example.com"));
        await world.DoAsync("domainrename example.com example.org --leave nothing");
        Assert.Equal(5, (await ListAsync("journal example.org")).Count);
        Assert.Equal(5, (await ListAsync("journal example.com")).Count);
        Assert.Equal(2, (await ListAsync("journal a@example.com")).Count);
        Assert.Single(await ListAsync("journal b@example.org"));
        Assert.Single(await ListAsync("journal b@example.com"));
    }

    /// <summary>Also what empties a table, and what changes a choice that objects have.</summary>
    [Fact]
    public async Task what_other_programs_change_is_in_it_with_their_role()
    {
        await StartAsync();
        await world.DoAsync("useradd a@example.com --hash {PLAIN}x");
        await world.DoAsync("aliasadd b@example.com a@example.com");
        await world.SqlAsync("UPDATE users SET note = 'by hand', passwd = '{PLAIN}y'");
        await world.SqlAsync("UPDATE transport SET transport = 'dovecot:'");
        await world.SqlAsync("TRUNCATE alias");
        await world.SqlAsync("UPDATE domain_data SET gid = gid; UPDATE users SET note = note");
        var changes = (await ListAsync("journal --limit 3")).ToList();
        Assert.All(changes, c => Assert.Equal("vmm", c.GetProperty("by").GetString()));
        Assert.All(changes, c => Assert.False(c.TryGetProperty("command", out _)));
        Assert.Equal(
            ["deleted alias b@example.com", "changed transport 1", "changed account a@example.com"],
            changes.Select(c => Words(c.GetProperty("first")))
        );
        var account = Assert.Single((await DetailsAsync(changes[2])).EnumerateArray());
        Assert.True(account.GetProperty("password_changed").GetBoolean());
        Assert.Contains("changed account a@example.com\n", await world.DoAsync("journal --by vmm"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_failed_change_and_a_dry_run_are_not_in_it()
    {
        await StartAsync();
        await world.DoAsync("useradd a@example.com --hash {PLAIN}x");
        await world.DoAsync("useradd b@example.com --hash {PLAIN}x --dry-run");
        (await world.VmmAsync("useradd", "a@example.com", "--hash", "{PLAIN}x")).ShouldExit((int)ErrorCode.AccountExists);
        await world.DoAsync("useradd a@example.com --hash {PLAIN}x --if-not-exists");
        Assert.Equal(["useradd", "domainadd"], (await ListAsync("journal")).Select(c => Text(c, "command").Split(' ')[0]));
    }

    [Fact]
    public async Task a_file_of_many_lines_is_one_change()
    {
        await StartAsync();
        var file = world.Directory + "/users";
        await File.WriteAllLinesAsync(
            file, Enumerable.Range(0, 500).Select(i => $"u{i}@example.com\t{{PLAIN}}x"), TestContext.Current.CancellationToken);
        await world.DoAsync($"useradd --from-file {file}");
        var change = (await ListAsync("journal"))[0];
        Assert.Equal(500, change.GetProperty("entries").GetInt64());
        Assert.Equal(500, (await DetailsAsync(change)).GetArrayLength());
        Assert.Contains("\nand 497 more\n", await world.DoAsync($"journal {Number(change)} --limit 3"), StringComparison.Ordinal);
        var of = (await ListAsync("journal u321@example.com")).Single();
        Assert.Equal("u321@example.com", Text(of.GetProperty("first"), "object"));
    }

    [Theory]
    [InlineData("userpassword a@example.com -p PASSWORD")]
    [InlineData("userpassword a@example.com --password=PASSWORD")]
    [InlineData("userpassword a@example.com PASSWORD")]
    [InlineData("userpassword a@example.com --hash {PLAIN}PASSWORD")]
    [InlineData("userrename a@example.com b@example.com --password PASSWORD")]
    [InlineData("useradd c@example.com -p PASSWORD")]
    [InlineData("domainadd example.org --password PASSWORD")]
    public async Task no_password_and_no_hash_is_shown(string line)
    {
        world = await World.CreateAsync(cluster, "[domain]\nauto_postmaster = true\n");
        await world.DoAsync("domainadd example.com --hash {PLAIN}first");
        await world.DoAsync("useradd a@example.com --hash {PLAIN}first");
        await world.DoAsync(line.Replace("PASSWORD", "Tr0ub4dor", StringComparison.Ordinal));
        var number = Number((await ListAsync("journal"))[0]);
        foreach (var command in (string[])["journal", "journal --json", $"journal {number}", $"journal {number} --json"])
        {
            var said = await world.DoAsync(command);
            Assert.DoesNotContain("Tr0ub4dor", said, StringComparison.Ordinal);
            Assert.DoesNotContain("{PLAIN}", said, StringComparison.Ordinal);
            Assert.Contains("(hidden)", await world.DoAsync("journal"), StringComparison.Ordinal);
        }

        var stored = await world.QueryAsync(
            "SELECT to_jsonb(c)::text FROM vmm_change c UNION ALL SELECT to_jsonb(j)::text FROM vmm_journal j");
        Assert.DoesNotContain(stored, r => r.Contains("Tr0ub4dor", StringComparison.Ordinal));
        Assert.DoesNotContain(stored, r => r.Contains("{PLAIN}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("[journal]\nsecret_days = 0\n", 0)]
    public async Task a_replaced_hash_is_kept_for_as_long_as_the_configuration_says(string configuration, int kept)
    {
        await StartAsync(configuration);
        await world.DoAsync("useradd a@example.com --hash {PLAIN}first");
        await world.DoAsync("userpassword a@example.com --hash {PLAIN}second");
        Assert.Equal(
            Enumerable.Repeat("{PLAIN}first", kept), await world.QueryAsync("SELECT passwd FROM vmm_journal_secret"));
        await world.SqlAsync("UPDATE vmm_journal_secret SET kept = now() - interval '7 days'");
        // By another program, which does not know the configuration.
        await world.SqlAsync("UPDATE users SET passwd = '{PLAIN}third'");
        Assert.Equal(
            Enumerable.Repeat("{PLAIN}second", kept), await world.QueryAsync("SELECT passwd FROM vmm_journal_secret"));
    }

    /// <summary>The first of a transaction is what was there before it.</summary>
    [Fact]
    public async Task the_hash_of_a_deleted_account_is_kept_and_the_first_of_a_change_counts()
    {
        await StartAsync();
        await world.DoAsync("useradd a@example.com --hash {PLAIN}first");
        await world.SqlAsync("BEGIN; UPDATE users SET passwd = '{PLAIN}second'; DELETE FROM users; COMMIT");
        Assert.Equal(["{PLAIN}first"], await world.QueryAsync("SELECT passwd FROM vmm_journal_secret"));
    }

    [Theory]
    [InlineData("SELECT FROM vmm_change")]
    [InlineData("SELECT FROM vmm_journal")]
    [InlineData("SELECT FROM vmm_journal_secret")]
    [InlineData("INSERT INTO vmm_change DEFAULT VALUES")]
    [InlineData("UPDATE vmm_journal SET after = NULL")]
    [InlineData("DELETE FROM vmm_journal")]
    [InlineData("TRUNCATE vmm_journal")]
    [InlineData("SELECT vmm_change_id()")]
    [InlineData("SELECT vmm_journal_keep('{1}', '{x}', '{now}')")]
    public async Task another_role_adds_to_it_by_its_changes_only(string statement)
    {
        await StartAsync();
        await world.SqlAsync(
            """
            GRANT SELECT, INSERT, UPDATE, DELETE ON relocated, alias, vmm_address, vmm_address_forms TO dovecot;
            GRANT SELECT, UPDATE ON domain_data TO dovecot;
            GRANT SELECT ON domain_name, vmm_address_domain_forms TO dovecot
            """);
        const string change = "INSERT INTO relocated VALUES (70000, 'gone', 'x@example.org')";
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => cluster.ExecuteAsync(world.Database, "dovecot", $"{change}; {statement}"));
        Assert.Equal(Npgsql.PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        Assert.DoesNotContain("relocated", refused.MessageText, StringComparison.Ordinal);
        await cluster.ExecuteAsync(world.Database, "dovecot", change);
        Assert.Single(await ListAsync("journal gone@example.com"));
    }

    [Fact]
    public async Task a_time_and_a_name_choose_changes()
    {
        await StartAsync();
        await world.DoAsync("useradd a@example.com --hash {PLAIN}x");
        await world.SqlAsync("UPDATE vmm_change SET began = '2026-01-31 12:00+00', login = 'anna' WHERE change = 1");
        Assert.Single(await ListAsync("journal --since 1h"));
        Assert.Single(await ListAsync("journal --by anna"));
        Assert.Single(await ListAsync("journal --until 2026-01-31T12:00:01Z"));
        Assert.Empty(await ListAsync("journal --until 2026-01-31T12:00:00Z"));
        Assert.Equal(2, (await ListAsync("journal --since 2026-01-31T13:00+01:00")).Count);
        Assert.Single(await ListAsync("journal --since 2026-01-31T13:00:01+01:00"));
        Message.IsOneError(await world.VmmAsync("journal", "--since", "yesterday"), (int)ErrorCode.Usage, "'yesterday' is not");
        Message.IsOneError(await world.VmmAsync("journal", "4711"), (int)ErrorCode.NoSuchChange, "has no change 4711");
        Message.IsOneError(
            await world.VmmAsync("journal", "99999999999999999999"), (int)ErrorCode.NoSuchChange, "vmm: error: the journal");
        Message.IsOneError(await world.VmmAsync("journal", "4711", "--by", "x"), (int)ErrorCode.Usage, "'--by' excludes");
    }

    private static string Words(JsonElement entry) => $"{Text(entry, "action")} {Text(entry, "kind")} {Text(entry, "object")}";

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static long Number(JsonElement change) => change.GetProperty("change").GetInt64();

    private async Task StartAsync(string configuration = "")
    {
        world = await World.CreateAsync(cluster, configuration);
        await world.DoAsync("domainadd example.com");
    }

    private async Task<List<JsonElement>> ListAsync(string line) =>
        [.. (await world.JsonAsync(line)).GetProperty("changes").EnumerateArray()];

    private async Task<JsonElement> DetailsAsync(JsonElement change) =>
        (await world.JsonAsync($"journal {Number(change)}")).GetProperty("entries");

    private async Task<string> ShowLastAsync() => await world.DoAsync($"journal {Number((await ListAsync("journal"))[0])}");
}
