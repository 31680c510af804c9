using Npgsql;

namespace Vmm.Tests.PostfixAdmin;

/// <summary>
/// An import that ends at its COMMIT, when all mail is in its new place already: refused, lost, or still on its way when vmm is
/// gone.
/// </summary>
public class BrokenOffTests(PostgresCluster cluster)
{
    private const string Refuse = "RAISE EXCEPTION 'not today'";
    private const string Lose = "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60)";
    private const string Wait = "PERFORM pg_advisory_xact_lock(4711)";

    [Fact]
    public async Task a_commit_that_is_refused_brings_all_mail_back_as_it_was()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await FillAsync(world, 5, Refuse);
        var mail = await old.SnapshotAsync();
        var refused = await old.ImportWithMailAsync("--quiet");
        refused.ShouldExit((int)ErrorCode.Database);
        Assert.Equal("vmm: error: the database refused a statement: not today (P0001)\n", refused.Error);
        Assert.Equal((mail, 0), (await old.SnapshotAsync(), await world.CountAsync("users")));
        Assert.DoesNotContain(await world.TreeAsync(), t => t.Contains(".vmm-", StringComparison.Ordinal));
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task an_answer_that_never_comes_names_the_repair_which_brings_the_mail_back()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await FillAsync(world, 3, Lose);
        var mail = await old.SnapshotAsync();
        await LoseAsync(old);
        Assert.NotEqual(mail, await old.SnapshotAsync());
        await RepairAsync(world);
        Assert.Equal((mail, 0), (await old.SnapshotAsync(), await world.CountAsync("users")));
    }

    [Fact]
    public async Task mail_is_found_again_though_the_list_of_homes_is_gone()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await FillAsync(world, 3, Lose);
        var mail = await old.SnapshotAsync();
        await LoseAsync(old);
        File.Delete(Staging(world) + "/homes");
        await RepairAsync(world);
        Assert.Equal(mail, await old.SnapshotAsync());
    }

    [Theory]
    [InlineData("mail", "truncate -s -1")]
    [InlineData("mail", "truncate -s 0")]
    [InlineData("mail", "truncate -s 65M")]
    [InlineData("mail", "sed -i s/[0-9A-F]*$/2F2/")]
    [InlineData("homes", "truncate -s -3")]
    [InlineData("homes", "sed -i 1s/7/x/")]
    public async Task a_damaged_list_is_named_and_nothing_is_removed(string list, string damage)
    {
        using var world = await World.CreateAsync(cluster);
        var old = await FillAsync(world, 2, Lose);
        await LoseAsync(old);
        var path = $"{Staging(world)}/{list}";
        (await Run.ShellAsync($"{damage} {path}")).Succeeded();
        var tree = await world.TreeAsync();
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        Assert.Contains(path, check.Out, StringComparison.Ordinal);
        var repair = await world.VmmAsync("check", "--repair");
        repair.ShouldExit((int)ErrorCode.FileSystem);
        Assert.Contains(path, repair.Error, StringComparison.Ordinal);
        Assert.Equal(tree, await world.TreeAsync());
    }

    /// <summary>
    /// vmm is killed when the server has its COMMIT but has not done it; a repair that looked at the rows then would see none.
    /// </summary>
    [Fact]
    public async Task a_repair_waits_for_a_commit_that_is_still_on_its_way()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await FillAsync(world, 3, Wait);
        var held = await HoldAsync(world);
        using (
            var import = Run.Start(
                Repository.Binary,
                ["import-postfixadmin", "--source", old.Source, "--mail-directory", old.Mail, "--yes"],
                world.Environment
            )
        )
        {
            await WaitingAsync(world, "COMMIT");
            import.Kill();
            await import.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var repair = world.VmmAsync("check", "--repair");
        await WaitingAsync(world, "pg_advisory_xact_lock(hashtext");
        Assert.False(repair.IsCompleted);
        // Others are not kept waiting.
        await world.DoAsync("domainadd example.net");
        await world.AddAccountAsync("user@example.net");
        await held.DisposeAsync();
        // What was seen before the commit, directories without a row, is true no more and not told.
        var mended = Assert.Single((await repair).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("repaired warning\tstaging-directory\t", mended, StringComparison.Ordinal);
        Assert.Equal("", await world.DoAsync("check"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(3, Directory.GetFiles($"{await old.HomeAsync($"u{i}@example.com")}/Maildir/new").Length);
        }
    }

    [Fact]
    public async Task mail_that_cannot_be_brought_back_is_told_with_its_place()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await FillAsync(world, 2, $"{Wait}; {Refuse}");
        var mail = await old.SnapshotAsync();
        var held = await HoldAsync(world);
        var import = old.ImportWithMailAsync();
        await WaitingAsync(world, "COMMIT");
        Directory.Move($"{old.Mail}/example.com", $"{old.Mail}/elsewhere");
        await held.DisposeAsync();
        var failed = await import;
        failed.ShouldExit((int)ErrorCode.Database);
        foreach (var (name, uid) in new[] { ("u0", 70000), ("u1", 70001) })
        {
            Assert.Contains(
                $"vmm: warning: the mail of '{old.Mail}/example.com/{name}' is in '{Staging(world)}/{uid}/Maildir': cannot find "
                    + $"the directory '{old.Mail}/example.com': somebody removed it; when that is repaired, run 'vmm check "
                        + "--repair'\n",
                failed.Error,
                StringComparison.Ordinal);
        }

        var repair = await world.VmmAsync("check", "--repair");
        repair.ShouldExit((int)ErrorCode.FileSystem);
        Assert.Contains(
            $"vmm: error: the mail of '{old.Mail}/example.com/u0' is in '{Staging(world)}/70000/Maildir': ",
            repair.Error,
            StringComparison.Ordinal
        );
        Assert.Contains($"vmm: error: the mail of '{old.Mail}/example.com/u1' is in ", repair.Error, StringComparison.Ordinal);
        Directory.Move($"{old.Mail}/elsewhere", $"{old.Mail}/example.com");
        await world.DoAsync("check --repair");
        Assert.Equal(mail, await old.SnapshotAsync());
        Assert.Equal("", await world.DoAsync("check"));
    }

    private static async Task LoseAsync(OldServer old)
    {
        var lost = await old.ImportWithMailAsync();
        lost.ShouldExit((int)ErrorCode.Database);
        Assert.Contains("vmm: error: the database did not confirm the change: ", lost.Error, StringComparison.Ordinal);
        Assert.Contains(
            "vmm: hint: The change may or may not be made. Run 'vmm check --repair': ",
            lost.Error,
            StringComparison.Ordinal
        );
    }

    /// <summary>Nothing is left but the directory of a domain that is not there, and is empty.</summary>
    private static async Task RepairAsync(World world)
    {
        var repair = await world.VmmAsync("check", "--repair");
        repair.ShouldExit(4);
        var lines = repair.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["repaired warning staging-directory", "warning orphan-directory"],
            lines.Select(l => string.Join(' ', l.Split('\t')[..2]))
        );
        Assert.Empty(Directory.GetFileSystemEntries(lines[1].Split('\t')[2]));
    }

    private static string Staging(World world) =>
        Directory.GetDirectories(world.Base).SelectMany(hash => Directory.GetDirectories(hash, ".vmm-new-*")).Single();

    /// <summary>Keeps every <see cref="Wait"/> waiting until it is disposed.</summary>
    private async Task<NpgsqlConnection> HoldAsync(World world)
    {
        var connection = await cluster.OpenAsync(world.Database);
        await PostgresCluster.ListAsync(connection, "SELECT pg_advisory_lock(4711)");
        return connection;
    }

    /// <summary>Waits until a session of vmm waits for a lock in a statement.</summary>
    private static async Task WaitingAsync(World world, string statement)
    {
        for (var i = 0; i < 1500; i++)
        {
            var waiting = await world.QueryAsync(
                "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'vmm' AND "
                    + "wait_event = 'advisory'"
            );
            if (waiting.Any(q => q.Contains(statement, StringComparison.Ordinal)))
            {
                return;
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"no session ever waited in {statement}");
    }

    /// <summary>Deferred: what it does is done at COMMIT, when everything is in its new place already.</summary>
    private async Task<OldServer> FillAsync(World world, int accounts, string atCommit)
    {
        await world.SqlAsync(
            $"""
            CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {atCommit}; RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW WHEN (NEW.local_part = 'u1') EXECUTE FUNCTION at_commit()
            """
        );
        return await OldServer.CreateFilledAsync(cluster, world, accounts);
    }
}
