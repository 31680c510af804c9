namespace Vmm.Sql;

/// <summary>What an address is already; asked by every add. Table vmm_address, kept by triggers.</summary>
internal static class AddressSql
{
    /// <summary>Two of us that add the same address or domain wait for each other here, so that the second sees the first's row instead of a broken constraint.</summary>
    internal const string Lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

    internal const string Kind = "SELECT kind FROM vmm_address WHERE address = $1";

    /// <summary>Which of these destinations are ours but lead nowhere: the domain is here, the address is not.</summary>
    internal const string Dangling = """
        SELECT d.text
          FROM unnest($1::text[], $2::text[]) AS d (text, domain)
          JOIN domain_name n ON n.domainname = d.domain
         WHERE NOT EXISTS (SELECT FROM vmm_address a WHERE a.address = lower(d.text) AND a.kind <> 'relocated')
        """;

    /// <summary>Which of these domain names are ours, in any role.</summary>
    internal const string OwnDomains = "SELECT domainname::text FROM domain_name WHERE domainname = ANY ($1::text[])";

    /// <summary>Every address of a kind, once for each name of its domain; the names of a domain stand together, the primary one first.</summary>
    internal const string List = """
        SELECT a.local_part, n.domainname, n.is_primary
          FROM vmm_address a
          JOIN domain_name n ON n.domainname = substr(a.address, length(a.local_part) + 2)
          LEFT JOIN domain_name p ON p.gid = n.gid AND p.is_primary
         WHERE a.kind = $1 AND ($2::text IS NULL OR n.domainname LIKE $2) AND ($3::text IS NULL OR a.local_part LIKE $3)
         ORDER BY coalesce(p.domainname, n.domainname) COLLATE "C", n.is_primary DESC, n.domainname COLLATE "C", a.local_part COLLATE "C"
        """;

    internal static Task LockAsync(Transaction tx, EmailAddress address) => tx.ExecuteAsync(Lock, P.Text(address.ToString()));

    /// <summary>account, alias, relocated, or null for an address that is free.</summary>
    internal static Task<string?> KindAsync(Transaction tx, EmailAddress address) => tx.ScalarAsync<string>(Kind, P.Text(address.ToString()));

    internal static Task<List<string>> DanglingAsync(Transaction tx, IReadOnlyCollection<Destination> destinations) => tx.ListAsync(
        Dangling,
        r => r.GetString(0),
        P.Texts(destinations.Select(d => d.ToString())),
        P.Texts(destinations.Select(d => d.Domain.Ascii)));

    internal static IAsyncEnumerable<AddressListItem> ListAsync(Transaction tx, string kind, AddressPattern pattern) => tx.StreamAsync(
        List,
        r => new AddressListItem($"{r.GetString(0)}@{r.GetString(1)}", !r.GetBoolean(2)),
        P.Text(kind),
        P.Text(pattern.Domain),
        P.Text(pattern.LocalPart));

    internal static Task<List<string>> OwnDomainsAsync(Transaction tx, IEnumerable<Destination> destinations) =>
        tx.ListAsync(OwnDomains, r => r.GetString(0), P.Texts(destinations.Select(d => d.Domain.Ascii).Distinct()));
}
