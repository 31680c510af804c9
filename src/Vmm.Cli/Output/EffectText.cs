using System.Text.Json.Nodes;
using Vmm.Cli.Interaction;
using Vmm.Core;
using Vmm.Core.Configuration;

namespace Vmm.Cli.Output;

/// <summary>How a dry run looks to people: a line for each row and directory, + for what comes, - for what goes.</summary>
internal static class EffectText
{
    internal static string Describe(Effects effects) => Describe(
    [
        .. effects.Rows.Select(r => Line(r.Change, r.Table, Columns(r.Row))),
        .. effects.Directories.Select(d => Line(d.Change, "directory", d.Path)),
    ]);

    internal static string Describe(IReadOnlyList<SettingChange> changes) => Describe(
        [.. changes.Select(c => Line("change", c.Option.Key, $"{c.Before} -> {c.After}"))]);

    private static string Describe(List<string> lines) =>
        TextBlock.Heading("Dry run: nothing was changed") + (lines.Count == 0 ? "\tNone\n" : string.Concat(lines)) + "\n";

    private static string Line(string change, string kind, string what) =>
        $"\t{change} {kind}: {Terminal.Clean(what, keepLayout: false)}\n";

    private static string Columns(JsonObject row) =>
        string.Join(", ", row.Where(c => c.Value is not null).Select(c => $"{c.Key} = {c.Value}"));
}
