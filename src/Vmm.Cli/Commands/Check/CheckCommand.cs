using System.CommandLine;
using System.CommandLine.Parsing;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands.Check;

/// <summary>check.</summary>
internal sealed class CheckCommand
{
    private readonly Option<bool> repair = new("--repair")
    {
        Description = "remove what interrupted commands left, and set owners and modes of directories",
    };

    private readonly Option<bool> dryRun = new(Arguments.DryRun.Name)
    {
        Description = "with --repair: only show what would be done",
    };

    private readonly Option<bool> showChanges = new("--show-changes")
    {
        Description = "show only what is new (+) and what is gone (-) since the last check with this option",
    };

    private readonly Option<bool> withDns = new("--dns")
    {
        Description = "also look up the MX, SPF, DMARC and DKIM records of the domains",
    };

    private readonly Option<string?> only = new("--only") { HelpName = "domain", Description = "check only this domain" };

    internal static Subcommand One => new(
        "check",
        "",
        "check the database, the mail directories and the running mail servers; exit 4 if something is found",
        (command, app) => new CheckCommand().Declare(command, app));

    private void Declare(VmmCommand command, App app)
    {
        command.Details = "Checks the schema with its triggers and grants, aliases that lead nowhere or back to themselves, "
            + "passwords that Dovecot will refuse, and the mail directories: missing, without a row, with the wrong owner or "
            + "mode. It asks the Postfix and the Dovecot of this machine for their active configuration, and for their "
            + "answers to a sample of addresses. Each finding is a line with severity, code, subject, what is wrong and how "
            + "to repair it; docs/check.md lists the codes. Nothing is changed unless --repair is given.";
        command.Example = "check --only example.org";
        command.Codes = [ErrorCode.Found, ErrorCode.NoSuchDirectory, ErrorCode.NoSuchDomain];
        command.Takes(repair, dryRun, showChanges, only, withDns);
        command.Validators.Add(RefuseContradictions);
        command.Works(app, new Work<CheckRequest, CheckResult>
        {
            Ask = asking => new CheckRequest(
                asking.Get(only) is { } name ? DomainName.Refer(name) : null,
                asking.Get(withDns),
                asking.Get(repair),
                asking.Get(dryRun),
                asking.Get(showChanges)),
            Act = CheckRun.Act,
            Say = (request, result) => CheckText.Describe(result, request.IsDry),
            Json = () => CheckJson.Default.CheckResult,
            Status = (_, result) => result.Findings.Count > 0 ? (int)ErrorCode.Found : 0,
        });
    }

    private void RefuseContradictions(CommandResult result)
    {
        if (result.GetValue(dryRun) && !result.GetValue(repair))
        {
            result.AddError($"'{dryRun.Name}' requires '{repair.Name}': nothing is changed without it");
        }

        if (result.GetValue(showChanges) && (result.GetValue(repair) || result.GetValue(only) is not null))
        {
            result.AddError($"'{showChanges.Name}' compares whole checks and excludes '{repair.Name}' and '{only.Name}'");
        }
    }
}

/// <summary>What a check is asked for.</summary>
/// <param name="Only">One domain, or null for all.</param>
/// <param name="WithDns">Whether to look up DNS records.</param>
/// <param name="Repair">Whether to repair what is safe to repair.</param>
/// <param name="IsDry">Whether to only show that.</param>
/// <param name="ShowChanges">Whether to compare with the last check.</param>
internal sealed record CheckRequest(DomainName? Only, bool WithDns, bool Repair, bool IsDry, bool ShowChanges);
