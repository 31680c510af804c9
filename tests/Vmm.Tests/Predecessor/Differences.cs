using System.Text;
using System.Text.RegularExpressions;

namespace Vmm.Tests.Predecessor;

/// <summary>Compares the facts of the two sides with the differences that are declared.</summary>
internal static class Differences
{
    /// <summary>Every difference must be declared, and every declared one must be there.</summary>
    public static void Check(IReadOnlyList<string> was, IReadOnlyList<string> now)
    {
        var found = Found(was, now);
        var patterns = DeclaredDifferences
            .All.SelectMany(d => d.Lines)
            .Distinct()
            .Select(p => (Text: p, Regex: new Regex("^" + Regex.Escape(p).Replace(@"\*", ".*", StringComparison.Ordinal) + "$")))
            .ToList();
        var undeclared = found.Where(line => !patterns.Any(p => p.Regex.IsMatch(line))).ToList();
        var unused = patterns.Where(p => !found.Any(p.Regex.IsMatch)).Select(p => p.Text).ToList();
        var report = string.Concat(
            undeclared.Select(l => $"not declared: {l}\n").Concat(unused.Select(p => $"does not occur: {p}\n"))
        );
        Assert.True(report.Length == 0, report);
    }

    /// <summary>The declared differences as the document for administrators.</summary>
    public static string Document()
    {
        var text = new StringBuilder("""
            # Differences from vmm 0.7

            Every subcommand of 0.7 was run by Debian's vmm 0.7.0 and by this vmm, by its long and its short
            name, each on its own database, including what they refuse. The exit codes, the results, the answers
            of all lookup functions, the rows of all tables and the mail directories were compared. This page
            lists every difference; there are no others. `OwnDatabaseTests` in `tests/Vmm.Tests/Predecessor`
            makes this comparison, and also writes this text
            (`VMM_UPDATE_GOLDEN=1 ./test.sh --filter-class '*OwnDatabaseTests'`).

            Not compared: what 0.7 does not have, the wording of errors, warnings and help, the configuration (a
            file in TOML, with `configset` and `configure`), and what is random (salts, generated passwords, the
            first level of directories, the order of lines in `subscriptions`).

            """);
        foreach (var chapter in DeclaredDifferences.All.GroupBy(d => d.About))
        {
            text.Append($"\n## {chapter.Key}\n\n| vmm 0.7 | this vmm | Why |\n|---|---|---|\n");
            foreach (var d in chapter)
            {
                text.Append($"| {d.Was} | {d.Now} | {d.Why} |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Lines that only one side has; that they come in another order counts where nothing else differs.</summary>
    private static List<string> Found(IReadOnlyList<string> was, IReadOnlyList<string> now)
    {
        List<string> found = [.. Only(was, now).Select(l => "0.7| " + l), .. Only(now, was).Select(l => "now| " + l)];
        var changed = found
            .Where(l => l.Contains(": ", StringComparison.Ordinal) && !l.Contains(": order ", StringComparison.Ordinal))
            .Select(Command)
            .ToHashSet();
        return [.. found.Where(l => !(l.Contains(": order ", StringComparison.Ordinal) && changed.Contains(Command(l))))];
    }

    private static string Command(string line) => line[5..].Split(": ")[0];

    private static IEnumerable<string> Only(IEnumerable<string> these, IEnumerable<string> those)
    {
        var left = those.GroupBy(l => l).ToDictionary(g => g.Key, g => g.Count());
        foreach (var line in these)
        {
            left[line] = left.GetValueOrDefault(line) - 1;
            if (left[line] < 0)
            {
                yield return line;
            }
        }
    }
}
