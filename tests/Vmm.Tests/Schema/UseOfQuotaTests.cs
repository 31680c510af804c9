namespace Vmm.Tests.Schema;

/// <summary>What Dovecot 2.3's dict writes into userquota.</summary>
public sealed class UseOfQuotaTests(PostgresCluster server)
{
    [Fact]
    public async Task an_insertion_adds_to_what_is_there()
    {
        var database = await NewAsync();
        await server.ExecuteAsync(database, "dovecot", "INSERT INTO userquota (bytes, uid) VALUES (100, 1); INSERT INTO userquota (messages, uid) VALUES (1, 1)");
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

    private async Task<string> NewAsync()
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", "INSERT INTO domain_data (gid, domaindir) VALUES (1, '/1'); INSERT INTO users (local_part, passwd, gid, uid) VALUES ('a', 'x', 1, 1)");
        return database;
    }
}
