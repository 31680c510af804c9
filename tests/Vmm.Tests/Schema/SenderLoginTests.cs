namespace Vmm.Tests.Schema;

/// <summary>Who may send as whom: accounts of ours, and nobody else, however an alias leads to them.</summary>
public sealed class SenderLoginTests(PostgresCluster server)
{
    private const string Rows = """
        INSERT INTO domain_data (gid, domaindir) VALUES (1, '/1'), (2, '/2');
        INSERT INTO domain_name VALUES ('example.com', 1, true), ('example.net', 1, false), ('example.org', 2, true);
        INSERT INTO users (local_part, passwd, gid) VALUES ('anna', 'x', 1), ('ben', 'x', 1), ('list-x', 'x', 1), ('anna', 'x', 2);
        INSERT INTO relocated VALUES (1, 'gone', 'anna@example.com');
        INSERT INTO catchall VALUES (1, 'anna@example.com');
        INSERT INTO alias VALUES
            (1, 'info', 'anna@example.com'), (1, 'info', 'Someone@elsewhere.example'), (1, 'away', 'anna@elsewhere.example'),
            (1, 'away', 'root'), (1, 'away', 'a@b@example.com'),
            (1, 'first', 'second@example.org'), (2, 'second', 'INFO@Example.Net'), (2, 'second', 'anna@example.org'),
            (1, 'list', '%n-x@%d'), (1, 'ben=example.com', 'x'), (1, 'even', '%n%='), (1, 'self', '%n@%d'),
            (1, 'round', 'about@example.com'), (1, 'about', 'round@example.net'), (1, 'about', 'ben@example.com'),
            (1, 'lost', 'gone@example.com'), (1, 'lost', 'nobody@example.com'), (1, 'lost', 'anna+list@example.com')
        """;

    [Theory]
    [InlineData("anna@example.com", "anna@example.com anna@example.net")]
    [InlineData("ANNA@Example.Net", "anna@example.com anna@example.net")]
    [InlineData("anna@example.org", "anna@example.org")]
    [InlineData("info@example.com", "anna@example.com anna@example.net")]
    [InlineData("info@example.net", "anna@example.com anna@example.net")]
    [InlineData("first@example.com", "anna@example.com anna@example.net anna@example.org")]
    [InlineData("list@example.net", "list-x@example.com list-x@example.net")]
    [InlineData("round@example.com", "ben@example.com ben@example.net")]
    [InlineData("about@example.net", "ben@example.com ben@example.net")]
    public async Task a_sender_belongs_to_the_accounts_that_it_leads_to_under_all_their_names(string sender, string logins) =>
        Assert.Equal(logins.Split(' '), await LoginsAsync(await NewAsync(), sender));

    [Theory]
    [InlineData("away@example.com")]
    [InlineData("even@example.com")]
    [InlineData("self@example.com")]
    [InlineData("lost@example.com")]
    [InlineData("gone@example.com")]
    [InlineData("nobody@example.com")]
    [InlineData("anna+list@example.com")]
    [InlineData("anna@elsewhere.example")]
    [InlineData("Someone@elsewhere.example")]
    public async Task what_ends_elsewhere_or_nowhere_or_in_a_catch_all_is_nobodys_sender(string sender) =>
        Assert.Empty(await LoginsAsync(await NewAsync(), sender));

    [Fact]
    public async Task no_answer_is_ever_anything_but_an_address_of_an_account()
    {
        var database = await NewAsync();
        var all = await server.QueryAsync(
            database,
            """
            SELECT f.login
              FROM (SELECT local_part FROM users UNION SELECT address FROM alias UNION SELECT address FROM relocated) AS p
             CROSS JOIN domain_name n CROSS JOIN LATERAL postfix_smtpd_sender_login_map(p.local_part, n.domainname) AS f
            """
        );
        Assert.InRange(all.Count, 20, 60);
        Assert.Empty(all.Except(await server.QueryAsync(database, "SELECT address FROM vmm_address WHERE kind = 'account'")));
    }

    /// <summary>Each alias of a chain of 300 leads to the next under both names, one of them back to the first.</summary>
    [Fact]
    public async Task a_long_chain_with_loops_ends_in_its_account()
    {
        var database = await NewAsync();
        await server.ExecuteAsync(
            database,
            "vmm",
            """
            INSERT INTO alias SELECT 1, 'c' || i, 'c' || i + 1 || d
              FROM generate_series(1, 300) AS i, unnest(array['@example.com', '@example.net']) AS d;
            INSERT INTO alias VALUES (1, 'c301', 'c1@example.com'), (1, 'c301', 'ben@example.org'), (1, 'c301', 'ben@example.net')
            """
        );
        Assert.Equal(["ben@example.com", "ben@example.net"], await LoginsAsync(database, "c1@example.com"));
    }

    /// <summary>
    /// Beyond what Postfix expands: an answer all the same, and quickly, whether the destinations are elsewhere, here, or aliases
    /// of as many.
    /// </summary>
    [Theory]
    [InlineData("'d' || i || '@elsewhere.example'")]
    [InlineData("'d' || i || '@example.com'")]
    [InlineData("'m' || i % 50 || '@example.com'")]
    public async Task an_alias_with_more_destinations_than_postfix_follows_is_answered_without_reading_all_of_them(
        string destination
    )
    {
        var database = await NewAsync();
        await server.ExecuteAsync(
            database,
            "vmm",
            $"""
            INSERT INTO users (local_part, passwd, gid) SELECT 'd' || i, 'x', 1 FROM generate_series(1, 5000) AS i;
            INSERT INTO alias SELECT DISTINCT 1, 'm' || m, {destination}
              FROM generate_series(0, 49) AS m, generate_series(1, 5000) AS i
            """
        );
        await server.ExecuteAsync(database, "postgres", "ANALYZE");
        await using var connection = await server.OpenAsync(database);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var logins = await PostgresCluster.ListAsync(connection, Question("m1@example.com"));
        Assert.InRange(logins.Count, 0, 2000);
        var read = await PostgresCluster.ListAsync(
            connection,
            "SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint < 20000 FROM pg_stat_xact_user_tables WHERE relname IN "
                + "('alias', 'vmm_address', 'users')"
        );
        Assert.Equal(["True"], read);
    }

    private static string Question(string sender) =>
        $"SELECT login FROM postfix_smtpd_sender_login_map('{sender[..sender.LastIndexOf('@')]}', "
            + $"'{sender[(sender.LastIndexOf('@') + 1)..]}') ORDER BY login COLLATE \"C\"";

    private Task<List<string>> LoginsAsync(string database, string sender) =>
        server.QueryAsync(database, Question(sender), "postfix");

    private async Task<string> NewAsync()
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", Rows);
        return database;
    }
}
