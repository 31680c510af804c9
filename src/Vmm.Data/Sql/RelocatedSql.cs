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

    internal static List<string> PointingTo(Transaction tx, IEnumerable<string> addresses) =>
        tx.List(PointingToSql, r => r.GetString(0), Parameter.Texts(addresses));

    internal static int Delete(Transaction tx, long gid, EmailAddress address) =>
        tx.Execute(DeleteSql, Parameter.Long(gid), Parameter.Text(address.LocalPart));
}
