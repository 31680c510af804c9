using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;
using Vmm.Data.Sql;





namespace Vmm.Core.Checks;

/// <summary>
/// What <c>check --repair</c> does by itself: removes what broken-off commands left, which nobody can have put mail into, and gives directories their owner
/// and mode. Nothing is done to what is in them.
/// </summary>
public static class Repairs
{
    /// <summary>Mends what can be mended without a question, each by itself; <paramref name="tell"/> hears of each step before it is done.</summary>
    /// <returns>The findings that were mended.</returns>
    /// <exception cref="VmmException">35, 81, 84 for each that could not be mended; the others are.</exception>
    public static IReadOnlyList<Finding> Run(Settings settings, IReadOnlyList<Finding> findings, Action<string> tell, CancellationToken ct)
    {
        var mended = new List<Finding>();
        var failures = new List<VmmException>();
        foreach (var finding in findings.Where(IsSafe))
        {
            try
            {
                tell(finding.Put is null ? $"removing {finding.Subject}" : finding.Remedy);
                if (finding.Put is { } put ? Give(put) : Session.Change(settings, s => Remove(s, finding.Subject), ct))
                {
                    mended.Add(finding);
                }
            }
            catch (VmmException e) when (e.Code != ErrorCode.Interrupted)
            {
                failures.AddRange(e.Others.Prepend(e));
            }
        }

        return failures.Count == 0 ? mended : throw VmmException.Of(failures);
    }

    /// <summary>Whether a repair mends it.</summary>
    public static bool IsSafe(Finding finding) => finding.Code is DirectoryCheck.Staging or DirectoryCheck.Removal || finding.Put is not null;

    /// <returns>False when the directory is gone.</returns>
    private static bool Give(OwnerAndMode put)
    {
        var folder = Folder.OpenBase(put.Base);
        try
        {
            foreach (var name in put.Place.Split('/'))
            {
                var next = folder.TryOpen(name);
                folder.Dispose();
                if (next is null)
                {
                    return false;
                }

                folder = next;
            }

            folder.Own(put.Uid, put.Gid, put.Mode);
            return true;
        }
        finally
        {
            folder.Dispose();
        }
    }

    /// <summary>
    /// Whoever built homes holds the domain until its transaction is over, even when it was killed just after it asked for the commit; so that is waited for
    /// here before the rows are looked at, also where the domain itself is part of that transaction and has no row yet that could be seen.
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
            StagedHomes.TakeBack(hash, doomed, domain, uids.Except(kept).Where(uid => !StagedHomes.IsUsed(hash, doomed, domain, uid)));
        }

        StagedHomes.Remove(hash, doomed, name, s.Ct);
        return true;
    }
}
