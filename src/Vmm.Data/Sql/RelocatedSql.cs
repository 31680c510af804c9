using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>Statements about relocated users: table relocated.</summary>
internal static class RelocatedSql
{
    internal const string DestinationSql = "SELECT destination FROM relocated WHERE gid = $1 AND address = $2";

    internal const string UpsertSql = """
        INSERT INTO relocated (gid, address, destination) VALUES ($1, $2, $3)
        ON CONFLICT (gid, address) DO UPDATE SET destination = excluded.destination
        """;

    internal const string UpsertAllSql = """
        INSERT INTO relocated (gid, address, destination)
        SELECT gid, address, destination FROM unnest($1::bigint[], $2::text[], $3::text[]) AS r (gid, address, destination)
         ORDER BY gid, address COLLATE "C"
            ON CONFLICT (gid, address) DO UPDATE SET destination = excluded.destination
        """;

    internal const string DestinationsSql = "SELECT gid, address, destination FROM relocated WHERE gid = ANY ($1::bigint[])";

    /// <summary>The relocated users that have moved to one of these addresses.</summary>
    internal const string PointingToSql = """
        SELECT r.address || '@' || n.domainname
          FROM relocated r JOIN domain_name n ON n.gid = r.gid AND n.is_primary
         WHERE r.destination = ANY ($1::text[])
         ORDER BY 1
        """;

    internal const string DeleteSql = "DELETE FROM relocated WHERE gid = $1 AND address = $2";

    internal static string? Destination(Transaction tx, long gid, EmailAddress address) =>
        tx.Scalar<string>(DestinationSql, Parameter.Long(gid), Parameter.Text(address.LocalPart));

    internal static int Upsert(Transaction tx, long gid, EmailAddress address, string destination) =>
        tx.Execute(UpsertSql, Parameter.Long(gid), Parameter.Text(address.LocalPart), Parameter.Text(destination));

    internal static int UpsertAll(
        Transaction tx, IReadOnlyCollection<(long Gid, string LocalPart, string Destination)> rows) => tx.Execute(
        UpsertAllSql,
        Parameter.Longs(rows.Select(r => r.Gid)),
        Parameter.Texts(rows.Select(r => r.LocalPart)),
        Parameter.Texts(rows.Select(r => r.Destination)));

    /// <summary>All of these domains.</summary>
    internal static Dictionary<(long Gid, string LocalPart), string> Destinations(Transaction tx, IEnumerable<long> gids) =>
        tx.List(DestinationsSql, r => (r.GetInt64(0), r.GetString(1), r.GetString(2)), Parameter.Longs(gids))
            .ToDictionary(r => (r.Item1, r.Item2), r => r.Item3);

    internal static List<string> PointingTo(Transaction tx, IEnumerable<string> addresses) =>
        tx.List(PointingToSql, r => r.GetString(0), Parameter.Texts(addresses));

    internal static int Delete(Transaction tx, long gid, EmailAddress address) =>
        tx.Execute(DeleteSql, Parameter.Long(gid), Parameter.Text(address.LocalPart));
}
