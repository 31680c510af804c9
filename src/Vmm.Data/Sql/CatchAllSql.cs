using NpgsqlTypes;

namespace Vmm.Data.Sql;

/// <summary>Statements about catch-alls: table catchall, one row per destination.</summary>
internal static class CatchAllSql
{
    internal const string DestinationsSql = """
        SELECT destination FROM catchall WHERE gid = $1 ORDER BY destination COLLATE "C"
        """;

    internal const string InsertSql = "INSERT INTO catchall (gid, destination) SELECT $1, unnest($2::text[])";

    internal const string CopySql = "COPY catchall (gid, destination) FROM STDIN (FORMAT binary)";

    internal const string ManyDestinationsSql = """
        SELECT c.gid, c.destination
          FROM (SELECT DISTINCT unnest($1::bigint[])) AS k (gid) JOIN catchall c ON c.gid = k.gid
        """;

    internal const string DeleteSql = "DELETE FROM catchall WHERE gid = $1";

    internal const string DeleteSomeSql = "DELETE FROM catchall WHERE gid = $1 AND destination = ANY ($2::text[])";

    internal const string DeletePointingToSql = "DELETE FROM catchall WHERE destination = ANY ($1::text[])";

    /// <summary>The domains whose catch-all has one of these destinations.</summary>
    internal const string PointingToSql = """
        SELECT DISTINCT n.domainname::text
          FROM catchall c JOIN domain_name n ON n.gid = c.gid AND n.is_primary
         WHERE c.destination = ANY ($1::text[])
         ORDER BY 1
        """;

    internal static List<string> Destinations(Transaction tx, long gid) =>
        tx.List(DestinationsSql, r => r.GetString(0), Parameter.Long(gid));

    /// <summary>Those of many domains, by gid; domains without a catch-all are left out.</summary>
    internal static Dictionary<long, HashSet<string>> DestinationsOf(Transaction tx, IEnumerable<long> gids) => tx
        .List(ManyDestinationsSql, r => (Gid: r.GetInt64(0), Destination: r.GetString(1)), Parameter.Longs(gids))
        .GroupBy(r => r.Gid)
        .ToDictionary(g => g.Key, g => g.Select(r => r.Destination).ToHashSet());

    /// <summary>Adds many.</summary>
    internal static void Copy(Transaction tx, IEnumerable<(long Gid, string Destination)> rows) =>
        tx.Copy(CopySql, rows, (import, row) =>
        {
            import.Write(row.Gid, NpgsqlDbType.Bigint);
            import.Write(row.Destination, NpgsqlDbType.Varchar);
        });

    internal static int Insert(Transaction tx, long gid, IEnumerable<string> destinations) =>
        tx.Execute(InsertSql, Parameter.Long(gid), Parameter.Texts(destinations));

    internal static int Delete(Transaction tx, long gid) => tx.Execute(DeleteSql, Parameter.Long(gid));

    internal static int DeleteSome(Transaction tx, long gid, IEnumerable<string> destinations) =>
        tx.Execute(DeleteSomeSql, Parameter.Long(gid), Parameter.Texts(destinations));

    internal static int DeletePointingTo(Transaction tx, IEnumerable<string> addresses) =>
        tx.Execute(DeletePointingToSql, Parameter.Texts(addresses));

    internal static List<string> PointingTo(Transaction tx, IEnumerable<string> addresses) =>
        tx.List(PointingToSql, r => r.GetString(0), Parameter.Texts(addresses));
}
