using System.CommandLine;
using System.Diagnostics;
using Vmm.Cli.Commands;
using Vmm.Cli.Text;
using Vmm.Core.Administration;
using Vmm.Core.Log;
using Vmm.Core.Upgrade;
using Vmm.Data.Failures;

namespace Vmm.Cli;

/// <summary>The upgrade of the database: look, ask, dump, do, say.</summary>
internal sealed partial class App
{
    internal int Upgrade(ParseResult parse) => Run(() =>
    {
        var settings = Start(parse);
        var plan = DatabaseUpgrade.Plan(settings, interruption.Token);
        var isDry = parse.GetValue(UpgradeCommand.DryRun);
        if (plan.IsDone)
        {
            SayUpgrade(parse, Report(plan, null, null), new ChangeOutcome(Changed: false, isDry ? true : null), []);
            return 0;
        }

        if (isDry)
        {
            var tried = DatabaseUpgrade.Run(settings, keep: false, terminal.Detail, interruption.Token);
            SayUpgrade(parse, Report(plan, tried, null), new ChangeOutcome(Changed: false, DryRun: true), tried.Warnings);
            return 0;
        }

        var program = parse.GetValue(UpgradeCommand.NoDump) ? null : DumpFile.Find();
        var dump = program is null ? null : parse.GetValue(UpgradeCommand.Dump) ?? DumpFile.DefaultPath(settings.Database, DateTime.UtcNow);
        if (!parse.GetValue(Arguments.Yes))
        {
            Confirmation.Require(terminal, "Go on?", UpgradeText.Plan(plan, settings.Database.ToString(), dump));
        }

        using var log = new OperationsLog(settings);
        var clock = Stopwatch.StartNew();
        try
        {
            IReadOnlyList<string> undumped = [];
            if (dump is not null)
            {
                DumpFile.Write(program!, settings.Database, dump, interruption.Token);
                terminal.Detail($"wrote {dump}");
            }
            else if (!parse.GetValue(UpgradeCommand.NoDump))
            {
                undumped = ["there is no pg_dump here, so no dump was made before"];
            }

            var outcome = DatabaseUpgrade.Run(settings, keep: true, terminal.Detail, interruption.Token);
            log.Write("upgrade", plan.From!, 0, null, clock.Elapsed);
            SayUpgrade(parse, Report(plan, outcome, dump), new ChangeOutcome(Changed: true), [.. undumped, .. outcome.Warnings]);
            return 0;
        }
        catch (VmmException e)
        {
            log.Write("upgrade", plan.From!, (int)e.Code, e.Message, clock.Elapsed);
            throw;
        }
    });

    private void SayUpgrade(ParseResult parse, UpgradeReport report, ChangeOutcome outcome, IReadOnlyList<string> warnings)
    {
        Warn(warnings);
        SayChange(parse, report, outcome, warnings, r => UpgradeText.Describe(r, outcome.DryRun == true), JsonContext.Default.UpgradeReport);
    }

    private static UpgradeReport Report(UpgradePlan plan, UpgradeOutcome? outcome, string? dump) => new(
        plan.From,
        plan.Steps,
        plan.Domains,
        plan.Accounts,
        plan.Aliases,
        plan.Relocated,
        outcome?.Compared,
        dump,
        outcome?.Advice ?? [],
        outcome?.Findings ?? []);
}
