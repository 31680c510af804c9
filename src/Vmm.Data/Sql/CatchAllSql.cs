namespace Vmm.Sql;

/// <summary>Statements about catch-alls: table catchall, one row per destination.</summary>
internal static class CatchAllSql
{
    internal const string Destinations = """
        SELECT destination FROM catchall WHERE gid = $1 ORDER BY destination COLLATE "C"
        """;

    internal const string Insert = "INSERT INTO catchall (gid, destination) SELECT $1, unnest($2::text[])";

    internal const string Delete = "DELETE FROM catchall WHERE gid = $1";

    internal const string DeleteSome = "DELETE FROM catchall WHERE gid = $1 AND destination = ANY ($2::text[])";

    /// <summary>The domains whose catch-all has one of these destinations.</summary>
    internal const string PointingTo = """
        SELECT DISTINCT n.domainname::text
          FROM catchall c JOIN domain_name n ON n.gid = c.gid AND n.is_primary
         WHERE c.destination = ANY ($1::text[])
         ORDER BY 1
        """;

    internal static Task<List<string>> DestinationsAsync(Transaction tx, long gid) => tx.ListAsync(Destinations, r => r.GetString(0), P.Long(gid));

    internal static Task<int> InsertAsync(Transaction tx, long gid, IEnumerable<string> destinations) =>
        tx.ExecuteAsync(Insert, P.Long(gid), P.Texts(destinations));

    internal static Task<int> DeleteAsync(Transaction tx, long gid) => tx.ExecuteAsync(Delete, P.Long(gid));

    internal static Task<int> DeleteSomeAsync(Transaction tx, long gid, IEnumerable<string> destinations) =>
        tx.ExecuteAsync(DeleteSome, P.Long(gid), P.Texts(destinations));

    internal static Task<List<string>> PointingToAsync(Transaction tx, IEnumerable<string> addresses) =>
        tx.ListAsync(PointingTo, r => r.GetString(0), P.Texts(addresses));
}
