using Vmm.Sql;

namespace Vmm;

/// <summary>An alias with its destinations.</summary>
public sealed record AliasInfo(string Address, IReadOnlyList<string> Destinations);

/// <summary>What <c>aliasadd</c> changed.</summary>
public sealed record AddedAlias(string Address, IReadOnlyList<string> Added, IReadOnlyList<string> Ignored);

/// <summary>What <c>aliasdelete</c> changed.</summary>
public sealed record DeletedAlias(string Address, IReadOnlyList<string> Deleted, IReadOnlyList<string> Ignored);

/// <summary>What an administrator may do with aliases.</summary>
public static class Aliases
{
    /// <summary>Adds an alias, or destinations to it.</summary>
    /// <exception cref="VmmException">21, 27, 37, 57, 60, 85.</exception>
    public static async Task<AddedAlias> AddAsync(Session s, EmailAddress address, IReadOnlyList<Destination> destinations)
    {
        var domain = await Addresses.RequireFreeAsync(s, address, sameKind: "alias");
        var existing = await AliasSql.DestinationsAsync(s.Tx, domain.Gid, address);
        var wanted = await Addresses.NormalizeAsync(s, destinations);
        var added = wanted.Where(d => d.ToString() != address.ToString() && !existing.Contains(d.ToString())).ToList();
        var ignored = wanted.Except(added).Select(d => d.ToString()).ToList();
        if (ignored.Count > 0)
        {
            s.Warn($"ignored destination addresses (already there, or the alias itself): {string.Join(' ', ignored)}");
        }

        if (added.Count > 0)
        {
            var limits = await AliasLimits.ReadAsync(s);
            await AliasSql.LockGraphAsync(s.Tx);
            await AliasSql.InsertAsync(s.Tx, domain.Gid, address, added.Select(d => d.ToString()));
            await RequireDeliverableAsync(s, domain.Gid, address, limits);
            await Addresses.WarnOfDanglingAsync(s, added);
        }

        return new AddedAlias(address.ToString(), [.. added.Select(d => d.ToString())], ignored);
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

        // One that an older vmm stored, perhaps with capitals in a domain that was not ours then, goes by the way it is stored.
        var asStored = destinations.Where(d => existing.Contains(d.ToString())).ToList();
        var others = await Addresses.NormalizeAsync(s, destinations.Except(asStored));
        var wanted = asStored.Concat(others).Select(d => d.ToString()).ToList();
        var deleted = wanted.Intersect(existing).ToList();
        var ignored = wanted.Except(existing).ToList();
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
    public static IAsyncEnumerable<AddressListItem> ListAsync(Session s, AddressPattern pattern) =>
        AddressSql.ListAsync(s.Tx, "alias", pattern);

    /// <summary>
    /// No loop, and no more than Postfix expands: neither for this alias nor for those that lead to it, which grow with it. Whoever adds
    /// destinations is alone until the commit, since two halves of a loop do not see each other.
    /// </summary>
    private static async Task RequireDeliverableAsync(Session s, long gid, EmailAddress address, AliasLimits limits)
    {
        var above = await AliasSql.LeadingToAsync(s.Tx, gid, address);
        var graph = new AliasGraph(await AliasSql.ReachableAsync(s.Tx, above.Prepend(address.ToString())));
        if (graph.Expand(address.ToString()).Loop is { } loop)
        {
            throw Errors.AliasLoop(loop);
        }

        foreach (var alias in above.Prepend(address.ToString()))
        {
            var expansion = graph.Expand(alias);
            if (expansion.Destinations > limits.Destinations)
            {
                throw Errors.ExpansionLimit(alias, expansion.Destinations, limits.Destinations);
            }

            if (expansion.Depth >= limits.Depth)
            {
                throw Errors.RecursionLimit(alias, expansion.Depth, limits.Depth);
            }
        }
    }
}
