using System.Text;

namespace Vmm.Tests.Schema;

/// <summary>A look-up is total: whatever the key, rows or none, never an error.</summary>
public sealed class TotalTests(PostgresCluster server, SampleDatabase sample) : IClassFixture<SampleDatabase>
{
    private static readonly string[] Odd =
    [
        "",
        " ",
        "@",
        "a@b",
        "%",
        "%%",
        "%n",
        "%=",
        "_",
        "\\",
        "\\\\",
        "\\'",
        "'",
        "''",
        "\"",
        "a'; DROP TABLE users; --",
        "$1",
        "$$",
        "a\nb",
        "\t",
        "\u0001",
        "ä",
        "Ä",
        "İI",
        "😀",
        "e\u0301",
        "\uFFFD",
        "\u202E",
        "*",
        "{",
        "NULL",
        "-1",
        "99999999999999999999",
        new string('x', 64),
        new string('x', 65),
        new string('x', 400),
        new string('ß', 400),
        new string('y', 100_000),
    ];

    public static TheoryData<string> All => Questions.ForTheory;

    [Theory]
    [MemberData(nameof(All))]
    public async Task any_key_gets_rows_or_none(string question)
    {
        await using var connection = await server.OpenAsync(sample.Name);
        foreach (var odd in Odd)
        {
            foreach (var (localPart, domain) in new[] { (odd, "example.com"), (odd, "c.example"), ("a", odd), (odd, odd) })
            {
                var error = await connection.TryAsync(question.About(localPart, domain));
                Assert.True(error is null, $"{question} about '{odd[..Math.Min(odd.Length, 30)]}': {error}");
            }
        }
    }

    [Fact]
    public async Task a_key_that_is_not_there_at_all_gets_no_row()
    {
        foreach (var question in Questions.Functions)
        {
            foreach (var (localPart, domain) in new[] { ("NULL", "'example.com'"), ("'a'", "NULL"), ("NULL", "NULL") })
            {
                var asked = question
                    .Replace("'{l}'", localPart, StringComparison.Ordinal)
                    .Replace("'{d}'", domain, StringComparison.Ordinal);
                Assert.Empty(await server.QueryAsync(sample.Name, asked));
            }
        }
    }

    // Postfix and Dovecot pass the bytes that a stranger sent. With this encoding of the client every byte is a letter.
    [Fact]
    public async Task bytes_that_are_no_utf_8_are_looked_up_by_a_client_with_latin1()
    {
        using var directory = new TempDirectory();
        var script = Questions.All.SelectMany(q =>
            new[] { q.About("\u00ff\u00c3", "example.com"), q.About("a", "\u0080\u00e2"), q.About("\u00e4", "\u00c3") }
        );
        await File.WriteAllTextAsync(
            directory["script"],
            string.Join(";\n", script),
            Encoding.Latin1,
            TestContext.Current.CancellationToken
        );
        var run = await Run.ProgramAsync(
            server.Psql,
            ["-qX", "-v", "ON_ERROR_STOP=1", "-h", server.Socket, "-U", "vmm", "-d", sample.Name, "-f", directory["script"]],
            environment: new Dictionary<string, string> { ["PGCLIENTENCODING"] = "LATIN1" }
        );
        run.Succeeded();
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task answers_about_a_domain_of_ours_are_cut_to_the_width_of_their_column() =>
        Assert.Equal(
            ["320|lmtp:unix:private/dovecot-lmtp"],
            await server.QueryAsync(
                sample.Name,
                "SELECT length(recipient), transport FROM postfix_transport_map(repeat('x', 1000), 'example.com')"
            )
        );
}
