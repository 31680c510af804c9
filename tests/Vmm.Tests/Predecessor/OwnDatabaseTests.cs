namespace Vmm.Tests.Predecessor;

/// <summary>
/// The same commands, by this vmm and by 0.7, each on a database that its own schema made and below a base directory of its own.
/// </summary>
public sealed class OwnDatabaseTests(PostgresCluster cluster)
{
    [Fact]
    public async Task what_differs_from_0_7_is_declared()
    {
        using var old = await OldVmm.OnItsOwnSchemaAsync(cluster);
        using var world = await World.CreateAsync(cluster);
        var was = new Side(cluster, old.Database, old.Base, old.VmmAsync);
        var now = new Side(cluster, world.Database, world.Base, a => world.VmmAsync(a));
        old.Configure([], Scenario.ExpansionLimit);
        world.Configure($"[misc]\nbase_directory = \"{world.Base}\"\nalias_expansion_limit = {Scenario.ExpansionLimit}\n");
        await Task.WhenAll(was.PlayAsync(Scenario.First), now.PlayAsync(Scenario.First));
        old.Configure(Scenario.OtherDefaults);
        world.Configure(Toml.From(Scenario.OtherDefaults, world.Base));
        await Task.WhenAll(was.PlayAsync(Scenario.Second), now.PlayAsync(Scenario.Second));
        var (localParts, domains) = await KeysAsync(old.Database, world.Database);
        await Task.WhenAll(was.LookAsync(localParts, domains), now.LookAsync(localParts, domains));
        Assert.True(was.Facts.Count > 2000 && now.Facts.Count > 2000, $"only {was.Facts.Count} and {now.Facts.Count} facts");
        Differences.Check(was.Facts, now.Facts);
    }

    [Fact]
    public void the_document_for_administrators_lists_what_is_declared() =>
        Golden.CheckFile(Repository.PathOf("docs", "differences-from-0.7.md"), Differences.Document());

    /// <summary>Every local part and every domain name that either database holds, and some that it does not.</summary>
    private async Task<(HashSet<string> LocalParts, HashSet<string> Domains)> KeysAsync(params string[] databases)
    {
        HashSet<string> localParts = ["nobody"];
        HashSet<string> domains = ["nowhere.example"];
        foreach (var database in databases)
        {
            localParts.UnionWith(
                await cluster.QueryAsync(
                    database,
                    "SELECT local_part FROM users UNION SELECT address FROM alias UNION SELECT address FROM relocated"
                )
            );
            domains.UnionWith(await cluster.QueryAsync(database, "SELECT domainname FROM domain_name"));
        }

        return (localParts, domains);
    }
}
