namespace Vmm.Tests.Upgrade;

/// <summary>Who could do what before can do it afterwards, and as little more as the look-ups need.</summary>
public sealed class RightsTests(PostgresCluster server)
{
    public static TheoryData<string, string, string> Granted =>
        new()
        {
            {
                "0.3",
                "GRANT SELECT (userid, home) ON dovecot_user TO {0} WITH GRANT OPTION; GRANT SELECT (transport) ON "
                    + "postfix_transport TO {0}",
                "dovecot_user (home) SELECT*, dovecot_user (userid) SELECT*, postfix_transport (transport) SELECT"
            },
            {
                "0.4",
                "GRANT SELECT (accounts) ON vmm_domain_info TO {0} WITH GRANT OPTION; GRANT SELECT ON postfix_uid TO {0}",
                "postfix_uid SELECT, vmm_domain_info (accounts) SELECT*"
            },
            {
                "0.4",
                "GRANT SELECT (domainname, gid), UPDATE (domainname) ON domains TO {0}",
                "domain_data (gid) SELECT, domain_name (domainname) SELECT, domain_name (domainname) UPDATE, domain_name (gid) "
                    + "SELECT"
            },
            {
                "0.5",
                "GRANT SELECT ON postfix_alias, vmm_domain_info TO {0} WITH GRANT OPTION; GRANT UPDATE (name) ON users TO {0}",
                "postfix_alias SELECT*, users (name) UPDATE, vmm_domain_info SELECT*"
            },
            {
                "0.5.2",
                "GRANT SELECT (\"user\", password) ON dovecot_password TO {0}",
                "dovecot_password (password) SELECT, dovecot_password (user) SELECT"
            },
            {
                "0.5 with functions",
                "REVOKE EXECUTE ON FUNCTION dovecotpassword(varchar, varchar) FROM PUBLIC; GRANT EXECUTE ON FUNCTION "
                    + "dovecotpassword(varchar, varchar) TO {0} WITH GRANT OPTION",
                "dovecotpassword EXECUTE*"
            },
            {
                "0.6 before Dovecot 1.2",
                "GRANT SELECT (uid), DELETE ON userquota_11 TO {0} WITH GRANT OPTION",
                "userquota (uid) SELECT*, userquota DELETE*"
            },
            {
                "0.7",
                "GRANT SELECT (gid) ON postfix_gid TO {0} WITH GRANT OPTION; GRANT SELECT, UPDATE (note) ON users TO {0} WITH "
                    + "GRANT OPTION",
                "postfix_gid (gid) SELECT*, users (note) UPDATE*, users SELECT*"
            },
        };

    /// <summary>In the last of them a star stands for the right to grant it to others.</summary>
    [Theory]
    [MemberData(nameof(Granted))]
    public async Task rights_on_columns_and_to_grant_are_kept(string origin, string grants, string expected)
    {
        var (world, role) = await WithRoleAsync(origin, grants);
        using (world)
        {
            await world.DoAsync("upgrade --yes --no-dump");
            var rights = await RightsAsync(world.Database, role);
            Assert.Equal(expected.Split(", "), rights.Intersect(expected.Split(", ")));
            Assert.DoesNotContain("vmm_view_rights", await server.DumpAsync(world.Database), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GRANT SELECT ON transport TO {0}", "transport SELECT")]
    [InlineData("GRANT SELECT ON mailboxformat TO {0}", "mailboxformat SELECT")]
    [InlineData("GRANT SELECT ON alias TO {0}", "alias SELECT")]
    [InlineData("GRANT SELECT ON relocated, postfix_gid TO {0}", "postfix_gid SELECT, relocated SELECT")]
    public async Task a_role_that_could_ask_no_function_gets_nothing_more(string grants, string expected)
    {
        var (world, role) = await WithRoleAsync("0.7", grants);
        using (world)
        {
            await world.DoAsync("upgrade --yes --no-dump");
            Assert.Equal(expected.Split(", "), await RightsAsync(world.Database, role));
        }
    }

    [Theory]
    [InlineData(
        "SELECT transport FROM postfix_transport_map('alice', 'example.com')",
        "users (gid, local_part, tid)",
        "domain_data (gid, tid)",
        "transport",
        "vmm_address (address) SELECT, vmm_address (deferral) SELECT, vmm_address (deferred_until) SELECT, "
            + "vmm_address (kind) SELECT, vmm_address (refusal) SELECT, vmm_address (refused_until) SELECT, "
            + "vmm_address (transport) SELECT, postfix_transport SELECT"
    )]
    [InlineData(
        "SELECT mail FROM dovecotuser('alice', 'example.com')",
        "users (uid, gid, local_part, mid)",
        "domain_data (gid, domaindir)",
        "maillocation, mailboxformat",
        "vmm_address (address) SELECT, vmm_address (gid) SELECT, vmm_address (home) SELECT, vmm_address (kind) SELECT, "
            + "vmm_address (mail) SELECT, vmm_address (uid) SELECT"
    )]
    public async Task a_role_that_could_ask_one_function_can_ask_it_and_gets_what_it_reads_and_no_more(
        string question,
        string users,
        string domains,
        string others,
        string more
    )
    {
        var split = (string what) => what.Replace(" (", "|", StringComparison.Ordinal).TrimEnd(')').Split('|');
        var (world, role) = await WithRoleAsync(
            "0.7",
            $"GRANT SELECT ({split(users)[1]}) ON users TO {{0}}; GRANT SELECT ({split(domains)[1]}) ON domain_data TO {{0}}; "
                + $"GRANT SELECT (gid, domainname) ON domain_name TO {{0}}; GRANT SELECT ON {others} TO {{0}}"
        );
        using (world)
        {
            var before = await server.QueryAsync(world.Database, question, role);
            Assert.Single(before);
            var rights = await RightsAsync(world.Database, role);
            await world.DoAsync("upgrade --yes --no-dump");
            Assert.Equal(before, await server.QueryAsync(world.Database, question, role));
            Assert.Equal(
                more.Split(", ").Order(StringComparer.Ordinal),
                (await RightsAsync(world.Database, role)).Except(rights).Order(StringComparer.Ordinal)
            );
        }
    }

    /// <summary>An account beside a catch-all is looked at for a suspension, which 0.7 did not have.</summary>
    [Fact]
    public async Task a_role_that_could_ask_for_aliases_only_can_ask_about_an_account_beside_a_catch_all()
    {
        var (world, role) = await WithRoleAsync(
            "0.7",
            "GRANT SELECT (gid, address, destination) ON alias TO {0}; GRANT SELECT (gid, domainname) ON domain_name TO {0}; "
                + "GRANT SELECT ON catchall TO {0}");
        using (world)
        {
            await world.DoAsync("upgrade --yes --no-dump");
            await world.SqlAsync(
                "INSERT INTO catchall SELECT gid, 'c@example.org' FROM domain_name WHERE domainname = 'example.com'");
            Assert.Equal(
                ["alice@example.com"],
                await server.QueryAsync(
                    world.Database, "SELECT destination FROM postfix_virtual_alias_map('alice', 'example.com')", role));
        }
    }

    [Fact]
    public async Task in_0_4_as_released_whoever_read_no_password_reads_none_afterwards()
    {
        var (world, role) = await WithRoleAsync("0.4 as released", "GRANT SELECT ON dovecot_user TO {0}");
        using (world)
        {
            await world.DoAsync("upgrade --yes --no-dump");
            var rights = await RightsAsync(world.Database, role);
            Assert.Contains("dovecot_user SELECT", rights);
            Assert.DoesNotContain(rights, r => r.Contains("passw", StringComparison.Ordinal));
        }
    }

    /// <summary>As where both services log in as the owner of the tables.</summary>
    [Theory]
    [InlineData("dovecot")]
    [InlineData("postfix")]
    public async Task where_no_role_could_ask_one_that_is_named_like_the_service_gets_what_a_new_installation_grants_it(string role)
    {
        using var world = World.On(server, await Origin.Of("0.7").MakeAsync(server));
        await world.SqlAsync("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM dovecot, postfix");
        Assert.Empty(await RightsAsync(world.Database, role));
        await world.DoAsync("upgrade --yes --no-dump");
        Assert.Equal(await RightsAsync(await server.CreateDatabaseAsync(), role), await RightsAsync(world.Database, role));
    }

    private async Task<(World World, string Role)> WithRoleAsync(string origin, string grants)
    {
        var database = await Origin.Of(origin).MakeAsync(server);
        var role = "role_" + Guid.NewGuid().ToString("N")[..8];
        await server.ExecuteAsync("postgres", "postgres", $"CREATE ROLE {role} LOGIN");
        await server.ExecuteAsync(database, "vmm", grants.Replace("{0}", role, StringComparison.Ordinal));
        return (World.On(server, database), role);
    }

    private async Task<List<string>> RightsAsync(string database, string role) =>
        [
            .. (
                await server.QueryAsync(
                    database,
                    $"""
                    SELECT o.name || ' ' || x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END
                      FROM (SELECT relname::text AS name, relacl AS acl FROM pg_class
                            UNION ALL SELECT format('%s (%s)', relname, attname), attacl FROM pg_class
                              JOIN pg_attribute ON attrelid = pg_class.oid
                            UNION ALL SELECT proname, proacl FROM pg_proc) AS o
                     CROSS JOIN LATERAL aclexplode(o.acl) AS x
                     WHERE x.grantee = '{role}'::regrole
                    """,
                    "postgres"
                )
            ).Order(StringComparer.Ordinal),
        ];
}
