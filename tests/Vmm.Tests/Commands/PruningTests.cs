using System.Diagnostics;

namespace Vmm.Tests.Commands;

/// <summary>What goes from the journal by a housekeeping. The transcript housekeeping.txt has what a session looks like.</summary>
public sealed class PruningTests(PostgresCluster cluster) : IDisposable
{
    private const string Old = "began = now() - interval '401 days'";
    private World world = null!;

    public void Dispose() => world?.Dispose();

    /// <summary>Many changes of one entry, one of very many, and some that are young.</summary>
    [Fact]
    public async Task what_is_old_goes_whole_and_in_parts()
    {
        await StartAsync();
        await world.DoAsync("useradd a@example.com --hash {PLAIN}x");
        var young = await world.QueryAsync("SELECT change, entry FROM vmm_journal ORDER BY entry");
        await world.SqlAsync(
            """
            INSERT INTO vmm_change (began)
            SELECT now() - interval '500 days' + n * interval '1 second' FROM generate_series(1, 30000) n;
            INSERT INTO vmm_journal (change, kind, number, gid, domain, local_part, before, after)
            SELECT change, 'account', 1, 1, 'old.example', 'u' || change, '{"note":"a"}', '{"note":"b"}'
              FROM vmm_change WHERE began < now() - interval '450 days';
            WITH c AS (INSERT INTO vmm_change (began) VALUES (now() - interval '410 days') RETURNING change)
            INSERT INTO vmm_journal (change, kind, number, gid, domain, local_part, before, after)
            SELECT change, 'account', n, 1, 'old.example', 'u' || n, NULL, '{}' FROM c, generate_series(1, 30000) n;
            INSERT INTO vmm_change (began) VALUES (now() - interval '420 days');
            """);
        var clock = Stopwatch.StartNew();
        var pruned = (await world.JsonAsync("housekeeping")).GetProperty("pruned");
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 30);
        Assert.Equal(30002, pruned.GetProperty("changes").GetInt64());
        Assert.Equal(60000, pruned.GetProperty("entries").GetInt64());
        Assert.Equal(young, await world.QueryAsync("SELECT change, entry FROM vmm_journal ORDER BY entry"));
        Assert.Equal(["2"], await world.QueryAsync("SELECT count(*) FROM vmm_change"));
        Assert.Equal(0, (await world.JsonAsync("housekeeping")).GetProperty("pruned").GetProperty("changes").GetInt64());
    }

    [Theory]
    [InlineData("days = 0", "402 days", 2)]
    [InlineData("days = 30", "31 days", 1)]
    [InlineData("days = 30", "29 days", 2)]
    [InlineData("", "399 days", 2)]
    [InlineData("", "401 days", 1)]
    public async Task a_change_stays_for_as_long_as_the_configuration_says(string setting, string age, int left)
    {
        await StartAsync($"[journal]\n{setting}\n");
        await world.DoAsync("domainnote example.com noted");
        await world.SqlAsync($"UPDATE vmm_change SET began = now() - interval '{age}' WHERE change = 1");
        await world.DoAsync("housekeeping");
        Assert.Equal([$"{left}"], await world.QueryAsync("SELECT count(*) FROM vmm_change"));
        Assert.Equal([$"{left}"], await world.QueryAsync("SELECT count(DISTINCT change) FROM vmm_journal"));
    }

    [Fact]
    public async Task a_change_that_is_gone_is_told_by_undo_and_by_the_journal()
    {
        await StartAsync();
        await world.DoAsync("useradd a@example.com --hash {PLAIN}x");
        await world.SqlAsync($"UPDATE vmm_change SET {Old}");
        await world.DoAsync("domainnote example.com noted");
        await world.DoAsync("housekeeping");
        foreach (var command in (string[])["undo 2", "journal 2"])
        {
            var told = await world.VmmAsync(command.Split(' '));
            Message.IsOneError(told, (int)ErrorCode.NoSuchChange, "the journal has no change 2 any more: it has those after 20");
        }

        Message.IsOneError(await world.VmmAsync("undo", "4"), (int)ErrorCode.NoSuchChange, "the journal has no change 4");
        await world.DoAsync("undo 3");
        Assert.Equal([""], await world.QueryAsync("SELECT note FROM domain_data"));
    }

    /// <summary>A former base directory is known from the deletion of its domain only.</summary>
    [Fact]
    public async Task a_change_of_which_the_trash_has_something_stays()
    {
        await StartAsync("[account]\non_delete = \"trash\"\ntrash_days = 0\n");
        await world.DoAsync("useradd a@example.com --hash {PLAIN}x");
        await world.DoAsync("userdelete a@example.com");
        await world.DoAsync("domaindelete example.com");
        await world.SqlAsync($"UPDATE vmm_change SET {Old}");
        // One that cannot be read, too.
        File.Delete(Directory.GetFiles(world.Base + "/.trash/3", "manifest").Single());
        var done = await world.JsonAsync("housekeeping");
        Assert.Equal(2, done.GetProperty("pruned").GetProperty("changes").GetInt64());
        Assert.Equal(["3", "4"], await world.QueryAsync("SELECT change FROM vmm_change ORDER BY 1"));
        await world.DoAsync("trash purge --all");
        Assert.Equal(1, (await world.JsonAsync("housekeeping")).GetProperty("pruned").GetProperty("changes").GetInt64());
    }

    /// <summary>It is known from the deletion of its last domain only, which put nothing into the trash.</summary>
    [Fact]
    public async Task a_former_base_directory_with_deleted_mail_is_not_forgotten()
    {
        await StartAsync("[account]\non_delete = \"trash\"\ntrash_days = 0\n");
        await world.DoAsync("useradd a@example.com --hash {PLAIN}x");
        await world.DoAsync("userdelete a@example.com");
        var other = Directory.CreateDirectory(world.Directory + "/other").FullName;
        await world.DoAsync($"configset misc.base_directory {other}");
        await world.DoAsync("configset account.on_delete keep");
        await world.DoAsync("domaindelete example.com");
        await world.SqlAsync($"UPDATE vmm_change SET {Old}");
        await world.DoAsync("housekeeping");
        Assert.Contains("a@example.com", await world.DoAsync("trashlist"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task hashes_go_after_their_own_time_though_nobody_changes_a_password()
    {
        await StartAsync();
        await world.DoAsync("useradd a@example.com --hash {PLAIN}first");
        await world.DoAsync("userpassword a@example.com --hash {PLAIN}second");
        Assert.Equal(0, (await world.JsonAsync("housekeeping")).GetProperty("pruned").GetProperty("passwords").GetInt64());
        await world.SqlAsync("UPDATE vmm_journal_secret SET kept = now() - interval '7 days'");
        Assert.Equal("removed 1 old password hash\n", await world.DoAsync("housekeeping"));
        Assert.Equal(0, await world.CountAsync("vmm_journal_secret"));
        Assert.Equal(3, await world.CountAsync("vmm_change"));
    }

    /// <summary>An undo that is at work has all that it needs; who only changes something does not wait for either.</summary>
    [Fact]
    public async Task it_waits_for_an_undo_and_nobody_waits_for_it()
    {
        await StartAsync();
        await world.SqlAsync($"UPDATE vmm_change SET {Old}");
        await using var undo = await cluster.OpenAsync(world.Database, "vmm");
        await using var transaction = await undo.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var hold = undo.CreateCommand())
        {
            hold.CommandText = PruneSql.HoldSql;
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var pruning = world.DoAsync("housekeeping");
        while ((await world.QueryAsync("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))[0] == "0")
        {
            Assert.False(pruning.IsCompleted, "it did not wait");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await world.DoAsync("domainnote example.com noted");
        Assert.Equal(2, await world.CountAsync("vmm_change"));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        await pruning;
        Assert.Equal(1, await world.CountAsync("vmm_change"));
    }

    private async Task StartAsync(string extra = "")
    {
        world = await World.CreateAsync(cluster);
        world.Configure($"[housekeeping]\nstate_file = \"{world.Directory}/state/housekeeping.json\"\n{extra}");
        await world.DoAsync("domainadd example.com");
    }
}
