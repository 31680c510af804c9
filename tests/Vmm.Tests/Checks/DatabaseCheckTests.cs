namespace Vmm.Tests.Checks;

/// <summary>Each fault in the database is found, nothing else is, and the command that is named mends it.</summary>
public sealed class DatabaseCheckTests(PostgresCluster cluster)
{
    /// <summary>What is planted, and the finding: severity, code, subject.</summary>
    public static TheoryData<string, string> Faults =>
        new()
        {
            { "DROP TRIGGER vmm_address_del ON alias", "error missing-object alias.vmm_address_del" },
            { "ALTER TABLE relocated DISABLE TRIGGER vmm_address_ins", "error changed-object relocated.vmm_address_ins" },
            {
                "DROP TRIGGER vmm_address_ins ON users; CREATE TRIGGER vmm_address_ins AFTER INSERT ON users FOR EACH STATEMENT "
                    + "EXECUTE FUNCTION vmm_address_truncate()",
                "error changed-object users.vmm_address_ins"
            },
            { "DROP INDEX alias_destination", "error missing-object alias_destination" },
            {
                "DROP INDEX alias_destination; CREATE INDEX alias_destination ON alias (address)",
                "error changed-object alias_destination"
            },
            {
                "ALTER TABLE users DROP CONSTRAINT fkey_users_qid_quotalimit",
                "error missing-object users.fkey_users_qid_quotalimit"
            },
            {
                "ALTER TABLE users DROP CONSTRAINT fkey_users_qid_quotalimit, ADD CONSTRAINT fkey_users_qid_quotalimit FOREIGN "
                    + "KEY (qid) REFERENCES quotalimit (qid) NOT VALID",
                "error changed-object users.fkey_users_qid_quotalimit"
            },
            { "ALTER TABLE users ALTER name TYPE text", "error changed-object users.name" },
            { "REVOKE SELECT ON postfix_alias FROM postfix", "error missing-right postfix: postfix_alias" },
            {
                "REVOKE SELECT ON users FROM dovecot; REVOKE SELECT (passwd) ON users FROM dovecot",
                "error missing-right dovecot: users"
            },
            { "GRANT SELECT ON users TO postfix", "error password-reader postfix" },
            { "GRANT SELECT (passwd) ON users TO PUBLIC", "error password-reader public" },
            { "DELETE FROM vmm_address WHERE address = 'user@example.net'", "error wrong-address user@example.net" },
            {
                "INSERT INTO vmm_address VALUES ('ghost@example.com', 70000, 'ghost', 'relocated')",
                "error wrong-address ghost@example.com"
            },
            { "SELECT setval('transport_id', 1, false)", "error sequence-behind transport_id" },
            { "INSERT INTO quotalimit VALUES (2, 1, 1)", "error sequence-behind quotalimit_id" },
            { "INSERT INTO maillocation VALUES (7, 1, 'x')", "error sequence-behind maillocation_id" },
            { "INSERT INTO alias VALUES (70000, 'broken', 'nobody@example.com')", "error dangling-destination broken@example.com" },
            { "INSERT INTO alias VALUES (70000, 'late', 'moved@example.com')", "error dangling-destination late@example.com" },
            { "INSERT INTO alias VALUES (70000, 'filled', '%n-box@example.com')", "error dangling-destination filled@example.com" },
            { "INSERT INTO catchall VALUES (70001, 'nobody@example.com')", "error dangling-destination @example.net" },
            { "INSERT INTO catchall VALUES (70001, 'typo@example.net')", "error dangling-destination @example.net" },
            {
                "INSERT INTO catchall VALUES (70001, 'user@example.net'), (70001, 'typo@example.net')",
                "error dangling-destination @example.net"
            },
            {
                "INSERT INTO domain_name VALUES ('also.example', 70001, false); INSERT INTO catchall VALUES (70001, "
                    + "'typo@also.example')",
                "error dangling-destination @example.net"
            },
            { "INSERT INTO catchall VALUES (70000, 'moved@example.com')", "error dangling-destination @example.com" },
            {
                "INSERT INTO alias VALUES (70000, 'a', 'b@example.com'), (70000, 'b', 'c@example.com'), (70000, 'c', "
                    + "'b@example.com'), (70000, 'c', 'user@example.com')",
                "error alias-loop b@example.com"
            },
            {
                "INSERT INTO catchall VALUES (70000, 'other@example.net'), (70000, 'user@example.com'), (70001, "
                    + "'other@example.com')",
                "error alias-loop @example.net"
            },
            {
                "INSERT INTO alias SELECT 70000, 'many', 'x' || i || '@example.org' FROM generate_series(1, 1001) AS i",
                "error expansion-limit many@example.com"
            },
            { "INSERT INTO alias VALUES (70000, 'a%b', 'user@example.com')", "warning unreachable-address a%b@example.com" },
            { "INSERT INTO alias VALUES (70000, 'a!b', 'user@example.com')", "warning unreachable-address a!b@example.com" },
            { "INSERT INTO alias VALUES (70000, '-a', 'user@example.com')", "warning unreachable-address -a@example.com" },
            {
                "UPDATE users SET local_part = '-u' WHERE local_part = 'user' AND gid = 70001",
                "warning unreachable-address -u@example.net"
            },
            { "INSERT INTO relocated VALUES (70000, '-r', 'x@example.org')", "warning unreachable-address -r@example.com" },
            { "INSERT INTO alias VALUES (70000, 'out', '-f@example.org')", "warning unreachable-address out@example.com" },
            { "INSERT INTO catchall VALUES (70001, '-f@example.org')", "warning unreachable-address @example.net" },
            {
                "INSERT INTO transport (transport) VALUES ('smtp:[łódź.example]'); UPDATE domain_data SET tid = lastval() "
                    + "WHERE gid = 70000",
                "error transport-characters example.com"
            },
            {
                "INSERT INTO transport (transport) VALUES ('error:5.2.1 a – b'); UPDATE users SET tid = lastval() "
                    + "WHERE uid = 70000",
                "error transport-characters user@example.com"
            },
            {
                "UPDATE users SET passwd = '{MD5-CRYPT}$1$abc$x' WHERE local_part = 'user'",
                "warning weak-password-scheme MD5-CRYPT"
            },
            { "UPDATE users SET passwd = '{CRYPT}$1$abc$x' WHERE local_part = 'user'", "warning weak-password-scheme CRYPT" },
            { "UPDATE users SET passwd = '{crypt}abJnggxhB/yWI' WHERE local_part = 'user'", "warning weak-password-scheme CRYPT" },
            { "UPDATE users SET passwd = '{plain-md5.b64}x' WHERE local_part = 'user'", "warning weak-password-scheme PLAIN-MD5" },
            { "UPDATE users SET passwd = '{LANMAN}x' WHERE local_part = 'user'", "error unknown-password-scheme LANMAN" },
        };

    /// <summary>Those whose remedy is no command, since somebody has to decide, or to type a password.</summary>
    private static readonly string[] ForPeople =
    [
        "unreachable-address",
        "transport-characters",
        "weak-password-scheme",
        "unknown-password-scheme",
        "expansion-limit",
    ];
    private const string ByHand = "error changed-object users.name";

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task a_planted_fault_is_found_alone_and_its_remedy_mends_it(string fault, string finding)
    {
        using var world = await ReadyAsync();
        Assert.Equal("", await world.DoAsync("check"));
        await world.SqlAsync(fault);
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        var found = check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')).ToList();
        Assert.All(found, columns => Assert.Equal(finding, string.Join(' ', columns[..3])));
        Assert.Equal("", check.Error);
        // One right may stand for several columns.
        Assert.True(found.Count == 1 || finding.StartsWith("error missing-right", StringComparison.Ordinal), check.Out);
        if (!ForPeople.Contains(found[0][1]) && finding != ByHand)
        {
            foreach (var columns in found)
            {
                (await Run.ShellAsync(columns[4], world.ShellEnvironment)).Succeeded();
            }

            Assert.Equal("", await world.DoAsync("check"));
        }
    }

    [Theory]
    [InlineData("DROP VIEW postfix_alias", "missing-object\tpostfix_alias")]
    [InlineData(
        "DROP FUNCTION postfix_relocated_map CASCADE",
        "missing-object\tpostfix_relocated_map(localpart character varying, the_domain character varying)"
    )]
    [InlineData(
        "CREATE OR REPLACE FUNCTION dovecotpassword(localpart varchar, the_domain varchar) RETURNS SETOF dovecotpassword LANGUAGE "
            + "plpgsql STABLE STRICT AS 'BEGIN RETURN; END'",
        "changed-object\tdovecotpassword(localpart character varying, the_domain character varying)"
    )]
    public async Task what_is_made_by_longer_statements_is_found_too(string fault, string finding)
    {
        using var world = await ReadyAsync();
        await world.SqlAsync(fault);
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        Assert.Contains($"error\t{finding}\t", check.Out, StringComparison.Ordinal);
        Assert.Contains("sql/create_tables.pgsql", check.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_database_of_another_layout_is_a_finding()
    {
        using var world = await ReadyAsync();
        await world.SqlAsync("DROP TABLE vmm_schema");
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        Assert.StartsWith(
            $"error\tschema-version\t{world.Database}\tthe database has no vmm 0.8 schema\t",
            check.Out,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task a_look_at_one_domain_tells_nothing_of_others()
    {
        using var world = await ReadyAsync();
        await world.SqlAsync(
            """
            INSERT INTO alias VALUES (70000, 'broken', 'nobody@example.com'), (70001, 'broken', 'nobody@example.com');
            DROP INDEX alias_destination;
            UPDATE users SET passwd = '{LANMAN}x'
            """
        );
        (await Run.ShellAsync($"chmod 0755 {world.Base}/*/7000[01]")).Succeeded();
        var check = await world.VmmAsync("check", "--only", "Example.NET");
        check.ShouldExit(4);
        Assert.Equal(
            [
                "dangling-destination broken@example.net",
                "unknown-password-scheme LANMAN",
                $"wrong-mode {world.Base}/{Path.GetDirectoryName(world.Home(70001))}",
            ],
            check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => string.Join(' ', l.Split('\t')[1..3]))
        );
        Assert.Contains("1 account has a password in this scheme", check.Out, StringComparison.Ordinal);
        (await world.VmmAsync("check", "--only", "foreign.example")).ShouldExit((int)ErrorCode.NoSuchDomain);
    }

    [Fact]
    public async Task only_what_came_and_went_since_the_last_look_is_shown()
    {
        using var world = await ReadyAsync();
        await world.SqlAsync("INSERT INTO alias VALUES (70000, 'first', 'nobody@example.com')");
        var first = await world.VmmAsync("check", "--show-changes");
        first.ShouldExit(4);
        Assert.StartsWith("+ error\tdangling-destination\tfirst@example.com\t", first.Out, StringComparison.Ordinal);
        var again = await world.VmmAsync("check", "--show-changes");
        again.ShouldExit(4);
        Assert.Equal("", again.Out);
        await world.SqlAsync("INSERT INTO alias VALUES (70000, 'second', 'nobody@example.com')");
        await world.DoAsync("aliasdelete first@example.com");
        var third = await world.VmmAsync("check", "--show-changes");
        Assert.Equal(
            ["+ error\tdangling-destination\tsecond@example.com", "- error\tdangling-destination\tfirst@example.com"],
            third.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => string.Join('\t', l.Split('\t')[..3]))
        );
        await world.DoAsync("aliasdelete second@example.com");
        Assert.StartsWith("- error\t", await world.DoAsync("check --show-changes"), StringComparison.Ordinal);
        Assert.Equal("", await world.DoAsync("check --show-changes"));
        Assert.Equal("600\n", (await Run.ProgramAsync("stat", ["-c", "%a", $"{world.Directory}/state/check.json"])).Out);
        await File.WriteAllTextAsync($"{world.Directory}/state/check.json", "{", TestContext.Current.CancellationToken);
        (await world.VmmAsync("check", "--show-changes")).ShouldExit((int)ErrorCode.FileSystem);
    }

    [Fact]
    public async Task nothing_is_left_in_the_database_by_a_check()
    {
        using var world = await ReadyAsync();
        var before = await world.QueryAsync("SELECT nspname FROM pg_namespace ORDER BY 1");
        await world.DoAsync("check");
        Assert.Equal(before, await world.QueryAsync("SELECT nspname FROM pg_namespace ORDER BY 1"));
    }

    private async Task<World> ReadyAsync()
    {
        var world = await World.CreateAsync(cluster);
        world.Configure(
            $"[check]\nstate_file = \"{world.Directory}/state/check.json\"\n[misc]\nbase_directory = "
                + $"\"{world.Base}\"\nalias_expansion_limit = 1000\n"
        );
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.net");
        await world.AddAccountAsync("user@example.com");
        await world.AddAccountAsync("user@example.net");
        await world.DoAsync("aliasadd fine@example.com user@example.com elsewhere@example.org");
        await world.DoAsync("relocatedadd moved@example.com new@example.org");
        return world;
    }
}
