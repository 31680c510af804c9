namespace Vmm.Tests.Commands;

/// <summary>journal --follow, which other sessions give something to print.</summary>
public class JournalFollowTests(PostgresCluster cluster)
{
    /// <summary>Whatever order they are committed in: the first that begins is the last that is there.</summary>
    [Fact]
    public async Task follow_shows_each_change_once_it_is_committed()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await using var late = await cluster.OpenAsync(world.Database);
        await PostgresCluster.ListAsync(late, "BEGIN; UPDATE domain_data SET note = 'late'");
        var (printed, stop) = (world.Directory + "/printed", world.Directory + "/stop");
        var following = Run.ShellAsync(
            $"VMM_CONFIG={world.Config} {Repository.Binary} journal --follow --json > {printed} & "
            + $"while [ ! -e {stop} ]; do sleep 0.1; done; kill -TERM $!; wait $!");
        Assert.Contains("domainadd example.com", await LineAsync(printed, 0), StringComparison.Ordinal);
        await world.SqlAsync("INSERT INTO relocated VALUES (70000, 'early', 'x@example.org')");
        Assert.Contains("early@example.com", await LineAsync(printed, 1), StringComparison.Ordinal);
        await PostgresCluster.ListAsync(late, "COMMIT");
        Assert.Contains("\"note\":\"late\"", await LineAsync(printed, 2), StringComparison.Ordinal);
        await File.WriteAllTextAsync(stop, "", TestContext.Current.CancellationToken);
        var ended = await following;
        ended.ShouldExit(0);
        Assert.Equal("", ended.Error);
        Assert.Equal(3, (await File.ReadAllLinesAsync(printed, TestContext.Current.CancellationToken)).Length);
    }

    private static async Task<string> LineAsync(string file, int number)
    {
        while (true)
        {
            var lines = File.Exists(file) ? await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken) : [];
            if (lines.Length > number)
            {
                return lines[number];
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
