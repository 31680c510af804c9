using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>
/// The destinations of aliases and catch-alls that name an address, with an extension or without. If the address is deleted,
/// Postfix still accepts mail to them and it bounces, so they have to be deleted first, or together with it.
/// </summary>
internal sealed class Pointers
{
    private readonly Session s;
    private readonly IReadOnlyCollection<string> destinations;
    private readonly bool areExtended;
    private readonly List<string> aliases;
    private readonly List<string> catchAlls;

    private Pointers(Session s, IReadOnlyList<string> names)
    {
        (this.s, destinations) = (s, ExtendedAddresses.With(s, names));
        areExtended = destinations.Count > names.Count;
        // Old databases have aliases that lead to themselves.
        aliases = [.. AliasSql.PointingTo(s.Tx, destinations).Except(names)];
        catchAlls = CatchAllSql.PointingTo(s.Tx, destinations);
    }

    /// <summary>Number of aliases and catch-alls that have one.</summary>
    private int Count => aliases.Count + catchAlls.Count;

    /// <summary>Finds those that lead to an address.</summary>
    /// <param name="s">The session.</param>
    /// <param name="names">The address under every name of its domain.</param>
    internal static Pointers Find(Session s, IReadOnlyList<string> names) => new(s, names);

    /// <summary>
    /// Before a deletion that takes them along: locks the domain of the address and those of all that lead to it, in the order of
    /// all commands.
    /// </summary>
    internal static void HoldDomains(Session s, EmailAddress address)
    {
        if (DomainSql.Find(s.Tx, address.Domain) is { } domain)
        {
            var names = Accounts.Names(s, new AccountRow(0, domain.Gid, address.At(domain.Name), domain.Directory));
            DestinationSql.LockDomains(s.Tx, domain.Gid, ExtendedAddresses.With(s, names));
            // Whoever adds destinations or moves them holds it too.
            AliasSql.LockGraph(s.Tx);
        }
    }

    /// <summary>Refuses the deletion of the address if there are any.</summary>
    /// <exception cref="VmmException">30.</exception>
    internal void RequireNone(EmailAddress address)
    {
        if (Count > 0)
        {
            throw ObjectErrors.StillPointedTo(address, aliases, catchAlls, areExtended);
        }
    }

    /// <summary>Deletes them.</summary>
    /// <returns>The numbers of deleted destinations.</returns>
    internal (int OfAliases, int OfCatchAlls) Delete()
    {
        if (Count == 0)
        {
            return (0, 0);
        }

        AliasSql.LockPointingTo(s.Tx, destinations);
        return (AliasSql.DeletePointingTo(s.Tx, destinations), CatchAllSql.DeletePointingTo(s.Tx, destinations));
    }

    /// <summary>
    /// After the deletion: warns of aliases and catch-alls that had no other destination, and of what leads to those.
    /// </summary>
    internal void WarnOfVanished()
    {
        var left = AddressSql.Kinds(s.Tx, aliases).Select(k => k.Address).ToHashSet();
        var gone = aliases.Where(a => !left.Contains(a)).ToList();
        foreach (var alias in gone)
        {
            s.Warn($"the alias '{alias}' had no other destination and is deleted");
        }

        foreach (var domain in catchAlls.Where(d => DomainSql.Find(s.Tx, DomainName.Stored(d)) is { } row
            && CatchAllSql.Destinations(s.Tx, row.Gid).Count == 0))
        {
            s.Warn($"the catch-all of '{domain}' had no other destination and is deleted");
        }

        Addresses.WarnOfPointers(s, gone);
    }
}
