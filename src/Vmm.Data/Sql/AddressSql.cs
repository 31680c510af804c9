using Npgsql;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>What an address is already. Every add asks it. Triggers maintain the table vmm_address.</summary>
internal static class AddressSql
{
    internal const string LockSql = """
        SELECT pg_advisory_xact_lock_shared(hashtext('vmm names'), 0), pg_advisory_xact_lock(hashtextextended($1, 0))
        """;

    internal const string LockAllSql = "SELECT pg_advisory_xact_lock(hashtext('vmm names'), 0)";

    internal const string LockDomainSql = """
        SELECT pg_advisory_xact_lock_shared(hashtext('vmm domain names'), 0), pg_advisory_xact_lock(hashtextextended($1, 0))
        """;

    internal const string LockAllDomainsSql = "SELECT pg_advisory_xact_lock(hashtext('vmm domain names'), 0)";

    internal const string KindSql = "SELECT kind FROM vmm_address WHERE address = $1";

    /// <summary>A join, because of many addresses at once = ANY would read the whole table.</summary>
    internal const string KindsSql = """
        SELECT a.address, a.kind
          FROM (SELECT DISTINCT unnest($1::text[])) AS k (address) JOIN vmm_address a ON a.address = k.address
        """;

    internal static List<KnownAddress> Kinds(Transaction tx, IEnumerable<string> addresses) =>
        tx.List(KindsSql, r => new KnownAddress(r.GetString(0), AddressKinds.Stored(r.GetString(1))), Parameter.Texts(addresses));

    /// <summary>Which of these domain names are local, primary or alias.</summary>
    internal const string OwnDomainsSql = "SELECT domainname::text FROM domain_name WHERE domainname = ANY ($1::text[])";

    /// <summary>
    /// Every address of a kind, once for each name of its domain; the names of a domain are together, the primary one first.
    /// $1 are the kinds, $4 is the local part and $5 the name after which the list begins.
    /// <para>
    /// A page costs what is on it, however many addresses there are: the names come in order, and of each name the local parts by
    /// an index.
    /// </para>
    /// </summary>
    internal const string ListSql = $"""
        WITH {NameTable}
        SELECT a.local_part, n.domainname, n.is_primary, a.kind, a.suspended
          FROM {NamesFromStart} AS n
         CROSS JOIN unnest($1::text[]) AS k (kind)
         CROSS JOIN LATERAL (
                   SELECT v.local_part, v.local_part COLLATE "C" AS sorted, v.kind,
                          {SuspensionSql.ModeNow} AS suspended
                     FROM vmm_address v
                    WHERE {OfPage} AND v.kind = k.kind
                    ORDER BY v.local_part COLLATE "C"
                    LIMIT $6
               ) AS a
         ORDER BY n.main, n.is_other, n.sorted, a.sorted
         LIMIT $6
        """;

    /// <summary>
    /// The accounts of <see cref="ListSql"/> (whose kinds $1 are not looked at) with what the long list says; with $7 only those
    /// that use so many percent of a limit.
    /// </summary>
    internal const string LongListSql = $"""
        WITH {NameTable}
        SELECT a.local_part, n.domainname, n.is_primary, a.uid, a.bytes, a.messages, a.used_bytes, a.used_messages,
               a.smtp, a.pop3, a.imap, a.sieve, a.name, a.note, a.suspended
          FROM {NamesFromStart} AS n
         CROSS JOIN LATERAL (
                   SELECT v.local_part, v.local_part COLLATE "C" AS sorted, v.uid, q.bytes, q.messages,
                          coalesce(w.bytes, 0) AS used_bytes, coalesce(w.messages, 0) AS used_messages,
                          v.smtp, v.pop3, v.imap, v.sieve, u.name, u.note, {SuspensionSql.ModeNow} AS suspended
                     FROM vmm_address v
                     JOIN users u ON u.uid = v.uid
                     JOIN domain_data d ON d.gid = v.gid
                     JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
                     LEFT JOIN userquota w ON w.uid = v.uid
                    WHERE {OfPage} AND v.kind = 'account' AND $1::text[] IS NOT NULL
                      AND ($7::bigint IS NULL OR {QuotaSql.UsedPercent} >= $7)
                    ORDER BY v.local_part COLLATE "C"
                    LIMIT $6
               ) AS a
         ORDER BY n.main, n.is_other, n.sorted, a.sorted
         LIMIT $6
        """;

    private const string NameTable = """
        name AS (
            SELECT m.gid, m.domainname, m.is_primary, coalesce(p.domainname, m.domainname) COLLATE "C" AS main,
                   NOT m.is_primary AS is_other, m.domainname COLLATE "C" AS sorted
              FROM domain_name m LEFT JOIN domain_name p ON p.gid = m.gid AND p.is_primary)
        """;

    private const string NamesFromStart = """
        (SELECT f.*, coalesce(f.domainname = $5, false) AS is_first
                  FROM name f
                 WHERE ($2::text IS NULL OR f.domainname LIKE $2)
                   AND ($5::text IS NULL
                        OR (f.main, f.is_other, f.sorted)
                           >= (SELECT o.main, o.is_other, o.sorted FROM name o WHERE o.domainname = $5))
                 ORDER BY f.main, f.is_other, f.sorted
                OFFSET 0)
        """;

    private const string OfPage = """
        substr(v.address, length(v.local_part) + 2) = n.domainname
                      AND v.local_part COLLATE "C" > CASE WHEN n.is_first THEN $4::text ELSE '' END
                      AND ($3::text IS NULL OR v.local_part LIKE $3)
        """;

    /// <summary>All addresses under these names, which the server knows when it plans: joined, they could be any.</summary>
    internal const string UnderSql = """
        SELECT a.address FROM vmm_address a WHERE substr(a.address, length(a.local_part) + 2) = ANY ($1::text[])
        """;

    /// <summary>Which of these addresses do not exist.</summary>
    internal const string MissingSql = """
        SELECT t FROM unnest($1::text[]) t WHERE NOT EXISTS (SELECT FROM vmm_address v WHERE v.address = t)
        """;

    internal static List<string> Under(Transaction tx, IEnumerable<string> names) =>
        tx.List(UnderSql, r => r.GetString(0), Parameter.Texts(names));

    internal static List<string> Missing(Transaction tx, IEnumerable<string> addresses) =>
        tx.List(MissingSql, r => r.GetString(0), Parameter.Texts(addresses));

    /// <summary>Keeps out every other transaction that locks this name, or all.</summary>
    internal static void Lock(Transaction tx, string name) => tx.Execute(LockSql, Parameter.Text(name));

    /// <summary>Keeps out every other transaction that locks a name.</summary>
    internal static void LockAll(Transaction tx) => tx.Execute(LockAllSql);

    internal static void LockDomain(Transaction tx, DomainName name) => tx.Execute(LockDomainSql, Parameter.Text(name.Ascii));

    internal static void LockAllDomains(Transaction tx) => tx.Execute(LockAllDomainsSql);

    /// <summary>Null for an address that is free.</summary>
    internal static AddressKind? Kind(Transaction tx, EmailAddress address) =>
        tx.Scalar<string>(KindSql, Parameter.Text(address.ToString())) is { } word ? AddressKinds.Stored(word) : null;

    /// <summary><paramref name="kind"/> may be null for all of them.</summary>
    internal static IEnumerable<AddressListItem> List(
        Transaction tx, AddressKind? kind, AddressPattern pattern, EmailAddress? after, long? limit) => tx.Stream(
        ListSql,
        r => new AddressListItem($"{r.GetString(0)}@{r.GetString(1)}", AddressKinds.Stored(r.GetString(3)), !r.GetBoolean(2))
        {
            Suspended = r.TextOrNull(4),
        },
        Page(kind is { } one ? [one.Word()] : AddressKinds.Words, pattern, after, limit));

    /// <summary>Accounts with more about each; <paramref name="percent"/> of their quota in use or more, or null for all.</summary>
    internal static IEnumerable<AddressListItem> LongList(
        Transaction tx, AddressPattern pattern, EmailAddress? after, long? limit, long? percent) => tx.Stream(
        LongListSql,
        r => new AddressListItem($"{r.GetString(0)}@{r.GetString(1)}", AddressKind.Account, !r.GetBoolean(2))
        {
            Details = new AccountListDetails(
                r.GetInt64(3),
                r.GetInt64(4),
                r.GetInt32(5),
                r.GetInt64(6),
                r.GetInt32(7),
                ChoiceTables.Services(r, 8),
                r.TextOrNull(12),
                r.TextOrNull(13)),
            Suspended = r.TextOrNull(14),
        },
        [.. Page([], pattern, after, limit), Parameter.LongOrNull(percent)]);

    private static NpgsqlParameter[] Page(IEnumerable<string> kinds, AddressPattern pattern, EmailAddress? after, long? limit) =>
    [
        Parameter.Texts(kinds),
        Parameter.Text(pattern.Domain),
        Parameter.Text(pattern.LocalPart),
        Parameter.Text(after?.LocalPart),
        Parameter.Text(after?.Domain.Ascii),
        Parameter.LongOrNull(limit),
    ];

    internal static HashSet<string> OwnDomains(Transaction tx, IEnumerable<Destination> destinations) =>
        [.. tx.List(OwnDomainsSql, r => r.GetString(0), Parameter.Texts(destinations.Select(d => d.Domain.Ascii).Distinct()))];
}
