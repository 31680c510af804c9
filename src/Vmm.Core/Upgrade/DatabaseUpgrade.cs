using System.Text.Json.Serialization;
using Vmm.Core.Checks;
using Vmm.Core.Configuration;
using Vmm.Data;
using Vmm.Data.Failures;
using Vmm.Data.Sql;
using Vmm.Data.Sql.Upgrade;

namespace Vmm.Core.Upgrade;

/// <summary>What would be done to a database, or was done.</summary>
/// <param name="From">Release whose layout it had; left out for the present layout.</param>
/// <param name="Steps">Names of the steps, each a file sql/upgrade_STEP.pgsql.</param>
/// <param name="Domains">Number of domains.</param>
/// <param name="Accounts">Number of accounts.</param>
/// <param name="Aliases">Number of aliases.</param>
/// <param name="Relocated">Number of relocated users.</param>
public sealed record UpgradePlan(
    string? From, IReadOnlyList<string> Steps, long Domains, long Accounts, long Aliases, long Relocated)
{
    /// <summary>Whether there is nothing to do.</summary>
    [JsonIgnore]
    public bool IsDone => From is null;
}

/// <summary>What an upgrade found and did.</summary>
/// <param name="Compared">Number of addresses and domains whose answers are the same before and after.</param>
/// <param name="Advice">What to change in the files of Postfix and Dovecot.</param>
/// <param name="Findings">Mail directories that are missing or have a different owner; none in a dry run.</param>
/// <param name="Warnings">What succeeded but you should know.</param>
public sealed record UpgradeOutcome(
    long Compared, IReadOnlyList<string> Advice, IReadOnlyList<Finding> Findings, IReadOnlyList<string> Warnings);

/// <summary>
/// Brings a database of vmm 0.3 to 0.7 to the present layout in one transaction. Before the commit it proves that every lookup is
/// answered as before and no role has lost a privilege.
/// </summary>
public static class DatabaseUpgrade
{
    /// <summary>Finds out which layout the database has.</summary>
    /// <exception cref="VmmException">82 no database of vmm, or a layout that this vmm does not support.</exception>
    public static UpgradePlan Plan(Settings settings, CancellationToken ct) => Session.Look(settings, Plan, ct);

    /// <summary>Upgrades the database; with <paramref name="keep"/> false it does everything but the commit.</summary>
    /// <exception cref="VmmException">82 as above, 87 something cannot be taken over.</exception>
    public static UpgradeOutcome Run(Settings settings, bool keep, Action<string> progress, CancellationToken ct)
    {
        var outcome = Session.Rebuild(settings, keep, s => Run(s, progress), ct);
        return keep ? WithHomes(settings, outcome, ct) : outcome;
    }

    /// <summary>
    /// Checks the homes, after the commit: it may take long, and until the commit Postfix and Dovecot wait. What it finds does not
    /// change the upgrade.
    /// </summary>
    private static UpgradeOutcome WithHomes(Settings settings, UpgradeOutcome outcome, CancellationToken ct)
    {
        try
        {
            return outcome with { Findings = Session.Read(settings, DirectoryCheck.Homes, ct) };
        }
        catch (VmmException e)
        {
            return outcome with
            {
                Warnings = [$"the database is upgraded, but the mail directories could not be checked: {e.Message}"],
            };
        }
    }

    private static UpgradePlan Plan(Session s)
    {
        var layout = Detect(s.Tx);
        var count = layout?.HasDomains == true ? UpgradeSql.CountOld : UpgradeSql.CountSql;
        var (domains, accounts, aliases, relocated) = UpgradeSql.Count(s.Tx, count);
        return new UpgradePlan(layout?.Release, layout?.Steps ?? [], domains, accounts, aliases, relocated);
    }

    /// <summary>Null for the present layout.</summary>
    private static OldLayout? Detect(Transaction tx)
    {
        var key = UpgradeSql.Detect(tx);
        switch (key)
        {
            case null:
                throw Errors.SchemaUnknown(
                    "the database has no tables of vmm",
                    "For a new installation load sql/create_tables.pgsql; otherwise correct name in [database].");
            case "new":
                SchemaSql.RequireKnown(tx);
                return null;
            default:
                return OldLayout.All.FirstOrDefault(l => l.Key == key) ?? throw Errors.SchemaUnknown(
                    "the database has tables of vmm, but not those of any release from 0.3 to 0.7",
                    "An earlier upgrade may have been interrupted, or a table changed by hand: compare them with docs/upgrade.md."
                    + " Nothing was changed.");
        }
    }

    private static UpgradeOutcome Run(Session s, Action<string> progress)
    {
        var layout = Detect(s.Tx)
            ?? throw Errors.Database("was upgraded by another command meanwhile", "There is nothing left to do.");
        UpgradeSql.Begin(s.Tx, layout.Lock);
        progress("looking up every address in the old layout");
        AnswersSql.AskBefore(s.Tx, layout.Answers, layout.HasFunctions);
        PrivilegesSql.Remember(s.Tx);
        foreach (var step in layout.Steps)
        {
            progress($"step {step}");
            UpgradeSql.RunStep(s.Tx, step);
        }

        progress("looking up every address in the new layout");
        AnswersSql.AskAfter(s.Tx, layout.HasFunctions);
        RequireSame(s.Tx);
        RequirePrivileges(s.Tx);
        return new UpgradeOutcome(AnswersSql.Compared(s.Tx), [.. layout.Advice, .. Advice(s.Tx)], [], []);
    }

    /// <summary>
    /// Refuses an upgrade that changes answers. The message does not contain
    /// the answers, because there are password hashes among them.
    /// </summary>
    private static void RequireSame(Transaction tx)
    {
        var different = AnswersSql.Different(tx);
        if (different.Count > 0)
        {
            throw new VmmException(
                ErrorCode.NotCarriedOver,
                $"some lookups would not be answered as before: {string.Join("; ", different.Select(Describe))}",
                different.Any(d => d.Kind == "asked")
                    ? "The functions in this database were changed by hand; the new ones answer differently. Nothing was changed."
                    : "Nothing was changed. Please report this with the rows of these addresses, without their passwords.");
        }
    }

    private static void RequirePrivileges(Transaction tx)
    {
        var lost = PrivilegesSql.Lost(tx);
        if (lost.Count > 0)
        {
            var privileges = lost.Select(l => $"{l.Role} {l.Privilege} on {l.On}{(l.WithOption ? " with grant option" : "")}");
            throw new VmmException(
                ErrorCode.NotCarriedOver,
                $"some roles would lose privileges: {string.Join("; ", privileges)}",
                "Nothing was changed. Revoke these privileges, grant them again after the upgrade, and please report this.");
        }

        PrivilegesSql.Forget(tx);
    }

    private static string Describe(DifferentAnswer d)
    {
        var names = d.Kind switch
        {
            "account" => AnswersSql.OfAccount,
            "domain" => AnswersSql.OfDomain,
            "asked" => AnswersSql.OfFunctions,
            _ => [],
        };
        var places = d.Places.Select(p => p <= names.Length ? names[p - 1] : "destination").Distinct();
        var kind = d.Kind == "asked" ? "" : d.Kind + " ";
        return $"{kind}{d.Address}{(d.Places.Count == 0 ? "" : $" ({string.Join(", ", places)})")}";
    }

    private static List<string> Advice(Transaction tx)
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

        return advice;
    }
}
