using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Cli.Output;
using Vmm.Cli.Running;
using Vmm.Core.Upgrade;

namespace Vmm.Cli.Commands.Upgrade;

/// <summary>The upgrade of the database: look, ask, dump, convert.</summary>
internal static class UpgradeRun
{
    internal static Done<UpgradeReport> Act(Asking asking, Noted noted, UpgradeRequest request)
    {
        var plan = DatabaseUpgrade.Plan(asking.Settings, asking.Interrupted);
        if (plan.IsDone)
        {
            var nothing = new ChangeOutcome(Changed: false, request.IsDry ? true : null);
            return new Done<UpgradeReport>(Report(plan, null, null), nothing);
        }

        if (request.IsDry)
        {
            var tried = DatabaseUpgrade.Run(
                asking.Settings, keep: false, asking.Terminal.Detail, asking.Terminal.Note, asking.Interrupted);
            var untouched = new ChangeOutcome(Changed: false, DryRun: true);
            return new Done<UpgradeReport>(Report(plan, tried, null), untouched, tried.Warnings);
        }

        var program = request.WithoutDump ? null : DumpFile.Find();
        var dump = program is null ? null : request.DumpFile ?? DumpFile.DefaultPath(asking.Settings.Database, DateTime.UtcNow);
        if (!request.IsConfirmed)
        {
            Confirmation.Require(asking.Terminal, "Go on?", UpgradeText.Plan(plan, asking.Settings.Database.ToString(), dump));
        }

        var outcome = noted.Do(plan.From!, () => Convert(asking, program, dump));
        var undumped = dump is null && !request.WithoutDump ? "pg_dump is not installed, so no dump was made first" : null;
        return new Done<UpgradeReport>(
            Report(plan, outcome, dump),
            new ChangeOutcome(Changed: true),
            [.. undumped is null ? (string[])[] : [undumped], .. outcome.Warnings, .. noted.Warnings]);
    }

    private static UpgradeOutcome Convert(Asking asking, string? program, string? dump)
    {
        if (dump is not null)
        {
            DumpFile.Write(program!, asking.Settings.Database, dump, asking.Interrupted);
            asking.Terminal.Detail($"wrote {dump}");
        }

        return DatabaseUpgrade.Run(
            asking.Settings, keep: true, asking.Terminal.Detail, asking.Terminal.Note, asking.Interrupted);
    }

    private static UpgradeReport Report(UpgradePlan plan, UpgradeOutcome? outcome, string? dump) => new(
        plan.From,
        plan.Steps,
        plan.Domains,
        plan.Accounts,
        plan.Aliases,
        plan.Relocated,
        outcome?.Compared,
        outcome?.IsSame ?? true,
        dump,
        outcome?.Advice ?? [],
        outcome?.Findings ?? []);
}
