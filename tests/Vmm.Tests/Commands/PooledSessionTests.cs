using Vmm.Tests.Model;

namespace Vmm.Tests.Commands;

/// <summary>
/// Every session that is written down goes the same way through PgBouncer in transaction mode, without a setting for vmm: each
/// transaction may meet another session of the server, with what others left in it. <see cref="SessionsTests"/> makes sure that no
/// subcommand is missing.
/// </summary>
[Slow]
public sealed class PooledSessionTests(PooledServer server) : IClassFixture<PooledServer>
{
    /// <summary>All but the one with a database that is not there, which the pooler reports in words of its own.</summary>
    public static TheoryData<string> Names => [.. Transcript.Names.Where(n => n != "usage")];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task a_session_goes_the_same_way_through_a_pooler(string name)
    {
        using var world = await World.CreateAsync(server.Cluster);
        world.Configure(host: server.Pooler.Socket);
        await Transcript.CheckAsync(world, server.Cluster, name, server.Pooler.Socket);
    }
}

/// <summary>
/// A server of their own: some sessions make a database of a fixed name, and a pooler keeps its connections to the server.
/// </summary>
public sealed class PooledServer : IAsyncLifetime
{
    internal PostgresCluster Cluster { get; } = new();

    internal Pooler Pooler { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Pooler = await Pooler.StartAsync(Cluster);

    public async ValueTask DisposeAsync()
    {
        Pooler.Dispose();
        await Cluster.DisposeAsync();
    }
}
