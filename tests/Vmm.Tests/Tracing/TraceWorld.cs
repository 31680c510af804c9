namespace Vmm.Tests.Tracing;

/// <summary>A domain with an alias domain and an account, of which addresses are traced in this process.</summary>
internal static class TraceWorld
{
    // Without a Postfix the documented configuration holds, on every machine.
    private const string NoPostfix = "[bin]\npostconf = \"/nonexistent/postconf\"\n";

    internal static async Task<World> CreateAsync(PostgresCluster cluster)
    {
        var world = await World.CreateAsync(cluster, NoPostfix);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("aliasdomainadd example.net example.com");
        await world.AddAccountAsync("user@example.com");
        return world;
    }

    internal static Task<TraceResult> TraceAsync(World world, string address) =>
        Task.Run(() =>
            Session.Read(SettingsFile.Load(world.Config), s => AddressTrace.Run(s, address), TestContext.Current.CancellationToken)
        );

    /// <summary>Also what aliasadd refuses.</summary>
    internal static Task AliasAsync(World world, string localPart, params string[] destinations) =>
        world.SqlAsync(
            string.Concat(
                destinations.Select(d => $"INSERT INTO alias SELECT gid, '{localPart}', '{d}' FROM domain_name WHERE is_primary;")
            )
        );
}
