using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Cli.Running;
using Vmm.Core.Checks;
using Vmm.Core.Configuration;

namespace Vmm.Cli.Commands.Check;

/// <summary>The check: look, repair, look again.</summary>
internal static class CheckRun
{
    /// <summary>The log names this many of the objects that were repaired.</summary>
    private const int MostInLog = 20;

    internal static Done<CheckResult> Act(Asking asking, Noted noted, CheckRequest request)
    {
        var bar = new Progress(asking.Terminal);
        IReadOnlyList<Finding> Look() =>
            HealthCheck.Run(asking.Settings, request.Only, request.WithDns, bar.Show, asking.Interrupted);
        var result = new CheckResult(Look());
        if (request.Repair && request.IsDry)
        {
            result = result with { Mended = [.. result.Findings.Where(Repairs.IsSafe)] };
        }
        else if (request.Repair)
        {
            var repaired = noted.Do(
                request.Only?.ToString() ?? "",
                () => Repairs.Run(
                    asking.Settings, SpokenLine.Author(asking.Parse), result.Findings, asking.Terminal.Note, asking.Interrupted),
                Target);
            // What a repair waited for, or reverted, may have settled others.
            result = repaired.Count == 0 ? result with { Mended = repaired }
                : new CheckResult(Repairs.LookAgain(Look)) { Mended = repaired };
        }

        if (request.ShowChanges)
        {
            var file = asking.Settings.Value(SettingOptions.CheckStateFile);
            var known = LastCheck.Read(file);
            result = result with
            {
                New = LastCheck.Without(result.Findings, known),
                Gone = LastCheck.Without(known, result.Findings),
            };
            LastCheck.Write(file, result.Findings);
        }

        return new Done<CheckResult>(result, Warnings: noted.Warnings);
    }

    /// <summary>Null when nothing was repaired, and there is nothing to note.</summary>
    private static string? Target(IReadOnlyList<Finding> repaired)
    {
        var subjects = string.Join(' ', repaired.Take(MostInLog).Select(f => f.Subject));
        return repaired.Count == 0 ? null
            : repaired.Count > MostInLog ? $"{subjects} and {repaired.Count - MostInLog} more"
            : subjects;
    }
}
