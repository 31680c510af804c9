using Vmm.Cli.Interaction;
using Vmm.Cli.Output;
using Vmm.Core.PostfixAdmin;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands.Import;

/// <summary>How an import looks to people.</summary>
internal static class ImportText
{
    internal static string Plan(ImportPlan plan) =>
        TextBlock.Heading("From PostfixAdmin")
        + TextBlock.Field("Domains", $"{plan.Domains.Count}")
        + TextBlock.Field("Alias domains", $"{plan.AliasDomains.Count}")
        + TextBlock.Field("Accounts", $"{plan.Accounts.Count}")
        + TextBlock.Field("Aliases", $"{plan.Aliases.Count}")
        + TextBlock.Field("Catch-alls", $"{plan.CatchAlls.Count}")
        + TextBlock.Field("Moved mail", $"{Directories(plan.Moves.Count)}, {Quota.FormatSize(plan.Moves.Sum(m => m.Octets))}")
        + "\n"
        + Part("Mail that is moved", plan.Moves.Select(m => $"{m.From} -> {m.Address} ({Quota.FormatSize(m.Octets)})"))
        + Part("Not carried over as it is", plan.Notes.Select(n => $"{n.Table} '{n.Row}' {What(n.What)}: {n.Reason}"));

    internal static string Done(ImportResult result) =>
        $"imported: {Errors.Count(result.Domains, "domain")}, {Errors.Count(result.AliasDomains, "alias domain")}, "
        + $"{Errors.Count(result.Accounts, "account")}, {Errors.Count(result.Aliases, "alias", "aliases")}, "
        + $"{Errors.Count(result.CatchAlls, "catch-all")}; "
        + $"mail moved: {Directories(result.Moves.Count)}\n";

    private static string Directories(int count) => Errors.Count(count, "directory", "directories");

    private static string What(string what) => what == "refused" ? "left out" : what;

    private static string Part(string title, IEnumerable<string> lines)
    {
        var text = string.Concat(lines.Select(l => $"\t{Terminal.Clean(l, keepLayout: false)}\n"));
        return text.Length == 0 ? "" : $"{TextBlock.Heading(title)}{text}\n";
    }
}
