namespace Vmm.Sql;

/// <summary>Statements about relocated users: table relocated.</summary>
internal static class RelocatedSql
{
    internal const string Destination = "SELECT destination FROM relocated WHERE gid = $1 AND address = $2";

    internal const string Upsert = """
        INSERT INTO relocated (gid, address, destination) VALUES ($1, $2, $3)
        ON CONFLICT (gid, address) DO UPDATE SET destination = excluded.destination
        """;

    /// <summary>The relocated users that have moved to one of these addresses.</summary>
    internal const string PointingTo = """
        SELECT r.address || '@' || n.domainname
          FROM relocated r JOIN domain_name n ON n.gid = r.gid AND n.is_primary
         WHERE r.destination = ANY ($1::text[])
         ORDER BY 1
        """;

    internal const string Delete = "DELETE FROM relocated WHERE gid = $1 AND address = $2";

    internal static Task<string?> DestinationAsync(Transaction tx, long gid, EmailAddress address) =>
        tx.ScalarAsync<string>(Destination, P.Long(gid), P.Text(address.LocalPart));

    internal static Task<int> UpsertAsync(Transaction tx, long gid, EmailAddress address, string destination) =>
        tx.ExecuteAsync(Upsert, P.Long(gid), P.Text(address.LocalPart), P.Text(destination));

    internal static Task<List<string>> PointingToAsync(Transaction tx, IEnumerable<string> addresses) =>
        tx.ListAsync(PointingTo, r => r.GetString(0), P.Texts(addresses));

    internal static Task<int> DeleteAsync(Transaction tx, long gid, EmailAddress address) =>
        tx.ExecuteAsync(Delete, P.Long(gid), P.Text(address.LocalPart));
}
