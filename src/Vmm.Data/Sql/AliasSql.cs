using NpgsqlTypes;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>One destination of an alias.</summary>
internal sealed record AliasRow(long Gid, string LocalPart, string Destination);

/// <summary>Statements about aliases: table alias, one row per destination.</summary>
internal static class AliasSql
{
    internal const string DestinationsSql = """
        SELECT destination FROM alias WHERE gid = $1 AND address = $2 ORDER BY destination COLLATE "C"
        """;

    internal const string ManyDestinationsSql = """
        SELECT a.gid, a.address, a.destination
          FROM unnest($1::bigint[], $2::text[]) AS k (gid, address)
          JOIN alias a ON a.gid = k.gid AND a.address = k.address
         ORDER BY a.gid, a.address COLLATE "C", a.destination COLLATE "C"
        """;

    internal const string CopySql = "COPY alias (gid, address, destination) FROM STDIN (FORMAT binary)";

    /// <inheritdoc cref="Continuing"/>
    internal const string ContinuingSql = """
        SELECT d
          FROM unnest($1::text[]) AS d
          JOIN domain_name n ON n.domainname = lower(split_part(d, '@', 2))
          LEFT JOIN vmm_address v ON v.address = lower(d)
         WHERE v.kind IS DISTINCT FROM 'account'
            OR strpos(translate(split_part(d, '@', 1), $2, repeat(chr(1), length($2))), chr(1)) > 0
        """;

    internal const string InsertSql = "INSERT INTO alias (gid, address, destination) SELECT $1, $2, unnest($3::text[])";

    internal const string RenameSql = "UPDATE alias SET gid = $3, address = $4 WHERE gid = $1 AND address = $2";

    /// <summary>How many aliases of a domain have a destination in which lookups fill in something of the address.</summary>
    internal const string FilledInSql = """
        SELECT count(DISTINCT address)
          FROM alias
         WHERE gid = $1 AND (strpos(destination, '%d') > 0 OR strpos(destination, '%=') > 0)
        """;

    internal const string DeleteSql = "DELETE FROM alias WHERE gid = $1 AND address = $2";

    internal const string DeleteSomeSql =
        "DELETE FROM alias WHERE gid = $1 AND address = $2 AND destination = ANY ($3::text[])";

    /// <summary>The aliases that have one of these destinations (an account's address under every name of its domain).</summary>
    internal const string PointingToSql = """
        SELECT DISTINCT a.address || '@' || n.domainname
          FROM alias a JOIN domain_name n ON n.gid = a.gid AND n.is_primary
         WHERE a.destination = ANY ($1::text[])
         ORDER BY 1
        """;

    /// <summary>
    /// Locks domains before their addresses, in the same order as the deletion of a domain; those of catch-alls too.
    /// </summary>
    internal const string LockPointingToSql = """
        SELECT gid
          FROM domain_data
         WHERE gid IN (SELECT gid FROM alias WHERE destination = ANY ($1::text[])
                       UNION ALL
                       SELECT gid FROM catchall WHERE destination = ANY ($1::text[]))
         ORDER BY gid FOR KEY SHARE
        """;

    internal const string DeletePointingToSql = "DELETE FROM alias WHERE destination = ANY ($1::text[])";

    /// <summary>
    /// Until the commit no other transaction adds destinations, because two halves of a loop do not see each other.
    /// </summary>
    internal const string LockGraphSql = "SELECT pg_advisory_xact_lock(hashtextextended('vmm alias graph', 0))";

    /// <summary>
    /// Follows destinations from these addresses, through every name of a domain, until there is no new step (UNION drops
    /// repetitions, so a loop ends). Placeholders are filled in as lookups fill them in. An unknown address in a local domain leads
    /// to the domain's catch-all; (any)@domain means all such addresses, with any text around their local part.
    /// <para>
    /// As in Postfix, an address that has no answer is looked up once more without its extension, which begins with one of the
    /// delimiters $2 and with $3 goes on to the destinations. An extension that would grow with each step is any extension,
    /// user+(any)@domain, or a loop would never end: only an address that exists with two extensions could make a difference.
    /// </para>
    /// <para>OFFSET 0 makes one index lookup for each address; a join would read whole tables again in each step.</para>
    /// </summary>
    internal const string ReachableSql = """
        WITH RECURSIVE walk (source, target) AS (
            SELECT NULL::text, lower(s) FROM unnest($1::text[]) s
            UNION
            SELECT w.target, t.target
              FROM walk w
             CROSS JOIN LATERAL (
                       SELECT split_part(w.target, '@', 1), split_part(w.target, '@', 2),
                              (SELECT a.kind FROM vmm_address a WHERE a.address = w.target)
                       OFFSET 0
                   ) AS p (local, domain, kind)
             CROSS JOIN LATERAL (
                       SELECT CASE
                                  WHEN p.local IN ('postmaster', 'mailer-daemon', 'double-bounce')
                                       OR strpos($2::text, '-') > 0 AND (p.local LIKE 'owner-%' OR p.local LIKE '_%-request') THEN 0
                                  ELSE strpos(translate(p.local, $2, repeat(chr(1), length($2))), chr(1))
                              END,
                              (SELECT c.gid FROM domain_name n JOIN catchall c ON c.gid = n.gid
                                WHERE n.domainname = p.domain LIMIT 1)
                       OFFSET 0
                   ) AS k (cut, catcher)
             CROSS JOIN LATERAL (
                       SELECT CASE
                                  WHEN p.kind = 'alias' OR p.kind IS NULL AND k.catcher IS NOT NULL THEN p.local
                                  WHEN p.kind = 'account' AND k.catcher IS NOT NULL THEN NULL
                                  WHEN k.cut > 1 THEN left(p.local, k.cut - 1)
                              END
                       OFFSET 0
                   ) AS q (local)
             CROSS JOIN LATERAL (
                       SELECT lower(_interpolate_destination(a.destination, q.local, p.domain))
                         FROM vmm_address v
                         JOIN alias a ON a.gid = v.gid AND a.address = v.local_part
                        WHERE v.address = q.local || '@' || p.domain AND v.kind = 'alias'
                       UNION ALL
                       SELECT lower(_interpolate_destination(c.destination, q.local, p.domain))
                         FROM catchall c
                        WHERE c.gid = k.catcher
                          AND NOT EXISTS (SELECT FROM vmm_address v WHERE v.address = q.local || '@' || p.domain)
                   ) AS e (destination)
             CROSS JOIN LATERAL (
                       SELECT split_part(e.destination, '@', 1), split_part(e.destination, '@', 2),
                              CASE WHEN $3::boolean AND q.local <> p.local THEN substr(p.local, k.cut) ELSE '' END
                       OFFSET 0
                   ) AS d (local, domain, extension)
             CROSS JOIN LATERAL (
                       SELECT d.local || d.extension, strpos(d.local || d.extension, '(any)'),
                              strpos(translate(d.local || d.extension, $2, repeat(chr(1), length($2))), chr(1))
                       OFFSET 0
                   ) AS x (local, open, cut)
             CROSS JOIN LATERAL (
                       SELECT CASE
                                  WHEN x.open = 0 AND d.extension = '' THEN e.destination
                                  WHEN x.open = 0
                                       AND (x.cut <= 1 OR x.cut > length(d.local)
                                            OR EXISTS (SELECT FROM vmm_address v WHERE v.address = x.local || '@' || d.domain))
                                      THEN x.local || '@' || d.domain
                                  WHEN x.cut > 1 AND (x.open = 0 OR x.cut < x.open)
                                       AND NOT EXISTS (SELECT FROM domain_name n JOIN catchall c ON c.gid = n.gid
                                                        WHERE n.domainname = d.domain)
                                      THEN left(x.local, x.cut) || '(any)@' || d.domain
                                  ELSE '(any)@' || d.domain
                              END
                       OFFSET 0
                   ) AS t (target)
             WHERE length(t.target) <= 320
               AND (t.target <> w.target OR strpos(t.target, '(any)') > 0 OR p.kind IS NOT NULL)
        )
        SELECT source, target FROM walk
        """;

    /// <summary>
    /// What leads to these aliases, or with the local part (any) to the catch-all of a domain, over any number of steps: aliases
    /// under their primary names, catch-alls as (any)@domain. $3 are the delimiters that begin an extension: a destination with one
    /// leads to the alias without it, if there is no such address. OFFSET 0 keeps that an index lookup, as above: for 100,000
    /// aliases a join takes minutes instead of a second.
    /// </summary>
    internal const string LeadingToSql = """
        WITH RECURSIVE up (gid, address) AS (
            SELECT gid, address FROM unnest($1::bigint[], $2::text[]) AS k (gid, address)
            UNION
            SELECT x.gid, x.address
              FROM up u
              JOIN domain_name n ON n.gid = u.gid
             CROSS JOIN LATERAL (
                       SELECT a.gid, a.address::text FROM alias a
                        WHERE u.address <> '(any)' AND a.destination = u.address || '@' || n.domainname
                       UNION ALL
                       SELECT c.gid, '(any)' FROM catchall c
                        WHERE u.address <> '(any)' AND c.destination = u.address || '@' || n.domainname
                       UNION ALL
                       SELECT x.gid, x.address
                         FROM unnest(string_to_array($3::text, NULL)) AS e (delimiter)
                        CROSS JOIN LATERAL (
                                  SELECT a.gid, a.address, a.destination FROM alias a
                                   WHERE lower(split_part(a.destination, '@', 2) COLLATE "C") = n.domainname
                                     AND lower(a.destination COLLATE "C") >= u.address || e.delimiter
                                     AND lower(a.destination COLLATE "C") < u.address || chr(ascii(e.delimiter) + 1)
                                  UNION ALL
                                  SELECT c.gid, '(any)', c.destination FROM catchall c
                                   WHERE lower(split_part(c.destination, '@', 2) COLLATE "C") = n.domainname
                                     AND lower(c.destination COLLATE "C") >= u.address || e.delimiter
                                     AND lower(c.destination COLLATE "C") < u.address || chr(ascii(e.delimiter) + 1)
                                  OFFSET 0
                              ) AS x
                        WHERE u.address <> '(any)'
                          AND NOT EXISTS (SELECT FROM vmm_address v WHERE v.address = x.destination OFFSET 0)
                       UNION ALL
                       SELECT a.gid, a.address FROM alias a
                        WHERE u.address = '(any)' AND lower(split_part(a.destination, '@', 2) COLLATE "C") = n.domainname
                          AND NOT EXISTS (SELECT FROM vmm_address v WHERE v.address = a.destination)
                       UNION ALL
                       SELECT c.gid, '(any)' FROM catchall c
                        WHERE u.address = '(any)' AND lower(split_part(c.destination, '@', 2) COLLATE "C") = n.domainname
                          AND NOT EXISTS (SELECT FROM vmm_address v WHERE v.address = c.destination)
                   ) AS x
        )
        SELECT u.address || '@' || n.domainname
          FROM up u JOIN domain_name n ON n.gid = u.gid AND n.is_primary
        EXCEPT
        SELECT k.address || '@' || n.domainname
          FROM unnest($1::bigint[], $2::text[]) AS k (gid, address) JOIN domain_name n ON n.gid = k.gid AND n.is_primary
         ORDER BY 1
        """;

    internal static List<string> Destinations(Transaction tx, long gid, EmailAddress alias) =>
        tx.List(DestinationsSql, r => r.GetString(0), Parameter.Long(gid), Parameter.Text(alias.LocalPart));

    internal static int Insert(Transaction tx, long gid, EmailAddress alias, IEnumerable<string> destinations) =>
        tx.Execute(InsertSql, Parameter.Long(gid), Parameter.Text(alias.LocalPart), Parameter.Texts(destinations));

    internal static int Rename(Transaction tx, long gid, EmailAddress alias, long newGid, EmailAddress newAlias) => tx.Execute(
        RenameSql,
        Parameter.Long(gid),
        Parameter.Text(alias.LocalPart),
        Parameter.Long(newGid),
        Parameter.Text(newAlias.LocalPart));

    internal static long FilledIn(Transaction tx, long gid) => tx.Scalar<long>(FilledInSql, Parameter.Long(gid));

    internal static int Delete(Transaction tx, long gid, EmailAddress alias) =>
        tx.Execute(DeleteSql, Parameter.Long(gid), Parameter.Text(alias.LocalPart));

    internal static int DeleteSome(Transaction tx, long gid, EmailAddress alias, IEnumerable<string> destinations) =>
        tx.Execute(DeleteSomeSql, Parameter.Long(gid), Parameter.Text(alias.LocalPart), Parameter.Texts(destinations));

    internal static List<string> PointingTo(Transaction tx, IEnumerable<string> addresses) =>
        tx.List(PointingToSql, r => r.GetString(0), Parameter.Texts(addresses));

    internal static void LockPointingTo(Transaction tx, IReadOnlyCollection<string> addresses) =>
        tx.Execute(LockPointingToSql, Parameter.Texts(addresses));

    internal static int DeletePointingTo(Transaction tx, IReadOnlyCollection<string> addresses) =>
        tx.Execute(DeletePointingToSql, Parameter.Texts(addresses));

    internal static void LockGraph(Transaction tx) => tx.Execute(LockGraphSql);

    /// <summary>
    /// Every step from one address to the next that starts at these addresses; the starting points have no source.
    /// </summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="addresses">The starting points.</param>
    /// <param name="delimiters">Characters that begin an extension; empty for none.</param>
    /// <param name="propagates">Whether the destinations of an alias get the extension.</param>
    internal static List<AliasStep> Reachable(
        Transaction tx, IEnumerable<string> addresses, string delimiters, bool propagates) => tx.List(
        ReachableSql,
        r => new AliasStep(r.TextOrNull(0), r.GetString(1)),
        Parameter.Texts(addresses),
        Parameter.Text(delimiters),
        Parameter.Bool(propagates));

    internal static List<string> LeadingTo(
        Transaction tx, IReadOnlyCollection<(long Gid, string LocalPart)> addresses, string delimiters) => tx.List(
        LeadingToSql,
        r => r.GetString(0),
        Parameter.Longs(addresses.Select(a => a.Gid)),
        Parameter.Texts(addresses.Select(a => a.LocalPart)),
        Parameter.Text(delimiters));

    /// <summary>Which of these destinations may lead further: all but external ones, and accounts without an extension.</summary>
    internal static List<string> Continuing(Transaction tx, IEnumerable<string> destinations, string delimiters) =>
        tx.List(ContinuingSql, r => r.GetString(0), Parameter.Texts(destinations), Parameter.Text(delimiters));

    /// <summary>The destinations of many aliases.</summary>
    internal static List<AliasRow> DestinationsOf(Transaction tx, IReadOnlyCollection<(long Gid, string LocalPart)> aliases) =>
        tx.List(
            ManyDestinationsSql,
            r => new AliasRow(r.GetInt64(0), r.GetString(1), r.GetString(2)),
            Parameter.Longs(aliases.Select(a => a.Gid)),
            Parameter.Texts(aliases.Select(a => a.LocalPart)));

    /// <summary>Adds many.</summary>
    internal static void Copy(Transaction tx, IEnumerable<AliasRow> rows) => tx.Copy(CopySql, rows, (import, row) =>
    {
        import.Write(row.Gid, NpgsqlDbType.Bigint);
        import.Write(row.LocalPart, NpgsqlDbType.Varchar);
        import.Write(row.Destination, NpgsqlDbType.Varchar);
    });
}
