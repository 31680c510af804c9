using Npgsql;
using Vmm.Data.Failures;

namespace Vmm.Data.Sql.Upgrade;

/// <summary>Another session that holds a lock which the upgrade needs.</summary>
/// <param name="Pid">Its process on the server; null for a prepared transaction.</param>
/// <param name="Program">What it calls itself, or its kind.</param>
/// <param name="Role">Empty for a process of the server itself.</param>
/// <param name="State">Such as "idle in transaction"; empty where the role may not see it.</param>
/// <param name="On">The table or sequence.</param>
internal sealed record LockHolder(int? Pid, string Program, string Role, string State, string On);

/// <summary>
/// The locks of an upgrade, all of them before anything else. Whoever waits for one makes all others wait behind it, so it is asked
/// for a short time only, and given back together with the others.
/// </summary>
internal static class LocksSql
{
    /// <summary>
    /// Everything of vmm 0.3 to 0.7 that a step may alter. While mail arrives, Dovecot writes the quota table first and reads users
    /// then: locking in the other order would be a deadlock. Whoever reads a view has locked its tables, too.
    /// </summary>
    internal const string NeededSql = """
        CREATE TEMP TABLE vmm_needed ON COMMIT DROP AS
        SELECT n.place, n.name, c.oid, c.relkind
          FROM unnest(array['userquota_11', 'userquota', 'domains', 'domain_data', 'domain_name', 'users', 'alias', 'relocated',
                            'catchall', 'transport', 'maillocation', 'mailboxformat', 'quotalimit', 'service_set',
                            'domains_gid', 'alias_id', 'relocated_id']) WITH ORDINALITY AS n (name, place)
          JOIN pg_class c ON c.oid = to_regclass(n.name) AND c.relkind IN ('r', 'p', 'S')
        """;

    internal const string Savepoint = "SAVEPOINT vmm_locks";
    internal const string GiveBack = "ROLLBACK TO SAVEPOINT vmm_locks";

    /// <summary>Lookups end in a few milliseconds. As long as this, those behind it may have to wait.</summary>
    internal const string BrieflySql = "SELECT set_config('lock_timeout', '200ms', true)";

    internal const string PatientlySql = "SELECT set_config('lock_timeout', '30s', true)";

    internal const string LockSql = """
        DO $body$
        BEGIN
            EXECUTE (SELECT 'LOCK TABLE ' || string_agg(quote_ident(name), ', ' ORDER BY place) || ' IN ACCESS EXCLUSIVE MODE'
                       FROM pg_temp.vmm_needed WHERE relkind <> 'S');
        END
        $body$
        """;

    internal const string HoldersSql = """
        SELECT l.pid, coalesce(nullif(a.application_name, ''), a.backend_type, 'a program without a name'),
               coalesce(a.usename, '')::text, coalesce(a.state, ''), (array_agg(n.name ORDER BY n.place))[1]
          FROM pg_locks l
          JOIN pg_temp.vmm_needed n ON n.oid = l.relation
          LEFT JOIN pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'relation' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
         GROUP BY 1, 2, 3, 4
         ORDER BY min(n.place), l.pid
        """;

    /// <summary>Notes what has to be locked.</summary>
    internal static void Prepare(Transaction tx)
    {
        tx.Script(NeededSql);
        tx.Script(Savepoint);
    }

    /// <summary>Takes all locks, or none.</summary>
    internal static bool TryTake(Transaction tx)
    {
        try
        {
            _ = tx.Execute(BrieflySql);
            tx.Script(LockSql);
            // What LOCK cannot lock, such as a sequence, may still be in use.
            if (Holders(tx).Count == 0)
            {
                _ = tx.Execute(PatientlySql);
                return true;
            }
        }
        catch (VmmException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
        {
            // Whoever it is may be gone by the next look.
        }

        tx.Script(GiveBack);
        return false;
    }

    /// <summary>Who holds what has to be locked.</summary>
    internal static List<LockHolder> Holders(Transaction tx) => tx.List(
        HoldersSql,
        r => new LockHolder(r.IsDBNull(0) ? null : r.GetInt32(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)));
}
