using System.Text;
using Vmm.Core.Checks;

namespace Vmm.Docs;

/// <summary>docs/check.md: its prose is written by hand, and the table of findings comes from <see cref="FindingCode"/>.</summary>
internal static class CheckPage
{
    private const string Begin = "<!-- Findings: made by tools/Vmm.Docs from the source; do not edit. -->";
    private const string End = "<!-- End of findings. -->";

    /// <summary>The page as it is, with the table as it must be.</summary>
    internal static string Text()
    {
        var page = File.ReadAllText(Path.Combine(Documents.Root, "docs", "check.md"));
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        return begin < 0 || end < begin
            ? throw new InvalidOperationException($"docs/check.md has no lines '{Begin}' and '{End}'")
            : $"{page[..begin]}{Begin}\n\n{Table()}\n{page[end..]}";
    }

    private static string Table()
    {
        var table = new StringBuilder("| code | severity | repaired | |\n|---|---|---|---|\n");
        foreach (var code in Enum.GetValues<FindingCode>())
        {
            var severities = string.Join(", ", code.Severities().Select(s => s.Word()));
            table.Append($"| `{code.Word()}` | {severities} | {(code.CanRepair() ? "yes " : "")}| {Meaning(code)} |\n");
        }

        return table.ToString();
    }

    private static string Meaning(FindingCode code)
    {
        var meaning = DocStrings.OfField(typeof(FindingCode), code.ToString());
        return meaning.Length > 0 ? meaning : throw new InvalidOperationException($"FindingCode.{code} has no summary");
    }
}
