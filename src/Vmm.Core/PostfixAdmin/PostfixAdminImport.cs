using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;

namespace Vmm.Core.PostfixAdmin;

/// <summary>What an import added.</summary>
/// <param name="Domains">Number of domains.</param>
/// <param name="AliasDomains">Number of alias domain names.</param>
/// <param name="Accounts">Number of accounts.</param>
/// <param name="Aliases">Number of aliases.</param>
/// <param name="CatchAlls">Number of catch-alls.</param>
/// <param name="Moves">Mail directories that were moved, or in a dry run would be.</param>
/// <param name="Notes">What was not imported unchanged, row by row.</param>
public sealed record ImportResult(
    int Domains,
    int AliasDomains,
    int Accounts,
    int Aliases,
    int CatchAlls,
    IReadOnlyList<MailDirectory> Moves,
    IReadOnlyList<ImportNote> Notes);

/// <summary>Carries out an <see cref="ImportPlan"/>.</summary>
public static class PostfixAdminImport
{
    private const string Source = "PostfixAdmin";

    /// <summary>Adds everything in one transaction.</summary>
    /// <exception cref="VmmException">As for each object; nothing is kept, and all mail is where it was.</exception>
    public static ImportResult Run(Session s, ImportPlan plan, Action<string, long, long> progress)
    {
        RequireFinished(s.Settings);
        DomainBatch.Add(s, ToBulk(plan.Domains, progress));
        AliasDomainBatch.Add(s, ToBulk(plan.AliasDomains, progress));
        var mail = plan.Accounts.Where(a => a.Mail is not null).ToDictionary(a => a.Account.Address, a => a.Mail!);
        AccountBatch.Add(s, ToBulk([.. plan.Accounts.Select(a => a.Account)], progress), mail);
        var aliases = ToBulk(plan.Aliases, progress);
        var catchAlls = ToBulk(plan.CatchAlls, progress);
        if (plan.Skips)
        {
            AddOneByOne(s, plan, aliases, catchAlls);
        }
        else
        {
            AliasBatch.Add(s, aliases);
            CatchAllBatch.Add(s, catchAlls);
        }

        return new ImportResult(
            plan.Domains.Count,
            plan.AliasDomains.Count,
            plan.Accounts.Count,
            plan.Aliases.Count,
            plan.CatchAlls.Count,
            plan.Moves,
            plan.Notes);
    }

    /// <summary>What has to be left out because of a loop depends on what was added before.</summary>
    private static void AddOneByOne(Session s, ImportPlan plan, Bulk<NewAlias> aliases, Bulk<NewCatchAll> catchAlls)
    {
        aliases.Add(s, (session, a) => AddOrSkip(
            session,
            plan,
            a.Address.ToString(),
            () => Aliases.Add(session, a.Address, a.Destinations),
            () => Aliases.TakeBack(session, a.Address),
            () => plan.Aliases.Remove(a)));
        catchAlls.Add(s, (session, c) => AddOrSkip(
            session,
            plan,
            $"@{c.Domain}",
            () => CatchAlls.Add(session, c.Domain, c.Destinations),
            () => CatchAlls.Delete(session, c.Domain, []),
            () => plan.CatchAlls.Remove(c)));
    }

    /// <summary>
    /// Adds an alias or catch-all. If the plan allows it, one that would lead to a loop or to more addresses than Postfix expands
    /// is left out.
    /// </summary>
    private static void AddOrSkip(Session s, ImportPlan plan, string row, Action add, Action delete, Action forget)
    {
        try
        {
            add();
        }
        catch (VmmException e) when (plan.Skips && e.Code is ErrorCode.AliasLoop or ErrorCode.AliasExceedsExpansionLimit)
        {
            delete();
            forget();
            plan.Refuse("alias", row, e.Message);
            s.Warn($"alias '{row}' left out: {e.Message}");
        }
    }

    /// <summary>
    /// Refuses to import if an earlier import was killed: some mail may be in
    /// its staging directory, where this import would not find it.
    /// </summary>
    private static void RequireFinished(Settings settings)
    {
        using var root = Folder.OpenBase(settings.BaseDirectory);
        foreach (var name in DomainPath.Hashes)
        {
            using var hash = root.TryOpen(name);
            foreach (var entry in hash?.Names() ?? [])
            {
                var isStaging = entry.StartsWith(MailStore.StagingPrefix, StringComparison.Ordinal);
                using var staged = isStaging ? hash!.TryOpen(entry) : null;
                if (staged?.FactsOf(MailTransfer.ListName) is not null)
                {
                    throw staged.IsLocked
                        ? Errors.FileSystem("use", staged.Path, "another import is running")
                        : new VmmException(
                            ErrorCode.FileSystem,
                            $"an import was interrupted and may have mail in '{staged.Path}'",
                            "Run 'vmm check --repair', which brings the mail back to where it was, then import again.");
                }
            }
        }
    }

    private static Bulk<T> ToBulk<T>(IReadOnlyList<T> items, Action<string, long, long> progress) =>
        new(Source, [.. items.Select((item, i) => new BulkLine<T>(i + 1, item))])
        {
            Progress = progress,
            IsNumbered = false,
        };
}
