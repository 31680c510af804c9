using System.CommandLine;
using System.CommandLine.Parsing;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands.Upgrade;

/// <summary>upgrade.</summary>
internal sealed class UpgradeCommand
{
    private readonly ConfigUpgrade fromConfig = new();

    private readonly Option<string?> dump = new Option<string?>("--dump")
    {
        HelpName = "file",
        Description = "write the dump that is made first to this file instead of one below /var/backups",
    }.Completes(Names.File);

    private readonly Option<bool> noDump = new("--no-dump") { Description = "make no dump first" };

    private readonly Option<bool> dryRun = new(Arguments.DryRun.Name)
    {
        Description = "do everything but keep nothing: show the plan, and whether everything can be carried over",
    };

    internal static Subcommand One => new(
        "upgrade",
        "",
        "upgrade the database or the configuration of vmm 0.3 to 0.7",
        (command, app) => new UpgradeCommand().Declare(command, app));

    private void Declare(VmmCommand command, App app)
    {
        command.Details = "Finds out which release created the database, shows the plan and asks, makes a dump, and converts "
            + "the tables to the current layout in one transaction, which commits only if every address gets the same answer "
            + "as before. Mail directories stay where they are; those that are missing or have a wrong owner are reported. "
            + "With --from-config it makes vmm.toml from an old vmm.cfg instead: with the values that the old vmm used, and "
            + "the comments in their places. It shows every line that was dropped, renamed or changed, and why. At most root "
            + "and the group of the old file can read the new one; the old file stays as it is.";
        command.Example = "upgrade --dry-run";
        command.Codes = [ErrorCode.ConfigError, ErrorCode.SchemaUnknown, ErrorCode.NotCarriedOver];
        command.IsChange = true;
        command.Takes([Arguments.Yes, dump, noDump, .. fromConfig.Options, dryRun]);
        command.Validators.Add(RefuseStrays);
        command.Works(app, new Work<UpgradeRequest, UpgradeReport>
        {
            Ask = asking => new UpgradeRequest(asking.Get(dryRun), asking.Get(Arguments.Yes), asking.Get(noDump), asking.Get(dump)),
            Act = UpgradeRun.Act,
            Say = (request, report) => UpgradeText.Describe(report, request.IsDry),
            Json = () => UpgradeJson.Default.UpgradeReport,
        });
        command.Instead(
            parse => parse.GetValue(fromConfig.From) is not null,
            parse => app.Create(
                parse,
                (path, note) => fromConfig.Convert(parse, path, parse.GetValue(dryRun), note),
                ConfigUpgrade.Describe,
                () => UpgradeJson.Default.ConvertedConfiguration));
    }

    /// <summary>The database and the configuration are upgraded one at a time.</summary>
    private void RefuseStrays(CommandResult result)
    {
        var withConfig = result.GetValue(fromConfig.From) is not null;
        var strays = withConfig ? (Option[])[Arguments.Yes, dump, noDump] : fromConfig.Options;
        foreach (var stray in strays.Where(o => result.GetResult(o) is { Implicit: false }))
        {
            result.AddError(withConfig
                ? $"'{fromConfig.From.Name}' excludes '{stray.Name}'"
                : $"'{stray.Name}' requires the option '{fromConfig.From.Name}'");
        }

        if (result.GetValue(noDump) && result.GetValue(dump) is not null)
        {
            result.AddError($"'{dump.Name}' and '{noDump.Name}' exclude each other");
        }
    }
}

/// <summary>What an upgrade of the database is asked for.</summary>
/// <param name="IsDry">Whether nothing is kept.</param>
/// <param name="IsConfirmed">Whether nobody is asked.</param>
/// <param name="WithoutDump">Whether no dump is made.</param>
/// <param name="DumpFile">Where the dump goes, or null for the default.</param>
internal sealed record UpgradeRequest(bool IsDry, bool IsConfirmed, bool WithoutDump, string? DumpFile);
