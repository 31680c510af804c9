using Vmm.Core.Configuration;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;
using Vmm.Data.Sql;

namespace Vmm.Core.MailConfiguration;

/// <summary>The words for what belongs to the administrator and is in the way.</summary>
internal static class Replacement
{
    /// <summary>The refusal to install.</summary>
    /// <param name="replaced">What would be replaced, a sentence for each.</param>
    internal static VmmException Refused(IReadOnlyList<string> replaced) => VmmException.Of(
    [
        new(
            ErrorCode.NotReplaced,
            $"installing would replace {Errors.Count(replaced.Count, "setting")} of yours",
            "Nothing was changed. Adjust what follows, or pass --replace; 'vmm mailconfig --undo' restores what was there."),
        .. replaced.Select(text => new VmmException(ErrorCode.NotReplaced, text)),
    ]);

    /// <summary>The refusal to undo.</summary>
    /// <param name="lost">A sentence for each file that cannot be restored.</param>
    /// <param name="changed">Paths of files that were changed since.</param>
    /// <param name="mayStay">Whether the first may stay as they are while the others are restored.</param>
    internal static VmmException NotUndone(
        IReadOnlyList<string> lost, IReadOnlyList<string> changed, bool mayStay) => VmmException.Of(
    [
        .. lost.Count == 0 ? (VmmException[])[] :
        [
            new(
                ErrorCode.NotReplaced,
                $"{Errors.Count(lost.Count, "file")} cannot be restored",
                mayStay
                    ? "Nothing was changed. Restore these from a backup, byte for byte, or pass --replace: then they stay as they"
                    + " are, with the new files that they name, and everything else is undone."
                    : "Nothing was changed. Restore these from a backup, byte for byte. Postfix cannot keep the main.cf of the"
                    + " installation when the rest is undone."),
            .. lost.Select(text => new VmmException(ErrorCode.NotReplaced, text)),
        ],
        .. changed.Count == 0 ? (VmmException[])[] :
        [
            new(
                ErrorCode.NotReplaced,
                $"{Errors.Count(changed.Count, "file")} changed since the installation",
                "Nothing was changed. With --replace these are restored too, and kept as FILE.vmm-TIME."),
            .. changed.Select(path => new VmmException(ErrorCode.NotReplaced, $"'{path}' is not as vmm wrote it")),
        ],
    ]);

    /// <summary>A warning about users of the system who cannot log in afterwards; there is no mail of theirs.</summary>
    internal static IEnumerable<string> Logins(IReadOnlyList<string> names) => names.Count == 0 ? [] :
    [
        $"{Errors.Count(names.Count, "user")} of the system could log in to Dovecot until now, and cannot any more, since none has"
            + $" mail: {Few(names)}",
    ];

    /// <summary>A warning about accounts that get no mail under their name once Dovecot cuts at the delimiter of main.cf.</summary>
    internal static IReadOnlyList<string> Accounts(Settings settings, string delimiters, CancellationToken ct)
    {
        try
        {
            var split = Session.Read(settings, s => CheckSql.SplitAccounts(s.Tx, delimiters, DeliveredUser.Others, null), ct);
            return split.Count == 0 ? [] :
            [
                $"recipient_delimiter of main.cf is '{delimiters}', and {Errors.Count(split.Count, "account")} of the database"
                    + $" contain{(split.Count == 1 ? "s" : "")} it, whose mail Dovecot delivers by the shorter name:"
                    + $" {Few([.. split.Select(a => a.Address)])}; 'vmm check' explains each",
            ];
        }
        catch (VmmException e)
        {
            return [$"the accounts are not compared with recipient_delimiter: {e.Message}"];
        }
    }

    /// <summary>Warnings about domains of the database in lists of Postfix that are for other domains.</summary>
    internal static IReadOnlyList<string> Domains(
        Settings settings, PostfixInstallation postfix, PostfixSettings lines, CancellationToken ct)
    {
        try
        {
            var names = Session.Read(settings, s => DomainSql.Names(s.Tx), ct);
            var lists = postfix.Expanded([DomainClasses.Local, DomainClasses.Relay, DomainClasses.Parents], ct);
            var classes = new DomainClasses(
                lists[DomainClasses.Local],
                lines.Expanded(DomainClasses.Alias, ct),
                lists[DomainClasses.Relay],
                lists[DomainClasses.Parents]);
            return
            [
                .. classes.Of(settings, names, ct).SelectMany(f => f.Value, (f, list) =>
                    $"the domain {f.Key} of the database is in {list} of main.cf too: {DomainClasses.Consequence([list])};"
                    + " remove it there"),
            ];
        }
        catch (VmmException e)
        {
            return [$"the lists of domains in main.cf are not compared with the database: {e.Message}"];
        }
    }

    private static string Few(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(5)) + (names.Count > 5 ? ", ..." : "");
}
