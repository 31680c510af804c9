using Vmm.Core.Configuration;
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
    /// <param name="paths">Files that were changed since.</param>
    internal static VmmException Changed(IReadOnlyList<string> paths) => VmmException.Of(
    [
        new(
            ErrorCode.NotReplaced,
            $"{Errors.Count(paths.Count, "file")} changed since the installation",
            "Nothing was changed. With --replace these are restored too, and kept as FILE.vmm-TIME."),
        .. paths.Select(path => new VmmException(ErrorCode.NotReplaced, $"'{path}' is not as vmm wrote it")),
    ]);

    /// <summary>A warning about users of the system who cannot log in afterwards; there is no mail of theirs.</summary>
    internal static IEnumerable<string> Logins(IReadOnlyList<string> names) => names.Count == 0 ? [] :
    [
        $"{Errors.Count(names.Count, "user")} of the system could log in to Dovecot until now, and cannot any more, since none has"
            + $" mail: {string.Join(", ", names.Take(5))}{(names.Count > 5 ? ", ..." : "")}",
    ];

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
}
