using Vmm.Cli.Output;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>How suspensions look to people.</summary>
internal static class SuspensionText
{
    /// <summary>A line of an info command, or nothing.</summary>
    internal static string Field(Suspension? suspension, string mark = "") =>
        suspension is null ? "" : TextBlock.Field("Suspended", Words(suspension) + mark);

    /// <summary>What stands behind the name in a list, or nothing.</summary>
    internal static string Mark(string? mode) => mode is null ? "" : $" (suspended: {mode})";

    private static string Words(Suspension suspension) =>
        EnumWords.Of(suspension.Mode)
        + (suspension.Until is { } until ? $" until {JournalText.Time(until)}" : "")
        + (suspension.Text is { } text ? $", senders get '{text}'" : "")
        + (suspension.Reason is { } reason ? $" ({reason})" : "");
}
