using Vmm.Core.Configuration;
using Vmm.Core.MailConfiguration;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <summary>Compares the Dovecot of this machine with what vmm needs, and its answers with those of the database.</summary>
internal static class DovecotCheck
{
    /// <summary>Dovecot's own (doc.dovecot.org).</summary>
    private const string UsualCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01234567890.-_@";

    /// <summary>Settings and files.</summary>
    /// <param name="s">Tells the accounts.</param>
    /// <param name="plan">What should be there; with Dovecot, and with Postfix where that is on this machine.</param>
    /// <param name="inForce">What Dovecot has.</param>
    /// <param name="install">The command that makes the files.</param>
    /// <param name="lda">Whether Postfix needs no LMTP.</param>
    /// <param name="gid">The one domain whose accounts are looked at; null for all.</param>
    internal static (IReadOnlyList<Finding> Findings, IReadOnlyList<FileFault> Files) Look(
        Session s, MailConfigurationPlan plan, DovecotConfig inForce, string install, bool lda, long? gid)
    {
        var delimiter = plan.PostfixSettings?.Expanded("recipient_delimiter", s.Ct) ?? "";
        var faults = new DovecotRequirements(inForce, s.Settings, plan.Postfix, delimiter, lda, plan.FirstId).Find();
        var files = plan.Files.Where(f => f.Group != "postfix").Select(f => FileFault.Find(f, FindingCode.DovecotFile, install))
            .OfType<FileFault>().ToList();
        if (faults.Count > 0 && files.Find(f => f.IsMissing) is { } missing)
        {
            missing.Explain();
            return ([missing.Finding.WithSettings(faults.Select(f => f.Name))], files);
        }

        var changed = files.Find(f => f.HasOtherText && f.Path.EndsWith("/99-vmm.conf", StringComparison.Ordinal));
        var directory = plan.Dovecot!.Directory;
        var findings = faults.Select(f => Findings.DovecotSetting(f, changed?.Explain(), directory)).ToList();
        var characters = inForce.Value("auth_username_chars", UsualCharacters);
        if (characters.Length > 0 && CheckSql.RefusedNames(s.Tx, characters, gid) is { Accounts: > 0 } refused)
        {
            var finding = Findings.UsernameCharacters(refused, characters, changed?.Explain(), directory);
            findings.Add(gid is null ? finding : finding with { Domain = TraceKey.Parse(refused.Example!).Domain });
        }

        return (findings, files);
    }

    /// <summary>What the running Dovecot answers.</summary>
    /// <param name="settings">Where doveadm is.</param>
    /// <param name="inForce">Which Dovecot it is.</param>
    /// <param name="start">The command that starts it.</param>
    /// <param name="file">The file with the queries, where it is not as it should be.</param>
    /// <param name="sample">What is asked.</param>
    /// <param name="ct">Cancels it.</param>
    internal static IReadOnlyList<Finding> Ask(
        Settings settings, DovecotConfig inForce, string start, FileFault? file, StackSample sample, CancellationToken ct)
    {
        var changed = file is { HasOtherText: true } ? file : null;
        var live = new DovecotAnswers(settings.Value(SettingOptions.BinDoveadm), ct);
        if (live.Fault() is { } fault)
        {
            return fault.IsStopped
                ? [Findings.DovecotStopped(start)]
                : [Findings.DovecotUnanswered(fault.Message, changed?.Explain())];
        }

        live.Ask(sample.Users, OfOtherVersion(inForce));
        if (!live.HasFaults)
        {
            return [];
        }

        var remedy = changed?.Explain() ?? "doveadm reload";
        var findings = new List<Finding>();
        if (live.Wrong.Count > 0)
        {
            findings.Add(Findings.UserdbAnswer(WrongAnswers.From(live.Wrong, sample), remedy));
        }

        findings.AddRange(live.Ignored.Select(field => Findings.IgnoredUserdbField(field, inForce.Version, remedy)));
        if (live.Unknown.Count > 0)
        {
            var first = live.Unknown[0];
            var domain = sample.Domains.GetValueOrDefault(first);
            findings.Add(Findings.PassdbAnswer(first, live.Unknown.Count - 1, remedy) with { Domain = domain });
        }

        return findings;
    }

    /// <summary>Fields that this Dovecot does not know, because the other version has them.</summary>
    private static string[] OfOtherVersion(DovecotConfig inForce) =>
        inForce.IsNew ? ["mail", "quota_rule"] : ["mail_driver", "mail_path", "quota_storage_size", "quota_message_count"];
}
