using Vmm.Cli.Output;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>The lines of <c>quota</c>: columns without blanks in them, which scripts can split, and on a terminal a bar.</summary>
/// <param name="terminalWidth">In characters; null where no bars are wanted.</param>
/// <param name="hasBlocks">Whether the terminal shows more than ASCII.</param>
internal sealed class QuotaText(int? terminalWidth, bool hasBlocks)
{
    /// <summary>A tab, the other columns and an address of usual length.</summary>
    private const int BesideBar = 8 + 5 + 1 + 1 + 21 + 1 + 11 + 2 + 24;
    private const int Shortest = 5;
    private const int Longest = 40;

    private readonly int barWidth = Math.Min((terminalWidth ?? 0) - BesideBar, Longest);

    internal string Line(AccountUsage a)
    {
        var percent = a.UsedPercent is { } used ? $"{used}%" : "-";
        var bytes = $"{Size(a.UsedBytes)}/{(a.QuotaBytes <= 0 ? "-" : Size(a.QuotaBytes))}";
        var messages = a.QuotaMessages <= 0 ? "-" : $"{a.UsedMessages}/{a.QuotaMessages}";
        var bar = barWidth < Shortest ? "" : $" {Bar(a.UsedPercent)}";
        return $"{percent,5}{bar} {bytes,21} {messages,11}  {TextBlock.OneLine(a.Address)}";
    }

    /// <summary>Blank without a limit. It is full only at 100%, and never looks empty when something is used.</summary>
    private string Bar(long? percent)
    {
        if (percent is not { } used)
        {
            return new string(' ', barWidth);
        }

        var filled = used >= 100 ? barWidth : (int)((used * barWidth + 99) / 100);
        filled = used < 100 ? Math.Min(filled, barWidth - 1) : filled;
        return new string(hasBlocks ? '█' : '#', filled) + new string(hasBlocks ? '░' : '.', barWidth - filled);
    }

    private static string Size(long bytes) => Quota.FormatSize(bytes).Replace(" ", "", StringComparison.Ordinal);
}
