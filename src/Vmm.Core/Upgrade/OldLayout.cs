using Vmm.Data.Sql.Upgrade;

namespace Vmm.Core.Upgrade;

/// <summary>The layout of an older release, and the steps from it to the present one.</summary>
/// <param name="Key">The name that detection gives it.</param>
/// <param name="Release">The release, for people.</param>
/// <param name="Steps">The files sql/upgrade_STEP.pgsql, in their order.</param>
/// <param name="Answers">Statements that record the answers of the layout.</param>
/// <param name="Advice">What to change in the files of Postfix and Dovecot: sentences.</param>
internal sealed record OldLayout(
    string Key, string Release, IReadOnlyList<string> Steps, IReadOnlyList<string> Answers, IReadOnlyList<string> Advice)
{
    internal static IReadOnlyList<OldLayout> All { get; } =
    [
        new(
            "0.3",
            "0.3",
            ["0.3-0.4", "0.4-0.5", "0.5-0.5.2", "0.5-0.6", "0.7-0.8"],
            [OldAnswersSql.Accounts03, OldAnswersSql.Addresses03, OldAnswersSql.Domains03],
            [
                "Postfix: pgsql-transport.cf must query postfix_transport by address now: SELECT"
                + " transport FROM postfix_transport WHERE address = '%s'.",
                "Postfix: virtual_mailbox_domains needs a map file of its own: SELECT"
                + " gid FROM postfix_gid WHERE domainname = '%s'.",
                "Dovecot: end password_query with AND %Ls, or accounts that were switched off can log in.",
                "Dovecot: user_query may select the mail directory too: SELECT"
                + " home, uid, gid, 'maildir:'||mail AS mail FROM dovecot_user WHERE userid = '%u'.",
            ]),
        new(
            "0.4-smpt",
            "0.4 as it was released",
            ["0.4-0.4-r41", "0.4-0.5", "0.5-0.5.2", "0.5-0.6", "0.7-0.8"],
            [OldAnswersSql.Accounts04AsReleased, OldAnswersSql.Addresses03, OldAnswersSql.Domains04],
            []),
        new(
            "0.4",
            "0.4",
            ["0.4-0.5", "0.5-0.5.2", "0.5-0.6", "0.7-0.8"],
            [OldAnswersSql.Accounts04, OldAnswersSql.Addresses03, OldAnswersSql.Domains04],
            []),
        new(
            "0.5",
            "0.5",
            ["0.5-0.5.2", "0.5-0.6", "0.7-0.8"],
            [OldAnswersSql.Accounts04, OldAnswersSql.Addresses03, OldAnswersSql.Domains05],
            []),
        new(
            "0.5.2",
            "0.5.2 for Dovecot 1.2",
            ["0.5-0.6", "0.7-0.8"],
            [OldAnswersSql.Accounts052, OldAnswersSql.Addresses03, OldAnswersSql.Domains05],
            []),
        new(
            "0.6-old",
            "0.6 for Dovecot before 1.2",
            ["0.6-dovecot-1.2", "0.7-0.8"],
            [OldAnswersSql.Accounts06Old, OldAnswersSql.Addresses06, OldAnswersSql.Domains06],
            [
                "Dovecot: the quota usage is in the table userquota (uid, bytes, messages) now;"
                + " the dictionary of the quota plugin must name it instead of userquota_11.",
                "Dovecot: the function dovecotpassword has a column sieve instead of managesieve,"
                + " which is the name of the service since Dovecot 1.2.",
            ]),
        new(
            "0.7",
            "0.6 or 0.7",
            ["0.7-0.8"],
            [OldAnswersSql.Accounts07, OldAnswersSql.Addresses06, OldAnswersSql.Domains06],
            []),
        new(
            "layout 1",
            "0.8 without the journal",
            ["layout-1-2"],
            [OldAnswersSql.Accounts07, OldAnswersSql.Addresses06, OldAnswersSql.Domains06],
            []),
    ];

    /// <summary>Whether it has the functions of 0.6 and later, which can be called.</summary>
    internal bool HasFunctions => Key is "0.6-old" or "0.7" or "layout 1";

    /// <summary>Whether names and data of domains are in one table.</summary>
    internal bool HasDomains => Key is "0.3" or "0.4" or "0.4-smpt";

    /// <summary>Statements that record the answers of its views, beside those of accounts and addresses.</summary>
    internal IEnumerable<string> Views =>
    [
        ViewAnswersSql.DomainsBefore,
        .. HasFunctions ? (string[])[] : [ViewAnswersSql.UidsBefore, ViewAnswersSql.Strangers, ChangedAnswersSql.CatchAllsBefore],
        .. HasFunctions || Key == "0.4-smpt" ? (string[])[] : [ViewAnswersSql.StrangersWithPassword],
        .. Key == "0.3" ? [ViewAnswersSql.StrangeDomainsWithTransport]
            : HasFunctions ? (string[])[] : [ViewAnswersSql.StrangersWithTransport],
    ];

    /// <summary>The same for its functions.</summary>
    internal IEnumerable<string> Functions => Key == "layout 1" ? [SameFunctionsSql.ToAsk, SameFunctionsSql.Before]
        : HasFunctions ? [AnswersSql.ToAsk, AnswersSql.AskedBefore]
        : Key is "0.5" or "0.5.2" ? [ChangedAnswersSql.FunctionsBefore] : [];

    /// <summary>What of it is asked again afterwards, beside what every release is asked.</summary>
    internal IEnumerable<string> Again => Key switch
    {
        "layout 1" => [SameFunctionsSql.After],
        "0.7" => [AnswersSql.AskedAfter],
        "0.6-old" => [AnswersSql.AskedAfter, ChangedAnswersSql.AllowWithoutServices],
        "0.5" or "0.5.2" => [ViewAnswersSql.UidsAfter, ChangedAnswersSql.FunctionsAfter],
        _ => [ViewAnswersSql.UidsAfter],
    };
}
