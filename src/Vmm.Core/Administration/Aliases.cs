using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>An alias with its destinations.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Destinations">Where its mail goes.</param>
public sealed record AliasInfo(string Address, IReadOnlyList<string> Destinations);

/// <summary>What <c>aliasadd</c> changed.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Added">Destinations that it got.</param>
/// <param name="Ignored">Destinations that were there already.</param>
public sealed record AddedAlias(string Address, IReadOnlyList<string> Added, IReadOnlyList<string> Ignored);

/// <summary>What <c>aliasdelete</c> changed.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Deleted">Destinations that it lost.</param>
/// <param name="Ignored">Destinations that were not there.</param>
public sealed record DeletedAlias(string Address, IReadOnlyList<string> Deleted, IReadOnlyList<string> Ignored)
{
    /// <summary>Number of destinations of other aliases that were deleted with it; left out if there were none.</summary>
    public int? AliasDestinations { get; init; }

    /// <summary>Number of catch-all destinations that were deleted with it; left out if there were none.</summary>
    public int? CatchAllDestinations { get; init; }
}

/// <summary>What an administrator may do with aliases.</summary>
public static class Aliases
{
    /// <summary>Adds an alias, or destinations to it.</summary>
    /// <exception cref="VmmException">21, 27, 37, 57, 60, 85.</exception>
    public static AddedAlias Add(Session s, EmailAddress address, IReadOnlyList<Destination> destinations)
    {
        var (domain, own) = Addresses.RequireFree(s, address, sameKind: AddressKind.Alias);
        var existing = AliasSql.Destinations(s.Tx, domain.Gid, own);
        var (added, ignored) = DestinationList.New(s, own.ToString(), existing, destinations);
        if (added.Count > 0)
        {
            var rules = PostfixRules.Read(s);
            AliasSql.LockGraph(s.Tx);
            AliasSql.Insert(s.Tx, domain.Gid, own, added.Select(d => d.ToString()));
            DestinationList.RequireDeliverable(s, domain.Gid, own.LocalPart, own.ToString(), rules);
            Addresses.WarnOfDangling(s, added);
            AddressWarnings.OfDestinations(s, added);
            if (existing.Count == 0)
            {
                AddressWarnings.OfNew(s, own);
                Senders.WarnOfEarlier(s, domain.Gid, own);
            }
        }

        return new AddedAlias(own.ToString(), [.. added.Select(d => d.ToString())], ignored);
    }

    /// <summary>The destinations of an alias.</summary>
    /// <exception cref="VmmException">53, 57.</exception>
    public static AliasInfo Info(Session s, EmailAddress address)
    {
        var (domain, own) = Addresses.Resolve(s, address);
        var destinations = AliasSql.Destinations(s.Tx, domain.Gid, own);
        return destinations.Count > 0
            ? new AliasInfo(address.ToString(), destinations)
            : throw ObjectErrors.NoSuchAlias(address);
    }

    /// <summary>
    /// Deletes destinations of an alias, or the whole alias if none are given; with <paramref name="force"/> also every destination
    /// of an alias or a catch-all that points to it.
    /// </summary>
    /// <exception cref="VmmException">30, 53, 57.</exception>
    public static DeletedAlias Delete(
        Session s, EmailAddress address, IReadOnlyList<Destination> destinations, bool force = false)
    {
        if (force)
        {
            Pointers.HoldDomains(s, address);
        }

        var (domain, own) = Addresses.Hold(s, address);
        var existing = AliasSql.Destinations(s.Tx, domain.Gid, own);
        if (existing.Count == 0)
        {
            throw Addresses.Missing(s, own, ObjectErrors.NoSuchAlias(address));
        }

        List<string> names =
            [own.ToString(), .. DomainSql.AliasNames(s.Tx, domain.Gid).Select(n => $"{own.LocalPart}@{n}")];
        if (destinations.Count == 0)
        {
            var whole = DeleteWhole(s, domain.Gid, own, existing, Pointers.Find(s, names), force);
            // Relocated users: nothing that is delivered leads over them.
            Addresses.WarnOfPointers(s, names);
            Senders.WarnOfRest(s, domain.Gid, own);
            return whole;
        }

        var (deleted, ignored) = DestinationList.Existing(s, existing, destinations);
        if (deleted.Count == 0)
        {
            throw ObjectErrors.NoSuchDestinations(own);
        }

        AliasSql.DeleteSome(s.Tx, domain.Gid, own, deleted);
        if (ignored.Count > 0)
        {
            s.Warn($"the alias '{own}' has no such destination: {string.Join(' ', ignored)}");
        }

        if (deleted.Count == existing.Count)
        {
            // Destinations that are named are deleted, such as those in the remedies of check; what follows is said.
            Addresses.WarnOfPointers(s, names);
            Senders.WarnOfRest(s, domain.Gid, own);
        }

        return new DeletedAlias(own.ToString(), deleted, ignored);
    }

    private static DeletedAlias DeleteWhole(
        Session s, long gid, EmailAddress own, List<string> existing, Pointers pointers, bool force)
    {
        if (!force)
        {
            pointers.RequireNone(own);
        }

        var (ofAliases, ofCatchAlls) = pointers.Delete();
        AliasSql.Delete(s.Tx, gid, own);
        pointers.WarnOfVanished();
        return new DeletedAlias(own.ToString(), existing, [])
        {
            AliasDestinations = ofAliases > 0 ? ofAliases : null,
            CatchAllDestinations = ofCatchAlls > 0 ? ofCatchAlls : null,
        };
    }

    /// <summary>Takes back an alias that has just been added, whatever leads to it.</summary>
    internal static void TakeBack(Session s, EmailAddress address)
    {
        var (domain, own) = Addresses.Hold(s, address);
        AliasSql.Delete(s.Tx, domain.Gid, own);
    }

    /// <summary>All aliases, once for each name of their domain.</summary>
    public static IEnumerable<AddressListItem> List(Session s, AddressListPage page) => Addresses.List(s, AddressKind.Alias, page);
}
