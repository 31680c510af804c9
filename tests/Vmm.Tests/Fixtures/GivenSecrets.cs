using System.Text.RegularExpressions;

namespace Vmm.Tests;

/// <summary>The passwords and hashes that commands of vmm were given, in any way that they accept, or have generated.</summary>
internal sealed partial class GivenSecrets
{
    /// <summary>A shorter one may be part of something else.</summary>
    private const int MinLength = 6;

    private static readonly string[] WithOld = ["useradd", "ua", "userpassword", "up"];
    private static readonly string[] Others = ["userrename", "ur", "domainadd", "da"];
    private static readonly string[] Options = ["-p", "--password", "--hash"];

    private readonly HashSet<string> known = [];

    /// <summary>Every name of a command that takes a password.</summary>
    public static IEnumerable<string> Commands => WithOld.Concat(Others);

    /// <summary>Those that a text has in it.</summary>
    public IReadOnlyList<string> In(string text)
    {
        lock (known)
        {
            return [.. known.Where(s => text.Contains(s, StringComparison.Ordinal))];
        }
    }

    /// <summary>Looks at a command before it is run. In lists -p is a pattern.</summary>
    public void Given(string[] arguments, string? input)
    {
        var command = arguments.FirstOrDefault() ?? "";
        if (!Commands.Contains(command))
        {
            return;
        }

        for (var i = 1; i < arguments.Length; i++)
        {
            var (word, next) = (arguments[i], arguments.ElementAtOrDefault(i + 1) ?? "");
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            Add(word switch
            {
                _ when Options.Contains(word) => [next],
                _ when equals > 0 && Options.Contains(word[..equals]) => [word[(equals + 1)..]],
                ['-', 'p', _, ..] => [word[2..]],
                "--password-file" => Lines(next).Take(1),
                "--password-stdin" => (input ?? "").Split('\n'),
                "--from-file" when WithOld.Contains(command) =>
                    (next == "-" ? (input ?? "").Split('\n') : Lines(next)).Select(l => l.Split('\t').ElementAtOrDefault(1) ?? ""),
                // The password as one more word, as in vmm 0.3 to 0.6.
                _ when i == 2 && WithOld.Contains(command) && !arguments[1].StartsWith('-') && !word.StartsWith('-') => [word],
                _ => [],
            });
        }
    }

    /// <summary>Looks at what a command printed.</summary>
    public void Printed(string output) => Add(Generated().Matches(output).Select(m => m.Groups["password"].Value));

    /// <summary>Several commands may run at once.</summary>
    private void Add(IEnumerable<string> found)
    {
        lock (known)
        {
            known.UnionWith(found.Where(s => s.Length >= MinLength));
        }
    }

    private static string[] Lines(string path) =>
        path.Length > 0 && new FileInfo(path) is { Exists: true, Length: > 0 and < 1024 * 1024 } ? File.ReadAllLines(path) : [];

    [GeneratedRegex("(Generated password: |\"generated_password\":\")(?<password>[^\"\n]+)")]
    private static partial Regex Generated();
}
