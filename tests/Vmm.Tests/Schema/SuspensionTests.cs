namespace Vmm.Tests.Schema;

/// <summary>What each lookup answers about suspended accounts and domains, at the second in which it asks.</summary>
public sealed class SuspensionTests(PostgresCluster server)
{
    private const string Refused = "error:5.2.1 mailbox disabled, not accepting messages";
    private const string Deferred = "retry:4.2.1 mailbox disabled for now, try again later";

    // The state of an account or a domain: the mode, and when it ends. What is over counts as nothing.
    private static readonly (string Mode, string Until)[] States =
    [
        ("NULL", "NULL"),
        .. from mode in (string[])["'nologin'", "'defer'", "'refuse'"]
           from until in (string[])["NULL", "now() + '1 h'", "now() - '1 s'::interval"]
           select (mode, until),
    ];

    private static readonly string[] Strictness = ["NULL", "'nologin'", "'defer'", "'refuse'"];

    [Theory]
    [InlineData("functions")]
    [InlineData("views")]
    public async Task the_stricter_of_account_and_domain_is_in_force_until_it_is_over(string kind)
    {
        var database = await server.CreateDatabaseAsync();
        var expected = new List<string>();
        for (var d = 0; d < States.Length; d++)
        {
            await server.ExecuteAsync(database, "vmm", Domain(d, States[d]));
            for (var u = 0; u < States.Length; u++)
            {
                await server.ExecuteAsync(database, "vmm", Account(d, u, States[u]));
                var strictest = new[] { InForce(States[d]), InForce(States[u]) }.MaxBy(m => Array.IndexOf(Strictness, m));
                var way = strictest switch { "'refuse'" => Refused, "'defer'" => Deferred, _ => "lmtp:unix:private/dovecot-lmtp" };
                var may = strictest == "NULL" ? "True" : "False";
                expected.Add($"u{u}@d{d}.example|x|{may}|{may}|{may}|{may}");
                expected.Add($"u{u}@d{d}.example|{way}");
            }
        }

        var password = kind == "views"
            ? "SELECT \"user\", password, smtp, pop3, imap, sieve FROM dovecot_password"
            : "SELECT f.* FROM vmm_address a, dovecotpassword(a.local_part, split_part(a.address, '@', 2)) f";
        var transport = kind == "views"
            ? "SELECT address, transport FROM postfix_transport"
            : "SELECT f.* FROM vmm_address a, postfix_transport_map(a.local_part, split_part(a.address, '@', 2)) f";
        var answers = await server.QueryAsync(database, password, "dovecot");
        answers.AddRange(await server.QueryAsync(database, transport, "postfix"));
        Assert.Equal(expected.Order(), answers.Order());
        Assert.Equal(
            ["100|100"],
            await server.QueryAsync(
                database,
                "SELECT count(*) FILTER (WHERE lmtp AND lda AND doveadm),"
                    + " count(*) FILTER (WHERE smtp = submission AND sieve = managesieve) FROM dovecot_password"));
        Assert.Empty(await server.QueryAsync(
            database, "SELECT * FROM vmm_address_forms EXCEPT SELECT * FROM vmm_address_expected()"));

        // Set-based, and back.
        await server.ExecuteAsync(database, "vmm", "UPDATE users SET suspended = 'refuse', suspended_until = NULL");
        Assert.Equal(
            [Refused], await server.QueryAsync(database, "SELECT DISTINCT transport FROM postfix_transport"));
        await server.ExecuteAsync(database, "vmm", """
            UPDATE users SET suspended = NULL, suspended_until = NULL;
            UPDATE domain_data SET suspended = NULL, suspended_until = NULL
            """);
        Assert.Equal(
            ["True"], await server.QueryAsync(database, "SELECT bool_and(smtp AND pop3 AND imap AND sieve) FROM dovecot_password"));
        Assert.Equal(
            ["0"],
            await server.QueryAsync(
                database,
                "SELECT num_nonnulls(max(suspended_until), max(refused_until), max(refusal), max(deferred_until), max(deferral))"
                    + " FROM vmm_address_forms"));
    }

    /// <summary>Nothing is written when a suspension ends: the clock alone does it.</summary>
    [Fact]
    public async Task a_suspension_ends_by_itself()
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", Domain(1, States[0]) + Account(1, 1, States[0]));
        await server.ExecuteAsync(
            database,
            "vmm",
            "UPDATE users SET suspended = 'refuse', suspended_until = now() + '2 s', suspended_text = 'Gone, Sir'");
        const string Asked = """
            SELECT xmin, p.imap, t.transport
              FROM vmm_address, dovecotpassword('u1', 'd1.example') p, postfix_transport_map('u1', 'd1.example') t
            """;
        var before = (await server.QueryAsync(database, Asked)).Single();
        Assert.EndsWith("|False|error:5.2.1 Gone, Sir", before, StringComparison.Ordinal);
        var after = before;
        for (var i = 0; i < 100 && after == before; i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            after = (await server.QueryAsync(database, Asked)).Single();
        }

        Assert.Equal($"{before.Split('|')[0]}|True|lmtp:unix:private/dovecot-lmtp", after);
    }

    /// <summary>Of two that are as strict, the one that lasts longer has its text.</summary>
    [Fact]
    public async Task the_text_is_that_of_the_suspension_that_lasts_longer()
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", Domain(1, States[0]) + Account(1, 1, States[0]));
        foreach (var mode in (string[])["refuse", "defer"])
        {
            var code = mode == "refuse" ? "error:5.2.1" : "retry:4.2.1";
            foreach (var (own, whole, winner) in ((string, string, string)[])
                [("NULL", "now() + '1 h'", "own"), ("now() + '1 h'", "NULL", "whole"), ("NULL", "NULL", "own"),
                 ("now() + '2 h'", "now() + '1 h'", "own"), ("now() + '1 h'", "now() + '2 h'", "whole")])
            {
                await server.ExecuteAsync(database, "vmm", $"""
                    UPDATE users SET suspended = '{mode}', suspended_text = 'own', suspended_until = {own};
                    UPDATE domain_data SET suspended = '{mode}', suspended_text = 'whole', suspended_until = {whole}
                    """);
                Assert.Equal(
                    [$"u1@d1.example|{code} {winner}"],
                    await server.QueryAsync(database, "SELECT * FROM postfix_transport_map('u1', 'd1.example')"));
            }
        }
    }

    /// <summary>What has an answer as an alias would be accepted at RCPT, and bounce later.</summary>
    [Theory]
    [InlineData("refuse", "error:5.2.1 closed", "", "", "", "")]
    [InlineData("defer", "retry:4.2.1 closed", "x@example.org", "c@example.org", "", "x@example.org")]
    [InlineData("nologin", "lmtp:unix:private/dovecot-lmtp", "x@example.org", "c@example.org", "u1@d1.example", "x@example.org")]
    public async Task a_domain_that_refuses_mail_has_no_alias_and_no_catch_all(
        string mode, string transport, string alias, string catchAll, string account, string view)
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", Domain(1, States[0]) + Account(1, 1, States[0]) + """
            INSERT INTO alias VALUES (1, 'list', 'x@example.org');
            INSERT INTO catchall VALUES (1, 'c@example.org');
            INSERT INTO relocated VALUES (1, 'gone', 'new@example.org');
            """);
        var text = mode == "nologin" ? "NULL" : "'closed'";
        await server.ExecuteAsync(database, "vmm", $"UPDATE domain_data SET suspended = '{mode}', suspended_text = {text}");
        foreach (var address in (string[])["list", "u1", "gone", "nobody"])
        {
            Assert.Equal([transport], await PostfixAsync($"transport FROM postfix_transport_map('{address}', 'D1.example')"));
        }

        Assert.Equal(alias, Joined(await PostfixAsync("destination FROM postfix_virtual_alias_map('list', 'd1.example')")));
        Assert.Equal(catchAll, Joined(await PostfixAsync("destination FROM postfix_virtual_alias_map('nobody', 'd1.example')")));
        Assert.Equal(account, Joined(await PostfixAsync("destination FROM postfix_virtual_alias_map('u1', 'd1.example')")));
        Assert.Equal(view, Joined(await PostfixAsync("destination FROM postfix_alias WHERE address = 'list@d1.example'")));
        Assert.Equal(
            ["new@example.org"], await PostfixAsync("destination FROM postfix_relocated_map('gone', 'd1.example')"));

        // Over: all is as it was.
        await server.ExecuteAsync(database, "vmm", "UPDATE domain_data SET suspended_until = now() - '1 s'::interval");
        Assert.Equal(["x@example.org"], await PostfixAsync("destination FROM postfix_virtual_alias_map('list', 'd1.example')"));
        Assert.Equal(["x@example.org"], await PostfixAsync("destination FROM postfix_alias WHERE address = 'list@d1.example'"));

        Task<List<string>> PostfixAsync(string what) => server.QueryAsync(database, $"SELECT {what}", "postfix");
    }

    /// <summary>In a domain with a catch-all, an account has an answer as an alias of itself.</summary>
    [Fact]
    public async Task an_account_that_refuses_mail_is_no_alias_of_itself_and_the_catch_all_does_not_get_its_mail()
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", """
            INSERT INTO domain_data (gid, domaindir) VALUES (1, '/1');
            INSERT INTO domain_name VALUES ('xn--bcher-kva.example', 1, true);
            INSERT INTO users (local_part, passwd, gid) VALUES ('a', 'x', 1), ('b', 'x', 1);
            INSERT INTO catchall VALUES (1, 'c@example.org');
            UPDATE users SET suspended = 'refuse' WHERE local_part = 'a'
            """);
        foreach (var name in (string[])["xn--bcher-kva.example", "bücher.example"])
        {
            Assert.Empty(await server.QueryAsync(
                database, $"SELECT destination FROM postfix_virtual_alias_map('a', '{name}')", "postfix"));
            Assert.Equal(
                ["b@xn--bcher-kva.example"],
                await server.QueryAsync(
                    database, $"SELECT destination FROM postfix_virtual_alias_map('b', '{name}')", "postfix"));
            Assert.Equal(
                [Refused],
                await server.QueryAsync(
                    database, $"SELECT transport FROM postfix_transport_map('a', '{name}')", "postfix"));
        }

        Assert.Equal(
            ["b@xn--bcher-kva.example"],
            await server.QueryAsync(database, "SELECT destination FROM postfix_alias", "postfix"));
    }

    /// <summary>Each alone: a change of several at once would hide that one of them is not looked at.</summary>
    [Theory]
    [InlineData("users")]
    [InlineData("domain_data")]
    public async Task a_column_that_changes_alone_is_in_the_answers(string table)
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", Domain(1, States[0]) + Account(1, 1, States[0]) + Account(1, 2, States[0]));
        foreach (var change in (string[])
            ["suspended = 'refuse'", "suspended_text = 'a'", "suspended_until = '2099-01-01'", "suspended = 'defer'",
             "suspended_text = 'b'", "suspended_until = NULL", "suspended = NULL, suspended_text = NULL"])
        {
            await server.ExecuteAsync(database, "vmm", $"UPDATE {table} SET {change}");
            await server.ShouldHoldAsync(database);
        }
    }

    /// <summary>Postfix asks for the whole address first, and gets the transport of the domain otherwise.</summary>
    [Theory]
    [InlineData("u1+list", true)]
    [InlineData("U1+List+More", true)]
    [InlineData("u1-list", true)]
    [InlineData("u1_", true)]
    [InlineData("u12", false)]
    [InlineData("u2+list", false)]
    [InlineData("+u1", false)]
    [InlineData("u1+alias", false)]
    [InlineData("u1+account", false)]
    [InlineData("u1+account+list", false)]
    [InlineData("u1+alias-x", false)]
    public async Task an_address_with_an_extension_is_suspended_with_its_account(string localPart, bool isSuspended)
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", Domain(1, States[0]) + Account(1, 1, States[0]) + Account(1, 2, States[0]) + """
            INSERT INTO users (local_part, passwd, gid) VALUES ('u1+account', 'x', 1);
            INSERT INTO alias VALUES (1, 'u1+alias', 'x@example.org');
            """);
        foreach (var (mode, transport) in ((string, string)[])[("refuse", Refused), ("defer", Deferred)])
        {
            await server.ExecuteAsync(database, "vmm", $"UPDATE users SET suspended = '{mode}' WHERE local_part = 'u1'");
            Assert.Equal(
                [isSuspended ? transport : "lmtp:unix:private/dovecot-lmtp"],
                (await server.QueryAsync(
                    database, $"SELECT transport FROM postfix_transport_map('{localPart}', 'd1.example')", "postfix")));
        }
    }

    /// <summary>vmm's own checks would not do for other writers.</summary>
    [Theory]
    [InlineData("suspended = 'never'")]
    [InlineData("suspended_until = now()")]
    [InlineData("suspended_reason = 'why'")]
    [InlineData("suspended_text = 'what'")]
    [InlineData("suspended = 'refuse', suspended_text = ''")]
    [InlineData("suspended = 'refuse', suspended_text = E'a\\nb'")]
    [InlineData("suspended = 'refuse', suspended_text = 'Gek\u00fcndigt'")]
    public async Task a_state_that_means_nothing_is_refused(string column)
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", Domain(1, States[0]) + Account(1, 1, States[0]));
        await using var writer = await server.OpenAsync(database);
        foreach (var table in (string[])["users", "domain_data"])
        {
            Assert.Equal("23514", await writer.TryAsync($"UPDATE {table} SET {column}"));
        }
    }

    private static string Joined(List<string> answers) => string.Join(' ', answers);

    private static string InForce((string Mode, string Until) state) =>
        state.Until.Contains('-', StringComparison.Ordinal) ? "NULL" : state.Mode;

    private static string Domain(int number, (string Mode, string Until) state) => $"""
        INSERT INTO domain_data (gid, domaindir, suspended, suspended_until)
        VALUES ({number}, '/{number}', {state.Mode}, {state.Until});
        INSERT INTO domain_name VALUES ('d{number}.example', {number}, true);
        """;

    private static string Account(int domain, int number, (string Mode, string Until) state) => $"""
        INSERT INTO users (local_part, passwd, gid, suspended, suspended_until)
        VALUES ('u{number}', 'x', {domain}, {state.Mode}, {state.Until});
        """;
}
