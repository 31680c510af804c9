using System.Diagnostics;

namespace Vmm.Tests.Checks;

public class DirectoryTests(PostgresCluster cluster)
{
    [Fact]
    public async Task an_untouched_installation_is_clean()
    {
        using var world = await ReadyAsync();
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task every_kind_of_difference_is_listed_with_its_remedy()
    {
        using var world = await ReadyAsync();
        await world.AddAccountAsync("second@example.com");
        await world.AddAccountAsync("third@example.com");
        await world.DoAsync("domainadd gone.example");
        var home = $"{world.Base}/{world.Home()}";
        var domain = Path.GetDirectoryName(home)!;
        var hash = Path.GetDirectoryName(domain)!;
        var gone = $"{world.Base}/{Path.GetDirectoryName(world.Home(70001))}";
        (
            await Run.ShellAsync(
                $"""
                chown 0:0 {home}; chmod 0755 {domain}/70001; rm -r {domain}/70002/Maildir; rm -r {gone}
                mkdir {hash}/.vmm-new-70009-abc {hash}/.vmm-del-70008-abc {domain}/70007 {hash}/99999
                """
            )
        ).Succeeded();
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        var found = check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToList();
        Assert.All(found, columns => Assert.Equal(5, columns.Length));
        Assert.Equal(
            [
                $"removal-directory {hash}/.vmm-del-70008-abc",
                $"staging-directory {hash}/.vmm-new-70009-abc",
                $"wrong-owner {home}",
                $"wrong-mode {domain}/70001",
                $"missing-directory {domain}/70002/Maildir",
                $"orphan-directory {domain}/70007",
                $"orphan-directory {hash}/99999",
                $"missing-directory {world.Base}/{Path.GetDirectoryName(world.Home(70001))}",
            ],
            found.Select(columns => $"{columns[1]} {columns[2]}")
        );

        Directory.CreateDirectory($"{domain}/70002/Maildir");
        (await Run.ShellAsync($"chown 70002:70000 {domain}/70002/Maildir; chmod 0700 {domain}/70002/Maildir")).Succeeded();
        // The other remedies are commands: run them, and the rest is gone, too. 'vmm check --repair' succeeds when nothing else is
        // left.
        foreach (
            var remedy in found
                .Select(columns => columns[4].Split("then ")[^1].Split("or: ")[^1])
                .Where(r => !r.StartsWith("restore", StringComparison.Ordinal))
                .OrderBy(r => r.StartsWith("vmm ", StringComparison.Ordinal))
        )
        {
            (await Run.ShellAsync(remedy, world.ShellEnvironment)).Succeeded();
        }

        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task a_name_made_by_a_user_can_neither_forge_a_line_nor_break_a_command()
    {
        using var world = await ReadyAsync();
        var domain = Path.GetDirectoryName($"{world.Base}/{world.Home()}")!;
        (await Run.ShellAsync($"cd {domain}; mkdir $'x\\norphan-directory\\tetc' $'bad\\xff' \"it's\"")).Succeeded();
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        var lines = check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        foreach (var line in lines)
        {
            (await Run.ShellAsync(line.Split("then ")[^1])).Succeeded();
        }

        Assert.Equal("", await world.DoAsync("check"));
        Assert.Single(Directory.GetDirectories(domain));
    }

    [Fact]
    public async Task what_a_running_vmm_is_making_is_no_finding()
    {
        using var world = await ReadyAsync();
        var staged = $"{Path.GetDirectoryName(Path.GetDirectoryName($"{world.Base}/{world.Home()}"))}/.vmm-new-70001-abc";
        Directory.CreateDirectory(staged);
        using (var maker = Process.Start("flock", ["--close", staged, "sleep", "60"]))
        {
            (await Run.ShellAsync($"while flock -n {staged} true; do sleep 0.02; done")).Succeeded();
            Assert.Equal("", await world.DoAsync("check"));
            maker.Kill(entireProcessTree: true);
            await maker.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        (await world.VmmAsync("check")).ShouldExit(4);
    }

    [Theory]
    [InlineData("useradd new@example.com --hash {PLAIN}x")]
    [InlineData("domainadd example.net")]
    public async Task what_waits_for_its_commit_is_no_finding(string command)
    {
        using var world = await ReadyAsync();
        await world.SqlAsync("""
            CREATE FUNCTION wait() RETURNS trigger
              LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait();
            CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON domain_name DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW EXECUTE FUNCTION wait()
            """);
        var held = await cluster.OpenAsync(world.Database);
        await PostgresCluster.ListAsync(held, "SELECT pg_advisory_lock(4711)");
        var tree = await world.TreeAsync();
        var running = world.DoAsync(command);
        while (
            (
                await world.QueryAsync(
                    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'COMMIT' AND wait_event = "
                        + "'advisory'"
                )
            ).Count == 0
        )
        {
            Assert.False(running.IsCompleted);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.NotEqual(tree, await world.TreeAsync());
        Assert.Equal("", await world.DoAsync("check"));
        await held.DisposeAsync();
        await running;
        Assert.Equal("", await world.DoAsync("check"));
    }

    /// <summary>
    /// As after a useradd that was killed behind its commit: mail came, the account was deleted, and its directory kept.
    /// </summary>
    [Fact]
    public async Task a_repair_leaves_a_home_that_was_used()
    {
        using var world = await ReadyAsync();
        await world.AddAccountAsync("other@example.com");
        var home = $"{world.Base}/{world.Home()}";
        var domain = Path.GetDirectoryName(home)!;
        var staged = $"{Path.GetDirectoryName(domain)}/.vmm-new-70000-abc";
        Directory.CreateDirectory(staged);
        await File.WriteAllTextAsync(staged + "/homes", "70000\n70001\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(home + "/Maildir/.Trash/new/mail", "mail", TestContext.Current.CancellationToken);
        await world.DoAsync("userdelete user@example.com");
        await world.DoAsync("userdelete other@example.com");

        var repair = await world.VmmAsync("check", "--repair");
        repair.ShouldExit(4);
        Assert.Equal(
            [$"repaired warning\tstaging-directory\t{staged}", $"warning\torphan-directory\t{home}"],
            repair.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => string.Join('\t', l.Split('\t')[..3]))
        );
        Assert.Equal("mail", await File.ReadAllTextAsync(home + "/Maildir/.Trash/new/mail", TestContext.Current.CancellationToken));
        Assert.Equal([home], Directory.GetDirectories(domain));
    }

    [Fact]
    public async Task check_is_clean_while_others_add_and_delete()
    {
        using var world = await ReadyAsync();
        using var stop = new CancellationTokenSource();
        var changes = 0;
        var busy = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await world.AddAccountAsync("busy@example.com");
                    Interlocked.Increment(ref changes);
                    await world.DoAsync("userdelete busy@example.com --delete-directory");
                    Interlocked.Increment(ref changes);
                }
            },
            TestContext.Current.CancellationToken);
        var met = 0;
        for (var i = 0; i < 100 && (i < 10 || met < 10); i++)
        {
            var before = Volatile.Read(ref changes);
            Assert.Equal("", (await world.VmmAsync("check")).Out);
            met += Volatile.Read(ref changes) > before ? 1 : 0;
        }

        await stop.CancelAsync();
        await busy;
        Assert.True(met >= 10, $"only {met} checks met a change");
    }

    [Fact]
    public async Task a_path_in_the_database_that_is_none_of_ours_is_a_finding()
    {
        using var world = await ReadyAsync();
        await world.SqlAsync("UPDATE domain_data SET domaindir = '/etc/../etc'");
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        Assert.Contains("unsafe-path\t/etc/../etc", check.Out, StringComparison.Ordinal);
    }

    private async Task<World> ReadyAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        return world;
    }
}
