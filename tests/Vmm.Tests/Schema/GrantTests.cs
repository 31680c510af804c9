namespace Vmm.Tests.Schema;

/// <summary>Postfix and Dovecot can ask what they need to, and nobody can do more.</summary>
public sealed class GrantTests(PostgresCluster server, SampleDatabase sample) : IClassFixture<SampleDatabase>, IAsyncLifetime
{
    private const string Denied = "42501";

    // What is granted, table by table: a change of it is a change of this list.
    private const string Granted = """
        SELECT grantee || ' ' || privilege_type || ' ' || table_name || coalesce('(' || columns || ')', '') FROM (
          SELECT grantee, privilege_type, table_name, NULL AS columns FROM information_schema.role_table_grants
            WHERE grantee IN ('postfix', 'dovecot', 'PUBLIC', 'mailsys') AND table_schema = 'public'
          UNION ALL
          SELECT grantee, privilege_type, table_name, string_agg(column_name, ' ' ORDER BY column_name)
            FROM information_schema.column_privileges c
           WHERE grantee IN ('postfix', 'dovecot', 'PUBLIC', 'mailsys') AND table_schema = 'public' AND NOT EXISTS (
                 SELECT FROM information_schema.role_table_grants t
                  WHERE t.grantee = c.grantee AND t.table_name = c.table_name AND t.privilege_type = c.privilege_type
                    AND t.table_schema = 'public')
           GROUP BY 1, 2, 3) AS g ORDER BY 1
        """;

    public static TheoryData<string> All => Questions.ForTheory;

    public async ValueTask InitializeAsync() => await server.ExecuteAsync("postgres", "postgres", """
        DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'stranger') THEN CREATE ROLE stranger LOGIN; END IF; END $$
        """);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(All))]
    public async Task each_look_up_is_answered_to_the_program_that_asks_it_and_to_nobody_else(string question)
    {
        var dovecot = question.Contains("dovecot", StringComparison.Ordinal);
        await using (var asking = await server.OpenAsync(sample.Name, dovecot ? "dovecot" : "postfix"))
        {
            var answers = 0;
            foreach (var localPart in new[] { "a", "list", "gone", "nobody" })
            {
                answers += (await PostgresCluster.ListAsync(asking, question.About(localPart, "example.com"))).Count;
            }

            Assert.InRange(answers, 1, 20);
        }

        await using var stranger = await server.OpenAsync(sample.Name, "stranger");
        Assert.Equal(Denied, await stranger.TryAsync(question.About("a", "example.com")));
    }

    [Fact]
    public async Task the_grants_are_these_and_no_more() =>
        Golden.Check("grants", string.Join('\n', await server.QueryAsync(sample.Name, Granted, "postgres")) + "\n");

    [Theory]
    [InlineData("postfix", "SELECT passwd FROM users")]
    [InlineData("postfix", "SELECT name, note FROM users")]
    [InlineData("postfix", "SELECT * FROM dovecotpassword('a', 'example.com')")]
    [InlineData("postfix", "UPDATE users SET uid = uid")]
    [InlineData("postfix", "INSERT INTO alias VALUES (70000, 'x', 'x@example.org')")]
    [InlineData("postfix", "INSERT INTO vmm_address VALUES ('x@example.com', 70000, 'x', 'alias')")]
    [InlineData("postfix", "SELECT vmm_address_add('alias', '{70000}', '{x}', '{0}')")]
    [InlineData("postfix", "SELECT nextval('users_uid')")]
    [InlineData("postfix", "INSERT INTO userquota VALUES (70000, 1, 1)")]
    [InlineData("dovecot", "SELECT note FROM users")]
    [InlineData("dovecot", "UPDATE users SET passwd = 'x'")]
    [InlineData("dovecot", "SELECT vmm_address_remove('account', '{70000}', '{a}')")]
    [InlineData("dovecot", "DELETE FROM vmm_address")]
    [InlineData("dovecot", "TRUNCATE userquota")]
    [InlineData("dovecot", "SELECT * FROM alias")]
    public async Task what_is_not_needed_is_denied(string role, string statement)
    {
        await using var connection = await server.OpenAsync(sample.Name, role);
        Assert.Equal(Denied, await connection.TryAsync(statement));
    }

    [Fact]
    public async Task a_look_up_reads_the_tables_of_vmm_whatever_the_search_path_of_who_asks()
    {
        await using var connection = await server.OpenAsync(sample.Name, "dovecot");
        Assert.Null(
            await connection.TryAsync(
                """
                CREATE TEMP TABLE vmm_address AS SELECT 'x@example.com'::text AS address, 70000::bigint AS uid;
                SET search_path = pg_temp, pg_catalog
                """
            )
        );
        Assert.Equal(
            ["{PLAIN}a"],
            await PostgresCluster.ListAsync(connection, "SELECT password FROM public.dovecotpassword('a', 'example.com')")
        );
        Assert.Empty(
            await PostgresCluster.ListAsync(connection, "SELECT password FROM public.dovecotpassword('x', 'example.com')")
        );
        Assert.Equal(
            ["{PLAIN}a"],
            await PostgresCluster.ListAsync(
                connection,
                """SELECT password FROM public.dovecot_password WHERE "user" = 'a@example.com'"""
            )
        );
    }

    [Fact]
    public async Task the_owner_can_write_whatever_the_search_path()
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", """
            SET search_path = ''; INSERT INTO public.domain_data (gid, domaindir) VALUES (1, '/1');
            INSERT INTO public.domain_name VALUES ('n.example', 1, true);
            INSERT INTO public.users (local_part, passwd, gid) VALUES ('a', 'x', 1);
            INSERT INTO public.alias VALUES (1, 'b', 'x@example.org');
            UPDATE public.users SET local_part = 'c'; INSERT INTO public.userquota SELECT uid, 1, 1 FROM public.users;
            DELETE FROM public.alias
            """);
        await server.ShouldHoldAsync(database);
    }
}
