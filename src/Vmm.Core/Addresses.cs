using Vmm.Sql;

namespace Vmm;

/// <summary>
/// What holds for every kind of address. One rule for alias domain names: an existing account, alias or relocated user may be named under any name of
/// its domain; something new is given under the primary name.
/// </summary>
internal static class Addresses
{
    /// <summary>The domain of an existing object, and the object's address under the primary name.</summary>
    /// <exception cref="VmmException">57.</exception>
    internal static async Task<(DomainRow Domain, EmailAddress Own)> ResolveAsync(Session s, EmailAddress address)
    {
        var domain = await DomainSql.FindAsync(s.Tx, address.Domain) ?? throw Errors.NoSuchDomain(address.Domain);
        return (domain, address.At(domain.Name));
    }

    /// <summary>
    /// As <see cref="ResolveAsync"/>, and the domain stays until this transaction ends: for whoever takes the object away. Whoever deletes the domain locks
    /// it before its addresses too; in any other order the two would wait for each other.
    /// </summary>
    /// <exception cref="VmmException">57.</exception>
    internal static async Task<(DomainRow Domain, EmailAddress Own)> HoldAsync(Session s, EmailAddress address)
    {
        var domain = await DomainSql.FindLockedAsync(s.Tx, address.Domain) ?? throw Errors.NoSuchDomain(address.Domain);
        return (domain, address.At(domain.Name));
    }

    /// <summary>
    /// Makes sure that nothing has this address, and that nobody else of us adds it until this transaction ends. The database's own constraint
    /// stands behind it, for other programs.
    /// </summary>
    /// <exception cref="VmmException">21, 28, 37, 57, 60.</exception>
    internal static async Task<DomainRow> RequireFreeAsync(Session s, EmailAddress address, string? sameKind = null)
    {
        var domain = await DomainSql.FindLockedAsync(s.Tx, address.Domain) ?? throw Errors.NoSuchDomain(address.Domain);
        if (!domain.IsPrimary)
        {
            throw Errors.AddressInAliasDomain(address, domain.Name.Ascii);
        }

        await AddressSql.LockAsync(s.Tx, address);
        var kind = await AddressSql.KindAsync(s.Tx, address);
        return kind is null || kind == sameKind ? domain : throw Taken(address, kind);
    }

    /// <summary>
    /// The form in which destinations are stored: local parts in lower case where the domain is ours, without repetitions.
    /// </summary>
    internal static async Task<List<Destination>> NormalizeAsync(Session s, IEnumerable<Destination> destinations)
    {
        var list = destinations.ToList();
        var own = await AddressSql.OwnDomainsAsync(s.Tx, list);
        return [.. list.Select(d => own.Contains(d.Domain.Ascii) || d.Domain.Ascii == Destination.Localhost ? d.Own() : d).Distinct()];
    }

    /// <summary>Warns of destinations in our own domains that do not exist: mail to them bounces.</summary>
    internal static async Task WarnOfDanglingAsync(Session s, IReadOnlyCollection<Destination> destinations)
    {
        foreach (var missing in await AddressSql.DanglingAsync(s.Tx, [.. destinations.Where(d => !d.HasPlaceholder)]))
        {
            s.Warn($"the destination account/alias '{missing}' does not exist");
        }
    }

    private static VmmException Taken(EmailAddress address, string kind) => kind switch
    {
        "account" => Errors.AccountExists(address),
        "alias" => Errors.AliasExists(address),
        _ => Errors.RelocatedExists(address),
    };
}
