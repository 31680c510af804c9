using Vmm.Sql;

namespace Vmm;

/// <summary>What <c>check --repair</c> does by itself: removes what broken-off commands left, which nobody can have put mail into.</summary>
public static class Repairs
{
    /// <summary>Mends what can be mended without a question.</summary>
    /// <returns>The findings that were mended.</returns>
    /// <exception cref="VmmException">35, 81, 84.</exception>
    public static async Task<IReadOnlyList<Finding>> RunAsync(Settings settings, IReadOnlyList<Finding> findings, CancellationToken ct)
    {
        var mended = new List<Finding>();
        foreach (var finding in findings.Where(f => f.Code is Check.Staging or Check.Removal))
        {
            if (await Session.ChangeAsync(settings, s => RemoveAsync(s, finding.Path), ct))
            {
                mended.Add(finding);
            }
        }

        return mended;
    }

    /// <summary>
    /// Whoever built homes holds the domain until its transaction is over, even when it was killed just after it asked for the commit; so that is waited for
    /// here before the rows are looked at, also where the domain itself is part of that transaction and has no row yet that could be seen.
    /// </summary>
    private static async Task<bool> RemoveAsync(Session s, string path)
    {
        var hashPath = Path.GetDirectoryName(path)!;
        var name = Path.GetFileName(path);
        var domain = new DomainPath(Path.GetDirectoryName(hashPath)!, Path.GetFileName(hashPath), StagedHomes.Gid(name) ?? 0);
        using var hash = MailboxPaths.OpenHash(domain, create: false);
        using var doomed = hash?.TryOpen(name);
        if (hash is null || doomed is null || doomed.IsLocked)
        {
            return false;
        }

        await DomainSql.AwaitHomesAsync(s.Tx, domain.Gid);
        var uids = StagedHomes.Read(doomed);
        var kept = await AccountSql.UidsAsync(s.Tx, uids);
        StagedHomes.TakeBack(hash, doomed, domain, uids.Except(kept));
        StagedHomes.Remove(hash, doomed, name, s.Ct);
        return true;
    }
}
