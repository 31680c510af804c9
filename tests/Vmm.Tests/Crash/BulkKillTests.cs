using System.Globalization;

namespace Vmm.Tests.Crash;

/// <summary>kill -9 while many accounts are added at once: all of them or none, and one command removes the rest.</summary>
public class BulkKillTests(PostgresCluster cluster)
{
    private const int Kills = 20;
    private const int Accounts = 300;
    private readonly Random random = new();

    [Fact]
    public async Task useradd_from_a_file_can_be_killed_at_any_instant_and_leaves_staging_directories_only()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.org");
        var durations = new List<TimeSpan>();
        foreach (var name in (string[])["a", "b", "c"])
        {
            durations.Add(await Victim.MeasureAsync(world, await CommandAsync(world, name)));
        }

        // The quickest: the first run is slower than those that follow, and kills after the end tell nothing.
        var whole = durations.Min();
        var early = 0;
        var left = 0;
        for (var i = 0; i < Kills; i++)
        {
            var before = await world.CountAsync("users");
            var status = await Victim.SignalAsync(
                world,
                await CommandAsync(world, $"u{i}x"),
                whole * (i + random.NextDouble()) / Kills,
                Victim.Kill
            );
            early += status == 0 ? 0 : 1;
            await FilledWorld.NoBackendIsLeftAsync(world);
            Assert.Contains(await world.CountAsync("users") - before, (long[])[0, Accounts]);
            left += await RequireStagingOnlyAsync(world);
            await RequireCleanAsync(world);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{early} of {Kills} ended early, a whole run takes {whole.TotalMilliseconds:f0} ms, {left} staging directories"
        );
        Assert.True(early >= Kills / 3 && left > 0, $"only {early} were hit, {left} staging directories");
    }

    [Fact]
    public async Task homes_that_got_their_names_before_a_crash_are_taken_back_when_their_rows_were_not_committed()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var hash = Directory.GetDirectories(world.Base).Single();
        var domain = Directory.GetDirectories(hash).Single();
        var (gid, uid) = (
            Path.GetFileName(domain),
            long.Parse(Path.GetFileName(Directory.GetDirectories(domain).Single()), CultureInfo.InvariantCulture)
        );
        var staged = Directory.CreateDirectory($"{hash}/.vmm-new-{gid}-0123456789ab").FullName;
        await Run.ShellAsync(
            $"chmod 0700 {staged}; cp -a {domain}/{uid} {domain}/{uid + 1}; chown {uid + 1} {domain}/{uid + 1}; printf "
                + $"'{uid}\\n{uid + 1}\\n' > {staged}/homes"
        );
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        Assert.Equal(
            ["staging-directory"],
            check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')[1])
        );
        (await world.VmmAsync("check", "--repair")).ShouldExit(0);
        Assert.Equal([$"{domain}/{uid}"], Directory.GetDirectories(domain));
        Assert.Equal([domain], Directory.GetDirectories(hash));
        (await world.VmmAsync("check")).ShouldExit(0);
    }

    /// <summary>
    /// Between COMMIT and its answer, where a kill at random practically never hits: then every home has its name already, and
    /// whichever way the server decides, no row is without a home.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task useradd_from_a_file_that_is_killed_at_its_commit_has_made_everything_before(bool isKept)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.org");
        await world.SqlAsync(
            $"""
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_advisory_xact_lock(4711); {(isKept ? "" : "RAISE EXCEPTION 'not today';")} RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW WHEN (NEW.local_part = 'u0') EXECUTE FUNCTION wait()
            """
        );
        var held = await cluster.OpenAsync(world.Database);
        await PostgresCluster.ListAsync(held, "SELECT pg_advisory_lock(4711)");
        using (var victim = Run.Start(Repository.Binary, (await CommandAsync(world, "u")).Split(' '), world.Environment))
        {
            const string AtCommit = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'COMMIT' AND "
                + "wait_event = 'advisory'";
            while ((await world.QueryAsync(AtCommit)).Count == 0)
            {
                Assert.False(victim.HasExited);
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            victim.Kill();
            await victim.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal((0, Accounts), (await world.CountAsync("users"), Homes(world).Count));
        Assert.All(Homes(world), home => Assert.True(Directory.Exists($"{home}/Maildir/.Trash/tmp"), home));
        await held.DisposeAsync();
        await FilledWorld.NoBackendIsLeftAsync(world);
        Assert.Equal(isKept ? Accounts : 0, await world.CountAsync("users"));
        Assert.Equal(2, await RequireStagingOnlyAsync(world));
        await RequireCleanAsync(world);
    }

    private static async Task<string> CommandAsync(World world, string prefix)
    {
        var path = $"{world.Directory}/{prefix}.tsv";
        await File.WriteAllLinesAsync(
            path,
            Enumerable.Range(0, Accounts).Select(n => $"{prefix}{n}@example.{(n % 3 == 0 ? "org" : "com")}\t{{PLAIN}}secret")
        );
        return $"useradd --from-file {path}";
    }

    private static async Task<int> RequireStagingOnlyAsync(World world)
    {
        var check = await world.VmmAsync("check");
        var found = check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')[1]).ToList();
        Assert.All(found, code => Assert.Equal("staging-directory", code));
        check.ShouldExit(found.Count == 0 ? 0 : 4);
        return found.Count;
    }

    private static async Task RequireCleanAsync(World world)
    {
        (await world.VmmAsync("check", "--repair")).ShouldExit(0);
        (await world.VmmAsync("check")).ShouldExit(0);
        Assert.Equal(await world.CountAsync("users"), Homes(world).Count);
        Assert.All(Directory.GetDirectories(world.Base).SelectMany(Directory.GetFileSystemEntries), e =>
            Assert.False(Path.GetFileName(e).StartsWith(".vmm", StringComparison.Ordinal), e)
        );
    }

    private static List<string> Homes(World world) =>
    [
        .. Directory.GetDirectories(world.Base)
            .SelectMany(hash => Directory.GetDirectories(hash))
            .Where(domain => !Path.GetFileName(domain).StartsWith('.'))
            .SelectMany(domain => Directory.GetDirectories(domain)),
    ];
}
