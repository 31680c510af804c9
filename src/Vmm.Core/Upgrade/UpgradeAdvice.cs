using Vmm.Core.Checks;
using Vmm.Data;
using Vmm.Data.Failures;
using Vmm.Data.Sql;
using Vmm.Data.Sql.Upgrade;

namespace Vmm.Core.Upgrade;

/// <summary>What to do about this database after its upgrade, in sentences.</summary>
internal static class UpgradeAdvice
{
    /// <summary>About answers that change on purpose.</summary>
    internal static List<string> OfChanged(Transaction tx)
    {
        var advice = new List<string>();
        if (ChangedAnswersSql.Number(tx, ChangedAnswersSql.CatchAll) is > 0 and var catchAlls)
        {
            var names = ChangedAnswersSql.CatchAllNames(tx);
            var more = catchAlls > names.Count ? $" and {catchAlls - names.Count} more" : "";
            advice.Add(
                $"Postfix: {string.Join(", ", names)}{more}: aliases without a local part are catch-alls"
                + " now, which the view postfix_alias does not answer. Before Postfix gets mail again, change the query of"
                + " virtual_alias_maps: SELECT destination FROM postfix_virtual_alias_map('%u', '%d'). It leaves accounts of these"
                + " domains their own mail, which Postfix gave to the catch-all so far.");
        }

        if (ChangedAnswersSql.Number(tx, ChangedAnswersSql.MailWithoutFormat) > 0)
        {
            advice.Add(
                "Dovecot: the function dovecotuser gives the mail directory with its format now, as maildir:~/Maildir. If"
                + " user_query puts 'maildir:' before it, nobody can log in or get mail until that is changed: SELECT home, uid,"
                + " gid, mail FROM dovecotuser('%n', '%d').");
        }

        if (ChangedAnswersSql.Number(tx, ChangedAnswersSql.Managesieve) > 0)
        {
            advice.Add(
                "Dovecot: the function dovecotpassword has a column sieve instead of managesieve, which is the name of the"
                + " service since Dovecot 1.2.");
        }

        if (ChangedAnswersSql.Number(tx, ChangedAnswersSql.WithoutServices) is > 0 and var accounts)
        {
            advice.Add(
                $"{Errors.Count(accounts, "account")} could not log in, because the function dovecotpassword of vmm 0.6.0 did not"
                + " answer for accounts with the services of their domain. They can now; to shut one out, give it services of its"
                + " own with 'vmm userservices'.");
        }

        return advice;
    }

    /// <summary>About rows that work as before, as long as the files of Postfix and Dovecot stay.</summary>
    internal static List<string> OfRows(Transaction tx)
    {
        var advice = new List<string>();
        if (UpgradeSql.BareHashes(tx) is > 0 and var hashes)
        {
            advice.Add(
                Errors.Count(hashes, "account has a password hash", "accounts have password hashes")
                + " without a {SCHEME} prefix: leave default_pass_scheme in Dovecot's files as it is.");
        }

        if (UpgradeSql.BareDestinations(tx) is > 0 and var bare)
        {
            advice.Add(
                $"{Errors.Count(bare, "destination of an alias has", "destinations of aliases have")} no domain:"
                + " Postfix adds its own as before ('vmm aliasinfo' shows them).");
        }

        advice.AddRange(
            from foreign in TransportSql.Foreign(tx, null)
            let finding = Findings.TransportCharacters(foreign)
            select $"{finding.Subject}: {finding.Message}, and Postfix cannot use it: {finding.Remedy}.");
        return advice;
    }
}
