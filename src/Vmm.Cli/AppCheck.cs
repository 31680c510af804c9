using System.CommandLine;
using Vmm.Cli.Commands;
using Vmm.Core.Checks;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli;

/// <summary>The check: look, mend, say.</summary>
internal sealed partial class App
{
    internal int Check(ParseResult parse) => Run(() =>
    {
        var settings = Start(parse);
        var only = parse.GetValue(CheckCommand.Only) is { } name ? DomainName.Refer(name) : null;
        var bar = new Progress(terminal);
        var isDry = parse.GetValue(CheckCommand.DryRun);
        IReadOnlyList<Finding> Look() => HealthCheck.Run(settings, only, parse.GetValue(CheckCommand.WithDns), bar.Show, interruption.Token);
        var result = new CheckResult(Look());
        if (parse.GetValue(CheckCommand.Repair))
        {
            var mended = isDry ? [.. result.Findings.Where(Repairs.IsSafe)] : Repairs.Run(settings, result.Findings, terminal.Note, interruption.Token);
            // What a repair waited for, or took back, may have settled others.
            result = isDry || mended.Count == 0 ? result with { Mended = mended } : new CheckResult(Look()) { Mended = mended };
        }

        if (parse.GetValue(CheckCommand.ShowChanges))
        {
            var known = LastCheck.Read(settings);
            result = result with { New = LastCheck.Without(result.Findings, known), Gone = LastCheck.Without(known, result.Findings) };
            LastCheck.Write(settings, result.Findings);
        }

        Say(parse, result, [], r => CheckCommand.Describe(r, isDry), JsonContext.Default.CheckResult);
        return result.Findings.Count > 0 ? (int)ErrorCode.Usage : 0;
    });
}
