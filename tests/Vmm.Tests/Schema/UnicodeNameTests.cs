namespace Vmm.Tests.Schema;

/// <summary>
/// Domain names are stored as A-labels; a question by U-labels, as a client with SMTPUTF8 makes Postfix ask it, has the same
/// answer.
/// </summary>
public sealed class UnicodeNameTests(PostgresCluster server)
{
    /// <summary>A domain with three names, of which two have U-labels, and its neighbours.</summary>
    private const string Rows = """
        INSERT INTO transport (transport) VALUES ('dovecot:');
        INSERT INTO domain_data (gid, domaindir) VALUES (1, '/1'), (2, '/2'), (3, '/3'), (4, '/4');
        INSERT INTO domain_name VALUES
            ('xn--bcher-kva.example', 1, true), ('books.example', 1, false), ('post.xn--bcher-kva.xn--p1ai', 1, false),
            ('buecher.example', 2, true),
            ('abc.example', 2, false), ('xn--strae-oqa.example', 3, true), ('strasse.example', 2, false),
            ('xn--mller-kva.example', 4, true);
        INSERT INTO users (local_part, passwd, gid, uid, tid) VALUES ('user', 'right', 1, 11, 2),
            ('müller', 'umlaut', 1, 12, NULL), ('user', 'wrong', 2, 21, NULL), ('user', 'sharp', 3, 31, NULL);
        INSERT INTO alias VALUES (1, 'info', 'user@xn--bcher-kva.example'), (1, 'info', '%n-%d@elsewhere.example'),
            (1, 'spelt', 'USER@bücher.example');
        INSERT INTO relocated VALUES (1, 'gone', 'new@elsewhere.example')
        """;

    public static TheoryData<string> All => Questions.ForTheory;

    [Theory]
    [MemberData(nameof(All))]
    public async Task a_question_by_u_labels_is_answered_as_by_a_labels(string question)
    {
        var database = await NewAsync();
        var role = question.Contains("dovecot", StringComparison.Ordinal) ? "dovecot" : "postfix";
        var answers = 0;
        string[] localParts = ["user", "müller", "info", "spelt", "gone", "nobody", "USER"];
        (string Stored, string Asked)[] domains =
        [
            ("xn--bcher-kva.example", "bücher.example"), ("post.xn--bcher-kva.xn--p1ai", "post.bücher.рф"),
        ];
        foreach (var (localPart, stored, asked) in localParts.SelectMany(l => domains.Select(d => (l, d.Stored, d.Asked))))
        {
            var expected = (await server.QueryAsync(database, question.About(localPart, stored), role)).ConvertAll(r =>
                r.Replace(asked, stored, StringComparison.Ordinal)
            );
            // The view of passwords repeats the key; a destination is as it is written.
            var actual = (await server.QueryAsync(database, question.About(localPart, asked), role)).ConvertAll(r =>
                r.Replace(asked, stored, StringComparison.Ordinal)
            );
            answers += actual.Count;
            // An account leads to its stored address: the test below.
            if (!question.Contains("alias", StringComparison.Ordinal) || localPart is not ("user" or "müller" or "USER"))
            {
                Assert.Equal(expected.Order(), actual.Order());
            }
        }

        Assert.InRange(answers, 2, 40);
    }

    [Theory]
    [InlineData("SELECT destination FROM postfix_virtual_alias_map('{l}', '{d}')")]
    [InlineData("SELECT destination FROM postfix_alias WHERE address = '{l}@{d}'")]
    public async Task an_account_asked_for_by_u_labels_leads_to_its_stored_address_so_that_dovecot_gets_that(string question)
    {
        var database = await NewAsync();
        Assert.Equal(["user@xn--bcher-kva.example"], await server.QueryAsync(database, question.About("user", "bücher.example")));
        Assert.Empty(await server.QueryAsync(database, question.About("user", "xn--bcher-kva.example")));
        Assert.Empty(await server.QueryAsync(database, question.About("nobody", "bücher.example")));
        Assert.Empty(await server.QueryAsync(database, question.About("gone", "bücher.example")));
    }

    [Fact]
    public async Task a_catch_all_answers_u_labels_with_a_labels_in_its_placeholders()
    {
        var database = await NewAsync();
        await server.ExecuteAsync(database, "vmm", "INSERT INTO catchall VALUES (1, 'all-%n@%d')");
        const string question = "SELECT destination FROM postfix_virtual_alias_map('{l}', '{d}')";
        Assert.Equal(
            ["all-nobody@xn--bcher-kva.example"],
            await server.QueryAsync(database, question.About("nobody", "bücher.example"))
        );
        Assert.Equal(["user@xn--bcher-kva.example"], await server.QueryAsync(database, question.About("user", "bücher.example")));
    }

    /// <summary>IDNA 2003 and careless decoders would lead to a neighbour.</summary>
    [Theory]
    [InlineData("straße.example", "31")]
    [InlineData("strasse.example", "21")]
    [InlineData("abc.example", "21")]
    [InlineData("xn--abc-.example", "41")]
    [InlineData("xn--a\u0308.example", "41")]
    [InlineData("bücher.example.", "")]
    [InlineData(".bücher.example", "")]
    [InlineData("bucher.example", "")]
    [InlineData("ｂücher.example", "")]
    [InlineData("post.xn--bcher-kva.рф", "")]
    [InlineData("ü", "")]
    public async Task no_name_passes_for_another_one(string name, string uid)
    {
        var database = await NewAsync();
        await server.ExecuteAsync(
            database,
            "vmm",
            """
            INSERT INTO domain_name SELECT n, 4, false
              FROM unnest(array['xn--abc-.example', 'xn--.example', 'xn--99999999.example', E'xn--a\u0308.example']) AS n;
            INSERT INTO users (local_part, passwd, gid, uid) VALUES ('user', 'malformed', 4, 41)
            """
        );
        string[] expected = uid.Length == 0 ? [] : [uid];
        Assert.Equal(expected, await server.QueryAsync(database, $"SELECT uid FROM postfix_virtual_uid_map('user', '{name}')"));
        Assert.Equal(expected, await server.QueryAsync(database, $"SELECT uid FROM postfix_uid WHERE address = 'user@{name}'"));
        Assert.Equal(
            expected.Length,
            (await server.QueryAsync(database, $"SELECT gid FROM postfix_gid WHERE domainname = '{name}'")).Count
        );
    }

    /// <summary>An administrator may have added the name by hand, as Postfix's SMTPUTF8_README says.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public async Task a_name_that_is_stored_with_u_labels_is_found_as_it_is_stored_and_once(string question)
    {
        var database = await NewAsync();
        await server.ExecuteAsync(database, "vmm", """
            INSERT INTO domain_name VALUES ('müller.example', 1, false), ('bücher.example', 3, false);
            INSERT INTO users (local_part, passwd, gid, uid) VALUES ('user', 'other', 4, 41)
            """);
        (string, string)[] names = [("müller.example", "books.example"), ("bücher.example", "xn--strae-oqa.example")];
        foreach (var (stored, other) in names)
        {
            foreach (var localPart in new[] { "user", "info", "gone", "nobody" })
            {
                async Task<string[]> NamelessAsync(string name) =>
                    [
                        .. (await server.QueryAsync(database, question.About(localPart, name)))
                            .Select(r =>
                                r.Replace(stored, "NAME", StringComparison.Ordinal).Replace(other, "NAME", StringComparison.Ordinal)
                            )
                            .Order(StringComparer.Ordinal),
                    ];
                Assert.Equal(await NamelessAsync(other), await NamelessAsync(stored));
            }
        }
    }

    [Fact]
    public async Task a_login_by_u_labels_becomes_the_stored_address() =>
        Assert.Equal(
            ["user@xn--bcher-kva.example|right|user@xn--bcher-kva.example"],
            await server.QueryAsync(
                await NewAsync(),
                "SELECT p.userid, p.password, u.userid FROM dovecotpassword('User', 'bücher.example') p, dovecotuser('User', "
                    + "'bücher.example') u"
            )
        );

    [Fact]
    public async Task names_come_and_go_with_both_forms()
    {
        var database = await NewAsync();
        const string question =
            "SELECT uid FROM postfix_uid WHERE address = 'user@grün.example' UNION ALL SELECT uid FROM "
                + "postfix_virtual_uid_map('user', 'grün.example') UNION ALL SELECT gid FROM postfix_gid WHERE domainname = "
                    + "'grün.example'";
        await server.ExecuteAsync(database, "vmm", "INSERT INTO domain_name VALUES ('xn--grn-ioa.example', 1, false)");
        Assert.Equal(["11", "11", "1"], await server.QueryAsync(database, question));
        await server.ExecuteAsync(database, "vmm", "UPDATE domain_name SET gid = 2 WHERE domainname = 'xn--grn-ioa.example'");
        Assert.Equal(["21", "21", "2"], await server.QueryAsync(database, question));
        await server.ExecuteAsync(database, "vmm", "DELETE FROM domain_name WHERE domainname = 'xn--grn-ioa.example'");
        Assert.Empty(await server.QueryAsync(database, question));
    }

    [Fact]
    public async Task dovecots_list_of_all_users_has_each_address_once_and_as_it_is_stored()
    {
        var database = await NewAsync();
        foreach (var file in new[] { "dovecot-sql.conf.ext", "vmm-sql-2.4.conf" })
        {
            var query = (
                await File.ReadAllLinesAsync(Repository.PathOf("install", "dovecot", file), TestContext.Current.CancellationToken)
            )
                .Select(l => l.Trim())
                .Single(l => l.StartsWith("iterate_query = ", StringComparison.Ordinal))["iterate_query = ".Length..];
            var users = await server.QueryAsync(database, query, "dovecot");
            Assert.Equal(
                await server.QueryAsync(
                    database,
                    "SELECT local_part || '@' || domainname FROM users JOIN domain_name USING (gid) ORDER BY 1"
                ),
                users.Order(StringComparer.Ordinal)
            );
        }
    }

    /// <summary>Postfix up to 3.7 sends UTF-8 and says that it is LATIN1.</summary>
    [Fact]
    public async Task a_client_that_calls_its_utf_8_latin1_is_answered_by_the_functions()
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(
            directory["script"],
            "SELECT uid FROM postfix_virtual_uid_map('user', 'bücher.example');\nSELECT uid FROM postfix_virtual_uid_map('user', "
                + "'post.bücher.рф');\n",
            TestContext.Current.CancellationToken
        );
        var run = await Run.ProgramAsync(
            server.Psql,
            [
                "-qXAt",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                server.Socket,
                "-U",
                "postfix",
                "-d",
                await NewAsync(),
                "-f",
                directory["script"],
            ],
            environment: new Dictionary<string, string> { ["PGCLIENTENCODING"] = "LATIN1" }
        );
        Assert.Equal("11\n11\n", run.Succeeded());
    }

    /// <summary>The samples of RFC 3492 section 7.1, of IDNA's own words, and what is no A-label.</summary>
    [Theory]
    [InlineData("xn--egbpdaj6bu4bxfgehfvwxn", "ليهمابتكلموشعربي؟")]
    [InlineData("xn--ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文")]
    [InlineData("xn--proprostnemluvesky-uyb24dma41a", "pročprostěnemluvíčesky")]
    [InlineData("xn--4dbcagdahymbxekheh6e0a7fei0b", "למההםפשוטלאמדבריםעברית")]
    [InlineData("xn--n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa", "なぜみんな日本語を話してくれないのか")]
    [InlineData("xn--b1abfaaepdrnnbgefbadotcwatmq2g4l", "почемужеонинеговорятпорусски")]
    [InlineData("xn--3b-ww4c5e180e575a65lsy2b", "3年b組金八先生")]
    [InlineData("a+b.c@mail.xn--bcher-kva.xn--p1ai", "a+b.c@mail.bücher.рф")]
    [InlineData("xn--kgb@xn--bcher-kva", "xn--kgb@bücher")]
    [InlineData("xn--80ak6aa92e.xn--x", null)]
    [InlineData("xn--mller-kva", "müller")]
    [InlineData("xn--abc-", null)]
    [InlineData("xn--", null)]
    [InlineData("xn---", null)]
    [InlineData("xn--zzzzzzzzzzzzzzzzzzzzzzzzzzzz", null)]
    [InlineData("xn--a-ü", null)]
    [InlineData("xn--@example.com", null)]
    [InlineData("axn--bcher-kva.example", null)]
    [InlineData("", null)]
    public async Task an_a_label_is_decoded_as_the_rfc_says_and_what_is_none_has_no_u_form(string stored, string? decoded)
    {
        await using var connection = await server.OpenAsync(PostgresCluster.SchemaDatabase);
        await using var command = new Npgsql.NpgsqlCommand("SELECT vmm_u_form($1)", connection);
        command.Parameters.AddWithValue(stored);
        Assert.Equal((object?)decoded ?? DBNull.Value, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private async Task<string> NewAsync()
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", Rows);
        return database;
    }
}
