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
        switch (request.Way)
        {
            case MailConfigWay.Install:
                var report = noted.Do("", () => Plan().Install(asking.Interrupted), Changed);
                return new Done<MailConfigurationReport>(report, new ChangeOutcome(report.Differs), noted.Warnings);
            case MailConfigWay.TryInstall:
                var tried = Plan().TryInstall(asking.Interrupted);
                return new Done<MailConfigurationReport>(tried, new ChangeOutcome(Changed: false, DryRun: true));
            case MailConfigWay.Diff:
                return new Done<MailConfigurationReport>(Plan().Compare(asking.Interrupted));
            case MailConfigWay.Print:
            default:
                return new Done<MailConfigurationReport>(Plan().Show(request.ShowSecrets));
        }
    }

    /// <summary>The files, for the log.</summary>
    private static string Changed(MailConfigurationReport report) =>
        string.Join(' ', report.Parts.Where(p => p.State != MailConfigurationReport.Same).Select(p => p.Path));
}

/// <summary>The JSON of the configuration of Postfix and Dovecot.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MailConfigurationReport))]
internal sealed partial class MailConfigJson : JsonSerializerContext;
