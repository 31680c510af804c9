using System.Globalization;
using Npgsql;

namespace Vmm.Tests.Schema;

/// <summary>Look-ups read by index at any size, under every name of a domain; bulk changes cost what their number costs.</summary>
[Slow]
public sealed class PlanTests(PostgresCluster server, LargeDatabase large) : IClassFixture<LargeDatabase>
{
    private const string Scans = """
        SELECT relname FROM pg_stat_xact_user_tables
         WHERE seq_scan > 0 AND relname IN ('users', 'alias', 'relocated', 'vmm_address', 'domain_name', 'domain_data', 'userquota')
        """;

    private static readonly string[] LocalParts = ["u5", "a5", "r5", "nobody", "u7", "U5"];
    private static readonly string[] Domains =
    [
        "d6.example",
        "alias6.example",
        "d8.example",
        "alias8.example",
        "xn--bcher1006-q9a.example",
        "bücher1006.example",
        "bücher1008.example",
        "nowhere.example",
        "nirgendwö.example",
    ];

    public static TheoryData<string> All => Questions.ForTheory;

    [Theory]
    [MemberData(nameof(All))]
    public async Task a_look_up_reads_no_table_from_end_to_end(string question)
    {
        await using var connection = await server.OpenAsync(large.Name);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var answers = 0;
        foreach (var domain in Domains)
        {
            foreach (var localPart in LocalParts)
            {
                answers += (await PostgresCluster.ListAsync(connection, question.About(localPart, domain))).Count;
            }
        }

        Assert.InRange(answers, 2, 60);
        Assert.Empty(await PostgresCluster.ListAsync(connection, Scans));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task the_plan_of_a_question_has_no_sequential_scan(string question)
    {
        await using var connection = await server.OpenAsync(large.Name);
        foreach (var domain in (string[])["alias6.example", "bücher1006.example"])
        {
            var plan = string.Join('\n', await PostgresCluster.ListAsync(connection, "EXPLAIN " + question.About("u5", domain)));
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
            Assert.Matches("Index (Only )?Scan using (vmm_address_pkey|pkey_domain_name)|Bitmap Index Scan|^Function Scan", plan);
        }
    }

    /// <summary>As userrename asks: a quarter of a million aliases are not read for one account.</summary>
    [Fact]
    public async Task what_leads_to_an_address_is_found_by_an_index()
    {
        await using var connection = await server.OpenAsync(large.Name);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var question = FollowerSql.OfAddressSql.Replace("$2", "'{u5@,u5+}'", StringComparison.Ordinal)
            .Replace("$3", "'{u5A,\"u5,\"}'", StringComparison.Ordinal)
            .Replace("$1", "'{d6.example,alias5.example}'", StringComparison.Ordinal);
        var found = await PostgresCluster.ListAsync(connection, question);
        Assert.Equal(["alias|70006|a5|u5@d6.example"], found);
        Assert.Empty(await PostgresCluster.ListAsync(connection, Scans));
    }

    [Fact]
    public async Task the_measure_of_these_tests_sees_a_sequential_scan()
    {
        await using var connection = await server.OpenAsync(large.Name);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await connection.TryAsync(
            "SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexonlyscan = off"
        );
        await PostgresCluster.ListAsync(connection, "SELECT * FROM dovecotuser('u5', 'd6.example')");
        Assert.Contains("vmm_address", await PostgresCluster.ListAsync(connection, Scans));
    }

    [Fact]
    public async Task removing_a_row_that_others_refer_to_reads_no_table_from_end_to_end()
    {
        await using var connection = await server.OpenAsync(large.Name);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        Assert.Null(
            await connection.TryAsync(
                """
                INSERT INTO transport (tid, transport) VALUES (900, 't'); INSERT INTO quotalimit (qid, bytes) VALUES (900, 1);
                INSERT INTO maillocation (mid, directory) VALUES (900, 'm');
                INSERT INTO domain_data (gid, domaindir) VALUES (900, '/d');
                DELETE FROM transport WHERE tid = 900; DELETE FROM quotalimit WHERE qid = 900;
                DELETE FROM maillocation WHERE mid = 900; DELETE FROM domain_data WHERE gid = 900
                """
            )
        );
        Assert.Empty(await PostgresCluster.ListAsync(connection, Scans.Replace("'domain_data', ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task time_for_many_rows_in_one_statement_grows_as_their_number()
    {
        await using var connection = await server.OpenAsync(large.Name);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        Assert.Null(await connection.TryAsync("""
            INSERT INTO domain_data (gid, domaindir) VALUES (1, '/1');
            INSERT INTO domain_name VALUES ('many.example', 1, true), ('manyalias.example', 1, false)
            """));
        string[] steps =
        [
            "INSERT INTO alias SELECT 1, 'm' || n, 'to@elsewhere.example' FROM generate_series(:a, :b) AS n",
            "INSERT INTO alias SELECT 1, 'list', n || '@elsewhere.example' FROM generate_series(:a, :b) AS n",
            "INSERT INTO users (local_part, passwd, gid) SELECT 'v' || n, 'x', 1 FROM generate_series(:a, :b) AS n",
            "UPDATE users SET local_part = 'w' || local_part WHERE gid = 1",
            "INSERT INTO domain_name VALUES ('third.example', 1, false)",
            "DELETE FROM domain_name WHERE domainname = 'third.example'",
            "DELETE FROM users WHERE gid = 1",
            "DELETE FROM alias WHERE gid = 1",
        ];
        var small = await TimesAsync(connection, steps, 1, 1000);
        var big = await TimesAsync(connection, steps, 1, 10000);
        for (var i = 0; i < steps.Length; i++)
        {
            // Ten times the rows: what is quadratic takes a hundred times as long.
            Assert.True(
                big[i] < Math.Max(50 * small[i], 1500),
                $"{steps[i]}: {small[i]} ms for 1,000 rows, {big[i]} ms for 10,000"
            );
        }

        Assert.Empty(await PostgresCluster.ListAsync(connection, "SELECT * FROM vmm_address WHERE gid = 1"));
    }

    // Nanoseconds that the server's process had a processor: a busy machine makes it wait longer, not work more.
    private static double ProcessorTime(int process) =>
        double.Parse(File.ReadAllText($"/proc/{process}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);

    private static async Task<List<double>> TimesAsync(NpgsqlConnection connection, IEnumerable<string> steps, int first, int last)
    {
        var times = new List<double>();
        foreach (var step in steps)
        {
            var before = ProcessorTime(connection.ProcessID);
            var error = await connection.TryAsync(step
                .Replace(":a", $"{first}", StringComparison.Ordinal).Replace(":b", $"{last}", StringComparison.Ordinal));
            Assert.True(error is null, $"{step}: {error}");
            times.Add((ProcessorTime(connection.ProcessID) - before) / 1e6);
        }

        return times;
    }
}
