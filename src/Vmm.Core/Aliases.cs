using Vmm.Sql;

namespace Vmm;

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
    public static async Task<AddedAlias> AddAsync(Session s, EmailAddress address, IReadOnlyList<Destination> destinations)
    {
        var (domain, own) = await Addresses.RequireFreeAsync(s, address, sameKind: "alias");
        var existing = await AliasSql.DestinationsAsync(s.Tx, domain.Gid, own);
        var (added, ignored) = await DestinationList.NewAsync(s, own.ToString(), existing, destinations);
        if (added.Count > 0)
        {
            var limits = await AliasLimits.ReadAsync(s);
            await AliasSql.LockGraphAsync(s.Tx);
            await AliasSql.InsertAsync(s.Tx, domain.Gid, own, added.Select(d => d.ToString()));
            await DestinationList.RequireDeliverableAsync(s, domain.Gid, own.LocalPart, own.ToString(), limits);
            await Addresses.WarnOfDanglingAsync(s, added);
        }

        return new AddedAlias(own.ToString(), [.. added.Select(d => d.ToString())], ignored);
    }

    /// <summary>The destinations of an alias.</summary>
    /// <exception cref="VmmException">53, 57.</exception>
    public static async Task<AliasInfo> InfoAsync(Session s, EmailAddress address)
    {
        var (domain, own) = await Addresses.ResolveAsync(s, address);
        var destinations = await AliasSql.DestinationsAsync(s.Tx, domain.Gid, own);
        return destinations.Count > 0 ? new AliasInfo(address.ToString(), destinations) : throw Errors.NoSuchAlias(address);
    }

    /// <summary>Deletes destinations of an alias, or with none given the whole alias.</summary>
    /// <exception cref="VmmException">53, 57.</exception>
    public static async Task<DeletedAlias> DeleteAsync(Session s, EmailAddress address, IReadOnlyList<Destination> destinations)
    {
        var (domain, own) = await Addresses.HoldAsync(s, address);
        var existing = await AliasSql.DestinationsAsync(s.Tx, domain.Gid, own);
        if (existing.Count == 0)
        {
            throw Errors.NoSuchAlias(address);
        }

        if (destinations.Count == 0)
        {
            await AliasSql.DeleteAsync(s.Tx, domain.Gid, own);
            return new DeletedAlias(own.ToString(), existing, []);
        }

        var (deleted, ignored) = await DestinationList.ExistingAsync(s, existing, destinations);
        if (deleted.Count == 0)
        {
            throw Errors.NoSuchDestinations(own);
        }

        await AliasSql.DeleteSomeAsync(s.Tx, domain.Gid, own, deleted);
        if (ignored.Count > 0)
        {
            s.Warn($"the alias '{own}' has no such destination: {string.Join(' ', ignored)}");
        }

        return new DeletedAlias(own.ToString(), deleted, ignored);
    }

    /// <summary>All aliases, once for each name of their domain.</summary>
    public static IAsyncEnumerable<AddressListItem> ListAsync(Session s, AddressListPage page) => Addresses.ListAsync(s, "alias", page);
}
