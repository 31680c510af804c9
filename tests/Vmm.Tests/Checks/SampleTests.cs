namespace Vmm.Tests.Checks;

/// <summary>Which addresses check asks a running Postfix about.</summary>
public sealed class SampleTests(PostgresCluster cluster)
{
    [Fact]
    public async Task a_catch_all_is_among_them_also_after_the_first_fifty_domains()
    {
        using var world = await World.CreateAsync(cluster);
        await world.SqlAsync("""
            INSERT INTO domain_data (gid, domaindir) SELECT 70000 + n, '/srv/x/' || 70000 + n FROM generate_series(10, 89) AS n;
            INSERT INTO domain_name SELECT 'd' || n || '.example', 70000 + n, true FROM generate_series(10, 89) AS n;
            INSERT INTO catchall VALUES (70088, 'first@example.org'), (70089, 'second@example.org')
            """);
        var sample = await Task.Run(() => Session.Read(
            SettingsFile.Load(world.Config), s => StackSample.Read(s, null), TestContext.Current.CancellationToken));
        Assert.Equal(
            [("vmm-check.nobody@d88.example", "first@example.org")],
            sample.Maps.Where(q => q.Map == "virtual_alias_maps" && q.Answers.Count > 0).Select(q => (q.Key, q.Answers[0])));
        Assert.Equal(51, sample.Domains.Values.Distinct().Count());
    }
}
