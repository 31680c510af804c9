using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>What an address is already. Every add asks it. Triggers maintain the table vmm_address.</summary>
internal static class AddressSql
{
    /// <summary>
    /// Makes two vmm processes that add the same address or domain wait for each other, so that the second sees the first's row
    /// instead of a violated constraint.
    /// </summary>
    internal const string LockSql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

    internal const string KindSql = "SELECT kind FROM vmm_address WHERE address = $1";

    internal const string KindsSql = "SELECT address, kind FROM vmm_address WHERE address = ANY ($1::text[])";

    internal static List<KnownAddress> Kinds(Transaction tx, IEnumerable<string> addresses) =>
        tx.List(KindsSql, r => new KnownAddress(r.GetString(0), AddressKinds.Stored(r.GetString(1))), Parameter.Texts(addresses));

    /// <summary>Which of these domain names are local, primary or alias.</summary>
    internal const string OwnDomainsSql = "SELECT domainname::text FROM domain_name WHERE domainname = ANY ($1::text[])";

    /// <summary>
    /// Every address of a kind, once for each name of its domain; the names of a domain are together, the primary one first.
    /// </summary>
    internal const string ListSql = """
        SELECT a.local_part, n.domainname, n.is_primary, a.kind
          FROM vmm_address a
          JOIN domain_name n ON n.domainname = substr(a.address, length(a.local_part) + 2)
          LEFT JOIN domain_name p ON p.gid = n.gid AND p.is_primary
         WHERE ($1::text IS NULL OR a.kind = $1)
           AND ($2::text IS NULL OR n.domainname LIKE $2)
           AND ($3::text IS NULL OR a.local_part LIKE $3)
           AND ($4::text IS NULL
                OR (coalesce(p.domainname, n.domainname) COLLATE "C", NOT n.is_primary,
                    n.domainname COLLATE "C", a.local_part COLLATE "C")
                 > (SELECT coalesce(q.domainname, m.domainname) COLLATE "C", NOT m.is_primary,
                           m.domainname COLLATE "C", $4 COLLATE "C"
                      FROM domain_name m LEFT JOIN domain_name q ON q.gid = m.gid AND q.is_primary WHERE m.domainname = $5))
         ORDER BY coalesce(p.domainname, n.domainname) COLLATE "C", NOT n.is_primary,
                  n.domainname COLLATE "C", a.local_part COLLATE "C"
         LIMIT $6
        """;

    /// <summary>All addresses of a domain, under all its names.</summary>
    internal const string UnderSql = "SELECT address FROM vmm_address WHERE gid = $1";

    /// <summary>All addresses under one name.</summary>
    internal const string UnderNameSql = """
        SELECT a.address
          FROM domain_name n
          JOIN vmm_address a ON a.gid = n.gid AND substr(a.address, length(a.local_part) + 2) = n.domainname
         WHERE n.domainname = $1
        """;

    /// <summary>Which of these addresses do not exist.</summary>
    internal const string MissingSql = """
        SELECT t FROM unnest($1::text[]) t WHERE NOT EXISTS (SELECT FROM vmm_address v WHERE v.address = t)
        """;

    internal static List<string> UnderName(Transaction tx, DomainName name) =>
        tx.List(UnderNameSql, r => r.GetString(0), Parameter.Text(name.Ascii));

    internal static List<string> Missing(Transaction tx, IEnumerable<string> addresses) =>
        tx.List(MissingSql, r => r.GetString(0), Parameter.Texts(addresses));

    internal static List<string> Under(Transaction tx, long gid) => tx.List(UnderSql, r => r.GetString(0), Parameter.Long(gid));

    internal static void Lock(Transaction tx, EmailAddress address) =>
        tx.Execute(LockSql, Parameter.Text(address.ToString()));

    /// <summary>Null for an address that is free.</summary>
    internal static AddressKind? Kind(Transaction tx, EmailAddress address) =>
        tx.Scalar<string>(KindSql, Parameter.Text(address.ToString())) is { } word ? AddressKinds.Stored(word) : null;

    /// <summary><paramref name="kind"/> may be null for all of them.</summary>
    internal static IEnumerable<AddressListItem> List(
        Transaction tx, AddressKind? kind, AddressPattern pattern, EmailAddress? after, long? limit) => tx.Stream(
        ListSql,
        r => new AddressListItem($"{r.GetString(0)}@{r.GetString(1)}", AddressKinds.Stored(r.GetString(3)), !r.GetBoolean(2)),
        Parameter.Text(kind?.Word()),
        Parameter.Text(pattern.Domain),
        Parameter.Text(pattern.LocalPart),
        Parameter.Text(after?.LocalPart),
        Parameter.Text(after?.Domain.Ascii),
        Parameter.LongOrNull(limit));

    internal static List<string> OwnDomains(Transaction tx, IEnumerable<Destination> destinations) =>
        tx.List(OwnDomainsSql, r => r.GetString(0), Parameter.Texts(destinations.Select(d => d.Domain.Ascii).Distinct()));
}
