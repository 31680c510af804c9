using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>Statements about aliases: table alias, one row per destination.</summary>
internal static class AliasSql
{
    internal const string DestinationsSql = """
        SELECT destination FROM alias WHERE gid = $1 AND address = $2 ORDER BY destination COLLATE "C"
        """;

    internal const string InsertSql = "INSERT INTO alias (gid, address, destination) SELECT $1, $2, unnest($3::text[])";

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

    /// <summary>Locks domains before their addresses, in the same order as the deletion of a domain.</summary>
    internal const string LockPointingTo = """
        SELECT gid
          FROM domain_data
         WHERE gid IN (SELECT gid FROM alias WHERE destination = ANY ($1::text[]))
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
    /// </summary>
    internal const string ReachableSql = """
        WITH RECURSIVE walk (source, target) AS (
            SELECT NULL::text, lower(s) FROM unnest($1::text[]) s
            UNION
            SELECT w.target,
                   CASE WHEN strpos(e.destination, '(any)') > 0 THEN '(any)@' || split_part(e.destination, '@', 2)
                        ELSE e.destination
                   END
              FROM walk w
             CROSS JOIN LATERAL (
                       SELECT lower(_interpolate_destination(a.destination, v.local_part, split_part(w.target, '@', 2)))
                         FROM vmm_address v
                         JOIN alias a ON a.gid = v.gid AND a.address = v.local_part
                        WHERE v.address = w.target AND v.kind = 'alias'
                       UNION ALL
                       SELECT lower(_interpolate_destination(
                                  c.destination, split_part(w.target, '@', 1), split_part(w.target, '@', 2)))
                         FROM domain_name n
                         JOIN catchall c ON c.gid = n.gid
                        WHERE n.domainname = split_part(w.target, '@', 2)
                          AND NOT EXISTS (SELECT FROM vmm_address v WHERE v.address = w.target)
                   ) AS e (destination)
             WHERE length(e.destination) <= 320
               AND (e.destination <> w.target
                    OR strpos(e.destination, '(any)') > 0
                    OR EXISTS (SELECT FROM vmm_address v WHERE v.address = w.target))
        )
        SELECT source, target FROM walk
        """;

    /// <summary>
    /// What leads to this alias, or with the local part (any) to the catch-all of this domain, over any number of steps: aliases
    /// under their primary names, catch-alls as (any)@domain.
    /// </summary>
    internal const string LeadingToSql = """
        WITH RECURSIVE up (gid, address) AS (
            SELECT $1::bigint, $2::text
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
                       SELECT a.gid, a.address FROM alias a
                        WHERE u.address = '(any)' AND split_part(a.destination, '@', 2) = n.domainname
                          AND NOT EXISTS (SELECT FROM vmm_address v WHERE v.address = a.destination)
                       UNION ALL
                       SELECT c.gid, '(any)' FROM catchall c
                        WHERE u.address = '(any)' AND split_part(c.destination, '@', 2) = n.domainname
                          AND NOT EXISTS (SELECT FROM vmm_address v WHERE v.address = c.destination)
                   ) AS x
        )
        SELECT u.address || '@' || n.domainname
          FROM up u JOIN domain_name n ON n.gid = u.gid AND n.is_primary
         WHERE (u.gid, u.address) <> ($1, $2)
         ORDER BY 1
        """;

    internal static List<string> Destinations(Transaction tx, long gid, EmailAddress alias) =>
        tx.List(DestinationsSql, r => r.GetString(0), Parameter.Long(gid), Parameter.Text(alias.LocalPart));

    internal static int Insert(Transaction tx, long gid, EmailAddress alias, IEnumerable<string> destinations) =>
        tx.Execute(InsertSql, Parameter.Long(gid), Parameter.Text(alias.LocalPart), Parameter.Texts(destinations));

    internal static int Delete(Transaction tx, long gid, EmailAddress alias) =>
        tx.Execute(DeleteSql, Parameter.Long(gid), Parameter.Text(alias.LocalPart));

    internal static int DeleteSome(Transaction tx, long gid, EmailAddress alias, IEnumerable<string> destinations) =>
        tx.Execute(DeleteSomeSql, Parameter.Long(gid), Parameter.Text(alias.LocalPart), Parameter.Texts(destinations));

    internal static List<string> PointingTo(Transaction tx, IEnumerable<string> addresses) =>
        tx.List(PointingToSql, r => r.GetString(0), Parameter.Texts(addresses));

    internal static int DeletePointingTo(Transaction tx, IReadOnlyCollection<string> addresses)
    {
        tx.Execute(LockPointingTo, Parameter.Texts(addresses));
        return tx.Execute(DeletePointingToSql, Parameter.Texts(addresses));
    }

    internal static void LockGraph(Transaction tx) => tx.Execute(LockGraphSql);

    /// <summary>
    /// Every step from one address to the next that starts at these addresses; the starting points have no source.
    /// </summary>
    internal static List<AliasStep> Reachable(Transaction tx, IEnumerable<string> addresses) =>
        tx.List(ReachableSql, r => new AliasStep(r.TextOrNull(0), r.GetString(1)), Parameter.Texts(addresses));

    internal static List<string> LeadingTo(Transaction tx, long gid, string localPart) =>
        tx.List(LeadingToSql, r => r.GetString(0), Parameter.Long(gid), Parameter.Text(localPart));
}
