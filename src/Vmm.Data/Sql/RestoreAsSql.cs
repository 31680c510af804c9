namespace Vmm.Data.Sql;

/// <summary>A deleted account with another address, and what led to it.</summary>
internal static class RestoreAsSql
{
    /// <summary>The account that the change $1 deleted, of $2 as the only one, in the domain $3 with the local part $4.</summary>
    internal const string InsertAsSql = $"""
        INSERT INTO {UndoSql.Columns}
        SELECT p.number, $3, $4, {UndoSql.GoneAccounts}
        """;

    /// <summary>
    /// The destinations $2 that the change $1 deleted, with $3 instead: of aliases whose address is not something else by now.
    /// </summary>
    internal const string InsertAliasesAsSql = """
        INSERT INTO alias (gid, address, destination)
        SELECT p.old_gid, p.old_local_part, $3
          FROM vmm_journal_net($1, NULL, false) p
          JOIN domain_data d ON d.gid = p.old_gid
         WHERE p.kind = 'alias' AND p.after IS NULL AND p.before->>'destination' = ANY ($2)
           AND NOT EXISTS (SELECT FROM users u WHERE u.gid = p.old_gid AND u.local_part = p.old_local_part)
           AND NOT EXISTS (SELECT FROM relocated r WHERE r.gid = p.old_gid AND r.address = p.old_local_part)
            ON CONFLICT DO NOTHING
        RETURNING address || '@' || (SELECT domainname FROM domain_name n WHERE n.gid = alias.gid AND n.is_primary)
        """;

    /// <summary>The same of catch-alls; the names of their domains.</summary>
    internal const string InsertCatchAllsAsSql = """
        INSERT INTO catchall (gid, destination)
        SELECT p.old_gid, $3
          FROM vmm_journal_net($1, NULL, false) p
          JOIN domain_data d ON d.gid = p.old_gid
         WHERE p.kind = 'catch-all' AND p.after IS NULL AND p.before->>'destination' = ANY ($2)
            ON CONFLICT DO NOTHING
        RETURNING (SELECT domainname FROM domain_name n WHERE n.gid = catchall.gid AND n.is_primary)
        """;

    /// <summary>Adds one account again, with another address. Returns the number of rows.</summary>
    internal static int InsertAs(Transaction tx, long change, long uid, long gid, string localPart) => tx.Execute(
        InsertAsSql, Parameter.Longs([change]), Parameter.Longs([uid]), Parameter.Long(gid), Parameter.Text(localPart));

    /// <summary>Adds again what led to an account, under its new address: the addresses of aliases.</summary>
    internal static List<string> InsertAliasesAs(
        Transaction tx, long change, IReadOnlyCollection<string> old, string address) => tx.List(
            InsertAliasesAsSql, r => r.GetString(0), Parameter.Longs([change]), Parameter.Texts(old), Parameter.Text(address));

    /// <summary>The same: the domains of catch-alls.</summary>
    internal static List<string> InsertCatchAllsAs(
        Transaction tx, long change, IReadOnlyCollection<string> old, string address) => tx.List(
            InsertCatchAllsAsSql, r => r.GetString(0), Parameter.Longs([change]), Parameter.Texts(old), Parameter.Text(address));
}
