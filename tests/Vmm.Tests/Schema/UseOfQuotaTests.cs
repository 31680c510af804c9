namespace Vmm.Tests.Schema;

/// <summary>
/// What Dovecot writes about the use of quota: differences by the dict of 2.3, absolute values by the quota_clone of 2.4 (and 2.3).
/// </summary>
public sealed class UseOfQuotaTests(PostgresCluster server)
{
    [Fact]
    public async Task an_insertion_adds_to_what_is_there()
    {
        var database = await NewAsync();
        await server.ExecuteAsync(
            database,
            "dovecot",
            "INSERT INTO userquota (bytes, uid) VALUES (100, 1); INSERT INTO userquota (messages, uid) VALUES (1, 1)"
        );
        Assert.Equal(["1|100|1"], await server.QueryAsync(database, "TABLE userquota"));
        await server.ExecuteAsync(database, "dovecot", "INSERT INTO userquota (bytes, messages, uid) VALUES (-40, 2, 1)");
        Assert.Equal(["1|60|3"], await server.QueryAsync(database, "TABLE userquota"));
    }

    [Fact]
    public async Task a_negative_count_of_messages_is_stored_as_it_is_and_positive()
    {
        var database = await NewAsync();
        await server.ExecuteAsync(database, "dovecot", "INSERT INTO userquota VALUES (1, 5, -3)");
        Assert.Equal(["1|5|3"], await server.QueryAsync(database, "TABLE userquota"));
        await server.ExecuteAsync(database, "dovecot", "DELETE FROM userquota; INSERT INTO userquota VALUES (1, 7, NULL)");
        Assert.Equal(["1|7|0"], await server.QueryAsync(database, "TABLE userquota"));
    }

    [Fact]
    public async Task the_use_of_an_account_that_is_gone_is_swallowed()
    {
        var database = await NewAsync();
        await server.ExecuteAsync(database, "dovecot", "INSERT INTO userquota VALUES (4711, 5, 3)");
        Assert.Empty(await server.QueryAsync(database, "TABLE userquota"));
        await server.ExecuteAsync(database, "dovecot", "INSERT INTO userquota VALUES (1, 5, 3)");
        await server.ExecuteAsync(database, "vmm", "DELETE FROM users");
        Assert.Empty(await server.QueryAsync(database, "TABLE userquota"));
    }

    [Fact]
    public async Task insertions_at_the_same_time_lose_no_count()
    {
        var database = await NewAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using var connection = await server.OpenAsync(database, "dovecot");
            for (var i = 0; i < 50; i++)
            {
                Assert.Null(await connection.TryAsync("INSERT INTO userquota (bytes, messages, uid) VALUES (10, 1, 1)"));
            }
        })));
        Assert.Equal(["1|4000|400"], await server.QueryAsync(database, "TABLE userquota"));
    }

    /// <summary>
    /// As src/lib-dict-backend/dict-sql.c of Dovecot 2.4 puts it together for the dict_map blocks in install/dovecot/vmm-2.4.conf.
    /// </summary>
    private static string Clone(string user, int bytes, int messages) =>
        $"""
            INSERT INTO vmm_quota_clone (bytes,messages,username) VALUES ({bytes},{messages},'{user}')
              ON CONFLICT (username) DO UPDATE SET bytes={bytes},messages={messages}
            """;

    [Fact]
    public async Task dovecot_2_4_counts_right_over_several_deliveries_and_an_expunge()
    {
        var database = await NewAsync();
        foreach (var (bytes, messages) in new[] { (1000, 1), (2500, 2), (2500, 2), (4100, 3), (1600, 1), (0, 0), (700, 1) })
        {
            await server.ExecuteAsync(database, "dovecot", Clone("a@example.com", bytes, messages));
            Assert.Equal([$"1|{bytes}|{messages}"], await server.QueryAsync(database, "TABLE userquota"));
            Assert.Empty(await server.QueryAsync(database, "TABLE vmm_quota_clone"));
        }
    }

    [Theory]
    [InlineData("A@Example.com")]
    [InlineData("a@example.net")]
    [InlineData("a@xn--bcher-kva.example")]
    [InlineData("a@bücher.example")]
    public async Task an_account_has_one_count_under_all_its_names(string user)
    {
        var database = await NewAsync();
        await server.ExecuteAsync(database, "dovecot", Clone("a@example.com", 1000, 1));
        await server.ExecuteAsync(database, "dovecot", Clone(user, 2500, 2));
        Assert.Equal(["1|2500|2"], await server.QueryAsync(database, "TABLE userquota"));
    }

    [Theory]
    [InlineData(
        "INSERT INTO vmm_quota_clone (bytes,messages,username) VALUES ('7','2','a@example.com') ON CONFLICT (username) DO UPDATE "
            + "SET bytes='7',messages='2'",
        "1|7|2"
    )]
    [InlineData(
        "INSERT INTO vmm_quota_clone (bytes,username) VALUES (7,'a@example.com') ON CONFLICT (username) DO UPDATE SET bytes=7",
        "1|7|3"
    )]
    [InlineData(
        "INSERT INTO vmm_quota_clone (messages,username) VALUES (0,'a@example.com') ON CONFLICT (username) DO UPDATE SET "
            + "messages=0",
        "1|500|0"
    )]
    [InlineData(
        "DELETE FROM vmm_quota_clone WHERE username = 'a@example.com'; INSERT INTO vmm_quota_clone (bytes,messages,username) "
            + "VALUES (7,2,'a@example.com') ON CONFLICT (username) DO UPDATE SET bytes=7,messages=2",
        "1|7|2"
    )]
    [InlineData("INSERT INTO vmm_quota_clone (bytes,messages,username) VALUES (9876543210,2,'a@example.com')", "1|9876543210|2")]
    public async Task every_form_of_the_statement_replaces_what_it_names(string statement, string expected)
    {
        var database = await NewAsync();
        await server.ExecuteAsync(database, "dovecot", "INSERT INTO userquota (bytes, messages, uid) VALUES (500, 3, 1)");
        await server.ExecuteAsync(database, "dovecot", statement);
        Assert.Equal([expected], await server.QueryAsync(database, "TABLE userquota"));
        // And a machine that still has 2.3 goes on from there.
        await server.ExecuteAsync(database, "dovecot", "INSERT INTO userquota (bytes, uid) VALUES (1, 1)");
        Assert.Equal([expected.Split('|')[2]], await server.QueryAsync(database, "SELECT messages FROM userquota"));
    }

    [Theory]
    [InlineData("nobody@example.com")]
    [InlineData("info@example.com")]
    [InlineData("a")]
    [InlineData("a@")]
    [InlineData("@example.com")]
    [InlineData("")]
    [InlineData("a@b@example.com")]
    public async Task who_has_no_account_has_no_count(string user)
    {
        var database = await NewAsync();
        await server.ExecuteAsync(database, "dovecot", Clone(user, 5, 3));
        Assert.Empty(await server.QueryAsync(database, "TABLE userquota"));
    }

    [Fact]
    public async Task counts_that_come_at_the_same_time_under_several_names_are_no_error()
    {
        var database = await NewAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            await using var connection = await server.OpenAsync(database, "dovecot");
            for (var i = 1; i <= 50; i++)
            {
                Assert.Null(await connection.TryAsync(Clone(n % 2 == 0 ? "a@example.com" : "a@example.net", i * 10, i)));
            }
        })));
        Assert.Equal(["1|500|50"], await server.QueryAsync(database, "TABLE userquota"));
    }

    private async Task<string> NewAsync()
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(
            database,
            "vmm",
            """
            INSERT INTO domain_data (gid, domaindir) VALUES (1, '/1');
            INSERT INTO users (local_part, passwd, gid, uid) VALUES ('a', 'x', 1, 1);
            INSERT INTO domain_name VALUES ('example.com', 1, true), ('example.net', 1, false), ('xn--bcher-kva.example', 1, false);
            INSERT INTO alias VALUES (1, 'info', 'a@example.com')
            """
        );
        return database;
    }
}
