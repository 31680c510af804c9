using System.Text.RegularExpressions;

namespace Vmm.Tests.Upgrade;

/// <summary>What the tests of the upgrade do with databases.</summary>
internal static partial class OldDatabases
{
    /// <summary>By psql, as somebody who runs a file by hand.</summary>
    public static Task<Outcome> LoadAsync(this PostgresCluster server, string database, string sql, string user = "vmm") =>
        Run.ProgramAsync(
            server.Psql,
            ["-h", server.Socket, "-U", user, "-d", database, "-qX", "-v", "ON_ERROR_STOP=1", "-f", "-"],
            "SET client_min_messages = warning;\n" + sql
        );

    /// <summary>
    /// The schema, the roles' rights with it, as statements in an order of their own: of tables the order of columns does not
    /// matter.
    /// </summary>
    public static async Task<List<string>> ShapeAsync(this PostgresCluster server, string database)
    {
        var dump = await server.DumpAsync(database, "--schema-only");
        return
        [
            .. ObjectHead()
                .Split(dump)
                .Select(s =>
                    s.Contains("Type: ACL", StringComparison.Ordinal)
                        ? Sorted(s)
                        : Table().Replace(s, m => Sorted(m.Value.TrimEnd(')', ';').Replace(",\n", "\n", StringComparison.Ordinal)))
                )
                .Select(s => s.Trim())
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Everything, as pg_dump writes it.</summary>
    public static async Task<string> DumpAsync(this PostgresCluster server, string database, params string[] options)
    {
        var dump = (
            await Run.ProgramAsync(
                server.Psql.Replace("/psql", "/pg_dump", StringComparison.Ordinal),
                ["-h", server.Socket, "-U", "postgres", "-d", database, .. options]
            )
        ).Succeeded();
        return Token().Replace(dump, "");
    }

    /// <summary>What every address and some that are not there are answered, by each question.</summary>
    public static async Task<List<string>> AnswersAsync(
        this PostgresCluster server,
        string database,
        IEnumerable<string> questions,
        IReadOnlyCollection<string> localParts,
        IReadOnlyCollection<string> domains
    )
    {
        await using var connection = await server.OpenAsync(database);
        var answers = new List<string>();
        foreach (var (question, number) in questions.Select((q, i) => (q, i)))
        {
            foreach (var domain in domains)
            {
                foreach (var localPart in localParts)
                {
                    var text = Schema.Questions.About(question, localPart, domain);
                    var rows = await PostgresCluster.ListAsync(connection, text);
                    answers.AddRange(rows.Order(StringComparer.Ordinal).Select(r => $"{number} {localPart}@{domain}: {r}"));
                }
            }
        }

        return answers;
    }

    private static string Sorted(string text) => string.Join('\n', text.Split('\n').Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\n\n--\n")]
    private static partial Regex ObjectHead();

    [GeneratedRegex(@"CREATE TABLE \S+ \(\n.*?\n\);", RegexOptions.Singleline)]
    private static partial Regex Table();

    /// <summary>A random word that newer versions of pg_dump write.</summary>
    [GeneratedRegex(@"^\\(un)?restrict \S+\n", RegexOptions.Multiline)]
    private static partial Regex Token();
}
