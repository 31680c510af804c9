using System.Text.Json.Serialization;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Output;
using Vmm.Cli.Running;
using Vmm.Core.MailConfiguration;

namespace Vmm.Cli.Commands.MailConfig;

/// <summary>What is done with the configuration.</summary>
internal enum MailConfigWay
{
    /// <summary>It is printed.</summary>
    Print,

    /// <summary>It is compared with what is installed.</summary>
    Diff,

    /// <summary>What an installation would write is shown.</summary>
    TryInstall,

    /// <summary>It is installed.</summary>
    Install,

    /// <summary>What would be taken back is shown.</summary>
    TryUndo,

    /// <summary>The last installation is taken back.</summary>
    Undo,
}

/// <summary>What <c>mailconfig</c> is asked for.</summary>
/// <param name="Way">What is done with the configuration.</param>
/// <param name="ShowSecrets">Whether passwords are printed.</param>
/// <param name="Configuration">Of which versions, where, and how.</param>
internal sealed record MailConfigRequest(MailConfigWay Way, bool ShowSecrets, MailConfigurationRequest Configuration);

/// <summary>The configuration of Postfix and Dovecot: printed, compared, or installed.</summary>
internal static class MailConfigRun
{
    internal static Done<MailConfigurationReport> Act(Asking asking, Noted noted, MailConfigRequest request)
    {
        MailConfigurationPlan Plan() => MailConfigurationPlan.Make(asking.Settings, request.Configuration, asking.Interrupted);
        InstallationUndo Undo() => InstallationUndo.Find(asking.Settings, request.Configuration.Replace);
        switch (request.Way)
        {
            case MailConfigWay.Install:
                IReadOnlyList<string> warnings = [];
                var report = noted.Do("", () => Install(Plan(), asking, out warnings), Changed);
                return new Done<MailConfigurationReport>(
                    report, new ChangeOutcome(report.Differs), [.. warnings, .. noted.Warnings]);
            case MailConfigWay.TryInstall:
                var plan = Plan();
                var tried = plan.TryInstall(asking.Interrupted);
                return new Done<MailConfigurationReport>(
                    tried,
                    new ChangeOutcome(Changed: false, DryRun: true),
                    plan.Warnings(asking.Interrupted));
            case MailConfigWay.TryUndo:
                var found = Undo();
                var wouldUndo = found.Try(asking.Interrupted);
                return new Done<MailConfigurationReport>(
                    wouldUndo, new ChangeOutcome(Changed: false, DryRun: true), found.Warnings);
            case MailConfigWay.Undo:
                IReadOnlyList<string> left = [];
                var undone = noted.Do("undo", () => Run(Undo(), asking, out left), Undone);
                return new Done<MailConfigurationReport>(
                    undone, new ChangeOutcome(Changed: true), [.. left, .. noted.Warnings]);
            case MailConfigWay.Diff:
                var compared = Plan();
                return new Done<MailConfigurationReport>(compared.Compare(asking.Interrupted), Warnings: compared.Assumed);
            case MailConfigWay.Print:
            default:
                var shown = Plan();
                return new Done<MailConfigurationReport>(shown.Show(request.ShowSecrets), Warnings: shown.Assumed);
        }
    }

    private static MailConfigurationReport Install(MailConfigurationPlan plan, Asking asking, out IReadOnlyList<string> warnings)
    {
        warnings = plan.Warnings(asking.Interrupted);
        return plan.Install(asking.Interrupted);
    }

    private static MailConfigurationReport Run(InstallationUndo undo, Asking asking, out IReadOnlyList<string> left)
    {
        left = undo.Warnings;
        return undo.Run(asking.Interrupted);
    }

    private static string Undone(MailConfigurationReport report) =>
        string.Join(' ', (report.Restored ?? []).Concat(report.Removed ?? []).Prepend("undo"));

    /// <summary>The files, for the log.</summary>
    private static string Changed(MailConfigurationReport report) =>
        string.Join(' ', report.Parts.Where(p => p.State != MailConfigurationReport.Same).Select(p => p.Path));
}

/// <summary>The JSON of the configuration of Postfix and Dovecot.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MailConfigurationReport))]
internal sealed partial class MailConfigJson : JsonSerializerContext;
