namespace Vmm.Sql;

/// <summary>Statements about aliases: table alias, one row per destination.</summary>
internal static class AliasSql
{
    internal const string Destinations = """
        SELECT destination FROM alias WHERE gid = $1 AND address = $2 ORDER BY destination COLLATE "C"
        """;

    internal const string Insert = "INSERT INTO alias (gid, address, destination) SELECT $1, $2, unnest($3::text[])";

    internal const string Delete = "DELETE FROM alias WHERE gid = $1 AND address = $2";

    internal const string DeleteSome = "DELETE FROM alias WHERE gid = $1 AND address = $2 AND destination = ANY ($3::text[])";

    /// <summary>The aliases that have one of these destinations (an account's address under every name of its domain).</summary>
    internal const string PointingTo = """
        SELECT DISTINCT a.address || '@' || n.domainname
          FROM alias a JOIN domain_name n ON n.gid = a.gid AND n.is_primary
         WHERE a.destination = ANY ($1::text[])
         ORDER BY 1
        """;

    internal const string DeletePointingTo = "DELETE FROM alias WHERE destination = ANY ($1::text[])";

    /// <summary>
    /// Follows alias destinations from an address, through every name of a domain, until no new address turns up (UNION drops repetitions, so a loop
    /// ends). Placeholders that look-ups fill in are filled in as they do it.
    /// </summary>
    internal const string Reachable = """
        WITH RECURSIVE walk (source, target, depth) AS (
            SELECT NULL::text, lower(s), 0 FROM unnest($1::text[]) s
            UNION
            SELECT w.target, lower(_interpolate_destination(a.destination, v.local_part, split_part(w.target, '@', 2))), w.depth + 1
              FROM walk w
              JOIN vmm_address v ON v.address = w.target AND v.kind = 'alias'
              JOIN alias a ON a.gid = v.gid AND a.address = v.local_part
             WHERE w.depth < 1000
        )
        SELECT source, target FROM walk ORDER BY depth
        """;

    internal const string List = """
        SELECT a.address, n.domainname, n.is_primary
          FROM domain_name n
          JOIN (SELECT DISTINCT gid, address FROM alias) a USING (gid)
          LEFT JOIN domain_name p ON p.gid = n.gid AND p.is_primary
         WHERE ($1::text IS NULL OR n.domainname LIKE $1) AND ($2::text IS NULL OR a.address LIKE $2)
         ORDER BY coalesce(p.domainname, n.domainname) COLLATE "C", n.is_primary DESC, n.domainname COLLATE "C", a.address COLLATE "C"
        """;

    internal static Task<List<string>> DestinationsAsync(Transaction tx, long gid, EmailAddress alias) =>
        tx.ListAsync(Destinations, r => r.GetString(0), P.Long(gid), P.Text(alias.LocalPart));

    internal static Task<int> InsertAsync(Transaction tx, long gid, EmailAddress alias, IEnumerable<string> destinations) =>
        tx.ExecuteAsync(Insert, P.Long(gid), P.Text(alias.LocalPart), P.Texts(destinations));

    internal static Task<int> DeleteAsync(Transaction tx, long gid, EmailAddress alias) =>
        tx.ExecuteAsync(Delete, P.Long(gid), P.Text(alias.LocalPart));

    internal static Task<int> DeleteSomeAsync(Transaction tx, long gid, EmailAddress alias, IEnumerable<string> destinations) =>
        tx.ExecuteAsync(DeleteSome, P.Long(gid), P.Text(alias.LocalPart), P.Texts(destinations));

    internal static Task<List<string>> PointingToAsync(Transaction tx, IEnumerable<string> addresses) =>
        tx.ListAsync(PointingTo, r => r.GetString(0), P.Texts(addresses));

    internal static Task<int> DeletePointingToAsync(Transaction tx, IEnumerable<string> addresses) =>
        tx.ExecuteAsync(DeletePointingTo, P.Texts(addresses));

    /// <summary>Every step from one address to the next that starts at these destinations; the starting points have no source.</summary>
    internal static Task<List<AliasStep>> ReachableAsync(Transaction tx, IEnumerable<string> destinations) =>
        tx.ListAsync(Reachable, r => new AliasStep(r.TextOrNull(0), r.GetString(1)), P.Texts(destinations));

    internal static IAsyncEnumerable<AddressListItem> ListAsync(Transaction tx, AddressPattern pattern) =>
        AccountSql.AddressList(tx, List, pattern);
}
