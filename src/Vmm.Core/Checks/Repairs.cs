using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Checks;

/// <summary>
/// What <c>check --repair</c> does by itself: removes what interrupted commands left, which nobody can have put mail into, and
/// gives directories their owner and mode. Nothing is done to what is in them.
/// </summary>
public static class Repairs
{
    /// <summary>
    /// Repairs what can be repaired without a question, each finding by itself; <paramref name="tell"/> hears of each step before
    /// it is done.
    /// </summary>
    /// <returns>The findings that were repaired.</returns>
    /// <exception cref="VmmException">35, 81, 84 for each that could not be repaired; the others are.</exception>
    public static IReadOnlyList<Finding> Run(
        Settings settings, Author author, IReadOnlyList<Finding> findings, Action<string> tell, CancellationToken ct)
    {
        var repaired = new List<Finding>();
        var failures = new List<VmmException>();
        foreach (var finding in findings.Where(IsSafe))
        {
            try
            {
                tell(finding.Code == FindingCode.UnfinishedTrash ? $"settling {finding.Subject}"
                    : finding.Correct is null ? $"removing {finding.Subject}"
                    : finding.Remedy);
                var isRepaired = finding.Correct is { } correct ? SetOwnerAndMode(correct)
                    : finding.Code == FindingCode.UnfinishedTrash
                    ? Session.Change(settings, author, s => TrashRepair.Run(s, finding.Subject), ct)
                    : Session.Change(settings, author, s => Remove(s, finding.Subject), ct);
                if (isRepaired)
                {
                    repaired.Add(finding);
                }
            }
            catch (VmmException e) when (e.Code != ErrorCode.Interrupted)
            {
                failures.AddRange(e.Others.Prepend(e).Select(WithTrueHint));
            }
        }

        return failures.Count == 0 ? repaired : throw VmmException.Of(failures);
    }

    /// <summary>Looks once more, when something was repaired.</summary>
    /// <exception cref="VmmException">As the look, but it does not say that nothing was changed.</exception>
    public static IReadOnlyList<Finding> LookAgain(Func<IReadOnlyList<Finding>> look)
    {
        try
        {
            return look();
        }
        catch (VmmException e) when (e.Hint == Errors.RepairFileSystem)
        {
            throw WithTrueHint(e);
        }
    }

    /// <summary>Other findings may be repaired by now, and a part of this one.</summary>
    private static VmmException WithTrueHint(VmmException e) => e.Hint == Errors.RepairFileSystem
        ? new VmmException(e.Code, e.Message, "Repair the file system, then run 'vmm check --repair' again.", e)
        : e;

    /// <summary>Whether a repair can be made without a question.</summary>
    public static bool IsSafe(Finding finding) => finding.Code.CanRepair();

    /// <returns>False when the directory is gone.</returns>
    private static bool SetOwnerAndMode(OwnerAndMode correct)
    {
        var folder = Folder.OpenBase(correct.Base);
        try
        {
            foreach (var name in correct.Place.Split('/'))
            {
                var next = folder.TryOpen(name);
                folder.Dispose();
                if (next is null)
                {
                    return false;
                }

                folder = next;
            }

            folder.SetOwnerAndMode(correct.Uid, correct.Gid, correct.Mode);
            return true;
        }
        finally
        {
            folder.Dispose();
        }
    }

    /// <summary>
    /// A command that built homes holds the domain until its transaction is over, even when it was killed just after it asked for
    /// the commit. So this waits for it before the rows are looked at, also where the domain itself is part of that transaction and
    /// has no row yet that could be seen.
    /// </summary>
    private static bool Remove(Session s, string path)
    {
        var hashPath = Path.GetDirectoryName(path)!;
        var name = Path.GetFileName(path);
        var domain = new DomainPath(Path.GetDirectoryName(hashPath)!, Path.GetFileName(hashPath), StagedHomes.Gid(name) ?? 0);
        using var hash = MailboxPaths.OpenHash(domain, create: false);
        using var doomed = hash?.TryOpen(name);
        if (hash is null || doomed is null || !doomed.TryLock())
        {
            return false;
        }

        // Nobody writes them any more: they were complete before anything was moved.
        var uids = StagedHomes.Read(doomed);
        if (uids.Count > 0)
        {
            DomainSql.AwaitHomes(s.Tx, domain.Gid);
            var kept = AccountSql.Uids(s.Tx, uids);
            var unused = uids.Except(kept).Where(uid => !StagedHomes.IsUsed(hash, doomed, domain, uid));
            StagedHomes.TakeBack(hash, doomed, domain, unused);
        }

        PlaceMoved(s, domain.Gid, HomeTransfer.Read(doomed));
        StagedHomes.Remove(hash, doomed, name, s.Ct);
        return true;
    }

    /// <summary>Brings homes that moved to another domain to where their rows say; one without a row stays where it is.</summary>
    private static void PlaceMoved(Session s, long gid, IReadOnlyList<HomeTransfer.Entry> entries)
    {
        if (entries.Count > 0)
        {
            DomainSql.AwaitHomes(s.Tx, gid);
        }

        foreach (var entry in entries)
        {
            var row = AccountSql.ByUid(s.Tx, entry.Uid);
            if (row is not null && (row.Gid == entry.From.Gid || row.Gid == entry.To.Gid))
            {
                HomeTransfer.Place(entry, isMoved: row.Gid == entry.To.Gid);
            }
        }
    }
}
