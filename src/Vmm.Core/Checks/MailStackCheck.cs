using Vmm.Core.Configuration;
using Vmm.Core.MailConfiguration;
using Vmm.Core.MailServers;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Failures;
using Vmm.Data.Values;




namespace Vmm.Core.Checks;

/// <summary>
/// Looks at the Postfix and the Dovecot of this machine. Where the programs that tell of one are not there it is on another machine, and nothing is said of it. Nothing
/// that they say or do is an error of the check: it is a finding.
/// </summary>
internal static class MailStackCheck
{
    private const string Looking = "asking the mail servers";
    private const int Steps = 4;

    /// <summary>
    /// Of one domain with <paramref name="gid"/>. Without <paramref name="asks"/> nobody is asked about addresses: the database is known to be unable to answer. What others change meanwhile would look wrong for a moment, so a finding has to hold for
    /// two looks.
    /// </summary>
    internal static IReadOnlyList<Finding> Run(Settings settings, long? gid, bool asks, Action<string, long, long> progress, CancellationToken ct)
    {
        var first = Look(settings, gid, asks, progress, ct).Select(f => (f.Code, f.Subject)).ToHashSet();
        // Their complaints name processes and times: the second look's are kept.
        return first.Count == 0 ? [] : [.. Look(settings, gid, asks, progress, ct).Where(f => first.Contains((f.Code, f.Subject)))];
    }

    private static IReadOnlyList<Finding> Look(Settings settings, long? gid, bool asks, Action<string, long, long> progress, CancellationToken ct)
    {
        var (hasPostfix, hasDovecot) = (File.Exists(settings.Text("bin.postconf")), File.Exists(settings.Text("bin.doveconf")));
        if (!hasPostfix && !hasDovecot)
        {
            return [];
        }

        progress(Looking, 0, Steps);
        var findings = new List<Finding>();
        var lda = hasPostfix && MailServerFaults.Try(() => PostfixCheck.Transport(settings, ct), _ => { }) == "dovecot";
        var install = $"vmm mailconfig {(hasPostfix && hasDovecot ? "" : hasPostfix ? "postfix " : "dovecot ")}--install{(lda ? " --lda" : "")}";
        // What they share is known only where both are asked at once.
        var both = hasPostfix && hasDovecot ? MailServerFaults.Try(() => Plan(settings, true, true, lda, ct), _ => { }) : null;
        var postfix = !hasPostfix ? null : both ?? MailServerFaults.Try(() => Plan(settings, true, false, lda, ct), e => findings.Add(Unreadable(PostfixCheck.Unreadable, "postfix", e)));
        var dovecot = !hasDovecot ? null : both ?? MailServerFaults.Try(() => Plan(settings, false, true, lda, ct), e => findings.Add(Unreadable(DovecotCheck.Unreadable, "dovecot", e)));
        progress(Looking, 1, Steps);
        var sample = !asks ? null : Session.Read(settings, s => StackSample.Of(s, gid), ct);
        progress(Looking, 2, Steps);
        if (postfix is not null)
        {
            findings.AddRange(MailServerFaults.Try(() => PostfixCheck.Run(settings, postfix, install, sample, ct), e => findings.Add(Unreadable(PostfixCheck.Unreadable, "postfix", e))) ?? []);
        }

        progress(Looking, 3, Steps);
        if (dovecot is not null)
        {
            var told = $"{install} && {dovecot.Dovecot!.Reload}";
            findings.AddRange(MailServerFaults.Try(() => Dovecot(settings, dovecot, told, lda, sample, ct), e => findings.Add(Unreadable(DovecotCheck.Unreadable, "dovecot", e))) ?? []);
        }

        progress(Looking, Steps, Steps);
        return findings;
    }

    /// <summary>Settings and files first: what they are to blame for is no finding of its own.</summary>
    private static IReadOnlyList<Finding> Dovecot(Settings settings, MailConfigurationPlan plan, string install, bool lda, StackSample? sample, CancellationToken ct)
    {
        var inForce = DovecotConfig.Ask(settings, ct);
        var (found, files) = Session.Read(settings, s => DovecotCheck.Look(s, plan, inForce, install, lda), ct);
        var live = sample is null || found.Any(f => f.Severity == Finding.Error && f.Code is DovecotCheck.Setting or DovecotCheck.ConfigurationFile) || files.Any(f => f.IsMissing)
            ? []
            : DovecotCheck.Ask(settings, inForce, plan.Dovecot!.Start, files.FirstOrDefault(f => DovecotTemplates.HasQueries(f.Path)), sample, ct);
        return [.. found, .. files.Where(f => !f.IsTold).Select(f => f.Finding), .. live];
    }

    private static MailConfigurationPlan Plan(Settings settings, bool postfix, bool dovecot, bool lda, CancellationToken ct)
    {
        var plan = MailConfigurationPlan.Make(settings, new MailConfigurationRequest(postfix, dovecot) { Lda = lda }, ct);
        foreach (var (isHere, path) in new[] { (plan.Postfix?.IsHere, $"{plan.Postfix?.Directory}/main.cf"), (plan.Dovecot?.IsHere, plan.Dovecot?.Main) })
        {
            if (isHere == false)
            {
                throw new VmmException(ErrorCode.VmmError, $"there is no file '{path}'", "Install the package's configuration, then run 'vmm mailconfig --install'.");
            }
        }

        return plan;
    }

    private static Finding Unreadable(string code, string subject, VmmException e) => new(
        code, Finding.Error, subject, InstalledPasswords.Hide(e.Message).ReplaceLineEndings(" "), e.Hint ?? "mend what it names, then look again with 'vmm check'");
}
