using Vmm.Tests.Upgrade;

namespace Vmm.Tests.Crash;

/// <summary>upgrade with a dump, each time of a database of its own: it is as before, or as after.</summary>
internal sealed class DisturbedUpgrade(PostgresCluster cluster) : DisturbedCommand
{
    private World? world;
    private List<string> before = [];
    private List<string>? after;

    public override World World => world!;

    public override async Task PrepareAsync(int run)
    {
        if (world is not null)
        {
            after ??= await StateAsync();
            await DropAsync(world);
        }

        world = World.On(cluster, await Origin.Of("0.7").MakeAsync(cluster));
        before = await StateAsync();
    }

    public override string[] Command(int run) => ["upgrade", "--yes", "--quiet", "--dump", $"{World.Directory}/dump.sql"];

    public override async Task<List<string>> StateAsync() => [await cluster.DumpAsync(World.Database)];

    public override async Task VerifyAsync(int run, Outcome disturbed)
    {
        await FilledWorld.NoBackendIsLeftAsync(World);
        var now = await StateAsync();
        Assert.True(now.SequenceEqual(after!) || (disturbed.ExitCode != 0 && now.SequenceEqual(before)), "half of an upgrade");
    }

    public override async Task RepeatAsync(int run, Outcome disturbed)
    {
        await World.DoAsync("upgrade --yes --no-dump");
        Assert.Equal(after, await StateAsync());
    }

    public override void Dispose() => world?.Dispose();

    private Task DropAsync(World old)
    {
        old.Dispose();
        return cluster.ExecuteAsync("postgres", "postgres", $"DROP DATABASE {old.Database} WITH (FORCE)");
    }
}
