using Vmm.Core.Configuration;
using Vmm.Core.MailConfiguration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Checks;

/// <summary>
/// Compares the Postfix of this machine with what <c>vmm mailconfig</c> would make of it, and its answers with those of the
/// database.
/// </summary>
internal static class PostfixCheck
{
    /// <summary>
    /// Without these nothing is lost at once: only virtual(8) asks for some, and the others delay, repeat or miscount.
    /// </summary>
    private static readonly string[] Minor =
    [
        "virtual_alias_domains", "virtual_uid_maps", "virtual_gid_maps", "virtual_minimum_uid", "virtual_mailbox_base",
        "virtual_transport", "lmtp_destination_concurrency_limit", "dovecot_destination_concurrency_limit", "recipient_delimiter",
        "smtpd_relay_restrictions", "syslog_name",
    ];

    /// <summary>What delivers: the LDA (dovecot) is as good as lmtp.</summary>
    internal static string Transport(Settings settings, CancellationToken ct)
    {
        var answer = ChildProgram.Ask(settings.Value(SettingOptions.BinPostconf), ["-x", "-h", "virtual_transport"], ct);
        return answer.Output.Split(':')[0].Trim();
    }

    /// <summary>What is in force, and what it answers.</summary>
    /// <param name="settings">Where the programs are.</param>
    /// <param name="plan">What should be there; with Postfix.</param>
    /// <param name="install">The command that makes it so.</param>
    /// <param name="sample">What is asked; null for nothing.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">51, 55, 67 a program cannot be asked.</exception>
    internal static IReadOnlyList<Finding> Run(
        Settings settings, MailConfigurationPlan plan, string install, StackSample? sample, CancellationToken ct)
    {
        var (postfix, lines) = (plan.Postfix!, plan.PostfixSettings!);
        var (postconf, reload) = (postfix.Postconf, postfix.Command("reload"));
        var installAndReload = $"{install} && {reload}";
        var findings = new List<Finding>();
        findings.AddRange(lines.OtherParameters.Select(p =>
        {
            var severity = SeverityOf(p.Name, isSet: p.Present.Length > 0);
            return Findings.PostfixParameter(p.Name, p.Present, p.Wanted, severity, postconf, reload);
        }));
        findings.AddRange(lines.MissingServices.Select(service => Findings.MissingService(service, installAndReload)));
        findings.AddRange(lines.MissingOptions.Select(
            o => Findings.MissingOption($"{o.Service}/{o.Name}", o.Value, SeverityOf(o.Name, isSet: true), postconf, reload)));
        var files = plan.Files.Where(f => f.Group == "postfix")
            .Select(f => FileFault.Find(f, FindingCode.PostfixMapFile, installAndReload)).OfType<FileFault>().ToList();
        var live = new List<Finding>();
        if (!postfix.IsRunning(ct))
        {
            live.Add(Findings.PostfixStopped(postfix.Start));
        }
        else if (sample is not null)
        {
            live.AddRange(new PostfixAnswers(settings, lines, files, reload).Ask(sample, ct));
        }

        // Only now is it known which file shows in the answers: that one is not a finding of its own.
        findings.AddRange(files.Where(f => !f.IsExplained).Select(f => f.Finding));
        findings.AddRange(live);
        return findings;
    }

    private static Severity SeverityOf(string name, bool isSet) =>
        isSet && Minor.Contains(name) ? Severity.Warning : Severity.Error;
}
