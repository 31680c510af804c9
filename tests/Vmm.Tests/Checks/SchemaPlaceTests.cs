namespace Vmm.Tests.Checks;

/// <summary>A schema that is not called public, and who finds it there.</summary>
public sealed class SchemaPlaceTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("vmm")]
    [InlineData("v")]
    [InlineData("a")]
    [InlineData("alias")]
    [InlineData("vmm_address")]
    [InlineData("Mail Server")]
    public async Task a_schema_of_any_name_is_as_good_as_public(string schema)
    {
        using var world = await World.CreateAsync(cluster);
        await world.SqlAsync("DROP OWNED BY vmm");
        await world.SqlAsync(
            $"""CREATE SCHEMA "{schema}"; ALTER DATABASE {world.Database} SET search_path = "{schema}" """
        );
        var psql = $"psql -h {cluster.Socket} -U vmm -d {world.Database} -qX1 -v ON_ERROR_STOP=1";
        (await Run.ShellAsync($"{psql} -f {Repository.Root}/sql/create_tables.pgsql")).Succeeded();
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        Assert.Equal("", await world.DoAsync("check"));
        await cluster.ExecuteAsync(world.Database, "postfix", "SELECT * FROM postfix_virtual_mailbox_map('user', 'example.com')");
        await world.SqlAsync($"""REVOKE USAGE ON SCHEMA "{schema}" FROM postfix""");
        await world.SqlAsync("ALTER TABLE relocated DISABLE TRIGGER vmm_address_ins");
        var found = (await world.VmmAsync("check")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, found.Length);
        Assert.Contains("changed-object\trelocated.vmm_address_ins", found[0], StringComparison.Ordinal);
        Assert.Contains("missing-right\tpostfix: SCHEMA", found[1], StringComparison.Ordinal);
        foreach (var line in found)
        {
            (await Run.ShellAsync(line.Split('\t')[4], world.ShellEnvironment)).Succeeded();
        }

        Assert.Equal("", await world.DoAsync("check"));
    }

    [Theory]
    [InlineData("vmm", "SELECT", "dovecot postfix")]
    [InlineData("vmm", "ALTER ROLE postfix IN DATABASE {0} SET search_path = vmm", "dovecot")]
    [InlineData("vmm", "ALTER DATABASE {0} SET search_path = other, vmm", "")]
    [InlineData(
        "vmm",
        "ALTER DATABASE {0} SET search_path = vmm; ALTER ROLE dovecot IN DATABASE {0} SET search_path = ''",
        "dovecot")]
    [InlineData(
        "vmm",
        "ALTER DATABASE {0} SET search_path = vmm; ALTER ROLE vmm IN DATABASE {0} SET search_path = vmm; "
            + "ALTER ROLE postfix IN DATABASE {0} SET search_path = \"$user\", public",
        "postfix")]
    [InlineData("postfix", "ALTER ROLE vmm IN DATABASE {0} SET search_path = postfix", "dovecot")]
    [InlineData(
        "vmm",
        "ALTER DATABASE {0} SET search_path = public, vmm; CREATE FUNCTION public.dovecotuser(varchar, varchar) RETURNS int "
            + "LANGUAGE sql AS 'SELECT 1'",
        "dovecot")]
    public async Task a_role_that_does_not_find_the_schema_is_named_and_the_remedy_leads_it_there(
        string schema, string setting, string roles)
    {
        using var world = await World.CreateAsync(cluster);
        await world.SqlAsync($"DROP OWNED BY vmm; CREATE SCHEMA {schema}");
        var load = $"psql -h {cluster.Socket} -U vmm -d {world.Database} -qX1 -v ON_ERROR_STOP=1 -c 'SET search_path = {schema}' "
            + $"-f {Repository.Root}/sql/create_tables.pgsql";
        (await Run.ShellAsync(load)).Succeeded();
        await cluster.ExecuteAsync(world.Database, "postgres", string.Format(null, setting, world.Database));
        var found = (await world.VmmAsync("check")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split('\t'))
            .ToList();
        Assert.All(found, f => Assert.Equal("error search-path", $"{f[0]} {f[1]}"));
        Assert.Equal(roles, string.Join(' ', found.Select(f => f[2])));
        foreach (var finding in found)
        {
            (await Run.ShellAsync(finding[4], world.ShellEnvironment)).Succeeded();
        }

        Assert.Equal("", await world.DoAsync("check"));
        foreach (var (role, lookup) in new[] { ("postfix", "postfix_relocated_map"), ("dovecot", "dovecotuser") })
        {
            await cluster.ExecuteAsync(world.Database, role, $"SELECT * FROM {lookup}('user', 'example.com')");
        }
    }
}
