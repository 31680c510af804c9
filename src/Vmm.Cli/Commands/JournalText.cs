using System.Globalization;
using System.Text.Json.Nodes;
using Vmm.Cli.Output;
using Vmm.Core.Administration;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands;

/// <summary>How the journal looks to people.</summary>
internal static class JournalText
{
    private const int NumberWidth = 6;
    private const int MostObjects = 10;

    /// <summary>The number of a change, in its column.</summary>
    internal static string Number(long change) => change.ToString(CultureInfo.InvariantCulture).PadLeft(NumberWidth);

    /// <summary>A change in one line: number, time, who, and the command line or what another program did.</summary>
    internal static string Line(JournalChange change) => string.Join("  ",
        Number(change.Change),
        Time(change.At),
        change.By,
        change.Command ?? $"({change.Program ?? "a program without a name"}) {What(change)}");

    /// <summary>A change with all that it did.</summary>
    internal static string Details(JournalDetails details)
    {
        var change = details.Change;
        var who = change.LoginUid is { } uid ? $"{change.By} (login {uid})" : change.By;
        var left = change.Entries - details.Entries.Count;
        return TextBlock.Heading($"Change {change.Change}")
            + TextBlock.Field("Time", Time(change.At))
            + TextBlock.Field("By", change.Host is null ? who : $"{who} on {change.Host}")
            + (change.Command is null ? "" : TextBlock.Field("Command", change.Command))
            + TextBlock.Field("Role", change.Role)
            + TextBlock.Field("Program", change.Program ?? "-")
            + (change.Client is null ? "" : TextBlock.Field("Client", change.Client))
            + "\n"
            + string.Concat(details.Entries.Select(Entry))
            + (left > 0 ? $"and {left} more\n" : "")
            + "\n"
            + Undoing(details.Undo);
    }

    private static string Undoing(UndoOutlook undo)
    {
        var left = undo.Objects.Count - MostObjects;
        List<string> lines = undo.InTheWay.Count > 0 ? [.. undo.InTheWay]
            : [.. undo.Objects.Take(MostObjects).Select(UndoCommand.Line), .. left > 0 ? (string[])[$"and {left} more"] : []];
        var title = undo.InTheWay.Count > 0 ? "It cannot be undone" : "Its undo";
        return lines.Count == 0 ? "" : TextBlock.Heading(title) + string.Concat(lines.Select(TextBlock.Row)) + "\n";
    }

    /// <summary>What was done to an object, with its properties.</summary>
    internal static string Entry(JournalEntry entry) =>
        $"{What(entry)}\n" + string.Concat(Properties(entry).Select(TextBlock.Row));

    private static IEnumerable<string> Properties(JournalEntry entry)
    {
        var names = (entry.Before ?? []).Concat(entry.After ?? []).Select(p => p.Key).Distinct().Order(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var (before, after) = (Value(entry.Before?[name]), Value(entry.After?[name]));
            if (entry.Before is null || entry.After is null)
            {
                yield return $"{name}: {before ?? after}";
            }
            else if (before != after)
            {
                yield return $"{name}: {before ?? "-"} -> {after ?? "-"}";
            }
        }

        if (entry.PasswordChanged)
        {
            yield return "password: changed";
        }
    }

    private static string? Value(JsonNode? value) => value?.ToString();

    private static string What(JournalChange change) => change.First is null ? "nothing that is left"
        : change.Entries == 1 ? What(change.First)
        : $"{What(change.First)} and {Errors.Count(change.Entries - 1, "more object")}";

    private static string What(JournalEntry entry) => TextBlock.OneLine(
        entry.Was is null ? $"{entry.Action} {entry.Kind} {entry.Object}" : $"renamed {entry.Kind} {entry.Was} to {entry.Object}");

    /// <summary>In local time, as 'since' and 'until' take it.</summary>
    internal static string Time(DateTime utc) =>
        utc.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
