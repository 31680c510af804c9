namespace Vmm.Tests.Schema;

/// <summary>The schema file: one transaction, an ordinary owner, before or after the roles are there.</summary>
public sealed class LoadTests(PostgresCluster server)
{
    private const string Acl = """
        SELECT c.relname, coalesce(a.attname, ''), x.grantee::regrole::text, x.privilege_type
          FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL
         CROSS JOIN LATERAL aclexplode(coalesce(a.attacl, c.relacl)) x
         WHERE c.relnamespace = 'public'::regnamespace AND x.grantee <> c.relowner ORDER BY 1, 2, 3, 4
        """;

    [Fact]
    public async Task it_loads_without_a_word_when_the_roles_are_there()
    {
        var load = await LoadAsync(await EmptyAsync(), Text);
        load.Succeeded();
        Assert.Equal("", load.Out + load.Error);
    }

    [Fact]
    public async Task without_the_roles_it_says_what_to_run_later_and_that_is_right()
    {
        var database = await EmptyAsync();
        var load = await LoadAsync(
            database,
            Text.Replace("'dovecot'", "'later_dovecot'", StringComparison.Ordinal)
                .Replace("'postfix'", "'later_postfix'", StringComparison.Ordinal)
        );
        load.Succeeded();
        var notices = load.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(notices, n => Assert.Contains("NOTICE:  there is no role later_", n, StringComparison.Ordinal));
        await server.ExecuteAsync("postgres", "postgres", "CREATE ROLE later_dovecot; CREATE ROLE later_postfix");
        foreach (var notice in notices)
        {
            await server.ExecuteAsync(database, "vmm", notice[(notice.IndexOf("run: ", StringComparison.Ordinal) + 5)..]);
        }

        var wanted = (await server.QueryAsync(PostgresCluster.SchemaDatabase, Acl)).Select(l =>
            l.Replace("|dovecot|", "|later_dovecot|", StringComparison.Ordinal)
                .Replace("|postfix|", "|later_postfix|", StringComparison.Ordinal)
        );
        Assert.Equal(wanted, await server.QueryAsync(database, Acl));
    }

    [Fact]
    public async Task a_failure_leaves_nothing()
    {
        var database = await EmptyAsync();
        (await LoadAsync(database, Text + "\nSELECT 1 / 0;")).ShouldExit(3);
        Assert.Equal(
            ["0"],
            await server.QueryAsync(database, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        );
    }

    [Fact]
    public async Task it_uses_the_schema_that_the_search_path_names_for_its_owner()
    {
        var database = await EmptyAsync();
        await server.ExecuteAsync(database, "vmm", "CREATE SCHEMA vmm; GRANT USAGE ON SCHEMA vmm TO dovecot");
        await server.ExecuteAsync(database, "postgres", "CREATE SCHEMA dovecot AUTHORIZATION dovecot");
        (await LoadAsync(database, Text)).Succeeded();
        await server.ExecuteAsync(
            database,
            "vmm",
            "INSERT INTO domain_data (gid, domaindir) VALUES (1, '/1'); INSERT INTO domain_name VALUES ('n.example', 1, true); "
                + "INSERT INTO users (local_part, passwd, gid) VALUES ('a', 'x', 1)"
        );
        await server.ExecuteAsync(database, "dovecot", "CREATE TABLE dovecot.vmm_address (x int)");
        Assert.Equal(
            ["x"],
            await server.QueryAsync(database, "SELECT password FROM vmm.dovecotpassword('a', 'n.example')", "dovecot")
        );
    }

    [Fact]
    public async Task it_survives_dump_and_restore()
    {
        var from = await server.CreateDatabaseAsync();
        var to = await EmptyAsync();
        await server.ExecuteAsync(
            from,
            "vmm",
            """
            INSERT INTO domain_data (gid, domaindir) VALUES (1, '/1');
            INSERT INTO domain_name VALUES ('n.example', 1, true), ('m.example', 1, false);
            INSERT INTO users (local_part, passwd, gid) VALUES ('a', 'x', 1); INSERT INTO userquota SELECT uid, 5, 3 FROM users;
            INSERT INTO alias VALUES (1, 'b', 'a@n.example')
            """
        );
        var dump = server.Psql.Replace("/psql", "/pg_dump", StringComparison.Ordinal);
        (
            await Run.ShellAsync(
                $"set -o pipefail; '{dump}' -h '{server.Socket}' -U vmm {from} | '{server.Psql}' -qX1 -v ON_ERROR_STOP=1 -h "
                    + $"'{server.Socket}' -U vmm {to}"
            )
        ).Succeeded();
        await server.ShouldHoldAsync(to);
        Assert.Equal(["x"], await server.QueryAsync(to, "SELECT password FROM dovecotpassword('a', 'm.example')", "dovecot"));
        Assert.Equal(["5|3"], await server.QueryAsync(to, "SELECT bytes, messages FROM userquota"));
        await server.ExecuteAsync(to, "vmm", "INSERT INTO users (local_part, passwd, gid) VALUES ('c', 'x', 1)");
        await server.ShouldHoldAsync(to);
    }

    private static string Text => string.Join('\n', SqlFile.Lines("create_tables"));

    private Task<Outcome> LoadAsync(string database, string sql) =>
        Run.ProgramAsync(
            server.Psql,
            ["-h", server.Socket, "-U", "vmm", "-d", database, "-qX", "-v", "ON_ERROR_STOP=1", "-1", "-f", "-"],
            sql
        );

    private async Task<string> EmptyAsync()
    {
        var name = "empty_" + Guid.NewGuid().ToString("N")[..8];
        await server.ExecuteAsync("postgres", "postgres", $"CREATE DATABASE {name} OWNER vmm TEMPLATE template0");
        return name;
    }
}
