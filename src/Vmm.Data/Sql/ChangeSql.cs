using Vmm.Data.Rows;

namespace Vmm.Data.Sql;

/// <summary>
/// What a transaction has changed so far, from the system columns of the rows (xmin: the transaction that wrote it, xmax: the one
/// that deleted, replaced or locked it). Only dry runs use it, because it reads whole tables.
/// </summary>
internal static class ChangeSql
{
    internal const string NumberSql = "SELECT pg_current_xact_id()::xid::text";

    /// <summary>
    /// Rows that a transaction has written; only that transaction sees them. The time of a password is a trigger's affair.
    /// </summary>
    internal const string WrittenSql = """
        SELECT 'transport', to_jsonb(t)::text FROM transport t WHERE t.xmin = $1::xid
        UNION ALL SELECT 'maillocation', to_jsonb(t)::text FROM maillocation t WHERE t.xmin = $1::xid
        UNION ALL SELECT 'quotalimit', to_jsonb(t)::text FROM quotalimit t WHERE t.xmin = $1::xid
        UNION ALL SELECT 'domain_data', to_jsonb(t)::text FROM domain_data t WHERE t.xmin = $1::xid
        UNION ALL SELECT 'domain_name', to_jsonb(t)::text FROM domain_name t WHERE t.xmin = $1::xid
        UNION ALL SELECT 'users', (to_jsonb(t) - 'passwd_changed')::text FROM users t WHERE t.xmin = $1::xid
        UNION ALL SELECT 'userquota', to_jsonb(t)::text FROM userquota t WHERE t.xmin = $1::xid
        UNION ALL SELECT 'alias', to_jsonb(t)::text FROM alias t WHERE t.xmin = $1::xid
        UNION ALL SELECT 'relocated', to_jsonb(t)::text FROM relocated t WHERE t.xmin = $1::xid
        UNION ALL SELECT 'catchall', to_jsonb(t)::text FROM catchall t WHERE t.xmin = $1::xid
        UNION ALL SELECT 'vmm_sender_grant', to_jsonb(t)::text FROM vmm_sender_grant t WHERE t.xmin = $1::xid
        """;

    /// <summary>
    /// Rows that a transaction has deleted or replaced, and rows that it has only locked. Other transactions see all of them, the
    /// transaction itself sees only the locked ones.
    /// </summary>
    internal const string TakenSql = """
        SELECT 'transport', to_jsonb(t)::text FROM transport t WHERE t.xmax = $1::xid
        UNION ALL SELECT 'maillocation', to_jsonb(t)::text FROM maillocation t WHERE t.xmax = $1::xid
        UNION ALL SELECT 'quotalimit', to_jsonb(t)::text FROM quotalimit t WHERE t.xmax = $1::xid
        UNION ALL SELECT 'domain_data', to_jsonb(t)::text FROM domain_data t WHERE t.xmax = $1::xid
        UNION ALL SELECT 'domain_name', to_jsonb(t)::text FROM domain_name t WHERE t.xmax = $1::xid
        UNION ALL SELECT 'users', (to_jsonb(t) - 'passwd_changed')::text FROM users t WHERE t.xmax = $1::xid
        UNION ALL SELECT 'userquota', to_jsonb(t)::text FROM userquota t WHERE t.xmax = $1::xid
        UNION ALL SELECT 'alias', to_jsonb(t)::text FROM alias t WHERE t.xmax = $1::xid
        UNION ALL SELECT 'relocated', to_jsonb(t)::text FROM relocated t WHERE t.xmax = $1::xid
        UNION ALL SELECT 'catchall', to_jsonb(t)::text FROM catchall t WHERE t.xmax = $1::xid
        UNION ALL SELECT 'vmm_sender_grant', to_jsonb(t)::text FROM vmm_sender_grant t WHERE t.xmax = $1::xid
        """;

    internal static string Number(Transaction tx) => tx.Scalar<string>(NumberSql) ?? "0";

    internal static List<RowText> Written(Transaction tx, string number) => Rows(tx, WrittenSql, number);

    internal static List<RowText> Taken(Transaction tx, string number) => Rows(tx, TakenSql, number);

    private static List<RowText> Rows(Transaction tx, string sql, string number) =>
        tx.List(sql, r => new RowText(r.GetString(0), r.GetString(1)), Parameter.Text(number));
}
