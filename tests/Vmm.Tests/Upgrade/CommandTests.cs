using System.Globalization;
using Vmm.Tests.Predecessor;

namespace Vmm.Tests.Upgrade;

/// <summary>What the command asks, writes down and tells.</summary>
public sealed class CommandTests(PostgresCluster server)
{
    [Fact]
    public async Task it_shows_the_plan_and_goes_on_with_yes_only()
    {
        using var world = World.On(server, await Origin.Of("0.7").MakeAsync(server));
        var before = await server.DumpAsync(world.Database);
        using (var terminal = PseudoTerminal.Start(world, "upgrade --no-dump"))
        {
            await terminal.WaitForAsync("Go on? [y/N] ", secret: false);
            Assert.Contains("belongs to vmm 0.6 or 0.7: 4 domains, 6 accounts", terminal.Seen, StringComparison.Ordinal);
            terminal.Type("\n");
            Assert.Equal(3, await terminal.EndAsync());
        }

        Assert.Equal(before, await server.DumpAsync(world.Database));
        using (var terminal = PseudoTerminal.Start(world, "upgrade --no-dump"))
        {
            await terminal.WaitForAsync("Go on? [y/N] ", secret: false);
            terminal.Type("y\n");
            Assert.Equal(0, await terminal.EndAsync());
        }

        Assert.NotEqual(before, await server.DumpAsync(world.Database));
    }

    [Fact]
    public async Task one_that_another_command_has_done_meanwhile_does_nothing()
    {
        using var world = World.On(server, await Origin.Of("0.7").MakeAsync(server));
        using var terminal = PseudoTerminal.Start(world, "upgrade --no-dump");
        await terminal.WaitForAsync("Go on? [y/N] ", secret: false);
        await world.DoAsync("upgrade --yes --no-dump");
        var upgraded = await server.DumpAsync(world.Database);
        terminal.Type("y\n");
        Assert.Equal(35, await terminal.EndAsync());
        Assert.Contains("the database was upgraded by another command meanwhile", terminal.Seen, StringComparison.Ordinal);
        Assert.Equal(upgraded, await server.DumpAsync(world.Database));
    }

    [Fact]
    public async Task without_a_terminal_it_asks_for_the_option()
    {
        using var world = World.On(server, await Origin.Of("0.7").MakeAsync(server));
        var outcome = await world.VmmAsync("upgrade", "--no-dump");
        outcome.ShouldExit(2);
        Assert.Contains("--yes", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_dump_holds_the_database_as_it_was_for_its_owner_alone()
    {
        var origin = Origin.Of("0.4");
        using var world = World.On(server, await origin.MakeAsync(server));
        var before = await server.DumpAsync(world.Database);
        var path = world.Directory + "/before.sql";
        await world.DoAsync($"upgrade --yes --dump {path}");
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(path));
        var empty = "restored_" + Guid.NewGuid().ToString("N")[..8];
        await server.ExecuteAsync("postgres", "postgres", $"CREATE DATABASE {empty} OWNER vmm TEMPLATE template0");
        (
            await Run.ProgramAsync(
                server.Psql,
                ["-h", server.Socket, "-U", "postgres", "-d", empty, "-qX", "-v", "ON_ERROR_STOP=1", "-f", path]
            )
        ).Succeeded();
        Assert.Equal(before, await server.DumpAsync(empty));
        Assert.Equal(
            ["before.sql", "mail", "vmm.log", "vmm.toml"],
            Directory.GetFileSystemEntries(world.Directory).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task a_dump_that_cannot_be_made_stops_it()
    {
        using var world = World.On(server, await Origin.Of("0.4").MakeAsync(server));
        var before = await server.DumpAsync(world.Database);
        (await world.VmmAsync("upgrade", "--yes", "--dump", "/nonexistent/x.sql")).ShouldExit(81);
        await File.WriteAllTextAsync(world.Directory + "/there.sql", "mine", TestContext.Current.CancellationToken);
        (await world.VmmAsync("upgrade", "--yes", "--dump", world.Directory + "/there.sql")).ShouldExit(81);
        Assert.Equal("mine", await File.ReadAllTextAsync(world.Directory + "/there.sql", TestContext.Current.CancellationToken));
        Assert.Equal(before, await server.DumpAsync(world.Database));
    }

    [Theory]
    [InlineData("0.4")]
    [InlineData("0.5.2")]
    [InlineData("0.6 before Dovecot 1.2")]
    [InlineData("0.7")]
    public async Task roles_of_other_names_keep_what_they_could_read(string name)
    {
        var database = await Origin.Of(name).MakeAsync(server);
        await server.ExecuteAsync(
            "postgres",
            "postgres",
            """
            DO $$ BEGIN CREATE ROLE "imap reader" LOGIN; CREATE ROLE smtp_reader LOGIN; CREATE ROLE panel LOGIN;
            EXCEPTION WHEN duplicate_object THEN NULL; END $$
            """
        );
        await server.ExecuteAsync(
            database,
            "postgres",
            """
            DO $$
            DECLARE statement text;
            BEGIN
                FOR statement IN
                    SELECT format('GRANT %s%s ON %I TO %s; REVOKE ALL ON %I FROM %I', x.privilege_type,
                                  CASE WHEN a.attname IS NULL THEN '' ELSE format('(%I)', a.attname) END, c.relname,
                                  CASE x.grantee::regrole::text WHEN 'dovecot' THEN '"imap reader"' ELSE 'smtp_reader' END,
                                  c.relname, x.grantee::regrole::text)
                      FROM pg_class c
                     CROSS JOIN LATERAL (SELECT NULL::name AS attname, c.relacl AS acl
                                         UNION ALL SELECT f.attname, f.attacl FROM pg_attribute f WHERE f.attrelid = c.oid) a
                     CROSS JOIN LATERAL aclexplode(a.acl) x
                     WHERE c.relnamespace = 'public'::regnamespace AND x.grantee::regrole::text IN ('dovecot', 'postfix')
                LOOP
                    EXECUTE statement;
                END LOOP;
            END $$;
            GRANT SELECT ON vmm_domain_info TO panel;
            """);
        using var world = World.On(server, database);
        await world.DoAsync("upgrade --yes --no-dump");
        var rights = await GrantsAsync(database);
        Assert.Equal(
            await GrantsAsync(PostgresCluster.SchemaDatabase),
            rights
                .Where(r => !r.Contains("panel", StringComparison.Ordinal))
                .Select(r =>
                    r.Replace("\"imap reader\"", "dovecot", StringComparison.Ordinal)
                        .Replace("smtp_reader", "postfix", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal)
        );
        Assert.Single(rights, r => r == "GRANT SELECT ON TABLE public.vmm_domain_info TO panel;");
        Assert.Equal(
            ["{PLAIN}plain text"],
            await server.QueryAsync(
                database,
                """SELECT password FROM dovecot_password WHERE "user" = 'carol@example.com'""",
                "\"imap reader\""
            )
        );
        Assert.Equal(
            2,
            (
                await server.QueryAsync(
                    database,
                    "SELECT destination FROM postfix_alias WHERE address = 'info@example.com'",
                    "smtp_reader"
                )
            ).Count
        );
    }

    [Theory]
    [InlineData("dovecot_user", "SELECT home FROM dovecot_user WHERE userid = 'alice@example.com'", "SELECT passwd FROM users")]
    [InlineData(
        "dovecot_user",
        "SELECT mail FROM dovecot_user WHERE userid = 'alice@example.com'",
        "SELECT password FROM dovecot_password"
    )]
    [InlineData(
        "postfix_alias",
        "SELECT destination FROM postfix_alias WHERE address = 'postmaster@example.com'",
        "SELECT passwd FROM users"
    )]
    [InlineData(
        "postfix_relocated",
        "SELECT destination FROM postfix_relocated WHERE address = 'old@example.com'",
        "SELECT destination FROM alias"
    )]
    [InlineData(
        "postfix_transport",
        "SELECT transport FROM postfix_transport WHERE address = 'alice@example.com'",
        "SELECT destination FROM alias"
    )]
    [InlineData(
        "postfix_gid",
        "SELECT gid FROM postfix_gid WHERE domainname = 'example.com'",
        "SELECT destination FROM postfix_alias"
    )]
    public async Task a_role_that_read_one_view_reads_that_one_and_no_secret_beside_it(string view, string may, string mayNot)
    {
        var database = await Origin.Of("0.5").MakeAsync(server);
        var role = "only_" + Guid.NewGuid().ToString("N")[..8];
        await server.ExecuteAsync(database, "postgres", $"CREATE ROLE {role} LOGIN; GRANT SELECT ON {view} TO {role}");
        using var world = World.On(server, database);
        var before = await server.QueryAsync(database, may, role);
        Assert.Single(before);
        await world.DoAsync("upgrade --yes --no-dump");
        Assert.Equal(before, await server.QueryAsync(database, may, role));
        await using var connection = await server.OpenAsync(database, role);
        Assert.Equal("42501", await Schema.Keeping.TryAsync(connection, mayNot));
    }

    [Fact]
    public async Task homes_that_are_missing_or_belong_to_somebody_else_are_reported_and_left()
    {
        using var old = await OldVmm.OnItsOwnSchemaAsync(server);
        foreach (
            var command in (string[])
                [
                    "domainadd example.com",
                    "useradd good@example.com -p secret",
                    "useradd bad@example.com -p secret",
                    "useradd away@example.com -p secret",
                ]
        )
        {
            (await old.VmmAsync(command.Split(' '))).Succeeded();
        }

        var homes = await server.QueryAsync(
            old.Database,
            "SELECT domaindir || '/' || uid FROM users JOIN domain_data USING (gid) ORDER BY uid"
        );
        (await Run.ProgramAsync("chown", ["1:1", homes[1]])).Succeeded();
        Directory.Delete(homes[2], recursive: true);
        using var world = World.On(server, old.Database, $"[misc]\nbase_directory = \"{old.Base}\"\n");
        var report = await world.JsonAsync("upgrade --yes --no-dump");
        Assert.Equal(
            [$"wrong-owner {homes[1]}", $"missing-directory {homes[2]}"],
            report
                .GetProperty("findings")
                .EnumerateArray()
                .Select(f => $"{f.GetProperty("code").GetString()} {f.GetProperty("subject").GetString()}")
        );
        Assert.True(Directory.Exists(homes[0] + "/Maildir/cur"));
        Assert.False(Directory.Exists(homes[2]));
    }

    /// <summary>Dovecot counts what arrives, as 0.7's own trigger has it, all the while.</summary>
    [Fact]
    public async Task quota_that_is_counted_meanwhile_is_counted_on()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        using var world = World.On(server, database);
        const string Used = "SELECT coalesce(sum(bytes), 0) FROM userquota WHERE uid = 70000";
        var before = long.Parse((await server.QueryAsync(database, Used)).Single(), CultureInfo.InvariantCulture);
        using var stop = new CancellationTokenSource();
        var counted = 0L;
        var writer = Task.Run(
            async () =>
            {
                await using var connection = await server.OpenAsync(database);
                while (!stop.IsCancellationRequested)
                {
                    await using var count = new Npgsql.NpgsqlCommand(
                        "INSERT INTO userquota (uid, bytes, messages) VALUES (70000, 10, 1)",
                        connection
                    );
                    await count.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
                    counted += 10;
                }
            },
            TestContext.Current.CancellationToken
        );
        await world.DoAsync("upgrade --yes --no-dump");
        await stop.CancelAsync();
        await writer;
        Assert.True(counted > 0);
        Assert.Equal(
            before + counted,
            long.Parse((await server.QueryAsync(database, Used)).Single(), CultureInfo.InvariantCulture)
        );
    }

    private async Task<List<string>> GrantsAsync(string database) =>
        [
            .. (await server.DumpAsync(database, "--schema-only"))
                .Split('\n')
                .Where(l => l.StartsWith("GRANT", StringComparison.Ordinal) && !l.Contains("SCHEMA", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
}
