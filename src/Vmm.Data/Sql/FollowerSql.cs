namespace Vmm.Data.Sql;

/// <summary>A destination that is stored.</summary>
/// <param name="Table">alias, catchall or relocated.</param>
/// <param name="Gid">Domain of what has it.</param>
/// <param name="LocalPart">Of what has it; empty for a catch-all.</param>
/// <param name="Destination">As it is stored.</param>
internal sealed record StoredDestination(string Table, long Gid, string LocalPart, string Destination);

/// <summary>Destinations of aliases, catch-alls and relocated users that follow an address, or a domain, to its new name.</summary>
internal static class FollowerSql
{
    internal static string AliasTable => "alias";

    internal static string CatchAllTable => "catchall";

    internal static string RelocatedTable => "relocated";

    /// <summary>
    /// Those in one of the domains $1 that begin, in any spelling, with a word from $2 up and below $3 by the bytes: ranges of an
    /// index, since a domain may have 100,000 destinations.
    /// </summary>
    internal const string OfAddressSql = """
        SELECT f.of_table, f.gid, f.local_part, f.destination
          FROM unnest($1::text[]) AS d (domain)
         CROSS JOIN unnest($2::text[], $3::text[]) AS k (low, high)
         CROSS JOIN LATERAL (
                   SELECT 'alias', a.gid, a.address, a.destination
                     FROM alias a
                    WHERE lower(split_part(a.destination, '@', 2) COLLATE "C") = d.domain
                      AND lower(a.destination COLLATE "C") >= k.low AND lower(a.destination COLLATE "C") < k.high
                   UNION ALL
                   SELECT 'catchall', c.gid, '', c.destination
                     FROM catchall c
                    WHERE lower(split_part(c.destination, '@', 2) COLLATE "C") = d.domain
                      AND lower(c.destination COLLATE "C") >= k.low AND lower(c.destination COLLATE "C") < k.high
                   UNION ALL
                   SELECT 'relocated', r.gid, r.address, r.destination
                     FROM relocated r
                    WHERE lower(split_part(r.destination, '@', 2) COLLATE "C") = d.domain
                      AND lower(r.destination COLLATE "C") >= k.low AND lower(r.destination COLLATE "C") < k.high
                   OFFSET 0
               ) AS f (of_table, gid, local_part, destination)
         ORDER BY f.of_table, f.gid, f.local_part COLLATE "C", f.destination COLLATE "C"
        """;

    /// <summary>Those in a domain, in any spelling of its name.</summary>
    internal const string OfDomainSql = """
        SELECT f.of_table, f.gid, f.local_part, f.destination
          FROM (
                   SELECT 'alias', gid, address, destination FROM alias
                    WHERE lower(split_part(destination, '@', 2) COLLATE "C") = $1
                   UNION ALL
                   SELECT 'catchall', gid, '', destination FROM catchall
                    WHERE lower(split_part(destination, '@', 2) COLLATE "C") = $1
                   UNION ALL
                   SELECT 'relocated', gid, address, destination FROM relocated
                    WHERE lower(split_part(destination, '@', 2) COLLATE "C") = $1
               ) AS f (of_table, gid, local_part, destination)
         ORDER BY f.of_table, f.gid, f.local_part COLLATE "C", f.destination COLLATE "C"
        """;

    /// <summary>
    /// Locks domains before their addresses, in the same order as the deletion of a domain. Whoever changes the defaults of one
    /// looks at all its accounts: they are not to be deleted and added under another address meanwhile.
    /// </summary>
    internal const string LockDomainsSql = """
        SELECT gid FROM domain_data WHERE gid = ANY ($1::bigint[]) ORDER BY gid FOR SHARE
        """;

    /// <summary>Those that are still there, after a wait for whoever deletes one just now.</summary>
    internal const string LockAliasesSql = """
        SELECT 'alias', a.gid, a.address, a.destination
          FROM unnest($1::bigint[], $2::text[], $3::text[]) AS k (gid, address, destination)
          JOIN alias a ON a.gid = k.gid AND a.address = k.address AND a.destination = k.destination
         ORDER BY a.gid, a.address, a.destination
           FOR UPDATE OF a
        """;

    /// <inheritdoc cref="LockAliasesSql"/>
    internal const string LockCatchAllsSql = """
        SELECT 'catchall', c.gid, '', c.destination
          FROM unnest($1::bigint[], $2::text[]) AS k (gid, destination)
          JOIN catchall c ON c.gid = k.gid AND c.destination = k.destination
         ORDER BY c.gid, c.destination
           FOR UPDATE OF c
        """;

    /// <inheritdoc cref="LockAliasesSql"/>
    internal const string LockRelocatedSql = """
        SELECT 'relocated', r.gid, r.address, r.destination
          FROM unnest($1::bigint[], $2::text[], $3::text[]) AS k (gid, address, destination)
          JOIN relocated r ON r.gid = k.gid AND r.address = k.address AND r.destination = k.destination
         ORDER BY r.gid, r.address
           FOR UPDATE OF r
        """;

    internal const string AddToAliasesSql = """
        INSERT INTO alias (gid, address, destination)
        SELECT DISTINCT gid, address, destination FROM unnest($1::bigint[], $2::text[], $3::text[]) AS k (gid, address, destination)
        ON CONFLICT DO NOTHING
        """;

    internal const string TakeFromAliasesSql = """
        DELETE FROM alias a
         USING unnest($1::bigint[], $2::text[], $3::text[]) AS k (gid, address, destination)
         WHERE a.gid = k.gid AND a.address = k.address AND a.destination = k.destination
        """;

    internal const string AddToCatchAllsSql = """
        INSERT INTO catchall (gid, destination)
        SELECT DISTINCT gid, destination FROM unnest($1::bigint[], $2::text[]) AS k (gid, destination)
        ON CONFLICT DO NOTHING
        """;

    internal const string TakeFromCatchAllsSql = """
        DELETE FROM catchall c
         USING unnest($1::bigint[], $2::text[]) AS k (gid, destination)
         WHERE c.gid = k.gid AND c.destination = k.destination
        """;

    internal const string SetRelocatedSql = """
        UPDATE relocated r
           SET destination = k.destination
          FROM unnest($1::bigint[], $2::text[], $3::text[]) AS k (gid, address, destination)
         WHERE r.gid = k.gid AND r.address = k.address
        """;

    /// <summary>Those that begin with one of these words, in one of these domains.</summary>
    internal static List<StoredDestination> OfAddress(
        Transaction tx, IReadOnlyCollection<string> beginnings, IEnumerable<string> domains) => tx.List(
        OfAddressSql,
        Row,
        Parameter.Texts(domains),
        Parameter.Texts(beginnings),
        Parameter.Texts(beginnings.Select(b => b[..^1] + (char)(b[^1] + 1))));

    internal static List<StoredDestination> OfDomain(Transaction tx, string domain) =>
        tx.List(OfDomainSql, Row, Parameter.Text(domain));

    private static StoredDestination Row(Npgsql.NpgsqlDataReader r) =>
        new(r.GetString(0), r.GetInt64(1), r.GetString(2), r.GetString(3));

    internal static void LockDomains(Transaction tx, IEnumerable<long> gids) => tx.Execute(LockDomainsSql, Parameter.Longs(gids));

    /// <summary>Locks destinations, and finds those that are still there.</summary>
    internal static HashSet<StoredDestination> Lock(Transaction tx, IReadOnlyCollection<StoredDestination> rows)
    {
        var of = rows.ToLookup(r => r.Table);
        return
        [
            .. List(LockAliasesSql, of[AliasTable], hasAddress: true),
            .. List(LockCatchAllsSql, of[CatchAllTable], hasAddress: false),
            .. List(LockRelocatedSql, of[RelocatedTable], hasAddress: true),
        ];

        List<StoredDestination> List(string sql, IEnumerable<StoredDestination> some, bool hasAddress) => !some.Any() ? [] :
            tx.List(
            sql,
            Row,
            [
                Parameter.Longs(some.Select(r => r.Gid)),
                .. hasAddress ? (Npgsql.NpgsqlParameter[])[Parameter.Texts(some.Select(r => r.LocalPart))] : [],
                Parameter.Texts(some.Select(r => r.Destination)),
            ]);
    }

    /// <summary>
    /// Gives destinations of one table their new form. The new ones are there before the old ones go: an alias never vanishes.
    /// </summary>
    internal static void Move(Transaction tx, string table, IReadOnlyCollection<(StoredDestination Old, string New)> rows)
    {
        var gids = rows.Select(r => r.Old.Gid);
        var localParts = rows.Select(r => r.Old.LocalPart);
        var before = rows.Select(r => r.Old.Destination);
        var after = rows.Select(r => r.New);
        if (table == AliasTable)
        {
            tx.Execute(AddToAliasesSql, Parameter.Longs(gids), Parameter.Texts(localParts), Parameter.Texts(after));
            tx.Execute(TakeFromAliasesSql, Parameter.Longs(gids), Parameter.Texts(localParts), Parameter.Texts(before));
        }
        else if (table == CatchAllTable)
        {
            tx.Execute(AddToCatchAllsSql, Parameter.Longs(gids), Parameter.Texts(after));
            tx.Execute(TakeFromCatchAllsSql, Parameter.Longs(gids), Parameter.Texts(before));
        }
        else
        {
            tx.Execute(SetRelocatedSql, Parameter.Longs(gids), Parameter.Texts(localParts), Parameter.Texts(after));
        }
    }
}
