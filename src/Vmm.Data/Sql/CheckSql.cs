namespace Vmm.Sql;

/// <summary>All directories that the rows promise, for the comparison with the disk.</summary>
internal static class CheckSql
{
    internal const string Domains = """
        SELECT d.gid, d.domaindir, coalesce(n.domainname, '')
          FROM domain_data d LEFT JOIN domain_name n ON n.gid = d.gid AND n.is_primary
        """;

    internal const string Accounts = "SELECT u.uid, u.gid, u.local_part, l.directory FROM users u JOIN maillocation l USING (mid)";

    internal static IAsyncEnumerable<ExpectedDomain> DomainsAsync(Transaction tx) =>
        tx.StreamAsync(Domains, r => new ExpectedDomain(r.GetInt64(0), r.GetString(1), r.GetString(2)));

    internal static IAsyncEnumerable<ExpectedAccount> AccountsAsync(Transaction tx) =>
        tx.StreamAsync(Accounts, r => new ExpectedAccount(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetString(3)));
}
