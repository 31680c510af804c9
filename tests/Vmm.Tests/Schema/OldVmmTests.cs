namespace Vmm.Tests.Schema;

/// <summary>What Debian's vmm 0.7 sends, in its order: it knows nothing of what is new here.</summary>
public sealed class OldVmmTests(PostgresCluster server)
{
    [Fact]
    public async Task vmm_0_7_can_do_all_its_work()
    {
        var database = await server.CreateDatabaseAsync();
        string[] work =
        [
            "INSERT INTO transport (tid, transport) VALUES (nextval('transport_id'), 'dovecot:')",
            "INSERT INTO quotalimit (qid, bytes, messages) VALUES (nextval('quotalimit_id'), 1000, 10)",
            "INSERT INTO maillocation (fid, mid, directory) VALUES (2, nextval('maillocation_id'), 'mdbox')",
            "INSERT INTO domain_data (gid, qid, ssid, tid, domaindir, note) VALUES (nextval('domain_gid'), 1, 1, 1, "
                + "'/srv/mail/4/70000', NULL)",
            "INSERT INTO domain_name (domainname, gid, is_primary) VALUES ('example.com', 70000, TRUE)",
            "INSERT INTO domain_data (gid, qid, ssid, tid, domaindir, note) VALUES (nextval('domain_gid'), 1, 1, 1, "
                + "'/srv/mail/5/70001', 'x')",
            "INSERT INTO domain_name (domainname, gid, is_primary) VALUES ('example.org', 70001, TRUE)",
            "INSERT INTO users (local_part, passwd, uid, gid, mid, qid, ssid, tid, note) VALUES ('user', 'x', "
                + "nextval('users_uid'), 70000, 1, NULL, NULL, NULL, NULL)",
            "INSERT INTO domain_name (domainname, gid, is_primary) VALUES ('example.net', 70000, FALSE)",
            "INSERT INTO alias (gid, address, destination) VALUES (70000, 'info', 'user@example.com')",
            "INSERT INTO alias (gid, address, destination) VALUES (70000, 'info', 'user@example.org')",
            "INSERT INTO relocated (gid, address, destination) VALUES (70000, 'old', 'new@example.org')",
            "INSERT INTO catchall (gid, destination) VALUES (70000, 'user@example.com')",
            "UPDATE relocated SET destination = 'newer@example.org' WHERE gid = 70000 AND address = 'old'",
            "UPDATE users SET passwd = 'y' WHERE uid = 70000",
            "UPDATE users SET tid = 2 WHERE uid = 70000",
            "UPDATE domain_data SET qid = 2 WHERE gid = 70000",
            "UPDATE users SET qid = NULL WHERE gid = 70000",
            "UPDATE domain_name SET gid = 70001 WHERE gid = 70000 AND domainname = 'example.net' AND NOT is_primary",
            "DELETE FROM alias WHERE gid = 70000 AND address = 'info' AND destination = 'user@example.org'",
        ];
        await using var connection = await server.OpenAsync(database);
        foreach (var statement in work)
        {
            Assert.Null(await connection.TryAsync(statement));
            Assert.Empty(await PostgresCluster.ListAsync(connection, Keeping.Faults));
        }

        Assert.Equal(
            ["user@example.com|y"],
            await server.QueryAsync(database, "SELECT userid, password FROM dovecotpassword('user', 'example.com')")
        );
        Assert.Equal(
            ["user@example.com"],
            await server.QueryAsync(database, "SELECT destination FROM postfix_virtual_alias_map('info', 'example.com')")
        );
        string[] end =
        [
            "DELETE FROM users WHERE uid = 70000",
            "DELETE FROM alias WHERE destination = 'user@example.com'",
            .. new[] { "alias", "users", "catchall", "relocated", "domain_name", "domain_data" }.Select(t =>
                $"DELETE FROM {t} WHERE gid = 70000"
            ),
        ];
        foreach (var statement in end)
        {
            Assert.Null(await connection.TryAsync(statement));
            Assert.Empty(await PostgresCluster.ListAsync(connection, Keeping.Faults));
        }
    }

    [Fact]
    public async Task the_names_and_types_that_vmm_0_7_and_its_maps_rely_on_are_these() =>
        Golden.Check(
            "schema-of-0.7",
            string.Join(
                '\n',
                await server.QueryAsync(
                    PostgresCluster.SchemaDatabase,
                    """
                    (SELECT c.relname || ': '
                            || string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
                       FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
                      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'c') AND attnum > 0
                        AND relname NOT LIKE 'vmm_address%' GROUP BY relname ORDER BY relname COLLATE "C")
                    UNION ALL
                    (SELECT format('%s(%s): %s', proname, pg_get_function_identity_arguments(oid), pg_get_function_result(oid))
                       FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname NOT LIKE 'vmm%'
                         ORDER BY proname COLLATE "C")
                    UNION ALL
                    (SELECT format('%s from %s to %s, %s', sequencename, start_value, max_value, cycle) FROM pg_sequences
                      ORDER BY sequencename COLLATE "C")
                    """
                )
            ) + "\n"
        );
}
