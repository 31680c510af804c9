using System.Text.Json.Serialization;
using Vmm.Core.Administration;
using Vmm.Core.Checks;
using Vmm.Core.Configuration;
using Vmm.Data;
using Vmm.Data.Failures;
using Vmm.Data.Sql;
using Vmm.Data.Sql.Upgrade;

namespace Vmm.Core.Upgrade;

/// <summary>What would be done to a database, or was done.</summary>
/// <param name="From">Release whose layout it had; left out when it is the present one.</param>
/// <param name="Steps">Names of the steps, each a file sql/upgrade_STEP.pgsql.</param>
/// <param name="Domains">Number of domains.</param>
/// <param name="Accounts">Number of accounts.</param>
/// <param name="Aliases">Number of aliases.</param>
/// <param name="Relocated">Number of relocated users.</param>
public sealed record UpgradePlan(string? From, IReadOnlyList<string> Steps, long Domains, long Accounts, long Aliases, long Relocated)
{
    /// <summary>Whether there is nothing to do.</summary>
    [JsonIgnore]
    public bool IsDone => From is null;
}

/// <summary>What an upgrade found and did.</summary>
/// <param name="Compared">Number of addresses and domains whose answers are the same before and after.</param>
/// <param name="Advice">What to change in the files of Postfix and Dovecot.</param>
/// <param name="Findings">Mail directories that are missing or belong to somebody else; none where nothing was kept.</param>
/// <param name="Warnings">What went well but should be known.</param>
public sealed record UpgradeOutcome(long Compared, IReadOnlyList<string> Advice, IReadOnlyList<Finding> Findings, IReadOnlyList<string> Warnings);

/// <summary>Brings a database of vmm 0.3 to 0.7 to the present layout, in one transaction, and proves before its end that every address is answered as before and no role has lost a right.</summary>
public static class DatabaseUpgrade
{
    /// <summary>Looks what the database is.</summary>
    /// <exception cref="VmmException">82 no vmm's, or a layout that this vmm does not know.</exception>
    public static UpgradePlan Plan(Settings settings, CancellationToken ct) => Session.Look(settings, Plan, ct);

    /// <summary>Does it; or with <paramref name="keep"/> false everything but the end.</summary>
    /// <exception cref="VmmException">82 as above, 87 something cannot be carried over.</exception>
    public static UpgradeOutcome Run(Settings settings, bool keep, Action<string> tell, CancellationToken ct)
    {
        var outcome = Session.Rebuild(settings, keep, s => Run(s, tell), ct);
        return keep ? WithHomes(settings, outcome, ct) : outcome;
    }

    /// <summary>After the end: it may take long, and until then Postfix and Dovecot wait. The upgrade is made, whatever is found.</summary>
    private static UpgradeOutcome WithHomes(Settings settings, UpgradeOutcome outcome, CancellationToken ct)
    {
        try
        {
            return outcome with { Findings = Session.Read(settings, DirectoryCheck.Homes, ct) };
        }
        catch (VmmException e)
        {
            return outcome with { Warnings = [$"the database is upgraded, but the mail directories could not be looked at: {e.Message}"] };
        }
    }

    private static UpgradePlan Plan(Session s)
    {
        var layout = Detect(s.Tx);
        var (domains, accounts, aliases, relocated) = UpgradeSql.Count(s.Tx, layout?.HasDomains == true ? UpgradeSql.CountOld : UpgradeSql.CountSql);
        return new UpgradePlan(layout?.Release, layout?.Steps ?? [], domains, accounts, aliases, relocated);
    }

    /// <summary>Null for the present layout.</summary>
    private static OldLayout? Detect(Transaction tx)
    {
        var key = UpgradeSql.Detect(tx);
        switch (key)
        {
            case null:
                throw Errors.SchemaUnknown("the database has no tables of vmm", "For a new installation load sql/create_tables.pgsql; otherwise correct name in [database].");
            case "new":
                SchemaSql.RequireKnown(tx);
                return null;
            default:
                return OldLayout.All.FirstOrDefault(l => l.Key == key) ?? throw Errors.SchemaUnknown(
                    "the database has tables of vmm, but no release from 0.3 to 0.7 made them like this",
                    "Was an earlier upgrade broken off, or a table changed by hand? Compare them with docs/upgrade.md; nothing was changed.");
        }
    }

    private static UpgradeOutcome Run(Session s, Action<string> tell)
    {
        var layout = Detect(s.Tx) ?? throw Errors.Database("was upgraded by somebody else meanwhile", "There is nothing left to do.");
        UpgradeSql.Begin(s.Tx, layout.Lock);
        tell("asking every address by the old layout");
        AnswersSql.AskBefore(s.Tx, layout.Answers, layout.HasFunctions);
        RightsSql.Remember(s.Tx);
        foreach (var step in layout.Steps)
        {
            tell($"step {step}");
            UpgradeSql.RunStep(s.Tx, step);
        }

        tell("asking every address by the new layout");
        AnswersSql.AskAfter(s.Tx, layout.HasFunctions);
        RequireSame(s.Tx);
        RequireRights(s.Tx);
        return new UpgradeOutcome(AnswersSql.Compared(s.Tx), [.. layout.Advice, .. Advice(s.Tx)], [], []);
    }

    /// <summary>What the answers are is not told: there are passwords among them.</summary>
    private static void RequireSame(Transaction tx)
    {
        var different = AnswersSql.Different(tx);
        if (different.Count > 0)
        {
            throw new VmmException(
                ErrorCode.NotCarriedOver,
                $"some look-ups would not be answered as before: {string.Join("; ", different.Select(Describe))}",
                different.Any(d => d.Kind == "asked")
                    ? "The functions in this database were changed by hand, so that the new ones would answer otherwise. Nothing was changed."
                    : "Nothing was changed. Please report this with the rows of these addresses, without their passwords.");
        }
    }

    private static void RequireRights(Transaction tx)
    {
        var lost = RightsSql.Lost(tx);
        if (lost.Count > 0)
        {
            throw new VmmException(
                ErrorCode.NotCarriedOver,
                $"some roles would lose rights: {string.Join("; ", lost.Select(l => $"{l.Role} {l.Privilege} on {l.On}{(l.WithOption ? " with grant option" : "")}"))}",
                "Nothing was changed. Revoke these rights and grant them again after the upgrade, and please report this.");
        }

        RightsSql.Forget(tx);
    }

    private static string Describe(DifferentAnswer d)
    {
        var names = d.Kind switch { "account" => AnswersSql.OfAccount, "domain" => AnswersSql.OfDomain, "asked" => AnswersSql.OfFunctions, _ => [] };
        var places = d.Places.Select(p => p <= names.Length ? names[p - 1] : "destination").Distinct();
        return $"{(d.Kind == "asked" ? "" : d.Kind + " ")}{d.Address}{(d.Places.Count == 0 ? "" : $" ({string.Join(", ", places)})")}";
    }

    private static IReadOnlyList<string> Advice(Transaction tx)
    {
        var advice = new List<string>();
        if (UpgradeSql.BareHashes(tx) is > 0 and var hashes)
        {
            advice.Add($"{Errors.Count(hashes, "account has a password hash", "accounts have password hashes")} without {{SCHEME}} in front: leave default_pass_scheme in Dovecot's files as it is.");
        }

        if (UpgradeSql.BareDestinations(tx) is > 0 and var bare)
        {
            advice.Add($"{Errors.Count(bare, "destination of an alias has", "destinations of aliases have")} no domain: Postfix completes it as before ('vmm aliasinfo' shows them).");
        }

        return advice;
    }
}
