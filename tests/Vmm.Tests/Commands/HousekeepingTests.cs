using System.Diagnostics;
using System.Text.Json;

namespace Vmm.Tests.Commands;

/// <summary>What is due each day. The transcript housekeeping.txt has what a session looks like.</summary>
public sealed class HousekeepingTests(PostgresCluster cluster) : IDisposable
{
    private World world = null!;

    private string State => $"{world.Directory}/state/housekeeping.json";

    public void Dispose() => world?.Dispose();

    [Fact]
    public async Task a_step_that_fails_does_not_keep_the_others_from_being_done()
    {
        await StartAsync();
        await world.SqlAsync(
            """
            INSERT INTO alias VALUES (70000, 'info', 'nobody@example.com');
            UPDATE vmm_change SET began = now() - interval '401 days';
            """);
        // The trash, and with it what the journal must keep.
        Directory.CreateDirectory(world.Base + "/.trash");
        File.SetUnixFileMode(world.Base + "/.trash", (UnixFileMode)0b111_111_111);
        var unsafeTrash = await world.VmmAsync("housekeeping");
        unsafeTrash.ShouldExit((int)ErrorCode.UnsafePath);
        Assert.Equal(2, unsafeTrash.Error.Split("vmm: error: refusing to touch").Length - 1);
        Assert.Contains("+ error\tdangling-destination\tinfo@example.com\t", unsafeTrash.Out, StringComparison.Ordinal);
        Assert.Equal(2, await world.CountAsync("vmm_change"));
        Directory.Delete(world.Base + "/.trash");

        // What the last one found.
        await File.WriteAllTextAsync(State, "{", TestContext.Current.CancellationToken);
        var unreadable = await world.VmmAsync("housekeeping", "--json");
        unreadable.ShouldExit((int)ErrorCode.FileSystem);
        var result = JsonDocument.Parse(unreadable.Out).RootElement;
        Assert.Equal("check", result.GetProperty("failed")[0].GetProperty("step").GetString());
        Assert.Equal(2, result.GetProperty("pruned").GetProperty("changes").GetInt64());
        Assert.False(result.TryGetProperty("new", out _));
        Assert.Equal("{", await File.ReadAllTextAsync(State, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task a_dry_run_changes_nothing()
    {
        await StartAsync();
        await world.SqlAsync(
            """
            INSERT INTO alias VALUES (70000, 'info', 'nobody@example.com');
            UPDATE vmm_change SET began = now() - interval '401 days';
            """);
        var log = File.ReadAllText(world.Log);
        foreach (var _ in (int[])[1, 2])
        {
            var said = await world.DoAsync("housekeeping --dry-run");
            Assert.StartsWith("would remove 2 changes with 3 entries from the journal", said, StringComparison.Ordinal);
            Assert.Contains("\n+ error\tdangling-destination\t", said, StringComparison.Ordinal);
        }

        Assert.Equal(2, await world.CountAsync("vmm_change"));
        Assert.False(File.Exists(State));
        Assert.Equal(log, File.ReadAllText(world.Log));
    }

    [Fact]
    public async Task a_second_one_at_a_time_says_so()
    {
        await StartAsync();
        await world.DoAsync("housekeeping");
        using var other = Run.Start("flock", ["--close", State + ".lock", "sh", "-c", "echo locked; exec sleep 60"]);
        Assert.Equal("locked", await other.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Message.IsOneError(
            await world.VmmAsync("housekeeping"), (int)ErrorCode.FileSystem, "another 'vmm housekeeping' is at work");
        await world.DoAsync("housekeeping --dry-run");
        other.Kill(entireProcessTree: true);
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        await world.DoAsync("housekeeping");
    }

    /// <summary>Ended by systemd, or by Ctrl-C.</summary>
    [Fact]
    public async Task what_is_interrupted_goes_on_with_the_next_run()
    {
        await StartAsync();
        await world.SqlAsync("UPDATE vmm_change SET began = now() - interval '401 days'");
        await using var undo = await cluster.OpenAsync(world.Database, "vmm");
        await using var transaction = await undo.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var hold = undo.CreateCommand())
        {
            hold.CommandText = PruneSql.HoldSql;
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        using var running = Run.Start(Repository.Binary, ["--config", world.Config, "housekeeping"]);
        while ((await world.QueryAsync("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))[0] == "0")
        {
            Assert.False(running.HasExited, "it did not wait");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        using (var kill = Process.Start("kill", ["-TERM", $"{running.Id}"]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var error = await running.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await running.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, running.ExitCode);
        Assert.Equal("vmm: error: interrupted\nvmm: hint: What was done is kept, and the next run goes on.\n", error);
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("removed 1 change ", await world.DoAsync("housekeeping"), StringComparison.Ordinal);
    }

    /// <summary>Each thing that was done is in the log, and nothing where nothing was done.</summary>
    [Fact]
    public async Task what_it_removes_is_in_the_operations_log()
    {
        await StartAsync("[account]\non_delete = \"trash\"\n");
        await world.AddAccountAsync("a@example.com");
        await world.DoAsync("userdelete a@example.com");
        await world.DoAsync("housekeeping");
        Assert.DoesNotContain("housekeeping", File.ReadAllText(world.Log), StringComparison.Ordinal);
        await world.SqlAsync("UPDATE vmm_change SET began = now() - interval '401 days'");
        var manifest = Directory.GetFiles(world.Base + "/.trash", "manifest", SearchOption.AllDirectories).Single();
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"at\": \"20", "\"at\": \"19", StringComparison.Ordinal));
        Assert.Equal(
            [
                "removed 1 deletion with 1 account from the trash", "removed 3 changes with 4 entries from the journal",
                "removed 1 old password hash",
            ],
            (await world.DoAsync("housekeeping")).Split('\n').Select(l => l.Split(',')[0]).Where(l => l.Length > 0));
        var lines = File.ReadAllLines(world.Log).Where(l => l.Contains("\"housekeeping\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Contains("a@example.com", lines[0], StringComparison.Ordinal);
    }

    private async Task StartAsync(string extra = "")
    {
        world = await World.CreateAsync(cluster);
        world.Configure($"[housekeeping]\nstate_file = \"{State}\"\n{extra}");
        await world.DoAsync("domainadd example.com");
    }
}
