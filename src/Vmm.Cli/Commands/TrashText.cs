using Vmm.Cli.Output;
using Vmm.Core.Administration;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands;

/// <summary>How the trash looks to people.</summary>
internal static class TrashText
{
    /// <summary>A change in one line: number, time, who, what, and until when it is kept.</summary>
    internal static string Line(TrashInfo info) => string.Join("  ",
        JournalText.Number(info.Change),
        JournalText.Time(info.At),
        info.By,
        What(info),
        info.Until is { } until ? $"purge from {JournalText.Time(until)}" : "no purge");

    /// <summary>What was deleted, with all rows.</summary>
    internal static string Details(TrashDetails details)
    {
        var info = details.Deleted;
        return TextBlock.Heading($"Deleted by change {info.Change}")
            + TextBlock.Field("Time", JournalText.Time(info.At))
            + TextBlock.Field("By", info.By)
            + (info.Command is null ? "" : TextBlock.Field("Command", info.Command))
            + TextBlock.Field("Object", What(info))
            + TextBlock.Field("Purge from", info.Until is { } until ? JournalText.Time(until) : "-")
            + TextBlock.Field("Directory", info.Path)
            + "\n"
            + string.Concat(details.Objects.Select(JournalText.Entry))
            + "\n";
    }

    /// <summary>What was removed, or would be.</summary>
    internal static string Purged(PurgeRequest request, PurgedTrash purged) => string.Concat(
        purged.Removed.Select(r => $"{(request.IsDry ? "would remove" : "removed")} {TextBlock.OneLine(What(r))}\n"));

    private static string What(TrashInfo info)
    {
        var others = info.Domains > 0 ? info.Domains - 1 : info.Accounts - 1;
        var accounts = info.Domains > 0 || info.Accounts > 1 ? $" ({Errors.Count(info.Accounts, "account")})" : "";
        return info.Object + (others > 0 && info.Domains > 0 ? $" and {Errors.Count(others, "other domain")}" : "") + accounts;
    }
}
