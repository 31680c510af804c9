using System.Text;
using Vmm.Core.Checks;
using Vmm.Core.Upgrade;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands.Upgrade;

/// <summary>What people read about an upgrade.</summary>
internal static class UpgradeText
{
    /// <summary>What would be done, before it is asked for.</summary>
    internal static string Plan(UpgradePlan plan, string database, string? dump)
    {
        var text = new StringBuilder(
            $"The database {database} belongs to vmm {plan.From}: "
            + $"{Counts(plan.Domains, plan.Accounts, plan.Aliases, plan.Relocated)}.\n");
        if (dump is not null)
        {
            text.Append($"First, a dump is written to {dump}.\n");
        }

        return text.Append(
            $"Then, in one transaction: {string.Join(", ", plan.Steps)}. "
            + "Mail waits until it is done; directories stay where they are.\n")
            .ToString();
    }

    internal static string Describe(UpgradeReport report, bool isDry)
    {
        if (report.From is null)
        {
            return "The database already has the current layout; there is nothing to do.\n";
        }

        var text = new StringBuilder(isDry ? "Would be upgraded" : "Upgraded");
        text.Append($" from vmm {report.From}: {Counts(report.Domains, report.Accounts, report.Aliases, report.Relocated)}\n");
        text.Append($"Steps: {string.Join(", ", report.Steps)}\n");
        var same = report.IsSame ? "all as before" : "as before except for what is to do";
        text.Append($"Compared: {Errors.Count(report.Compared ?? 0, "answer")}, {same}\n");
        if (report.Dump is not null)
        {
            text.Append($"Dump: {report.Dump}\n");
        }

        text.AppendJoin("", report.Findings.Select(f => $"Directory: {f.Code.Word()}\t{f.Subject}\t{f.Message}\t{f.Remedy}\n"));
        return text.AppendJoin("", report.Advice.Select(a => $"To do: {a}\n")).ToString();
    }

    private static string Counts(long domains, long accounts, long aliases, long relocated) =>
        $"{Errors.Count(domains, "domain")}, {Errors.Count(accounts, "account")}, "
        + $"{Errors.Count(aliases, "alias", "aliases")}, {Errors.Count(relocated, "relocated user")}";
}
