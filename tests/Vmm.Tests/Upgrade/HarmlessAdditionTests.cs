namespace Vmm.Tests.Upgrade;

/// <summary>What an administrator added, and no step of the upgrade has to pass.</summary>
public sealed class HarmlessAdditionTests(PostgresCluster server)
{
    /// <summary>By the owner of the tables.</summary>
    private const string Own = """
        ALTER TABLE users ADD COLUMN my_number int DEFAULT 7;
        CREATE TABLE my_notes (uid bigint NOT NULL REFERENCES users (uid) ON DELETE CASCADE, text text);
        INSERT INTO my_notes SELECT uid, 'x' FROM users;
        CREATE TABLE my_log (at timestamptz DEFAULT now(), what text);
        CREATE FUNCTION my_note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO my_log (what) VALUES (TG_OP); RETURN NULL; END $$;
        CREATE TRIGGER my_note AFTER INSERT OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION my_note();
        CREATE RULE my_rule AS ON DELETE TO relocated DO ALSO INSERT INTO my_log (what) VALUES ('rule');
        ALTER TABLE alias ENABLE ROW LEVEL SECURITY;
        CREATE TABLE my_users (more text) INHERITS (users);
        ALTER TABLE my_users REPLICA IDENTITY FULL;
        CREATE FUNCTION postfix_virtual_alias_map(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
        CREATE SCHEMA vmm;
        CREATE TABLE vmm.extra (x int);
        """;

    /// <summary>By a superuser; the name of the database is put in.</summary>
    private const string Super = """
        CREATE EXTENSION pgcrypto;
        CREATE FUNCTION my_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM 1; END';
        CREATE EVENT TRIGGER my_event ON ddl_command_end EXECUTE FUNCTION my_event();
        CREATE PUBLICATION my_publication FOR ALL TABLES;
        ALTER DATABASE DB SET default_transaction_isolation = 'serializable';
        ALTER DATABASE DB SET standard_conforming_strings = off;
        ALTER DATABASE DB SET datestyle = 'German';
        ALTER DATABASE DB SET quote_all_identifiers = on;
        ALTER DATABASE DB SET row_security = off
        """;

    [Theory]
    [InlineData("0.5")]
    [InlineData("0.7")]
    public async Task what_an_administrator_added_and_is_not_in_the_way_survives(string name)
    {
        var origin = Origin.Of(name);
        var database = await origin.MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", Own);
        foreach (var statement in Super.Replace("DB", database, StringComparison.Ordinal).Split(";\n"))
        {
            await server.ExecuteAsync(database, "postgres", statement);
        }

        using var world = World.On(server, database);
        string[] localParts = ["alice", "bob", "carol", "o'hara+x", "müller", "info", "every", "all", "old", "gone", "nobody"];
        string[] domains = ["example.com", "example.net", "example.org", "xn--mller-kva.example", "empty.example"];
        var before = await server.AnswersAsync(database, origin.Questions.Select(q => q.Before), localParts, domains);
        Assert.Contains("Would be upgraded", await world.DoAsync("upgrade --dry-run"), StringComparison.Ordinal);
        await world.DoAsync("upgrade --yes --no-dump");
        Assert.Equal(before, await server.AnswersAsync(database, origin.Questions.Select(q => q.After), localParts, domains));
        Assert.Equal(["7"], await world.QueryAsync("SELECT DISTINCT my_number FROM users"));
        Assert.Equal(["6"], await world.QueryAsync("SELECT count(*) FROM my_notes"));
        Assert.Equal(["x"], await world.QueryAsync("SELECT postfix_virtual_alias_map('x'::text)"));
        Assert.Equal(
            ["extra", "my_event", "my_note", "my_publication", "my_rule", "my_users"],
            await world.QueryAsync("""
                SELECT evtname::text FROM pg_event_trigger UNION ALL SELECT tgname FROM pg_trigger WHERE tgname LIKE 'my%'
                UNION ALL SELECT pubname FROM pg_publication UNION ALL SELECT rulename FROM pg_rules WHERE rulename LIKE 'my%'
                UNION ALL SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'users'::regclass
                UNION ALL SELECT tablename FROM pg_tables WHERE schemaname = 'vmm' ORDER BY 1
                """));
    }
}
