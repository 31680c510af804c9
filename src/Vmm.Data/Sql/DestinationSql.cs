using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>A destination in a local domain that accepts no mail, or perhaps none.</summary>
/// <param name="Subject">The alias, or the catch-all as @domain; empty for a destination that was asked about alone.</param>
/// <param name="Domain">Primary name of its domain; empty likewise.</param>
/// <param name="Destination">As it is stored.</param>
/// <param name="Target">With placeholders filled in.</param>
/// <param name="Kind">Relocated, or null for an address that does not exist.</param>
/// <param name="IsCertain">False where it exists only if Postfix cuts off its extension, and that is not known.</param>
internal sealed record DanglingDestination(
    string Subject, string Domain, string Destination, string Target, AddressKind? Kind, bool IsCertain);

/// <summary>Whether destinations take mail. <c>check</c> asks about all that are stored, the other commands about a few.</summary>
internal static class DestinationSql
{
    /// <summary>
    /// The destinations $1, or with null all that are stored, as Postfix looks for them: as a whole, then without the extension
    /// that begins with one of the delimiters $2. A catch-all takes an unknown address before its extension is cut off; but not
    /// one that is a destination of this very catch-all, because that is replaced by itself and stays. (Of $1 an address that
    /// only a catch-all takes does not exist.) With $3 also those that exist only without their extension. $4 is a domain, or null.
    /// </summary>
    internal const string DanglingSql = """
        SELECT t.subject, t.domain, t.destination, t.target,
               CASE WHEN 'relocated' IN (v.kind, w.kind) THEN 'relocated' END, b.dangles
          FROM (SELECT l.address || '@' || n.domainname AS subject, n.domainname::text AS domain, l.destination::text,
                       _interpolate_destination(l.destination, l.address, n.domainname)::text AS target, NULL::bigint AS caught
                  FROM alias l JOIN domain_name n ON n.gid = l.gid AND n.is_primary
                 WHERE $1::text[] IS NULL AND ($4::bigint IS NULL OR l.gid = $4)
                UNION ALL
                SELECT '@' || n.domainname, n.domainname, c.destination, c.destination, c.gid
                  FROM catchall c JOIN domain_name n ON n.gid = c.gid AND n.is_primary
                 WHERE $1::text[] IS NULL AND strpos(c.destination, '%') = 0 AND ($4::bigint IS NULL OR c.gid = $4)
                UNION ALL
                SELECT '', '', d, d, NULL FROM unnest($1::text[]) AS d) AS t
          JOIN domain_name o ON o.domainname = lower(split_part(t.target, '@', 2))
         CROSS JOIN LATERAL (SELECT lower(split_part(t.target, '@', 1)) OFFSET 0) AS p (local)
         CROSS JOIN LATERAL (
                   SELECT CASE
                              WHEN p.local IN ('postmaster', 'mailer-daemon', 'double-bounce')
                                   OR strpos($2::text, '-') > 0 AND (p.local LIKE 'owner-%' OR p.local LIKE '_%-request') THEN 0
                              ELSE strpos(translate(p.local, $2, repeat(chr(1), length($2))), chr(1))
                          END
                   OFFSET 0
               ) AS k (cut)
          LEFT JOIN vmm_address v ON v.address = p.local || '@' || o.domainname
          LEFT JOIN vmm_address w ON k.cut > 1 AND w.address = left(p.local, k.cut - 1) || '@' || o.domainname
         CROSS JOIN LATERAL (
                   SELECT $1 IS NULL AND EXISTS (SELECT FROM catchall c WHERE c.gid = o.gid) OFFSET 0
               ) AS h (catches)
         CROSS JOIN LATERAL (
                   SELECT CASE
                              WHEN v.kind IN ('account', 'alias') THEN false
                              WHEN v.kind = 'relocated'
                                  THEN w.kind IS DISTINCT FROM 'alias' AND NOT (h.catches AND k.cut > 1 AND w.kind IS NULL)
                              WHEN h.catches AND t.caught IS DISTINCT FROM o.gid THEN false
                              WHEN h.catches THEN w.kind IS DISTINCT FROM 'account'
                              ELSE w.kind IS NULL OR w.kind = 'relocated'
                          END
                   OFFSET 0
               ) AS b (dangles)
         WHERE b.dangles
            OR $3::boolean AND v.kind IS NULL AND w.kind IN ('account', 'alias')
               AND (NOT h.catches OR t.caught IS NOT DISTINCT FROM o.gid)
         ORDER BY 1, 3
        """;

    /// <summary>
    /// The domain $1, and those of what has one of the destinations $2, in the order in which everybody locks them.
    /// </summary>
    internal const string LockDomainsSql = """
        SELECT gid FROM domain_data
         WHERE gid = ANY (ARRAY(SELECT $1::bigint
                                 UNION SELECT gid FROM alias WHERE destination = ANY ($2)
                                 UNION SELECT gid FROM catchall WHERE destination = ANY ($2)))
         ORDER BY gid FOR KEY SHARE
        """;

    /// <summary>Of all that are stored.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="delimiters">Characters that begin an extension.</param>
    /// <param name="isKnown">Whether these are really in force.</param>
    /// <param name="gid">Of this domain only; null for all.</param>
    internal static List<DanglingDestination> Dangling(Transaction tx, string delimiters, bool isKnown, long? gid) =>
        List(tx, null, delimiters, isKnown, gid);

    /// <summary>Of a few.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="destinations">As they are stored.</param>
    /// <param name="delimiters">Characters that begin an extension.</param>
    internal static List<DanglingDestination> Dangling(Transaction tx, IEnumerable<string> destinations, string delimiters) =>
        List(tx, destinations, delimiters, isKnown: true, null);

    private static List<DanglingDestination> List(
        Transaction tx, IEnumerable<string>? destinations, string delimiters, bool isKnown, long? gid) => tx.List(
        DanglingSql,
        r => new DanglingDestination(
            r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), AddressKinds.Find(r.TextOrNull(4)), r.GetBoolean(5)),
        Parameter.TextsOrNull(destinations),
        Parameter.Text(delimiters),
        Parameter.Bool(!isKnown),
        Parameter.LongOrNull(gid));

    internal static void LockDomains(Transaction tx, long gid, IReadOnlyCollection<string> destinations) =>
        tx.Execute(LockDomainsSql, Parameter.Long(gid), Parameter.Texts(destinations));
}
