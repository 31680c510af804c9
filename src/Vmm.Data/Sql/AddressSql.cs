namespace Vmm.Sql;

/// <summary>What an address is already; asked by every add. Table vmm_address, kept by triggers.</summary>
internal static class AddressSql
{
    /// <summary>Two of us that add the same address or domain wait for each other here, so that the second sees the first's row instead of a broken constraint.</summary>
    internal const string Lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

    internal const string Kind = "SELECT kind FROM vmm_address WHERE address = $1";

    internal const string Kinds = "SELECT address, kind FROM vmm_address WHERE address = ANY ($1::text[])";

    internal static Task<List<AddressKind>> KindsAsync(Transaction tx, IEnumerable<string> addresses) =>
        tx.ListAsync(Kinds, r => new AddressKind(r.GetString(0), r.GetString(1)), P.Texts(addresses));

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
        SELECT a.local_part, n.domainname, n.is_primary, a.kind
          FROM vmm_address a
          JOIN domain_name n ON n.domainname = substr(a.address, length(a.local_part) + 2)
          LEFT JOIN domain_name p ON p.gid = n.gid AND p.is_primary
         WHERE ($1::text IS NULL OR a.kind = $1) AND ($2::text IS NULL OR n.domainname LIKE $2) AND ($3::text IS NULL OR a.local_part LIKE $3)
           AND ($4::text IS NULL
                OR (coalesce(p.domainname, n.domainname) COLLATE "C", NOT n.is_primary, n.domainname COLLATE "C", a.local_part COLLATE "C")
                 > (SELECT coalesce(q.domainname, m.domainname) COLLATE "C", NOT m.is_primary, m.domainname COLLATE "C", $4 COLLATE "C"
                      FROM domain_name m LEFT JOIN domain_name q ON q.gid = m.gid AND q.is_primary WHERE m.domainname = $5))
         ORDER BY coalesce(p.domainname, n.domainname) COLLATE "C", NOT n.is_primary, n.domainname COLLATE "C", a.local_part COLLATE "C"
         LIMIT $6
        """;

    /// <summary>All addresses of a domain, under all its names.</summary>
    internal const string Under = "SELECT address FROM vmm_address WHERE gid = $1";

    /// <summary>All addresses under one name.</summary>
    internal const string UnderName = """
        SELECT a.address FROM domain_name n JOIN vmm_address a ON a.gid = n.gid AND substr(a.address, length(a.local_part) + 2) = n.domainname WHERE n.domainname = $1
        """;

    /// <summary>Which of these addresses are nothing.</summary>
    internal const string Missing = """
        SELECT t FROM unnest($1::text[]) t WHERE NOT EXISTS (SELECT FROM vmm_address v WHERE v.address = t)
        """;

    internal static Task<List<string>> UnderNameAsync(Transaction tx, DomainName name) => tx.ListAsync(UnderName, r => r.GetString(0), P.Text(name.Ascii));

    internal static Task<List<string>> MissingAsync(Transaction tx, IEnumerable<string> addresses) =>
        tx.ListAsync(Missing, r => r.GetString(0), P.Texts(addresses));

    internal static Task<List<string>> UnderAsync(Transaction tx, long gid) => tx.ListAsync(Under, r => r.GetString(0), P.Long(gid));

    internal static Task LockAsync(Transaction tx, EmailAddress address) => tx.ExecuteAsync(Lock, P.Text(address.ToString()));

    /// <summary>account, alias, relocated, or null for an address that is free.</summary>
    internal static Task<string?> KindAsync(Transaction tx, EmailAddress address) => tx.ScalarAsync<string>(Kind, P.Text(address.ToString()));

    internal static Task<List<string>> DanglingAsync(Transaction tx, IReadOnlyCollection<Destination> destinations) => tx.ListAsync(
        Dangling,
        r => r.GetString(0),
        P.Texts(destinations.Select(d => d.ToString())),
        P.Texts(destinations.Select(d => d.Domain.Ascii)));

    /// <summary><paramref name="kind"/> is account, alias or relocated, or null for all of them.</summary>
    internal static IAsyncEnumerable<AddressListItem> ListAsync(Transaction tx, string? kind, AddressPattern pattern, EmailAddress? after, long? limit) => tx.StreamAsync(
        List,
        r => new AddressListItem($"{r.GetString(0)}@{r.GetString(1)}", r.GetString(3), !r.GetBoolean(2)),
        P.Text(kind),
        P.Text(pattern.Domain),
        P.Text(pattern.LocalPart),
        P.Text(after?.LocalPart),
        P.Text(after?.Domain.Ascii),
        P.LongOrNull(limit));

    internal static Task<List<string>> OwnDomainsAsync(Transaction tx, IEnumerable<Destination> destinations) =>
        tx.ListAsync(OwnDomains, r => r.GetString(0), P.Texts(destinations.Select(d => d.Domain.Ascii).Distinct()));
}
