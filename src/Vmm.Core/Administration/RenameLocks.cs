using Vmm.Data.Sql;

namespace Vmm.Core.Administration;

/// <summary>
/// The locks of a rename, in the order of all commands: domains by their gids, then names, then the graph of aliases. Whatever was
/// looked at before is to be looked at again.
/// </summary>
internal static class RenameLocks
{
    /// <summary>Two addresses. The domains of what leads to the old one are changed too.</summary>
    internal static void OfAddresses(Session s, IEnumerable<long> gids, params string[] addresses)
    {
        FollowerSql.LockDomains(s.Tx, gids);
        foreach (var address in addresses.Order(StringComparer.Ordinal))
        {
            NameLocks.Take(s, address);
        }

        AliasSql.LockGraph(s.Tx);
    }

    /// <summary>A domain that gets another name, whose two names are locked already.</summary>
    /// <returns>False when the domain was deleted meanwhile.</returns>
    internal static bool OfDomain(Session s, long gid, IReadOnlyCollection<long> others)
    {
        FollowerSql.LockDomains(s.Tx, others.Where(g => g < gid));
        var isThere = DomainSql.Lock(s.Tx, gid);
        FollowerSql.LockDomains(s.Tx, others.Where(g => g > gid));
        AliasSql.LockGraph(s.Tx);
        return isThere;
    }
}
