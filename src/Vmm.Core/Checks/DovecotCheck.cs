using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Core.MailConfiguration;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Sql;





namespace Vmm.Core.Checks;

/// <summary>Compares the Dovecot of this machine with what vmm needs, and its answers with those of the database.</summary>
internal static class DovecotCheck
{
    /// <summary>It cannot be found out what Dovecot has.</summary>
    internal const string Unreadable = "dovecot-unreadable";

    /// <summary>A setting.</summary>
    internal const string Setting = "dovecot-setting";

    /// <summary>A file that <c>vmm mailconfig</c> writes.</summary>
    internal const string ConfigurationFile = "dovecot-file";

    /// <summary>Nobody is there to ask.</summary>
    internal const string Stopped = "dovecot-stopped";

    /// <summary>It gives no answer about users at all.</summary>
    internal const string Unanswered = "dovecot-unanswered";

    /// <summary>Its user database says something else of an account than the database.</summary>
    internal const string User = "userdb-answer";

    /// <summary>Its password database does not know an account.</summary>
    internal const string Password = "passdb-answer";

    /// <summary>A field of the user database which this version does not know, and passes over without a word.</summary>
    internal const string Ignored = "ignored-userdb-field";

    /// <summary>Characters in the names of accounts that are not let in.</summary>
    internal const string Characters = "username-characters";

    /// <summary>Dovecot's own (doc.dovecot.org).</summary>
    private const string UsualCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01234567890.-_@";

    /// <summary>Settings and files.</summary>
    /// <param name="s">Tells the accounts.</param>
    /// <param name="plan">What should be there; with Dovecot, and with Postfix where that is on this machine.</param>
    /// <param name="inForce">What Dovecot has.</param>
    /// <param name="install">The command that makes the files.</param>
    /// <param name="lda">Whether Postfix needs no LMTP.</param>
    internal static (IReadOnlyList<Finding> Findings, IReadOnlyList<FileFault> Files) Look(Session s, MailConfigurationPlan plan, DovecotConfig inForce, string install, bool lda)
    {
        var faults = new DovecotRequirements(inForce, s.Settings, plan.Postfix, plan.PostfixSettings?.ValueOf("recipient_delimiter") ?? "", lda).Find();
        var files = plan.Files.Where(f => f.Group != "postfix").Select(f => FileFault.Of(f, ConfigurationFile, install)).OfType<FileFault>().ToList();
        var findings = new List<Finding>();
        if (faults.Count > 0 && files.Find(f => f.IsMissing) is { } missing)
        {
            missing.Tell();
            findings.Add(missing.Finding with { Message = $"{missing.Finding.Message}, and so these are not as they ought to be: {string.Join(", ", faults.Select(f => f.Name))}" });
            return (findings, files);
        }

        var changed = files.Find(f => f.HasOtherText && f.Path.EndsWith("/99-vmm.conf", StringComparison.Ordinal));
        findings.AddRange(faults.Select(f => new Finding(
            Setting, f.Severity, f.Name, f.Message, changed?.Tell() ?? $"take it out of the file that is read after conf.d/99-vmm.conf (grep -rn {FileName.Quote(f.Name.Split(' ')[^1])} {plan.Dovecot!.Directory}), then doveadm reload")));
        var characters = inForce.Value("auth_username_chars", UsualCharacters);
        if (characters.Length > 0 && CheckSql.RefusedNames(s.Tx, characters) is { Accounts: > 0 } refused)
        {
            findings.Add(new Finding(
                Characters,
                Finding.Error,
                "auth_username_chars",
                $"{Errors.Count(refused.Accounts, "account has a character in its address that is", "accounts have characters in their addresses that are")} not among '{characters}', and cannot log in; one is '{refused.Example}'",
                changed?.Tell() ?? $"take it out of the file that is read after conf.d/99-vmm.conf (grep -rn auth_username_chars {plan.Dovecot!.Directory}), then doveadm reload"));
        }

        return (findings, files);
    }

    /// <summary>What the running Dovecot answers.</summary>
    /// <param name="settings">Where doveadm is.</param>
    /// <param name="inForce">Which Dovecot it is.</param>
    /// <param name="start">The command that starts it.</param>
    /// <param name="file">The file with the queries, where it is not as it ought to be.</param>
    /// <param name="sample">What is asked.</param>
    /// <param name="ct">Cancels it.</param>
    internal static IReadOnlyList<Finding> Ask(Settings settings, DovecotConfig inForce, string start, FileFault? file, StackSample sample, CancellationToken ct)
    {
        var live = new DovecotAnswers(settings.Text("bin.doveadm"), ct);
        if (live.Fault() is { } fault)
        {
            return
            [
                fault.IsStopped
                    ? new Finding(Stopped, Finding.Error, "dovecot", "Dovecot does not run: nobody can log in, and no mail is delivered", start)
                    : new Finding(Unanswered, Finding.Error, "userdb", fault.Message, file is { HasOtherText: true } ? file.Tell() : "mend what it, or Dovecot's log, names (doveadm log find), then doveadm reload"),
            ];
        }

        live.Ask(sample.Users, inForce.IsNew ? ["mail", "quota_rule"] : ["mail_driver", "mail_path", "quota_storage_size", "quota_message_count"]);
        var remedy = file is { HasOtherText: true } && live.HasFaults ? file.Tell() : "doveadm reload";
        return
        [
            .. live.Wrong.Count == 0 ? (Finding[])[] : [StackAnswers.Wrong(User, "userdb", sample, live.Wrong, remedy)],
            .. live.Ignored.Select(f => new Finding(Ignored, Finding.Error, f, $"the user database answers with this field, which Dovecot {inForce.Version} passes over: {(f.StartsWith("quota", StringComparison.Ordinal) ? "no limit is kept" : "mail is kept elsewhere")}", remedy)),
            .. live.Unknown.Count == 0 ? (Finding[])[] :
            [
                new Finding(Password, Finding.Error, live.Unknown[0], $"this account is not in the password database, and cannot log in{(live.Unknown.Count == 1 ? "" : $"; the same with {live.Unknown.Count - 1} of the other accounts")}", remedy)
                {
                    Domain = sample.Domains.GetValueOrDefault(live.Unknown[0]),
                },
            ],
        ];
    }
}
