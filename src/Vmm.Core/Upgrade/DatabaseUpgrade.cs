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
/// <param name="IsSame">Whether no answer changes on purpose; what does is in the advice.</param>
/// <param name="Advice">What to change in the files of Postfix and Dovecot.</param>
/// <param name="Findings">
/// Mail directories that are missing or have a different owner; in a dry run, only those that vmm or accounts cannot reach.
/// </param>
/// <param name="Warnings">What succeeded but you should know.</param>
public sealed record UpgradeOutcome(
    long Compared,
    bool IsSame,
    IReadOnlyList<string> Advice,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<string> Warnings);

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
    /// <exception cref="VmmException">
    /// 35 somebody or something is in the way, 82 as above, 87 something cannot be taken over.
    /// </exception>
    /// <param name="settings">Name the database.</param>
    /// <param name="keep">Whether to commit.</param>
    /// <param name="progress">Hears of each step.</param>
    /// <param name="tell">Hears who is in the way.</param>
    /// <param name="ct">Cancelled when the user interrupts.</param>
    public static UpgradeOutcome Run(
        Settings settings, bool keep, Action<string> progress, Action<string> tell, CancellationToken ct)
    {
        if (!keep)
        {
            var places = Session.Look(settings, UpgradePlaces.Look, ct);
            return Session.Rebuild(settings, keep, s => Run(s, progress, tell), ct) with { Findings = places };
        }

        return WithHomes(settings, Session.Rebuild(settings, keep, s => Run(s, progress, tell), ct), ct);
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
                Warnings =
                [
                    .. outcome.Warnings,
                    $"the database is upgraded, but the mail directories could not be checked: {e.Message}",
                ],
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
    internal static OldLayout? Detect(Transaction tx)
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

    private static UpgradeOutcome Run(Session s, Action<string> progress, Action<string> tell)
    {
        var layout = Detect(s.Tx)
            ?? throw Errors.Database("was upgraded by another command meanwhile", "There is nothing left to do.");
        UpgradeSql.Settle(s.Tx);
        UpgradeLocks.Take(s, tell);
        RequireFreeNames(s.Tx, layout.Steps);
        progress("looking up every address in the old layout");
        AnswersSql.AskBefore(s.Tx, layout.Answers.Concat(layout.Views), layout.Functions);
        PrivilegesSql.Remember(s.Tx);
        ObstaclesSql.Guard(s.Tx, () =>
        {
            foreach (var step in layout.Steps)
            {
                progress($"step {step}");
                UpgradeSql.RunStep(s.Tx, step);
            }
        });
        progress("looking up every address in the new layout");
        AnswersSql.AskAfter(s.Tx, layout.Again);
        RequireSame(s.Tx, layout);
        RequirePrivileges(s.Tx);
        var changed = UpgradeAdvice.OfChanged(s.Tx);
        return new UpgradeOutcome(
            AnswersSql.Compared(s.Tx),
            changed.Count == 0,
            [.. layout.Advice, .. changed, .. UpgradeAdvice.OfRows(s.Tx)],
            [],
            RepairSequences(s.Tx));
    }

    /// <summary>Or else the first account that is added would fail.</summary>
    private static List<string> RepairSequences(Transaction tx)
    {
        var behind = SequenceSql.Behind(tx);
        behind.ForEach(sequence => SequenceSql.Restart(tx, sequence));
        return
        [
            .. behind.Select(b =>
                $"the sequence {b.Name} gave out {b.Next} next, and {b.Highest} is in use; the upgrade sets it to {b.Highest + 1}"),
        ];
    }

    private static void RequireFreeNames(Transaction tx, IEnumerable<string> steps)
    {
        var obstacles = ObstaclesSql.Namesakes(tx, steps);
        if (obstacles.Count > 0)
        {
            throw Errors.Database(
                $"has objects whose names the upgrade needs: {string.Join(", ", obstacles.Select(o => o.What))}",
                $"Nothing was changed. Move them aside, then run the command again: {ObstaclesSql.Join(obstacles)}");
        }

        if (ObstaclesSql.Extended(tx) is { Count: > 0 } extended)
        {
            throw Errors.Database(
                $"has columns that vmm did not make: {string.Join(", ", extended.Select(o => o.What))}",
                "Nothing was changed. Make it as the release had it, and add your own part again after the upgrade, to an object of"
                + $" your own: {ObstaclesSql.Join(extended)}");
        }
    }

    /// <summary>
    /// Refuses an upgrade that changes answers. The message does not contain
    /// the answers, because there are password hashes among them.
    /// </summary>
    private static void RequireSame(Transaction tx, OldLayout layout)
    {
        var different = AnswersSql.Different(tx);
        if (different.Count > 0)
        {
            var isOfView = !layout.HasFunctions || different.Any(d => d.Kind.StartsWith("postfix_", StringComparison.Ordinal));
            throw new VmmException(
                ErrorCode.NotCarriedOver,
                $"some lookups would not be answered as before: {string.Join("; ", different.Select(Describe))}",
                different.Any(d => Function(d) is not null)
                    ? "The functions in this database were changed by hand; the new ones answer differently. Nothing was changed."
                    : isOfView
                    ? "A view in this database was changed by hand; the new one answers differently. Nothing was changed. Make it "
                    + "as the release had it, and rows of what was added; if nobody changed it, please report this."
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
        var places = Function(d) is { } function && names.Length == 0
            ? [function]
            : d.Places.Select(p => p <= names.Length ? names[p - 1] : "answer").Distinct().ToList();
        var kind = Function(d) is null ? d.Kind + " " : "";
        return $"{kind}{d.Address}{(places.Count == 0 ? "" : $" ({string.Join(", ", places)})")}";
    }

    /// <summary>Null for an answer that no function gave.</summary>
    private static string? Function(DifferentAnswer d) =>
        d.Kind == "asked" || AnswersSql.OfFunctions.Contains(d.Kind) ? d.Kind : null;
}
