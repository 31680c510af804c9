using Vmm.Core.Configuration;
using Vmm.Core.MailConfiguration;
using Vmm.Core.MailServers;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Failures;

namespace Vmm.Core.Checks;

/// <summary>
/// Looks at the Postfix and the Dovecot of this machine. Where the programs that describe one do not exist, it is on another
/// machine, and nothing is said of it. Nothing that they say or do is an error of the check: it is a finding.
/// </summary>
internal static class MailStackCheck
{
    private const string Looking = "asking the mail servers";
    private const int Steps = 4;

    /// <summary>
    /// Of one domain with <paramref name="gid"/>. Without <paramref name="asks"/> nobody is asked about addresses: the database is
    /// known to be unable to answer. What others change meanwhile would look wrong for a moment, so a finding has to hold for two
    /// looks.
    /// </summary>
    internal static IReadOnlyList<Finding> Run(
        Settings settings, long? gid, bool asks, Action<string, long, long> progress, CancellationToken ct)
    {
        var first = Look(settings, gid, asks, progress, ct).Select(f => (f.Code, f.Subject)).ToHashSet();
        // Their complaints name processes and times: the second look's are kept.
        return first.Count == 0 ? [] : [.. Look(settings, gid, asks, progress, ct).Where(f => first.Contains((f.Code, f.Subject)))];
    }

    private static List<Finding> Look(
        Settings settings, long? gid, bool asks, Action<string, long, long> progress, CancellationToken ct)
    {
        var hasPostfix = File.Exists(settings.Value(SettingOptions.BinPostconf));
        var hasDovecot = File.Exists(settings.Value(SettingOptions.BinDoveconf));
        if (!hasPostfix && !hasDovecot)
        {
            return [];
        }

        progress(Looking, 0, Steps);
        var findings = new List<Finding>();
        void PostfixFailed(VmmException e) => findings.Add(Findings.PostfixUnreadable(e));
        void DovecotFailed(VmmException e) => findings.Add(Findings.DovecotUnreadable(e));
        var lda = hasPostfix && MailServerFaults.Try(() => PostfixCheck.Transport(settings, ct), _ => { }) == "dovecot";
        // What they share is known only where both are asked at once.
        var both = hasPostfix && hasDovecot ? MailServerFaults.Try(() => Plan(settings, true, true, lda, ct), _ => { }) : null;
        var postfix = !hasPostfix ? null : both ?? MailServerFaults.Try(() => Plan(settings, true, false, lda, ct), PostfixFailed);
        var dovecot = !hasDovecot ? null : both ?? MailServerFaults.Try(() => Plan(settings, false, true, lda, ct), DovecotFailed);
        progress(Looking, 1, Steps);
        var sample = asks ? Session.Read(settings, s => StackSample.Read(s, gid), ct) : null;
        var install = InstallCommand(hasPostfix, hasDovecot, lda);
        progress(Looking, 2, Steps);
        if (postfix is not null)
        {
            findings.AddRange(
                MailServerFaults.Try(() => PostfixCheck.Run(settings, postfix, install, sample, ct), PostfixFailed) ?? []
            );
        }

        if (hasPostfix && asks)
        {
            var reload = postfix?.Postfix?.Command("reload") ?? "postfix reload";
            findings.AddRange(Session.Read(settings, s => DomainClassCheck.Run(s, gid, reload), ct));
        }

        progress(Looking, 3, Steps);
        if (dovecot is not null)
        {
            var installAndReload = $"{install} && {dovecot.Dovecot!.Reload}";
            findings.AddRange(
                MailServerFaults.Try(() => Dovecot(settings, dovecot, installAndReload, lda, sample, gid, ct), DovecotFailed) ?? []
            );
        }

        progress(Looking, Steps, Steps);
        return findings;
    }

    private static string InstallCommand(bool hasPostfix, bool hasDovecot, bool lda)
    {
        var server = hasPostfix && hasDovecot ? "" : hasPostfix ? "postfix " : "dovecot ";
        return $"vmm mailconfig {server}--install{(lda ? " --lda" : "")}";
    }

    /// <summary>Settings and files first: their consequences are no findings of their own.</summary>
    private static IReadOnlyList<Finding> Dovecot(
        Settings settings,
        MailConfigurationPlan plan,
        string install,
        bool lda,
        StackSample? sample,
        long? gid,
        CancellationToken ct)
    {
        var inForce = DovecotConfig.Read(plan.Dovecot!, ct);
        var (found, files) = Session.Read(settings, s => DovecotCheck.Look(s, plan, inForce, install, lda, gid), ct);
        var canAsk = sample is not null && !found.Any(ExplainsAnswers) && !files.Any(f => f.IsMissing);
        var queries = files.FirstOrDefault(f => DovecotTemplates.HasQueries(f.Path));
        var live = canAsk ? DovecotCheck.Ask(settings, inForce, plan.Dovecot!.Start, queries, sample!, ct) : [];
        return [.. found, .. files.Where(f => !f.IsExplained).Select(f => f.Finding), .. live];
    }

    private static bool ExplainsAnswers(Finding finding) => finding is
    {
        Severity: Severity.Error,
        Code: FindingCode.DovecotSetting or FindingCode.DovecotFile,
    };

    private static MailConfigurationPlan Plan(Settings settings, bool postfix, bool dovecot, bool lda, CancellationToken ct)
    {
        var plan = MailConfigurationPlan.Make(settings, new MailConfigurationRequest(postfix, dovecot) { Lda = lda }, ct);
        if (plan.Postfix is { IsHere: false })
        {
            throw NoFile($"{plan.Postfix.Directory}/main.cf");
        }

        return plan.Dovecot is { IsHere: false } ? throw NoFile(plan.Dovecot.Main) : plan;
    }

    private static VmmException NoFile(string path) => new(
        ErrorCode.VmmError,
        $"there is no file '{path}'",
        "Install the package's configuration, then run 'vmm mailconfig --install'.");
}
