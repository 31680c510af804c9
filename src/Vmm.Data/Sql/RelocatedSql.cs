namespace Vmm.Sql;

/// <summary>Statements about relocated users: table relocated.</summary>
internal static class RelocatedSql
{
    internal const string Destination = "SELECT destination FROM relocated WHERE gid = $1 AND address = $2";

    internal const string Upsert = """
        INSERT INTO relocated (gid, address, destination) VALUES ($1, $2, $3)
        ON CONFLICT (gid, address) DO UPDATE SET destination = excluded.destination
        """;

    internal const string Delete = "DELETE FROM relocated WHERE gid = $1 AND address = $2";

    internal static Task<string?> DestinationAsync(Transaction tx, long gid, EmailAddress address) =>
        tx.ScalarAsync<string>(Destination, P.Long(gid), P.Text(address.LocalPart));

    internal static Task<int> UpsertAsync(Transaction tx, long gid, EmailAddress address, string destination) =>
        tx.ExecuteAsync(Upsert, P.Long(gid), P.Text(address.LocalPart), P.Text(destination));

    internal static Task<int> DeleteAsync(Transaction tx, long gid, EmailAddress address) =>
        tx.ExecuteAsync(Delete, P.Long(gid), P.Text(address.LocalPart));
}
