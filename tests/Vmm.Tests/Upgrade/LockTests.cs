using System.Diagnostics;

namespace Vmm.Tests.Upgrade;

/// <summary>
/// Another program holds what the upgrade needs: it holds nothing itself while it waits, and says who it waits for.
/// </summary>
[Slow]
public sealed class LockTests(PostgresCluster server)
{
    [Theory]
    [InlineData("0.7", "upgrade --yes --no-dump", "SELECT count(*) FROM alias", "alias")]
    [InlineData("0.7", "upgrade --dry-run", "SELECT count(*) FROM alias", "alias")]
    [InlineData("0.5", "upgrade --yes --no-dump", "SELECT count(*) FROM maillocation", "maillocation")]
    [InlineData("0.4", "upgrade --yes --no-dump", "SELECT nextval('domains_gid')", "domains_gid")]
    public async Task who_is_in_the_way_is_named_and_lookups_go_on(string origin, string command, string reading, string locked)
    {
        var database = await Origin.Of(origin).MakeAsync(server);
        using var world = World.On(server, database);
        await using var reader = await server.OpenAsync(database);
        await PostgresCluster.ListAsync(reader, "SET application_name = 'nightly report'");
        await PostgresCluster.ListAsync(reader, "BEGIN");
        await PostgresCluster.ListAsync(reader, reading);
        var before = await server.DumpAsync(database);
        var pid = (await PostgresCluster.ListAsync(reader, "SELECT pg_backend_pid()")).Single();

        var running = world.VmmAsync(command.Split(' '));
        var longest = TimeSpan.Zero;
        var lookups = 0;
        await using (var postfix = await server.OpenAsync(database, "postfix"))
        {
            while (!running.IsCompleted)
            {
                var clock = Stopwatch.StartNew();
                var answer = await PostgresCluster.ListAsync(
                    postfix,
                    "SELECT gid FROM postfix_gid WHERE domainname = 'example.com'"
                );
                Assert.Equal(["70000"], answer);
                longest = clock.Elapsed > longest ? clock.Elapsed : longest;
                lookups++;
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        var outcome = await running;
        outcome.ShouldExit(35);
        Assert.Contains($"pid {pid} (nightly report, role vmm, idle in transaction) holds a lock on {locked}", outcome.Error);
        Assert.Contains($"SELECT pg_terminate_backend({pid})", outcome.Error, StringComparison.Ordinal);
        Assert.True(lookups > 50, $"only {lookups} lookups");
        Assert.True(longest < TimeSpan.FromSeconds(2), $"a lookup took {longest}");
        await reader.CloseAsync();
        Assert.Equal(before, await server.DumpAsync(database));
    }

    /// <summary>
    /// Lookups of a busy server are under way at each look, and theirs are the tables that come first. None of them is to blame.
    /// </summary>
    [Fact]
    public async Task a_lookup_that_is_under_way_is_not_called_in_the_way()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        using var world = World.On(server, database);
        await using var reader = await server.OpenAsync(database);
        await PostgresCluster.ListAsync(reader, "BEGIN");
        await PostgresCluster.ListAsync(reader, "SELECT count(*) FROM relocated");
        var pid = (await PostgresCluster.ListAsync(reader, "SELECT pg_backend_pid()")).Single();
        var running = world.VmmAsync("upgrade", "--yes", "--no-dump");
        while (!running.IsCompleted)
        {
            await using var lookup = await server.OpenAsync(database, "postfix");
            _ = await PostgresCluster.ListAsync(
                lookup,
                "SELECT domainname FROM postfix_gid, pg_sleep(0.3) WHERE domainname = 'example.com'"
            );
        }

        var outcome = await running;
        outcome.ShouldExit(35);
        Assert.Matches($"vmm: error: .*is in use: pid {pid} [(]", outcome.Error);
        Assert.Contains($"SELECT pg_terminate_backend({pid})", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotMatch("pid (?!" + pid + ")", outcome.Error);
    }

    [Fact]
    public async Task it_goes_on_as_soon_as_the_other_has_ended()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        using var world = World.On(server, database);
        await using var reader = await server.OpenAsync(database);
        await PostgresCluster.ListAsync(reader, "BEGIN");
        await PostgresCluster.ListAsync(reader, "SELECT count(*) FROM users");
        var running = world.VmmAsync("upgrade", "--yes", "--no-dump");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        Assert.False(running.IsCompleted);
        await PostgresCluster.ListAsync(reader, "COMMIT");
        var outcome = await running;
        outcome.ShouldExit(0);
        Assert.Contains("holds a lock on users; waiting until it ends", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>Such as the webmail that has its tables in the same schema.</summary>
    [Fact]
    public async Task a_program_that_holds_other_tables_is_not_in_the_way()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", "CREATE TABLE roundcube_users (id int)");
        using var world = World.On(server, database);
        await using var reader = await server.OpenAsync(database);
        await PostgresCluster.ListAsync(reader, "BEGIN");
        await PostgresCluster.ListAsync(reader, "LOCK TABLE roundcube_users");
        await world.DoAsync("upgrade --yes --no-dump");
    }
}
