using System.CommandLine;
using System.Text;
using Vmm.Cli.Running;

namespace Vmm.Docs;

/// <summary>README.md: its prose is written by hand, and the tables of commands come from the command tree.</summary>
internal static class CommandTable
{
    private const string Begin = "<!-- Commands: made by tools/Vmm.Docs from the source; do not edit. -->";
    private const string End = "<!-- End of commands. -->";

    /// <summary>The page as it is, with the tables as they must be.</summary>
    internal static string Page(RootCommand root)
    {
        var page = File.ReadAllText(Path.Combine(Documents.Root, "README.md"));
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        return begin < 0 || end < begin
            ? throw new InvalidOperationException($"README.md has no lines '{Begin}' and '{End}'")
            : $"{page[..begin]}{Begin}\n\n{Tables(root)}{page[end..]}";
    }

    private static string Tables(RootCommand root)
    {
        var tables = new StringBuilder();
        foreach (var group in Documents.Commands(root).GroupBy(c => c.Group))
        {
            tables.Append($"| {group.Key} | short | |\n|---|---|---|\n");
            foreach (var command in group)
            {
                tables.Append($"| `{command.Example}` | {Short(command)} | {command.Description} |\n");
            }

            tables.Append('\n');
        }

        return tables.ToString();
    }

    private static string Short(VmmCommand command) => string.Join(", ", command.Aliases.Select(a => $"`{a}`"));
}
