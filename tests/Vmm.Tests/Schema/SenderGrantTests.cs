namespace Vmm.Tests.Schema;

/// <summary>Who may send as whom because it was granted, as Postfix asks for it.</summary>
public sealed class SenderGrantTests(PostgresCluster server)
{
    private const string Rows = """
        INSERT INTO domain_data (gid, domaindir) VALUES (1, '/1'), (2, '/2'), (3, '/3');
        INSERT INTO domain_name VALUES ('example.com', 1, true), ('example.net', 1, false), ('example.org', 2, true),
            ('xn--bcher-kva.example', 3, true);
        INSERT INTO users (local_part, passwd, gid, uid) VALUES
            ('anna', 'x', 1, 1), ('ben', 'x', 1, 2), ('carl', 'x', 2, 3), ('dora', 'x', 3, 4);
        INSERT INTO alias VALUES (1, 'info', 'anna@example.com'), (1, 'away', 'anna@elsewhere.example');
        INSERT INTO relocated VALUES (1, 'gone', 'anna@example.com');
        """;

    [Theory]
    [InlineData("(1, 'noreply', 3)", "noreply@example.com", "carl@example.org")]
    [InlineData("(1, 'noreply', 3)", "NoReply@Example.NET", "carl@example.org")]
    [InlineData("(1, 'noreply', 3)", "anna@example.com", "anna@example.com anna@example.net")]
    [InlineData("(1, 'noreply', 3)", "other@example.com", "")]
    [InlineData("(1, 'noreply', 3)", "noreply@example.org", "")]
    [InlineData("(2, 'noreply', 2)", "noreply@example.org", "ben@example.com ben@example.net")]
    [InlineData("(1, 'anna', 3)", "anna@example.com", "anna@example.com anna@example.net carl@example.org")]
    [InlineData("(1, 'anna', 1)", "anna@example.com", "anna@example.com anna@example.net")]
    [InlineData("(1, 'info', 3)", "info@example.com", "anna@example.com anna@example.net carl@example.org")]
    [InlineData("(1, 'info', 1)", "info@example.com", "anna@example.com anna@example.net")]
    [InlineData("(1, 'away', 3)", "away@example.com", "carl@example.org")]
    [InlineData("(1, 'gone', 3)", "gone@example.com", "carl@example.org")]
    [InlineData("(1, '', 3)", "gone@example.net", "carl@example.org")]
    [InlineData("(1, '', 3)", "nobody@example.com", "carl@example.org")]
    [InlineData("(1, '', 3)", "anna@example.net", "anna@example.com anna@example.net carl@example.org")]
    [InlineData("(1, '', 3)", "info@example.net", "anna@example.com anna@example.net carl@example.org")]
    [InlineData("(1, '', 3)", "nobody@example.org", "")]
    [InlineData("(1, '', 3), (1, 'noreply', 2)", "noreply@example.com", "ben@example.com ben@example.net carl@example.org")]
    [InlineData("(3, 'noreply', 4)", "noreply@bücher.example", "dora@xn--bcher-kva.example")]
    [InlineData("(3, '', 4)", "x@xn--bcher-kva.example", "dora@xn--bcher-kva.example")]
    public async Task a_sender_belongs_also_to_whom_it_was_granted_under_all_their_names(
        string grants, string sender, string logins) =>
        Assert.Equal(Words(logins), await LoginsAsync(await NewAsync(grants), sender));

    /// <summary>
    /// Postfix takes the first answer, and asks for the address with its extension first: an answer for the domain's sake would
    /// hide the owner of the address.
    /// </summary>
    [Theory]
    [InlineData("(1, '', 3)", "anna+list@example.com", "")]
    [InlineData("(1, '', 3)", "anna-list@example.net", "")]
    [InlineData("(1, '', 3)", "anna.b+list@example.net", "")]
    [InlineData("(1, '', 3)", "info+list@example.net", "")]
    [InlineData("(1, '', 3)", "gone+list@example.net", "carl@example.org")]
    [InlineData("(1, '', 3)", "nobody+list@example.com", "carl@example.org")]
    [InlineData("(1, '', 3)", "annalist@example.com", "carl@example.org")]
    [InlineData("(1, '', 3)", "+anna@example.com", "carl@example.org")]
    [InlineData("(1, '', 3), (1, 'noreply', 2)", "noreply+list@example.com", "")]
    [InlineData("(1, '', 3), (1, 'anna+list', 2)", "anna+list@example.com", "ben@example.com ben@example.net carl@example.org")]
    public async Task the_grant_of_a_domain_hides_no_owner_of_an_address_with_an_extension(
        string grants, string sender, string logins) =>
        Assert.Equal(Words(logins), await LoginsAsync(await NewAsync(grants), sender));

    [Theory]
    [InlineData("noreply@example.com", "")]
    [InlineData("anna@example.com", "")]
    [InlineData("info@example.com", "domain")]
    public async Task a_grant_ends_at_its_second(string sender, string localPart)
    {
        var database = await NewAsync("");
        var key = localPart.Length == 0 ? sender.Split('@')[0] : "";
        await server.ExecuteAsync(
            database, "vmm", $"INSERT INTO vmm_sender_grant VALUES (1, '{key}', 3, now() + interval '1 hour')");
        Assert.Contains("carl@example.org", await LoginsAsync(database, sender));
        await server.ExecuteAsync(database, "vmm", "UPDATE vmm_sender_grant SET expires = clock_timestamp() + interval '1 second'");
        Assert.Contains("carl@example.org", await LoginsAsync(database, sender));
        await server.ExecuteAsync(database, "vmm", "SELECT pg_sleep(1.1)");
        Assert.DoesNotContain("carl@example.org", await LoginsAsync(database, sender));
    }

    [Fact]
    public async Task the_accounts_of_an_alias_are_no_senders_where_the_domain_has_that_switched_off()
    {
        var database = await NewAsync("(1, 'info', 3)");
        await server.ExecuteAsync(database, "vmm", "UPDATE domain_data SET alias_senders = false WHERE gid = 1");
        Assert.Equal(["carl@example.org"], await LoginsAsync(database, "info@example.com"));
        Assert.Equal(["anna@example.com", "anna@example.net"], await LoginsAsync(database, "anna@example.com"));
        await server.ExecuteAsync(database, "vmm", "DELETE FROM vmm_sender_grant");
        Assert.Empty(await LoginsAsync(database, "info@example.com"));
        await server.ExecuteAsync(database, "vmm", "INSERT INTO vmm_sender_grant VALUES (1, '', 2)");
        Assert.Equal(["ben@example.com", "ben@example.net"], await LoginsAsync(database, "info@example.com"));
    }

    /// <summary>vmm 0.7 knows nothing of grants.</summary>
    [Fact]
    public async Task grants_go_with_their_account_and_with_their_domain()
    {
        var database = await NewAsync("(1, 'noreply', 3), (2, 'noreply', 2), (3, '', 4)");
        await server.ExecuteAsync(database, "vmm", "DELETE FROM users WHERE uid = 3");
        Assert.Equal(["2", "4"], await server.QueryAsync(database, "SELECT uid FROM vmm_sender_grant ORDER BY 1"));
        await server.ExecuteAsync(
            database, "vmm", "DELETE FROM domain_name WHERE gid = 2; DELETE FROM domain_data WHERE gid = 2");
        Assert.Equal(["4"], await server.QueryAsync(database, "SELECT uid FROM vmm_sender_grant"));
        Assert.Equal(
            ["noreply|example.com|3", "noreply|example.org|2"],
            await server.QueryAsync(
                database,
                """
                SELECT local_part, domain, before->>'uid' FROM vmm_journal
                 WHERE kind = 'sender grant' AND after IS NULL ORDER BY entry
                """));
    }

    [Theory]
    [InlineData("'X'")]
    [InlineData("'a@b'")]
    public async Task no_local_part_is_stored_that_no_look_up_finds(string localPart)
    {
        await using var connection = await server.OpenAsync(await NewAsync(""));
        Assert.Equal("23514", await connection.TryAsync($"INSERT INTO vmm_sender_grant VALUES (1, {localPart}, 3)"));
    }

    private static string[] Words(string logins) => logins.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private Task<List<string>> LoginsAsync(string database, string sender)
    {
        var parts = sender.Split('@');
        return server.QueryAsync(
            database,
            $"SELECT login FROM postfix_smtpd_sender_login_map('{parts[0]}', '{parts[1]}') ORDER BY login COLLATE \"C\"",
            "postfix");
    }

    private async Task<string> NewAsync(string grants)
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(
            database,
            "vmm",
            Rows + (grants.Length > 0 ? $"INSERT INTO vmm_sender_grant (gid, address, uid) VALUES {grants}" : ""));
        return database;
    }
}
