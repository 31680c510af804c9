namespace Vmm.Tests.Upgrade;

/// <summary>From each layout that vmm once had to the present one: nothing is lost, every look-up is answered as before.</summary>
public sealed class OriginTests(PostgresCluster server)
{
    private static readonly string[] LocalParts =
    [
        "alice",
        "bob",
        "carol",
        "o'hara+x",
        "müller",
        "postmaster",
        "info",
        "local",
        "gateway",
        "all",
        "every",
        "old",
        "gone",
        "nobody",
    ];
    private static readonly string[] Domains =
    [
        "example.com",
        "example.net",
        "example.org",
        "xn--exmple-cua.example",
        "xn--mller-kva.example",
        "empty.example",
        "alias-of-empty.example",
        "nowhere.example",
    ];

    public static TheoryData<string> Names => Origin.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task the_schema_is_that_of_a_new_installation_and_every_look_up_is_answered_as_before(string name)
    {
        var origin = Origin.Of(name);
        using var world = World.On(server, await origin.MakeAsync(server));
        var before = await server.AnswersAsync(world.Database, origin.Questions.Select(q => q.Before), LocalParts, Domains);
        Assert.True(before.Count > 50, $"only {before.Count} answers");
        var said = await world.DoAsync("upgrade --yes --no-dump");
        Assert.Contains(
            $"Upgraded from vmm {origin.Said}: 4 domains, 6 accounts, 5 aliases, 2 relocated users",
            said,
            StringComparison.Ordinal
        );
        Assert.Contains($"Steps: {string.Join(", ", origin.Steps)}\n", said, StringComparison.Ordinal);
        Assert.Equal(before, await server.AnswersAsync(world.Database, origin.Questions.Select(q => q.After), LocalParts, Domains));
        Assert.Equal(await server.ShapeAsync(PostgresCluster.SchemaDatabase), await server.ShapeAsync(world.Database));
        await Schema.Keeping.ShouldHoldAsync(server, world.Database);
    }

    /// <summary>Loops, and more destinations than the new sender map follows, are no answers that were changed by hand.</summary>
    [Theory]
    [InlineData("0.6 before Dovecot 1.2")]
    [InlineData("0.7")]
    public async Task senders_are_carried_over_as_the_accounts_that_their_aliases_end_in(string name)
    {
        using var world = World.On(server, await Origin.Of(name).MakeAsync(server));
        await world.SqlAsync("""
            INSERT INTO users (local_part, passwd, gid) SELECT 'u' || i, 'x', 70000 FROM generate_series(1, 1500) AS i;
            INSERT INTO alias SELECT 70000, 'crowd', 'u' || i || '@example.com' FROM generate_series(1, 1500) AS i;
            INSERT INTO alias VALUES (70000, 'round', 'round2@example.com'), (70000, 'round2', 'round@example.com'),
                (70000, 'round2', 'Alice@example.com'), (70000, 'far', 'far@elsewhere.example'), (70000, 'self', '%n@%d')
            """
        );
        await world.DoAsync("upgrade --yes --no-dump");
        Assert.Equal(
            ["alice@example.com", "alice@example.org", "alice@xn--exmple-cua.example"],
            await world.QueryAsync("SELECT login FROM postfix_smtpd_sender_login_map('round', 'example.com') ORDER BY 1")
        );
        Assert.Empty(
            await world.QueryAsync(
                "SELECT login FROM postfix_smtpd_sender_login_map('far', 'example.com') UNION ALL SELECT login FROM "
                    + "postfix_smtpd_sender_login_map('self', 'example.com')"
            )
        );
        Assert.Equal(
            ["2997"],
            await world.QueryAsync("SELECT count(*) FROM postfix_smtpd_sender_login_map('crowd', 'example.org')")
        );
    }

    [Theory]
    [InlineData("0.6 before Dovecot 1.2")]
    [InlineData("0.7")]
    public async Task the_use_of_quota_and_the_notes_of_domains_and_accounts_are_there_afterwards(string name)
    {
        using var world = World.On(server, await Origin.Of(name).MakeAsync(server));
        await world.DoAsync("upgrade --yes --no-dump");
        Assert.Equal(
            ["70000|12345678901|77", "70001|5|0"],
            await world.QueryAsync("SELECT uid, bytes, messages FROM userquota ORDER BY uid")
        );
        Assert.Equal(
            ["70001|pays late\nsince \"May\"", "70003|nobody yet"],
            await world.QueryAsync("SELECT gid, note FROM domain_data WHERE note IS NOT NULL ORDER BY gid")
        );
        Assert.Equal(["70000|first"], await world.QueryAsync("SELECT uid, note FROM users WHERE note IS NOT NULL"));
    }

    /// <summary>All of them would take minutes for 200,000 accounts.</summary>
    [Theory]
    [InlineData("0.6 before Dovecot 1.2", "", 5000)]
    [InlineData("0.7", "", 5000)]
    [InlineData(
        "0.6 before Dovecot 1.2",
        "CREATE OR REPLACE FUNCTION dovecotpassword(localpart varchar, the_domain varchar) RETURNS SETOF dovecotpassword LANGUAGE "
            + "plpgsql STABLE STRICT AS 'BEGIN RETURN; END'",
        6034
    )]
    [InlineData("0.7", "ALTER FUNCTION dovecotpassword(varchar, varchar) SET enable_hashjoin = on", 6034)]
    public async Task of_many_addresses_the_functions_are_asked_about_a_part_where_they_are_those_of_the_release(
        string name,
        string sql,
        int asked
    )
    {
        var database = await Origin.Of(name).MakeAsync(server);
        await server.ExecuteAsync(
            database,
            "vmm",
            "INSERT INTO users (local_part, passwd, gid) SELECT 'u' || i, 'x', 70002 FROM generate_series(1, 6000) AS i;" + sql
        );
        await using var connection = await server.OpenAsync(database);
        await using var command = new Npgsql.NpgsqlCommand(
            $"BEGIN; {AnswersSql.Create}; {AnswersSql.ToAsk}; SELECT count(*)::integer FROM pg_temp.vmm_asked",
            connection
        );
        Assert.Equal(asked, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Where there are too many accounts for the functions, a join answers for the others.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task the_join_tells_the_same_of_every_account_as_the_new_functions(string name)
    {
        using var world = World.On(server, await Origin.Of(name).MakeAsync(server));
        await world.DoAsync("upgrade --yes --no-dump");
        await using var connection = await server.OpenAsync(world.Database);
        var sql = $"""
            BEGIN; {AnswersSql.Create}; {AnswersSql.ToCall}; {AnswersSql.AccountsAfter};
            INSERT INTO pg_temp.vmm_before SELECT * FROM pg_temp.vmm_after; TRUNCATE pg_temp.vmm_after, pg_temp.vmm_called;
            {AnswersSql.OtherAccountsAfter};
            SELECT count(b.answer) || ' ' || count(a.answer) || ' ' || count(*) FILTER (WHERE a.answer = b.answer)
              FROM pg_temp.vmm_before b FULL JOIN pg_temp.vmm_after a USING (address)
            """;
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        var all = Assert.Single(
            await world.QueryAsync("SELECT count(*) FROM vmm_address WHERE kind = 'account' HAVING count(*) > 5")
        );
        Assert.Equal($"{all} {all} {all}", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task a_dry_run_changes_nothing_and_a_second_run_has_nothing_to_do(string name)
    {
        using var world = World.On(server, await Origin.Of(name).MakeAsync(server));
        var before = await server.DumpAsync(world.Database);
        Assert.Contains("Would be upgraded from vmm ", await world.DoAsync("upgrade --dry-run"), StringComparison.Ordinal);
        Assert.Equal(before, await server.DumpAsync(world.Database));
        await world.DoAsync("upgrade --yes --no-dump");
        var after = await server.DumpAsync(world.Database);
        Assert.NotEqual(before, after);
        var again = await world.JsonAsync("upgrade --yes");
        Assert.False(again.GetProperty("changed").GetBoolean());
        Assert.False(again.TryGetProperty("from", out _));
        Assert.Equal(
            "The database already has the current layout; there is nothing to do.\n",
            await world.DoAsync("upgrade --dry-run")
        );
        Assert.Equal(after, await server.DumpAsync(world.Database));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task the_files_run_by_hand_do_the_same_as_the_command(string name)
    {
        var origin = Origin.Of(name);
        using var world = World.On(server, await origin.MakeAsync(server));
        var byHand = await origin.MakeAsync(server);
        await world.DoAsync("upgrade --yes --no-dump");
        foreach (var step in origin.Steps)
        {
            var psql = await Run.ProgramAsync(
                server.Psql,
                ["-h", server.Socket, "-U", "vmm", "-d", byHand, "-qX", "-f", Repository.PathOf("sql", $"upgrade_{step}.pgsql")]
            );
            Assert.Equal("", psql.Succeeded() + psql.Error);
        }

        Assert.Equal(await server.DumpAsync(world.Database), await server.DumpAsync(byHand));
        // And once more is refused.
        var again = await Run.ProgramAsync(
            server.Psql,
            [
                "-h",
                server.Socket,
                "-U",
                "vmm",
                "-d",
                byHand,
                "-qX",
                "-f",
                Repository.PathOf("sql", $"upgrade_{origin.Steps[^1]}.pgsql"),
            ]
        );
        again.ShouldExit(3);
        Assert.Contains("this is no database of vmm", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task vmm_works_with_the_result(string name)
    {
        using var world = World.On(server, await Origin.Of(name).MakeAsync(server));
        (await world.VmmAsync("listusers")).ShouldExit(82);
        await world.DoAsync("upgrade --yes --no-dump");
        Assert.Contains("alice@example.com", await world.DoAsync("listusers"), StringComparison.Ordinal);
        Assert.Contains("müller@xn--mller-kva.example", await world.DoAsync("listaddresses"), StringComparison.Ordinal);
        await world.DoAsync("domainadd new.example");
        await world.AddAccountAsync("first@new.example");
        await world.DoAsync("aliasadd second@new.example first@new.example");
        // The numbers go on where they were.
        Assert.Equal(["70004|70006"], await world.QueryAsync("SELECT gid, uid FROM users WHERE local_part = 'first'"));
        await world.DoAsync("userservices bob@example.net --enable imap");
        await world.DoAsync("userdelete carol@example.com");
        await Schema.Keeping.ShouldHoldAsync(server, world.Database);
    }
}
