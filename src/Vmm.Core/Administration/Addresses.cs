using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>
/// The rules for every kind of address. One of them is about alias domain names: an existing account, alias or relocated user may
/// be given under any name of its domain, even to extend it; a new one must be given under the primary name.
/// </summary>
internal static class Addresses
{
    /// <summary>The domain of an existing object, and the object's address under the primary name.</summary>
    /// <exception cref="VmmException">57.</exception>
    internal static (DomainRow Domain, EmailAddress Own) Resolve(Session s, EmailAddress address)
    {
        var domain = DomainSql.Find(s.Tx, address.Domain) ?? throw ObjectErrors.NoSuchDomain(address.Domain);
        return (domain, address.At(domain.Name));
    }

    /// <summary>
    /// As <see cref="Resolve"/>, but locks the domain against deletion until this transaction ends. Deleting an address needs it:
    /// the deletion of a domain also locks the domain before its addresses, and in any other order the two would be in deadlock.
    /// </summary>
    /// <exception cref="VmmException">57.</exception>
    internal static (DomainRow Domain, EmailAddress Own) Hold(Session s, EmailAddress address)
    {
        var domain = DomainLocks.Share(s, address.Domain);
        return (domain, address.At(domain.Name));
    }

    /// <summary>
    /// Makes sure that nothing has this address, and that no other vmm process adds it until this transaction ends. Against other
    /// programs there is the database's own constraint.
    /// </summary>
    /// <param name="s">The session.</param>
    /// <param name="address">The new address.</param>
    /// <param name="sameKind">The kind that may exist already, because it is extended or changed; null for none.</param>
    /// <returns>The domain, and the address under its primary name.</returns>
    /// <exception cref="VmmException">21, 28, 37, 57, 60.</exception>
    internal static (DomainRow Domain, EmailAddress Own) RequireFree(Session s, EmailAddress address, AddressKind? sameKind = null)
    {
        var domain = DomainLocks.Share(s, address.Domain);
        var own = address.At(domain.Name);
        NameLocks.Take(s, own.ToString());
        var kind = AddressSql.Kind(s.Tx, own);
        return Refusal(address, domain, kind, sameKind) is { } refusal ? throw refusal : (domain, own);
    }

    /// <summary>Why something with this address cannot be added, or null.</summary>
    /// <param name="address">As it was given.</param>
    /// <param name="domain">Its domain; null if there is none.</param>
    /// <param name="kind">What it is already.</param>
    /// <param name="sameKind">As above.</param>
    internal static VmmException? Refusal(EmailAddress address, DomainRow? domain, AddressKind? kind, AddressKind? sameKind) =>
        domain is null ? ObjectErrors.NoSuchDomain(address.Domain)
        : kind is { } found && kind != sameKind ? Taken(address, found, sameKind)
        : kind is null && !domain.IsPrimary ? ObjectErrors.AddressInAliasDomain(address, domain.Name.Ascii)
        : null;

    /// <summary>Addresses of one kind, or of all with null, once for each name of their domain.</summary>
    /// <exception cref="VmmException">57 the domain of the address to start after.</exception>
    internal static IEnumerable<AddressListItem> List(Session s, AddressKind? kind, AddressListPage page)
    {
        if (page.After is { } after && DomainSql.Find(s.Tx, after.Domain) is null)
        {
            throw ObjectErrors.NoSuchDomain(after.Domain);
        }

        var items = page.IsLong || page.OverQuota is not null
            ? AddressSql.LongList(s.Tx, page.Pattern, page.After, page.Limit, page.OverQuota)
            : AddressSql.List(s.Tx, kind, page.Pattern, page.After, page.Limit);
        foreach (var item in items)
        {
            yield return item;
        }
    }

    /// <summary>
    /// The form in which destinations are stored: local parts in lower case where the domain is local, without repetitions.
    /// </summary>
    internal static List<Destination> Normalize(Session s, IEnumerable<Destination> destinations)
    {
        var list = destinations.ToList();
        return Normalize(list, AddressSql.OwnDomains(s.Tx, list));
    }

    /// <summary>The same, if it is known which of their domains are local.</summary>
    internal static List<Destination> Normalize(IEnumerable<Destination> destinations, IReadOnlySet<string> own) =>
    [
        .. destinations.Select(d => own.Contains(d.Domain.Ascii) || d.Domain.Ascii == Destination.Localhost ? d.Own() : d)
            .Distinct(),
    ];

    /// <summary>Warns of destinations in local domains that do not exist: mail to them bounces.</summary>
    /// <param name="s">The session.</param>
    /// <param name="destinations">As they are stored.</param>
    internal static void WarnOfDangling(Session s, IEnumerable<Destination> destinations)
    {
        foreach (var destination in Dangling(s, destinations).Values)
        {
            WarnOfDangling(s, destination);
        }
    }

    /// <summary>Those in local domains that do not exist, or are relocated users.</summary>
    internal static IReadOnlyDictionary<string, DanglingDestination> Dangling(Session s, IEnumerable<Destination> destinations)
    {
        HashSet<string> whole = [.. destinations.Where(d => !d.HasPlaceholder).Select(d => d.ToString())];
        var missing = DestinationSql.Dangling(s.Tx, whole, delimiters: "");
        if (missing.Count > 0)
        {
            // Only then it matters what Postfix cuts off, which costs the start of a process.
            missing = DestinationSql.Dangling(s.Tx, missing.Select(d => d.Destination), PostfixRules.Read(s).Delimiters);
        }

        return missing.ToDictionary(d => d.Destination);
    }

    internal static void WarnOfDangling(Session s, DanglingDestination dangling) => s.Warn(
        dangling.Kind == AddressKind.Relocated
            ? $"the destination '{dangling.Destination}' leads to a relocated user, so that mail to it bounces"
            : $"the destination account/alias '{dangling.Destination}' does not exist{Caught(s, dangling.Destination)}");

    /// <summary>What becomes of mail to a missing destination, where a catch-all takes it that leads elsewhere.</summary>
    private static string Caught(Session s, string destination)
    {
        // Of a file with many lines, the domains are few.
        var known = s.Once(() => new Dictionary<string, (string Primary, HashSet<string> Destinations)>());
        var name = destination[(destination.IndexOf('@', StringComparison.Ordinal) + 1)..];
        if (!known.TryGetValue(name, out var catchAll))
        {
            var domain = DomainSql.Find(s.Tx, DomainName.Stored(name));
            known[name] = catchAll = domain is null
                ? ("", [])
                : (domain.Name.Ascii, [.. CatchAllSql.Destinations(s.Tx, domain.Gid)]);
        }

        return catchAll.Destinations.Count == 0 || catchAll.Destinations.Contains(destination)
            ? ""
            : $"; the catch-all of '{catchAll.Primary}' takes mail to it";
    }

    /// <summary>Warns of destinations that still point to deleted addresses: mail to them will bounce.</summary>
    internal static void WarnOfPointers(Session s, IReadOnlyCollection<string> gone)
    {
        var destinations = ExtendedAddresses.With(s, gone);
        foreach (var alias in AliasSql.PointingTo(s.Tx, destinations))
        {
            s.Warn($"the alias '{alias}' still has a destination that is deleted");
        }

        foreach (var domain in CatchAllSql.PointingTo(s.Tx, destinations))
        {
            s.Warn($"the catch-all of '{domain}' still has a destination that is deleted");
        }

        foreach (var relocated in RelocatedSql.PointingTo(s.Tx, destinations))
        {
            s.Warn($"the relocated user '{relocated}' still points to an address that is deleted");
        }
    }

    /// <summary>The error for something that is not there; where another kind has the address, its hint says so.</summary>
    internal static VmmException Missing(Session s, EmailAddress own, VmmException missing) =>
        ObjectErrors.Instead(missing, own, AddressSql.Kind(s.Tx, own));

    internal static VmmException Taken(EmailAddress address, AddressKind kind, AddressKind? wanted = null) => kind switch
    {
        AddressKind.Account when wanted == AddressKind.Alias => ObjectErrors.AccountInstead(address),
        AddressKind.Account => ObjectErrors.AccountExists(address),
        AddressKind.Alias => ObjectErrors.AliasExists(address),
        _ => ObjectErrors.RelocatedExists(address),
    };
}
