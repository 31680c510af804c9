namespace Vmm.Tests.Commands;

public class SmokeTests(PostgresCluster cluster)
{
    [Fact]
    public async Task the_main_job_leaves_rows_and_directories()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        Assert.Equal(["user"], await world.QueryAsync("SELECT local_part FROM users"));
        Golden.Check("tree-of-one-account", string.Join('\n', await world.TreeAsync()) + "\n");
    }
}
