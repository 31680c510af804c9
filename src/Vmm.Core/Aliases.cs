using System.Globalization;
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
    /// <summary>Postfix's own default of virtual_alias_expansion_limit (postconf(5)).</summary>
    private const long DefaultExpansionLimit = 1000;

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
            await AliasSql.InsertAsync(s.Tx, domain.Gid, address, added.Select(d => d.ToString()));
            await RequireDeliverableAsync(s, address, await AliasSql.ReachableAsync(s.Tx, [address.ToString()]));
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
        var (domain, own) = await Addresses.ResolveAsync(s, address);
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

        var wanted = (await Addresses.NormalizeAsync(s, destinations)).Select(d => d.ToString()).ToList();
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
    public static IAsyncEnumerable<AddressListItem> ListAsync(Session s, string? pattern) => AliasSql.ListAsync(s.Tx, ListPattern.Address(pattern));

    /// <summary>No loop, and no more final addresses than Postfix expands.</summary>
    private static async Task RequireDeliverableAsync(Session s, EmailAddress address, List<AliasStep> steps)
    {
        if (Loop(address.ToString(), steps) is { } loop)
        {
            throw Errors.AliasLoop(loop);
        }

        var sources = steps.Select(t => t.Source).ToHashSet();
        var count = steps.Select(t => t.Target).Distinct().LongCount(t => !sources.Contains(t));
        var limit = await ExpansionLimitAsync(s);
        if (count > limit)
        {
            throw Errors.ExpansionLimit(address, count, limit);
        }
    }

    /// <summary>
    /// The way from an address back to an address that was passed before, or null. An alias may name itself to keep a copy only in theory: here an
    /// address is an alias or an account, never both, so every way back is a loop.
    /// </summary>
    internal static List<string>? Loop(string start, List<AliasStep> steps)
    {
        var next = steps.Where(t => t.Source is not null).ToLookup(t => t.Source!, t => t.Target);
        var path = new List<string>();
        return Visit(start, next, path, []) ? path : null;
    }

    private static bool Visit(string address, ILookup<string, string> next, List<string> path, HashSet<string> done)
    {
        if (path.Contains(address))
        {
            path.RemoveRange(0, path.IndexOf(address));
            path.Add(address);
            return true;
        }

        path.Add(address);
        if (!done.Contains(address) && next[address].Any(t => Visit(t, next, path, done)))
        {
            return true;
        }

        done.Add(address);
        path.RemoveAt(path.Count - 1);
        return false;
    }

    /// <summary>From the configuration, else from Postfix, else Postfix's default: vmm works without a local Postfix.</summary>
    private static async Task<long> ExpansionLimitAsync(Session s)
    {
        var configured = s.Settings.Number("misc.alias_expansion_limit");
        if (configured > 0)
        {
            return configured;
        }

        try
        {
            var output = await ChildProgram.RunAsync(s.Settings.Text("bin.postconf"), ["-x", "-h", "virtual_alias_expansion_limit"], s.Ct);
            return long.TryParse(output.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : DefaultExpansionLimit;
        }
        catch (VmmException)
        {
            return DefaultExpansionLimit;
        }
    }
}
