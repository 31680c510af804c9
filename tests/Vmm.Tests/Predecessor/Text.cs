using System.Text.RegularExpressions;

namespace Vmm.Tests.Predecessor;

/// <summary>
/// What a command did, as facts: its exit code, each line of its result, their order, and what kind of thing it said on standard
/// error.
/// </summary>
internal static partial class Text
{
    public static IEnumerable<string> Facts(string command, Outcome outcome, Names names)
    {
        yield return $"$ {command}: exit {outcome.ExitCode}";
        if (command.EndsWith(" -h", StringComparison.Ordinal))
        {
            // Help is another text by design.
            yield break;
        }

        var lines = outcome.Out.Split('\n').Select(l => Masked(l.TrimEnd(), names)).Where(l => l.Length > 0).ToList();
        foreach (var line in lines)
        {
            yield return $"$ {command}: {line}";
        }

        yield return $"$ {command}: order {string.Join(" / ", lines)}";
        foreach (var kind in Kinds(outcome.Error))
        {
            yield return $"$ {command}: says {kind}";
        }
    }

    private static string Masked(string line, Names names)
    {
        var plain = Id()
            .Replace(names.Paths(line), m =>
                m.Groups[1].Value
                + (m.Groups[1].Value[0] == 'G' ? names.Domain(m.Groups[2].Value) : names.Account(m.Groups[2].Value))
            );
        return Chance().Replace(plain, "$1...");
    }

    private static IEnumerable<string> Kinds(string error)
    {
        if (Failure().IsMatch(error))
        {
            yield return "error";
        }

        if (Warning().IsMatch(error))
        {
            yield return "warning";
        }

        if (error.Contains("Plan B", StringComparison.Ordinal))
        {
            yield return "plan B";
        }
    }

    [GeneratedRegex(@"((?:GID|UID)\.+: )([0-9]+)")]
    private static partial Regex Id();

    [GeneratedRegex(@"((?:Generated password|Disk Usage\.+): ).+")]
    private static partial Regex Chance();

    [GeneratedRegex("^(Error: |Traceback|usage: |vmm [a-z]+: error: |vmm: error: )", RegexOptions.Multiline)]
    private static partial Regex Failure();

    [GeneratedRegex("^(Warnings:|vmm: warning: )", RegexOptions.Multiline)]
    private static partial Regex Warning();
}
