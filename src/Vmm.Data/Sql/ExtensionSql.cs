namespace Vmm.Data.Sql;

/// <summary>
/// Destinations with an extension: user+list@example.com leads to user@example.com, if Postfix cuts off what begins with +.
/// </summary>
internal static class ExtensionSql
{
    /// <summary>
    /// The destinations of aliases, catch-alls and relocated users that begin with the local part of one of the addresses $1 and
    /// one of the delimiters $2, in the domain of that address. What does not lead there is left out: an address that exists as a
    /// whole, and one that a catch-all takes before its extension is cut off, which it does not do with its own destinations. With
    /// $3 it is only asked whether there is any that begins so.
    /// <para>Each address and delimiter is a range of an index: a domain may have 100,000 destinations.</para>
    /// </summary>
    internal const string ExtendedSql = """
        SELECT e.destination
          FROM unnest($1::text[]) AS a (address)
         CROSS JOIN unnest(string_to_array($2::text, NULL)) AS c (delimiter)
         CROSS JOIN LATERAL (
                   SELECT split_part(a.address, '@', 2), split_part(a.address, '@', 1) || c.delimiter,
                          split_part(a.address, '@', 1) || chr(ascii(c.delimiter) + 1)
                   OFFSET 0
               ) AS r (domain, first, beyond)
         CROSS JOIN LATERAL (
                   SELECT l.destination FROM alias l
                    WHERE lower(split_part(l.destination, '@', 2) COLLATE "C") = r.domain
                      AND lower(l.destination COLLATE "C") >= r.first AND lower(l.destination COLLATE "C") < r.beyond
                   UNION ALL
                   SELECT h.destination FROM catchall h
                    WHERE lower(split_part(h.destination, '@', 2) COLLATE "C") = r.domain
                      AND lower(h.destination COLLATE "C") >= r.first AND lower(h.destination COLLATE "C") < r.beyond
                   UNION ALL
                   SELECT m.destination FROM relocated m
                    WHERE lower(split_part(m.destination, '@', 2) COLLATE "C") = r.domain
                      AND lower(m.destination COLLATE "C") >= r.first AND lower(m.destination COLLATE "C") < r.beyond
               ) AS e
         WHERE $3::boolean
            OR NOT EXISTS (SELECT FROM vmm_address v WHERE v.address = lower(e.destination))
               AND NOT EXISTS (SELECT FROM domain_name n
                                WHERE n.domainname = r.domain AND EXISTS (SELECT FROM catchall h WHERE h.gid = n.gid)
                                  AND NOT EXISTS (SELECT FROM catchall h WHERE h.gid = n.gid AND h.destination = e.destination))
         LIMIT CASE WHEN $3::boolean THEN 1 END
        """;

    /// <summary>Whether there may be any.</summary>
    internal static bool MayBe(Transaction tx, IReadOnlyCollection<string> addresses, string delimiters) =>
        List(tx, addresses, delimiters, any: true).Count > 0;

    /// <summary>All, some of them more than once.</summary>
    internal static List<string> Extended(Transaction tx, IReadOnlyCollection<string> addresses, string delimiters) =>
        List(tx, addresses, delimiters, any: false);

    private static List<string> List(Transaction tx, IReadOnlyCollection<string> addresses, string delimiters, bool any) => tx.List(
        ExtendedSql, r => r.GetString(0), Parameter.Texts(addresses), Parameter.Text(delimiters), Parameter.Bool(any));
}
