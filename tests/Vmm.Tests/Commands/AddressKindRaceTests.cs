namespace Vmm.Tests.Commands;

public class AddressKindRaceTests(PostgresCluster cluster)
{
    [Fact]
    public async Task an_address_that_is_added_as_three_kinds_at_once_ends_as_one()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        for (var round = 0; round < 5; round++)
        {
            var address = $"user{round}@example.com";
            var outcomes = await Task.WhenAll(
                world.VmmAsync("useradd", address, "--hash", "{PLAIN}x"),
                world.VmmAsync("aliasadd", address, "a@elsewhere.example"),
                world.VmmAsync("relocatedadd", address, "b@elsewhere.example"));
            var winner = Array.FindIndex(outcomes, o => o.ExitCode == 0);
            int[] refusals = [21, 28, 60];
            Assert.All(outcomes.Where((_, i) => i != winner), o => o.ShouldExit(refusals[winner]));
        }

        Assert.Equal(5, await world.CountAsync("users") + await world.CountAsync("alias") + await world.CountAsync("relocated"));
        Assert.Equal(
            await world.CountAsync("users"),
            (await world.TreeAsync()).Count(l => l.EndsWith("/Maildir", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task a_domain_that_is_added_by_many_at_once_is_added_once()
    {
        using var world = await World.CreateAsync(cluster);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.VmmAsync("domainadd", "example.com")));
        Assert.Equal([0, 38, 38, 38, 38, 38, 38, 38], outcomes.Select(o => o.ExitCode).Order());
        Assert.Equal(2, (await world.TreeAsync()).Count);
    }
}
