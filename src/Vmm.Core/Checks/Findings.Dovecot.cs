using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <content>Dovecot: its settings and its answers.</content>
internal static partial class Findings
{
    internal static Finding DovecotUnreadable(VmmException failure) =>
        Unreadable(FindingCode.DovecotUnreadable, "dovecot", failure);

    /// <param name="fault">The setting, and what is wrong with it.</param>
    /// <param name="remedy">The command that repairs the file of vmm; null where another file is at fault.</param>
    /// <param name="directory">Of Dovecot's configuration.</param>
    internal static Finding DovecotSetting(SettingFault fault, string? remedy, string directory) => Make(
        FindingCode.DovecotSetting,
        fault.Name,
        fault.Message,
        remedy ?? OverriddenIn(directory, fault.Name.Split(' ')[^1]),
        fault.Severity);

    /// <param name="refused">The accounts.</param>
    /// <param name="characters">Those that are allowed.</param>
    /// <param name="remedy">As for another setting.</param>
    /// <param name="directory">Of Dovecot's configuration.</param>
    internal static Finding UsernameCharacters(RefusedNames refused, string characters, string? remedy, string directory)
    {
        const string Setting = "auth_username_chars";
        var accounts = Errors.Count(
            refused.Accounts,
            "account has a character in its address that is",
            "accounts have characters in their addresses that are");
        return Make(
            FindingCode.UsernameCharacters,
            Setting,
            $"{accounts} not among '{characters}', and cannot log in; one is '{refused.Example}'",
            remedy ?? OverriddenIn(directory, Setting));
    }

    internal static Finding UnusableId(HighId found) => Make(
        FindingCode.UnusableId,
        found.Subject,
        $"its {found.Kind} {found.Id} is above {ValidIds.Highest}, the highest that Dovecot accepts: mail is deferred, and "
        + (found.Kind == "uid" ? "its user cannot log in" : "none of its users can log in"),
        $"let the sequence {(found.Kind == "uid" ? "users_uid" : "domain_gid")} give lower numbers (ALTER SEQUENCE ... RESTART "
        + "WITH), then move the mail aside, delete it, add it again, and move the mail into the new directory") with
    {
        Domain = found.Domain,
    };

    internal static Finding DovecotStopped(string start) =>
        Make(FindingCode.DovecotStopped, "dovecot", "Dovecot does not run: nobody can log in, and no mail is delivered", start);

    internal static Finding DovecotUnanswered(string reason, string? remedy) => Make(
        FindingCode.DovecotUnanswered,
        "userdb",
        reason,
        remedy ?? "repair what it, or Dovecot's log, names (doveadm log find), then doveadm reload");

    internal static Finding UserdbAnswer(WrongAnswers wrong, string remedy) =>
        Make(FindingCode.UserdbAnswer, "userdb", wrong.Message, remedy) with { Domain = wrong.Domain };

    /// <param name="address">The first account that Dovecot does not find.</param>
    /// <param name="others">Number of others.</param>
    /// <param name="remedy">A command.</param>
    internal static Finding PassdbAnswer(string address, int others, string remedy)
    {
        var more = others == 0 ? "" : $"; the same with {others} of the other accounts";
        return Make(
            FindingCode.PassdbAnswer,
            address,
            $"this account is not in the password database, and cannot log in{more}",
            remedy);
    }

    internal static Finding IgnoredUserdbField(string field, string version, string remedy)
    {
        var effect = field.StartsWith("quota", StringComparison.Ordinal) ? "no limit is enforced" : "mail is kept elsewhere";
        return Make(
            FindingCode.IgnoredUserdbField,
            field,
            $"the user database answers with this field, which Dovecot {version} ignores: {effect}",
            remedy);
    }

    private static string OverriddenIn(string directory, string setting) =>
        $"remove it from the file that is read after conf.d/99-vmm.conf (grep -rn {FileName.Quote(setting)} {directory}), "
        + "then doveadm reload";
}
