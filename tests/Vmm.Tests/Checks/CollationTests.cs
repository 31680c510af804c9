namespace Vmm.Tests.Checks;

/// <summary>Indexes that were sorted by other rules than the system has now.</summary>
public sealed class CollationTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("CREATE INDEX odd ON users (local_part COLLATE odd)", "public.odd")]
    [InlineData("ALTER TABLE users ADD COLUMN odd text COLLATE odd", "public.odd")]
    [InlineData("CREATE SCHEMA other; CREATE TABLE other.odd (odd text COLLATE odd)", "")]
    public async Task a_collation_of_a_column_or_an_index_is_found_where_it_is_used(string use, string named)
    {
        using var world = await World.CreateAsync(cluster);
        await world.SqlAsync($"CREATE COLLATION odd (provider = icu, locale = 'de', version = '0.0'); {use}");
        await IsFoundAndMendedAsync(world, named);
    }

    [Fact]
    public async Task the_collation_of_the_database_is_found()
    {
        var database = $"icu{Guid.NewGuid():N}";
        await cluster.ExecuteAsync(
            "postgres",
            "postgres",
            $"CREATE DATABASE {database} OWNER vmm ENCODING 'UTF8' LOCALE 'C.UTF-8' LOCALE_PROVIDER icu ICU_LOCALE 'en' "
                + "TEMPLATE template0");
        var load = $"psql -h {cluster.Socket} -U vmm -d {database} -qX1 -v ON_ERROR_STOP=1 "
            + $"-f {Repository.Root}/sql/create_tables.pgsql";
        (await Run.ShellAsync(load)).Succeeded();
        using var world = World.On(cluster, database);
        await IsFoundAndMendedAsync(world, "");
        await cluster.ExecuteAsync(
            "postgres",
            "postgres",
            $"UPDATE pg_database SET datcollversion = '0.0' WHERE datname = '{database}'");
        await IsFoundAndMendedAsync(world, database);
    }

    /// <param name="world">Its database is checked.</param>
    /// <param name="named">The subject; empty where nothing is to be found.</param>
    private static async Task IsFoundAndMendedAsync(World world, string named)
    {
        if (named.Length > 0)
        {
            var check = await world.VmmAsync("check");
            check.ShouldExit(4);
            var finding = Assert.Single(check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Split('\t');
            Assert.Equal($"error collation-version {named}", string.Join(' ', finding[..3]));
            Assert.Matches("^indexes were sorted by version 0.0 of this collation, and the system has version [^:]+: ", finding[3]);
            (await Run.ShellAsync(finding[4], world.ShellEnvironment)).Succeeded();
        }

        Assert.Equal("", await world.DoAsync("check"));
    }
}
