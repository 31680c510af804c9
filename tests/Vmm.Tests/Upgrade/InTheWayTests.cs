namespace Vmm.Tests.Upgrade;

/// <summary>What an administrator added and the upgrade cannot pass is named, with the statement that moves it aside.</summary>
public sealed class InTheWayTests(PostgresCluster server)
{
    public static TheoryData<string, string, string, string, string> Additions =>
        new()
        {
            {
                "0.7",
                "CREATE TABLE vmm_address (x int)",
                "table vmm_address",
                "ALTER TABLE vmm_address RENAME TO vmm_address_old",
                ""
            },
            {
                "0.7",
                "CREATE VIEW dovecot_user AS SELECT 1 AS x",
                "view dovecot_user",
                "ALTER VIEW dovecot_user RENAME TO dovecot_user_old",
                ""
            },
            { "0.3", "CREATE TABLE quotalimit (x int)", "table quotalimit", "ALTER TABLE quotalimit RENAME TO quotalimit_old", "" },
            { "0.5", "CREATE TABLE \"catchall\" (x int)", "table catchall", "ALTER TABLE catchall RENAME TO catchall_old", "" },
            {
                "0.7",
                "CREATE INDEX users_gid ON users (gid)",
                "index users_gid",
                "ALTER INDEX users_gid RENAME TO users_gid_old",
                ""
            },
            {
                "0.7",
                "CREATE INDEX domain_name_gid ON domain_name (gid)",
                "index domain_name_gid",
                "ALTER INDEX domain_name_gid RENAME TO domain_name_gid_old",
                ""
            },
            {
                "0.7",
                "ALTER TYPE dovecotquotauser ADD ATTRIBUTE x int",
                "has columns that vmm did not make: type dovecotquotauser with x",
                "ALTER TYPE dovecotquotauser DROP ATTRIBUTE x",
                ""
            },
            {
                "0.7",
                "CREATE OR REPLACE VIEW postfix_gid AS SELECT gid, domainname, 1 AS x FROM domain_name",
                "has columns that vmm did not make: view postfix_gid with x",
                "DROP VIEW postfix_gid; CREATE VIEW postfix_gid AS SELECT gid, domainname FROM domain_name"
                    + "; GRANT SELECT ON postfix_gid TO postfix",
                ""
            },
            { "0.3", "CREATE TABLE vmm_schema (x int)", "table vmm_schema", "ALTER TABLE vmm_schema RENAME TO vmm_schema_old", "" },
            { "0.7", "CREATE TABLE vmm_schema (x int)", "table vmm_schema", "ALTER TABLE vmm_schema RENAME TO vmm_schema_old", "" },
            {
                "0.3",
                "CREATE VIEW my_report AS SELECT u.* FROM users u",
                "view my_report depends on column home of table users",
                "DROP VIEW my_report",
                "SELECT pg_get_viewdef('my_report')"
            },
            {
                "0.5",
                "CREATE MATERIALIZED VIEW my_report AS SELECT u.* FROM users u",
                "materialized view my_report depends on",
                "DROP MATERIALIZED VIEW my_report",
                "SELECT pg_get_viewdef('my_report')"
            },
            {
                "0.7",
                "CREATE VIEW my_report AS SELECT domaindir FROM domain_data",
                "view my_report depends on column",
                "DROP VIEW my_report",
                "SELECT pg_get_viewdef('my_report')"
            },
            {
                "0.3",
                "ALTER TABLE users RENAME CONSTRAINT pkye_users TO my_key",
                "constraint \"pkye_users\" for table \"users\" does not exist",
                "docs/upgrade.md",
                ""
            },
            {
                "0.4",
                "ALTER TABLE domains RENAME CONSTRAINT pkey_domains TO my_key",
                "constraint \"pkey_domains\" ",
                "docs/upgrade.md",
                ""
            },
        };

    [Theory]
    [MemberData(nameof(Additions))]
    public async Task it_is_named_with_the_statement_that_moves_it_aside(
        string origin,
        string sql,
        string named,
        string remedy,
        string also
    )
    {
        var database = await Origin.Of(origin).MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", sql);
        using var world = World.On(server, database);
        await RefusalTests.RefusedAsync(server, world, 35, named, remedy, also, "Nothing was changed");
        if (remedy.StartsWith("ALTER", StringComparison.Ordinal) || remedy.StartsWith("DROP", StringComparison.Ordinal))
        {
            await server.ExecuteAsync(database, "vmm", remedy);
            await world.DoAsync("upgrade --yes --no-dump");
        }
    }

    /// <summary>vmm's own script for 0.3 committed each statement, and stopped at a name that it could not take over.</summary>
    [Theory]
    [InlineData(
        "0.4",
        "DROP VIEW postfix_transport; "
            + "CREATE VIEW postfix_transport AS SELECT transport, domainname FROM domains JOIN transport USING (tid)")]
    [InlineData(
        "0.3",
        "CREATE TABLE transport (tid bigserial PRIMARY KEY, transport varchar(270)); DROP VIEW postfix_transport; "
            + "ALTER TABLE domains DROP COLUMN transport, ADD COLUMN tid bigint NOT NULL DEFAULT 1")]
    [InlineData("0.3", "DROP VIEW dovecot_user, postfix_maildir; ALTER TABLE users DROP COLUMN home, DROP COLUMN disabled")]
    public async Task an_old_step_that_was_broken_off_is_told(string origin, string done)
    {
        var database = await Origin.Of(origin).MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", done);
        using var world = World.On(server, database);
        var outcome = await world.VmmAsync("upgrade", "--dry-run");
        outcome.ShouldExit(82);
        Assert.Contains("An earlier upgrade may have been interrupted", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_table_that_the_role_may_not_read_stops_the_dump_and_the_hint_says_how_to_go_on()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        await server.ExecuteAsync(database, "postgres", "CREATE TABLE roundcube_users (id int)");
        using var world = World.On(server, database);
        var outcome = await world.VmmAsync("upgrade", "--yes", "--dump", world.Directory + "/x.sql");
        outcome.ShouldExit(67);
        Assert.Contains("roundcube_users", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--no-dump", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(world.Directory + "/x.sql"));
        await world.DoAsync("upgrade --yes --no-dump");
    }
}
