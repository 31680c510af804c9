using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>The destinations that lead to an address, or into a domain, and follow it when it is renamed.</summary>
internal sealed class Followers
{
    private readonly Session s;
    private readonly List<(StoredDestination Old, string New)> rows;

    private Followers(Session s, IEnumerable<(StoredDestination Old, string New)> rows)
    {
        this.s = s;
        this.rows = [.. rows];
        foreach (var row in this.rows.Where(r => r.New.Length > r.Old.Destination.Length))
        {
            RequireShort(row.New);
        }
    }

    /// <summary>Domains of what has them.</summary>
    internal IEnumerable<long> Gids => rows.Select(r => r.Old.Gid).Distinct();

    /// <summary>How many there are; after <see cref="Move"/>, how many have moved.</summary>
    internal FollowedDestinations Count =>
        new(CountOf(FollowerSql.AliasTable), CountOf(FollowerSql.CatchAllTable), CountOf(FollowerSql.RelocatedTable));

    /// <summary>
    /// Those that lead to an address, also with an extension. One that would lead elsewhere with it, to an address that exists or
    /// to a catch-all, loses it.
    /// </summary>
    /// <param name="s">The session.</param>
    /// <param name="rename">From where, to where.</param>
    /// <param name="target">The domain of the new address.</param>
    /// <exception cref="VmmException">48, 86 one would be too long.</exception>
    internal static Followers OfAddress(Session s, AddressRename rename, long target)
    {
        var names = rename.OldNames.ToHashSet();
        var extended = ExtendedAddresses.With(s, names).Except(names).ToHashSet();
        var found = (
            from stored in FollowerSql.OfAddress(s.Tx, rename.Beginnings, rename.OldDomains)
            let isPlain = names.Contains(stored.Destination.ToLowerInvariant())
            where isPlain || extended.Contains(stored.Destination)
            select (Old: stored, New: isPlain ? rename.New.ToString() : rename.WithExtension(stored.Destination))).ToList();
        var wanted = found.Select(f => f.New.ToLowerInvariant()).Where(n => n != rename.New.ToString()).Distinct().ToList();
        var taken = wanted.Count == 0 ? []
            : CatchAllSql.Destinations(s.Tx, target).Count > 0 ? wanted.ToHashSet()
            : AddressSql.Kinds(s.Tx, wanted).Select(k => k.Address).ToHashSet();
        return new Followers(
            s, found.Select(f => (f.Old, taken.Contains(f.New.ToLowerInvariant()) ? rename.New.ToString() : f.New)));
    }

    /// <summary>Those that lead into a domain by one of its names.</summary>
    /// <exception cref="VmmException">86 one would be too long.</exception>
    internal static Followers OfDomain(Session s, DomainName old, DomainName @new) => new(
        s,
        FollowerSql.OfDomain(s.Tx, old.Ascii).Select(
            d => (d, $"{d.Destination[..d.Destination.IndexOf('@', StringComparison.Ordinal)]}@{@new.Ascii}")));

    /// <summary>Gives all of them their new form. What an alias or a catch-all has already stays one destination.</summary>
    internal void Move()
    {
        var there = FollowerSql.Lock(s.Tx, [.. rows.Select(r => r.Old)]);
        rows.RemoveAll(r => !there.Contains(r.Old));
        foreach (var table in rows.GroupBy(r => r.Old.Table))
        {
            FollowerSql.Move(s.Tx, table.Key, [.. table]);
        }
    }

    /// <summary>
    /// After the move: refuses a loop over a destination with an extension, which may have an alias under the new name.
    /// </summary>
    /// <exception cref="VmmException">27, 85.</exception>
    internal void RequireDeliverable(EmailAddress @new, PostfixRules rules)
    {
        var extended = rows.Select(r => r.New).Where(d => d != @new.ToString()).Distinct().ToList();
        if (extended.Count > 0)
        {
            DestinationList.RequireDeliverable(
                s,
                [
                    .. AliasSql.PointingTo(s.Tx, extended),
                    .. CatchAllSql.PointingTo(s.Tx, extended).Select(d => $"{DestinationList.AnyLocalPart}@{d}"),
                ],
                rules);
        }
    }

    private int CountOf(string table) => rows.Count(r => r.Old.Table == table);

    private static void RequireShort(string address)
    {
        var localPart = address[..address.IndexOf('@', StringComparison.Ordinal)];
        _ = localPart.Length > EmailAddress.MaxLocalPart ? throw Errors.LocalPartTooLong(localPart, EmailAddress.MaxLocalPart)
            : address.Length > EmailAddress.MaxLength ? throw Errors.AddressTooLong(address, EmailAddress.MaxLength)
            : address;
    }
}
