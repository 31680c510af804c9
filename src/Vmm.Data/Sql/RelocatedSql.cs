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

    internal const string List = """
        SELECT r.address, n.domainname, n.is_primary
          FROM domain_name n
          JOIN relocated r USING (gid)
          LEFT JOIN domain_name p ON p.gid = n.gid AND p.is_primary
         WHERE ($1::text IS NULL OR n.domainname LIKE $1) AND ($2::text IS NULL OR r.address LIKE $2)
         ORDER BY coalesce(p.domainname, n.domainname) COLLATE "C", n.is_primary DESC, n.domainname COLLATE "C", r.address COLLATE "C"
        """;

    internal static Task<string?> DestinationAsync(Transaction tx, long gid, EmailAddress address) =>
        tx.ScalarAsync<string>(Destination, P.Long(gid), P.Text(address.LocalPart));

    internal static Task<int> UpsertAsync(Transaction tx, long gid, EmailAddress address, string destination) =>
        tx.ExecuteAsync(Upsert, P.Long(gid), P.Text(address.LocalPart), P.Text(destination));

    internal static Task<int> DeleteAsync(Transaction tx, long gid, EmailAddress address) =>
        tx.ExecuteAsync(Delete, P.Long(gid), P.Text(address.LocalPart));

    internal static IAsyncEnumerable<AddressListItem> ListAsync(Transaction tx, AddressPattern pattern) =>
        AccountSql.AddressList(tx, List, pattern);
}
