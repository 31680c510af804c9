using System.CommandLine;

namespace Vmm.Cli.CommandLine;

/// <summary>
/// What is done to the words before they are parsed. Long options may be shortened to any prefix that fits one option only
/// (<c>--f</c> for <c>--force</c>), as in vmm 0.7. An option with nothing behind its = has an empty value, as in getopt_long(3);
/// the parser would take the next word.
/// </summary>
internal static class OptionPrefixes
{
    internal static IReadOnlyList<string> Expand(RootCommand root, IReadOnlyList<string> args)
    {
        if (!args.Any(a => a.StartsWith("--", StringComparison.Ordinal) || a.EndsWith('=')))
        {
            return args;
        }

        var command = args
            .Select(a => root.Subcommands.FirstOrDefault(c => c.Name == a || c.Aliases.Contains(a)))
            .FirstOrDefault(c => c is not null);
        var names = root.Options.Concat(command?.Options ?? []).SelectMany(o => o.Aliases.Append(o.Name)).ToList();
        var longNames = names.Where(n => n.StartsWith("--", StringComparison.Ordinal)).ToList();
        var end = args.Contains("--") ? args.ToList().IndexOf("--") : args.Count;
        return [.. args.SelectMany((a, i) => i < end ? WithValue(Expand(a, longNames), names) : [a])];
    }

    private static string[] WithValue(string arg, List<string> names) =>
        arg.EndsWith('=') && names.Contains(arg[..^1]) ? [arg[..^1], ""] : [arg];

    private static string Expand(string arg, List<string> names)
    {
        var name = arg.Split('=')[0];
        if (name.Length < 3 || !name.StartsWith("--", StringComparison.Ordinal) || names.Contains(name))
        {
            return arg;
        }

        var fitting = names.Where(n => n.StartsWith(name, StringComparison.Ordinal)).ToList();
        return fitting.Count == 1 ? fitting[0] + arg[name.Length..] : arg;
    }
}
