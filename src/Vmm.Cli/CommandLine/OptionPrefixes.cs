using System.CommandLine;

namespace Vmm.Cli.CommandLine;

/// <summary>
/// Long options may be shortened to any prefix that fits one option only (<c>--f</c> for <c>--force</c>), as in vmm 0.7.
/// </summary>
internal static class OptionPrefixes
{
    internal static IReadOnlyList<string> Expand(RootCommand root, IReadOnlyList<string> args)
    {
        if (!args.Any(a => a.StartsWith("--", StringComparison.Ordinal)))
        {
            return args;
        }

        var command = args
            .Select(a => root.Subcommands.FirstOrDefault(c => c.Name == a || c.Aliases.Contains(a)))
            .FirstOrDefault(c => c is not null);
        var options = root.Options.Concat(command?.Options ?? []);
        var names = options.SelectMany(o => o.Aliases.Append(o.Name))
            .Where(n => n.StartsWith("--", StringComparison.Ordinal)).ToList();
        var end = args.Contains("--") ? args.ToList().IndexOf("--") : args.Count;
        return [.. args.Select((a, i) => i < end ? Expand(a, names) : a)];
    }

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
