using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>The addresses that the lines of a file name: their domains, which are locked, and what they are already.</summary>
internal sealed class BatchAddresses
{
    private readonly Dictionary<DomainName, DomainRow?> domains;
    private readonly Dictionary<string, AddressKind> kinds;

    internal BatchAddresses(Session s, IReadOnlyCollection<EmailAddress> addresses)
    {
        domains = LockDomains(s, addresses.Select(a => a.Domain));
        kinds = AddressSql.Kinds(s.Tx, addresses.Select(a => Own(a).ToString())).ToDictionary(k => k.Address, k => k.Kind);
    }

    /// <summary>
    /// The domains with these names, null where there is none. They are locked in the order of all commands.
    /// </summary>
    internal static Dictionary<DomainName, DomainRow?> LockDomains(Session s, IEnumerable<DomainName> names)
    {
        List<DomainName> all = [.. names.Distinct()];
        var gids = DomainBatchSql.Find(s.Tx, all);
        return all.OrderBy(d => gids.TryGetValue(d, out var row) ? row.Gid : 0)
            .ToDictionary(d => d, d => DomainSql.FindLocked(s.Tx, d));
    }

    /// <summary>Those that exist.</summary>
    internal IEnumerable<DomainRow> Domains => domains.Values.OfType<DomainRow>();

    /// <summary>The domain of an address; null if there is none.</summary>
    internal DomainRow? Domain(EmailAddress address) => domains[address.Domain];

    /// <summary>An address under the primary name of its domain.</summary>
    internal EmailAddress Own(EmailAddress address) => Domain(address) is { } domain ? address.At(domain.Name) : address;

    /// <summary>What an address is; null if it is free.</summary>
    internal AddressKind? Kind(EmailAddress address) => kinds.TryGetValue(Own(address).ToString(), out var kind) ? kind : null;
}
