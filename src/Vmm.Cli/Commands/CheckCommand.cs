using System.CommandLine;
using Vmm.Core.Checks;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands;

/// <summary>What <c>check</c> found.</summary>
/// <param name="Findings">What is not as it ought to be; of --repair what is left.</param>
internal sealed record CheckResult(IReadOnlyList<Finding> Findings)
{
    /// <summary>What was put right by --repair, in a dry run what would be; left out without it.</summary>
    public IReadOnlyList<Finding>? Mended { get; init; }

    /// <summary>With --show-changes, which of the findings were not there at the last check; left out without it.</summary>
    public IReadOnlyList<Finding>? New { get; init; }

    /// <summary>With --show-changes, what was found at the last check and is gone; left out without it.</summary>
    public IReadOnlyList<Finding>? Gone { get; init; }
}

/// <summary>check.</summary>
internal static class CheckCommand
{
    internal static Option<bool> Repair { get; } = new("--repair") { Description = "remove what broken-off commands left, and give directories their owner and mode" };

    internal static Option<bool> DryRun { get; } = new(Arguments.DryRun.Name) { Description = "with --repair: only show what would be done" };

    internal static Option<bool> ShowChanges { get; } = new("--show-changes") { Description = "show only what came (+) and went (-) since the last check with this option" };

    internal static Option<bool> WithDns { get; } = new("--dns") { Description = "also look whether MX, SPF, DMARC and DKIM records of the domains are there" };

    internal static Option<string?> Only { get; } = new("--only") { HelpName = "domain", Description = "look at one domain only" };

    internal static VmmCommand Make(App app)
    {
        var command = Arguments.Command(
            "check",
            "",
            "compare the database with what it ought to be, with the mail directories and the running mail servers; exit 2 when something is found",
            "check --only example.org",
            [ErrorCode.NoSuchDirectory, ErrorCode.NoSuchDomain],
            Repair,
            DryRun,
            ShowChanges,
            Only,
            WithDns);
        command.Validators.Add(result =>
        {
            if (result.GetValue(DryRun) && !result.GetValue(Repair))
            {
                result.AddError($"without '{Repair.Name}' nothing is changed, and '{DryRun.Name}' has no meaning");
            }

            if (result.GetValue(ShowChanges) && (result.GetValue(Repair) || result.GetValue(Only) is not null))
            {
                result.AddError($"'{ShowChanges.Name}' compares whole checks and goes with neither '{Repair.Name}' nor '{Only.Name}'");
            }
        });
        command.Result = JsonContext.Default.CheckResult;
        command.SetAction(app.Check);
        return command;
    }

    internal static string Describe(CheckResult result, bool isDry) => result.New is not null
        ? Lines("+ ", result.New) + Lines("- ", result.Gone!)
        : Lines(isDry ? "would mend " : "mended ", result.Mended ?? []) + Lines("", result.Findings);

    private static string Lines(string before, IEnumerable<Finding> findings) =>
        string.Concat(findings.Select(f => $"{before}{f.Severity.Word()}\t{f.Code.Word()}\t{f.Subject}\t{f.Message}\t{f.Remedy}\n"));
}
