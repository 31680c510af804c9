using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>
/// A catch-all: the destinations of mail to a domain's unknown addresses, which are no account, alias or relocated user.
/// </summary>
/// <param name="Domain">Primary name of the domain, A-labels.</param>
/// <param name="Unicode">The same in U-labels.</param>
/// <param name="Destinations">Where the mail goes.</param>
public sealed record CatchAllInfo(string Domain, string Unicode, IReadOnlyList<string> Destinations);

/// <summary>What <c>catchalladd</c> changed.</summary>
/// <param name="Domain">Primary name of the domain, A-labels.</param>
/// <param name="Added">Destinations that it got.</param>
/// <param name="Ignored">Destinations that were there already.</param>
public sealed record AddedCatchAll(string Domain, IReadOnlyList<string> Added, IReadOnlyList<string> Ignored);

/// <summary>What <c>catchalldelete</c> changed.</summary>
/// <param name="Domain">Primary name of the domain, A-labels.</param>
/// <param name="Deleted">Destinations that it lost.</param>
/// <param name="Ignored">Destinations that were not there.</param>
public sealed record DeletedCatchAll(string Domain, IReadOnlyList<string> Deleted, IReadOnlyList<string> Ignored);

/// <summary>
/// What an administrator may do with catch-alls. A catch-all belongs to a domain, which may be given by any of its names.
/// </summary>
public static class CatchAlls
{
    /// <summary>Adds a catch-all, or destinations to it.</summary>
    /// <exception cref="VmmException">27, 57, 85.</exception>
    public static AddedCatchAll Add(Session s, DomainName name, IReadOnlyList<Destination> destinations)
    {
        var domain = DomainLocks.Share(s, name);
        var rules = PostfixRules.Read(s);
        AliasSql.LockGraph(s.Tx);
        var existing = CatchAllSql.Destinations(s.Tx, domain.Gid);
        var (added, ignored) = DestinationList.New(s, "", existing, destinations);
        if (added.Count > 0)
        {
            CatchAllSql.Insert(s.Tx, domain.Gid, added.Select(d => d.ToString()));
            DestinationList.RequireDeliverable(
                s, domain.Gid, DestinationList.AnyLocalPart, $"{DestinationList.AnyLocalPart}@{domain.Name}", rules);
            Addresses.WarnOfDangling(s, added);
            AddressWarnings.OfDestinations(s, added);
            if (existing.Count == 0)
            {
                AddressWarnings.OfCatchAll(s, domain.Name);
            }
        }

        return new AddedCatchAll(domain.Name.Ascii, [.. added.Select(d => d.ToString())], ignored);
    }

    /// <summary>The destinations of a catch-all.</summary>
    /// <exception cref="VmmException">53, 57.</exception>
    public static CatchAllInfo Info(Session s, DomainName name)
    {
        var domain = DomainSql.Find(s.Tx, name) ?? throw ObjectErrors.NoSuchDomain(name);
        var destinations = CatchAllSql.Destinations(s.Tx, domain.Gid);
        return destinations.Count > 0
            ? new CatchAllInfo(name.Ascii, name.Unicode, destinations)
            : throw ObjectErrors.NoCatchAll(name);
    }

    /// <summary>Deletes destinations of a catch-all, or the whole catch-all if none are given.</summary>
    /// <exception cref="VmmException">53, 57.</exception>
    public static DeletedCatchAll Delete(Session s, DomainName name, IReadOnlyList<Destination> destinations)
    {
        var domain = DomainLocks.Share(s, name);
        var existing = CatchAllSql.Destinations(s.Tx, domain.Gid);
        if (existing.Count == 0)
        {
            throw ObjectErrors.NoCatchAll(domain.Name);
        }

        if (destinations.Count == 0)
        {
            CatchAllSql.Delete(s.Tx, domain.Gid);
            return new DeletedCatchAll(domain.Name.Ascii, existing, []);
        }

        var (deleted, ignored) = DestinationList.Existing(s, existing, destinations);
        if (deleted.Count == 0)
        {
            throw ObjectErrors.NoSuchCatchAllDestinations(domain.Name);
        }

        CatchAllSql.DeleteSome(s.Tx, domain.Gid, deleted);
        if (ignored.Count > 0)
        {
            s.Warn($"the catch-all of '{domain.Name}' has no such destination: {string.Join(' ', ignored)}");
        }

        return new DeletedCatchAll(domain.Name.Ascii, deleted, ignored);
    }
}
