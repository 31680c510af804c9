using Npgsql;
using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>
/// The beginning of every transaction. What it needs is set in it, not when connecting: poolers refuse such parameters, and a
/// database that its administrator has made read-only stays unwritten.
/// </summary>
internal static class BeginSql
{
    /// <summary>
    /// If another program keeps a lock, vmm fails with an error instead of hanging. A COMMIT is on disk before a directory is
    /// removed, whatever the role or the server has for synchronous_commit; a stricter value stays. The session may be idle while
    /// directories change: that of a large mailbox takes minutes, and must end as the rows do. No statement is compiled: with a
    /// million accounts a plan may look costly, and the server would compile for 0.5 s what then takes a millisecond.
    /// </summary>
    internal const string ChangeSql = """
        SELECT set_config('lock_timeout', '30s', true), set_config('jit', 'off', true),
               set_config('synchronous_commit', coalesce(nullif(current_setting('synchronous_commit'), 'off'), 'local'), true),
               set_config('idle_in_transaction_session_timeout', '0', true),
               CASE WHEN current_setting('server_version_num')::integer >= 170000
                    THEN set_config('transaction_timeout', '0', true) END
        """;

    /// <summary>
    /// The same, and for the journal: who is at work ($1 login, $2 its user id, $3 host, $4 command line), and for how many days
    /// it keeps hashes ($5).
    /// </summary>
    internal const string AuthoredSql = $"""
        {ChangeSql},
               set_config('vmm.login', coalesce($1, ''), true), set_config('vmm.login_uid', coalesce($2::bigint::text, ''), true),
               set_config('vmm.host', coalesce($3, ''), true), set_config('vmm.command', coalesce($4, ''), true),
               set_config('vmm.secret_days', $5::bigint::text, true)
        """;

    internal const string ReadSql = """
        SELECT set_config('lock_timeout', '30s', true), set_config('jit', 'off', true),
               set_config('transaction_read_only', 'on', true)
        """;

    /// <summary>Connects and begins.</summary>
    /// <exception cref="Failures.VmmException">35 no connection.</exception>
    internal static Transaction Begin(DatabaseOptions options, bool readOnly, CancellationToken ct) =>
        Settled(Transaction.Begin(options, readOnly, ct), readOnly ? ReadSql : ChangeSql);

    /// <summary>Connects and begins a change that the journal has.</summary>
    /// <exception cref="Failures.VmmException">35 no connection.</exception>
    internal static Transaction BeginChange(DatabaseOptions options, Author author, long secretDays, CancellationToken ct) =>
        Settled(
            Transaction.Begin(options, readOnly: false, ct),
            AuthoredSql,
            Parameter.Text(author.Login),
            Parameter.LongOrNull(author.LoginUid),
            Parameter.Text(author.Host),
            Parameter.Text(author.Command),
            Parameter.Long(secretDays));

    /// <summary>A read-only snapshot of another program's database.</summary>
    /// <exception cref="Failures.VmmException">35 no connection.</exception>
    internal static Transaction BeginOther(DatabaseOptions options, CancellationToken ct) =>
        Settled(Transaction.BeginOther(options, ct), ReadSql);

    private static Transaction Settled(Transaction tx, string sql, params NpgsqlParameter[] parameters)
    {
        try
        {
            _ = tx.Execute(sql, parameters);
            return tx;
        }
        catch
        {
            tx.Dispose();
            throw;
        }
    }
}
