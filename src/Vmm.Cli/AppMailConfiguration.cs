using System.CommandLine;
using System.Diagnostics;
using Vmm.Cli.Commands;
using Vmm.Cli.Text;
using Vmm.Core.Configuration;
using Vmm.Core.Log;
using Vmm.Core.MailConfiguration;
using Vmm.Data.Failures;

namespace Vmm.Cli;

/// <content>The configuration of Postfix and Dovecot: printed, compared, or installed.</content>
internal sealed partial class App
{
    /// <param name="parse">The command line.</param>
    /// <param name="wish">Reads it, and the password files that it names.</param>
    internal int MailConfig(ParseResult parse, Func<ParseResult, MailConfigurationRequest> wish) => Run(() =>
    {
        var settings = Start(parse);
        var wanted = wish(parse);
        if (parse.GetValue(MailConfigCommand.Install) && !parse.GetValue(MailConfigCommand.DryRun))
        {
            InstallMailConfig(parse, settings, wanted);
            return 0;
        }

        var plan = MailConfigurationPlan.Make(settings, wanted, interruption.Token);
        if (parse.GetValue(MailConfigCommand.Install))
        {
            SayChange(parse, plan.TryInstall(interruption.Token), new ChangeOutcome(Changed: false, DryRun: true), [], r => MailConfigText.Installed(r, isDry: true), JsonContext.Default.MailConfigurationReport);
            return 0;
        }

        var isDiff = parse.GetValue(MailConfigCommand.Diff);
        var report = isDiff ? plan.Compare(interruption.Token) : plan.Show(parse.GetValue(MailConfigCommand.ShowSecrets));
        Say(parse, report, [], isDiff ? MailConfigText.Differences : MailConfigText.Parts, JsonContext.Default.MailConfigurationReport);
        return isDiff && report.Differs ? (int)ErrorCode.Usage : 0;
    });

    private void InstallMailConfig(ParseResult parse, Settings settings, MailConfigurationRequest wanted)
    {
        using var log = new OperationsLog(settings);
        var clock = Stopwatch.StartNew();
        var name = parse.CommandResult.Command.Name;
        try
        {
            var plan = MailConfigurationPlan.Make(settings, wanted, interruption.Token);
            var report = plan.Install(interruption.Token);
            var changed = string.Join(' ', report.Parts.Where(p => p.State != MailConfigurationReport.Same).Select(p => p.Path));
            log.Write(name, changed, 0, null, clock.Elapsed);
            List<string> warnings = log.Warning is null ? [] : [log.Warning];
            Warn(warnings);
            SayChange(parse, report, new ChangeOutcome(report.Differs), warnings, r => MailConfigText.Installed(r, isDry: false), JsonContext.Default.MailConfigurationReport);
        }
        catch (VmmException e)
        {
            log.Write(name, "", (int)e.Code, e.Message, clock.Elapsed);
            throw;
        }
    }
}
