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
public sealed record DeletedAlias(string Address, IReadOnlyList<string> Deleted, IReadOnlyList<string> Ignored);

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

    /// <summary>Deletes destinations of an alias, or the whole alias if none are given.</summary>
    /// <exception cref="VmmException">53, 57.</exception>
    public static DeletedAlias Delete(Session s, EmailAddress address, IReadOnlyList<Destination> destinations)
    {
        var (domain, own) = Addresses.Hold(s, address);
        var existing = AliasSql.Destinations(s.Tx, domain.Gid, own);
        if (existing.Count == 0)
        {
            throw ObjectErrors.NoSuchAlias(address);
        }

        if (destinations.Count == 0)
        {
            AliasSql.Delete(s.Tx, domain.Gid, own);
            return new DeletedAlias(own.ToString(), existing, []);
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

        return new DeletedAlias(own.ToString(), deleted, ignored);
    }

    /// <summary>All aliases, once for each name of their domain.</summary>
    public static IEnumerable<AddressListItem> List(Session s, AddressListPage page) => Addresses.List(s, AddressKind.Alias, page);
}
