namespace Vmm.Tests.Upgrade;

/// <summary>What cannot be carried over stops the upgrade before anything is changed, and is named.</summary>
public sealed class RefusalTests(PostgresCluster server)
{
    public static TheoryData<string, string, string> Rows =>
        new()
        {
            {
                "0.3",
                "UPDATE users SET mail = 'a-mail-directory-with-a-long-name' WHERE local_part = 'carol'",
                "carol@example.com: 'a-mail-directory-with-a-long-name'"
            },
            { "0.3", "UPDATE users SET home = 1 WHERE local_part = 'alice'", "alice@example.com: home 1, uid 70000" },
            { "0.4", "INSERT INTO alias VALUES (70000, repeat('x', 65), 'alice@example.com')", "xxxxx@example.com" },
            { "0.5", "INSERT INTO alias VALUES (70000, 'percent', '%n@example.org')", "percent@example.com -> %n@example.org" },
            { "0.5.2", "INSERT INTO alias VALUES (70000, 'percent', 'x%=@example.org')", "percent@example.com -> x%=@example.org" },
            { "0.7", "INSERT INTO alias VALUES (70000, 'alice', 'bob@example.com')", "alice@example.com (account, alias)" },
            {
                "0.7",
                "INSERT INTO relocated VALUES (70001, 'bob', 'x@example.org'); INSERT INTO alias VALUES (70001, 'bob', "
                    + "'x@example.org')",
                "bob@example.net (account, alias, relocated user)"
            },
            { "0.7", "INSERT INTO domain_name VALUES ('Upper.example', 70000, false)", "'Upper.example'" },
            { "0.7", "INSERT INTO domain_name VALUES ('', 70000, false)", "hold an @: ''" },
            {
                "0.7",
                "INSERT INTO users (local_part, passwd, gid) VALUES ('Big', 'x', 70000)",
                "account 'Big' of domain example.com"
            },
            { "0.7", "INSERT INTO alias VALUES (70000, 'Joe', 'x@example.org')", "alias 'Joe' of domain example.com" },
            { "0.7", "INSERT INTO relocated VALUES (70000, 'Joe', 'x@example.org')", "relocated user 'Joe' of domain example.com" },
            { "0.7", "INSERT INTO alias VALUES (70000, 'a@b', 'x@example.org')", "alias 'a@b' of domain example.com" },
            {
                "0.7",
                "ALTER TABLE domain_name DISABLE TRIGGER ALL; INSERT INTO domain_name VALUES ('second.example', 70000, true); "
                    + "ALTER TABLE domain_name ENABLE TRIGGER ALL",
                "70000 (example.com, second.example)"
            },
            { "0.6 before Dovecot 1.2", "INSERT INTO userquota_11 VALUES (70002, 'quota/other', 3)", "uid 70002: 'quota/other' 3" },
            {
                "0.6 before Dovecot 1.2",
                "INSERT INTO userquota_11 VALUES (70002, 'quota/messages', 3000000000)",
                "uid 70002: 'quota/messages' 3000000000"
            },
            {
                "0.5",
                "GRANT SELECT (\"user\", imap) ON dovecot_password TO postfix",
                "but no passwords, which since 0.6 is not possible: postfix"
            },
            { "0.4", "INSERT INTO domains (domainname, domaindir) VALUES ('Late.example', '/srv/mail/x/1')", "'Late.example'" },
        };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task it_is_named_and_nothing_is_changed(string origin, string sql, string named)
    {
        var database = await Origin.Of(origin).MakeAsync(server);
        await server.ExecuteAsync(database, "postgres", sql);
        using var world = World.On(server, database);
        await RefusedAsync(world, named);
    }

    [Fact]
    public async Task of_many_rows_twenty_are_named_and_the_rest_counted()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        await server.ExecuteAsync(
            database,
            "vmm",
            "INSERT INTO alias SELECT 70000, 'Upper' || i, 'alice@example.com' FROM generate_series(101, 130) AS i"
        );
        using var world = World.On(server, database);
        await RefusedAsync(world, "alias 'Upper120' of domain example.com and 10 more");
    }

    [Fact]
    public async Task a_function_that_was_changed_by_hand_and_answers_otherwise_is_found()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", """
            CREATE OR REPLACE FUNCTION dovecotuser(localpart varchar, the_domain varchar) RETURNS SETOF dovecotuser
              LANGUAGE sql STABLE STRICT AS $$
                SELECT ($1 || '@' || $2)::varchar(320), uid, gid, '/elsewhere/' || uid, 'maildir:~/' FROM users
                  JOIN domain_name USING (gid) WHERE local_part = $1 AND domainname = $2
            $$
            """);
        using var world = World.On(server, database);
        await RefusedAsync(world, "alice@example.com (dovecotuser)");
    }

    /// <summary>More addresses than are asked where nobody changed a function: each is asked, whichever it is.</summary>
    [Theory]
    [InlineData(
        "u4711@many.example",
        "dovecotuser",
        "CREATE OR REPLACE FUNCTION dovecotuser(localpart varchar, the_domain varchar) RETURNS SETOF dovecotuser LANGUAGE sql "
            + "STABLE STRICT AS $$ SELECT ($1 || '@' || $2)::varchar(320), uid, u.gid, CASE $1 WHEN 'u4711' THEN '/elsewhere' "
                + "ELSE domaindir || '/' || uid END, 'maildir:~/Maildir'::text FROM users u JOIN domain_name n USING (gid) JOIN "
                    + "domain_data USING (gid) WHERE local_part = $1 AND domainname = $2 AND $1 LIKE 'u%' $$; DELETE FROM users "
                        + "WHERE local_part NOT LIKE 'u%'"
    )]
    [InlineData(
        "no such address@example.net",
        "postfix_virtual_alias_map",
        "CREATE OR REPLACE FUNCTION _interpolate_destination(destination varchar, localpart varchar, the_domain varchar) RETURNS "
            + "varchar LANGUAGE sql STABLE STRICT AS $$ SELECT replace($1, '%n', 'x')::varchar $$; DELETE FROM alias"
    )]
    [InlineData(
        "info@example.com",
        "postfix_smtpd_sender_login_map",
        "CREATE OR REPLACE FUNCTION postfix_smtpd_sender_login_map(localpart varchar, the_domain varchar) RETURNS SETOF "
            + "sender_login LANGUAGE sql STABLE STRICT AS $$ SELECT ($1 || '@' || $2)::varchar(320), local_part || '@' || "
                + "domainname FROM users JOIN domain_name USING (gid) WHERE local_part = $1 AND gid = (SELECT gid FROM "
                    + "domain_name WHERE domainname = $2) $$"
    )]
    public async Task one_answer_of_a_function_that_was_changed_by_hand_is_found_among_all(
        string address,
        string function,
        string sql
    )
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        await server.ExecuteAsync(
            database,
            "vmm",
            """
            INSERT INTO domain_data (gid, domaindir) VALUES (79999, '/srv/mail/m/79999');
            INSERT INTO domain_name VALUES ('many.example', 79999, true);
            INSERT INTO users (local_part, passwd, gid) SELECT 'u' || i, 'x', 79999 FROM generate_series(1, 5100) AS i; ANALYZE
            """
        );
        await server.ExecuteAsync(database, "postgres", sql);
        using var world = World.On(server, database);
        await RefusedAsync(world, $"{address} ({function})");
    }

    [Fact]
    public async Task a_right_that_is_lost_on_the_way_is_named_with_its_role()
    {
        var database = await Origin.Of("0.5").MakeAsync(server);
        await server.ExecuteAsync(database, "postgres", """
            GRANT SELECT (domainname) ON domain_name TO mailsys WITH GRANT OPTION;
            GRANT UPDATE ON alias TO mailsys;
            CREATE FUNCTION public.lose() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                REVOKE GRANT OPTION FOR SELECT (domainname) ON public.domain_name FROM mailsys;
                REVOKE UPDATE ON public.alias FROM mailsys;
            END
            $$;
            CREATE EVENT TRIGGER lose ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION public.lose();
            """
        );
        using var world = World.On(server, database);
        await RefusedAsync(
            world,
            "some roles would lose privileges: mailsys UPDATE on alias; mailsys SELECT (domainname) on domain_name with grant "
                + "option"
        );
    }

    [Fact]
    public async Task an_object_of_the_administrator_in_the_way_is_named()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", "CREATE TABLE vmm_address (x int)");
        using var world = World.On(server, database);
        await RefusedAsync(world, "vmm_address", 35);
    }

    /// <summary>Where everybody may make tables in the schema, as in databases from before PostgreSQL 15.</summary>
    [Theory]
    [InlineData("0.7", "table")]
    [InlineData("0.7", "view")]
    [InlineData("0.6 before Dovecot 1.2", "table")]
    public async Task rights_that_another_role_wrote_down_for_the_upgrade_to_grant_are_refused(string origin, string kind)
    {
        var database = await Origin.Of(origin).MakeAsync(server);
        var role = "role_" + Guid.NewGuid().ToString("N")[..8];
        await server.ExecuteAsync(database, "postgres", $"CREATE ROLE {role} LOGIN; GRANT CREATE ON SCHEMA public TO PUBLIC");
        await server.ExecuteAsync(
            database,
            role,
            $"CREATE {kind} vmm_view_rights AS {Planted(role)}; GRANT SELECT ON vmm_view_rights TO PUBLIC"
        );
        using var world = World.On(server, database);
        await RefusedAsync(
            world,
            $"what should hold the rights on the views of 0.5 was not made by the step to 0.6: {kind} vmm_view_rights of {role}"
        );
    }

    [Fact]
    public async Task what_the_rights_that_were_kept_say_is_never_a_statement()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        var role = "role_" + Guid.NewGuid().ToString("N")[..8];
        await server.ExecuteAsync(database, "postgres", $"CREATE ROLE {role} LOGIN");
        await server.ExecuteAsync(database, "vmm", $"CREATE TABLE vmm_view_rights AS {Planted(role)}");
        using var world = World.On(server, database);
        await world.DoAsync("upgrade --yes --no-dump");
        Assert.Equal(
            ["postfix_uid"],
            await server.QueryAsync(
                database,
                $"SELECT relname FROM pg_class WHERE relname LIKE 'planted%' OR has_table_privilege('{role}', oid, 'SELECT') AND "
                    + "relnamespace = 'public'::regnamespace",
                "postgres"
            )
        );
    }

    [Theory]
    [InlineData("", "no tables of vmm")]
    [InlineData("CREATE TABLE users (id int)", "not those of any release from 0.3 to 0.7")]
    [InlineData("CREATE TABLE vmm_schema (version int); INSERT INTO vmm_schema VALUES (99)", "schema version 99")]
    public async Task a_database_of_something_else_is_refused(string sql, string said)
    {
        var database = "other_" + Guid.NewGuid().ToString("N")[..8];
        await server.ExecuteAsync("postgres", "postgres", $"CREATE DATABASE {database} OWNER vmm TEMPLATE template0");
        await server.LoadAsync(database, sql);
        using var world = World.On(server, database);
        await RefusedAsync(world, said, 82);
    }

    [Fact]
    public async Task tables_of_another_owner_are_refused()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        await server.ExecuteAsync(
            database,
            "postgres",
            "ALTER TABLE users OWNER TO postgres; GRANT ALL ON ALL TABLES IN SCHEMA public TO vmm"
        );
        using var world = World.On(server, database);
        await RefusedAsync(world, "postgres", 35);
    }

    /// <summary>A right like those that the step to 0.6 keeps, and statements in the place of each word of others.</summary>
    private static string Planted(string role) =>
        $"""
            SELECT relation, field::name, privilege, grantee, false AS with_option
              FROM (VALUES
                    ('postfix_uid', NULL, 'SELECT', '{role}'),
                    ('dovecot_user', NULL, 'SELECT ON dovecot_user TO {role}; CREATE TABLE planted_1 (); GRANT SELECT', '{role}'),
                    ('dovecot_user', NULL, 'SELECT', 'PUBLIC; CREATE TABLE planted_2 ()'),
                    ('dovecot_user', 'uid) ON dovecot_user TO {role}; CREATE TABLE planted_3 (); GRANT SELECT (uid', 'SELECT',
                        '{role}'),
                    ('dovecot_user TO {role}; CREATE TABLE planted_4 (); GRANT SELECT ON dovecot_user', NULL, 'SELECT', '{role}'),
                    ('users', NULL, 'SELECT', '{role}')) AS v (relation, field, privilege, grantee)
            """;

    private Task RefusedAsync(World world, string named, int code = 87) => RefusedAsync(server, world, code, named);

    /// <summary>Both the dry run and the upgrade say all of this, and leave the database as it was.</summary>
    internal static async Task RefusedAsync(PostgresCluster server, World world, int code, params string[] said)
    {
        var before = await server.DumpAsync(world.Database);
        foreach (var command in (string[])["upgrade --dry-run", "upgrade --yes --no-dump"])
        {
            var outcome = await world.VmmAsync(command.Split(' '));
            outcome.ShouldExit(code);
            Assert.All(said, s => Assert.Contains(s, outcome.Error, StringComparison.Ordinal));
            Assert.DoesNotContain("plain text", outcome.Error, StringComparison.Ordinal);
            Assert.Equal("", outcome.Out);
        }

        Assert.Equal(before, await server.DumpAsync(world.Database));
    }
}
