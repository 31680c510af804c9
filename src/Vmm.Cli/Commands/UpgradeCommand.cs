using System.CommandLine;
using System.CommandLine.Parsing;
using Vmm.Core.Administration;
using Vmm.Core.Checks;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands;

/// <summary>What <c>upgrade</c> did.</summary>
/// <param name="From">Release whose layout the database had; left out when it has the present one.</param>
/// <param name="Steps">Names of the steps, each a file sql/upgrade_STEP.pgsql.</param>
/// <param name="Domains">Number of domains.</param>
/// <param name="Accounts">Number of accounts.</param>
/// <param name="Aliases">Number of aliases.</param>
/// <param name="Relocated">Number of relocated users.</param>
/// <param name="Compared">Number of addresses and domains whose answers are the same before and after; left out when there was nothing to do.</param>
/// <param name="Dump">The dump that was written before; left out when there is none.</param>
/// <param name="Advice">What to change in the files of Postfix and Dovecot.</param>
/// <param name="Findings">Mail directories that are missing or belong to somebody else.</param>
internal sealed record UpgradeReport(
    string? From,
    IReadOnlyList<string> Steps,
    long Domains,
    long Accounts,
    long Aliases,
    long Relocated,
    long? Compared,
    string? Dump,
    IReadOnlyList<string> Advice,
    IReadOnlyList<Finding> Findings);

/// <summary>upgrade.</summary>
internal static class UpgradeCommand
{
    internal static Option<string?> Dump { get; } = new("--dump") { HelpName = "file", Description = "write the dump that is made before to this file instead of one below /var/backups" };

    internal static Option<bool> NoDump { get; } = new("--no-dump") { Description = "make no dump before" };

    internal static Option<bool> DryRun { get; } = new(Arguments.DryRun.Name) { Description = "do everything but keep nothing: tells the plan, and whether all of it can be carried over" };

    internal static VmmCommand Make(App app)
    {
        var command = Arguments.Command(
            "upgrade",
            "",
            "take over the database or the configuration of vmm 0.3 to 0.7",
            "upgrade --dry-run",
            [ErrorCode.ConfigError, ErrorCode.SchemaUnknown, ErrorCode.NotCarriedOver],
            [Arguments.Yes, Dump, NoDump, .. ConfigUpgrade.Options, DryRun]);
        command.Validators.Add(RefuseStrays);
        command.Result = JsonContext.Default.UpgradeReport;
        command.SetAction(parse => parse.GetValue(ConfigUpgrade.From) is null ? app.Upgrade(parse) : ConfigUpgrade.Run(app, parse));
        return command;
    }

    /// <summary>The database and the configuration are taken over one at a time.</summary>
    private static void RefuseStrays(CommandResult result)
    {
        var withConfig = result.GetValue(ConfigUpgrade.From) is not null;
        foreach (var stray in (withConfig ? [Arguments.Yes, Dump, NoDump] : ConfigUpgrade.Options).Where(o => result.GetResult(o) is { Implicit: false }))
        {
            result.AddError(withConfig ? $"with '{ConfigUpgrade.From.Name}' there is no '{stray.Name}'" : $"the option '{ConfigUpgrade.From.Name}' is missing, to which '{stray.Name}' belongs");
        }

        if (result.GetValue(NoDump) && result.GetValue(Dump) is not null)
        {
            result.AddError($"'{Dump.Name}' and '{NoDump.Name}' exclude each other");
        }
    }
}
