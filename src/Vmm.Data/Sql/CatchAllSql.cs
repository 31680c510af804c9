namespace Vmm.Data.Sql;

/// <summary>Statements about catch-alls: table catchall, one row per destination.</summary>
internal static class CatchAllSql
{
    internal const string DestinationsSql = """
        SELECT destination FROM catchall WHERE gid = $1 ORDER BY destination COLLATE "C"
        """;

    internal const string InsertSql = "INSERT INTO catchall (gid, destination) SELECT $1, unnest($2::text[])";

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
