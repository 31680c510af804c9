using Npgsql;
using Vmm.Data.Rows;

namespace Vmm.Data.Sql;

/// <summary>What goes from the journal when it is old. A change goes as it came: with all that it did, or not at all.</summary>
internal static class PruneSql
{
    /// <summary>Nothing goes from the journal until the end of the transaction, which needs what it has.</summary>
    internal const string HoldSql = "SELECT pg_advisory_xact_lock_shared(hashtextextended('vmm journal', 0))";

    /// <summary>No undo is at work until the end of the transaction. Whoever only adds to the journal does not wait.</summary>
    internal const string LockSql = "SELECT pg_advisory_xact_lock(hashtextextended('vmm journal', 0))";

    /// <summary>
    /// Removes the earliest of the changes that are older than $1 days and not $2, and began at $3 or later: with about $4 entries
    /// in all. An OFFSET keeps the join one by one, so that it ends at the limit whatever the statistics say.
    /// </summary>
    internal const string ChangesSql = $"""
        WITH doomed AS MATERIALIZED (
            SELECT c.change, c.began
              FROM vmm_change c
             WHERE {IsOld} AND ($3::timestamptz IS NULL OR c.began >= $3)
             ORDER BY c.began
             LIMIT $4
        ), chosen AS MATERIALIZED (
            SELECT DISTINCT e.change, e.began
              FROM (SELECT d.change, d.began
                      FROM doomed d LEFT JOIN LATERAL (SELECT FROM vmm_journal j WHERE j.change = d.change OFFSET 0) AS j ON true
                     LIMIT $4) AS e
        ), entries AS (
            DELETE FROM vmm_journal WHERE change = ANY (ARRAY(SELECT change FROM chosen)) RETURNING 1
        ), passwords AS (
            DELETE FROM vmm_journal_secret WHERE change = ANY (ARRAY(SELECT change FROM chosen)) RETURNING 1
        ), changes AS (
            DELETE FROM vmm_change WHERE change = ANY (ARRAY(SELECT change FROM chosen)) RETURNING began
        ), told AS (
            UPDATE vmm_journal_keeping
               SET pruned_began = greatest(pruned_began, l.began), pruned_change = greatest(pruned_change, l.change)
              FROM (SELECT max(began) AS began, max(change) AS change FROM chosen) AS l
             WHERE l.change IS NOT NULL
        )
        SELECT (SELECT count(*) FROM changes), (SELECT count(*) FROM entries), (SELECT count(*) FROM passwords),
               (SELECT max(began) FROM changes)
        """;

    /// <summary>What would go: changes that are older than $1 days and not $2, and passwords that were kept for $3 days.</summary>
    internal const string CountSql = $"""
        SELECT count(*), coalesce(sum((SELECT count(*) FROM vmm_journal j WHERE j.change = c.change)), 0)::bigint,
               (SELECT count(*) FROM vmm_journal_secret WHERE kept <= now() - make_interval(days => $3)), max(c.began)
          FROM vmm_change c
         WHERE {IsOld}
        """;

    /// <summary>Removes $2 of the passwords that were kept for $1 days.</summary>
    internal const string PasswordsSql = """
        DELETE FROM vmm_journal_secret
         WHERE (change, uid) IN (SELECT change, uid FROM vmm_journal_secret WHERE kept <= now() - make_interval(days => $1)
                                  LIMIT $2 FOR UPDATE SKIP LOCKED)
        """;

    /// <summary>The last change that was removed.</summary>
    internal const string LastSql = """
        SELECT pruned_change, pruned_began FROM vmm_journal_keeping WHERE pruned_change IS NOT NULL
        """;

    private const string IsOld = """
        $1::integer > 0 AND c.began < now() - make_interval(days => $1)
               AND NOT EXISTS (SELECT FROM unnest($2::bigint[]) AS k (change) WHERE k.change = c.change)
        """;

    /// <summary>Until the end of this transaction nothing goes from the journal.</summary>
    internal static void Hold(Transaction tx) => tx.Execute(HoldSql);

    /// <summary>Until the end of this transaction nobody undoes anything.</summary>
    internal static void Lock(Transaction tx) => tx.Execute(LockSql);

    /// <summary>Removes some changes that are too old, the earliest first; none of those that are to stay.</summary>
    internal static PrunedRows Changes(Transaction tx, int days, IEnumerable<long> stay, DateTime? from, int entries) => tx.One(
        ChangesSql,
        Row,
        Parameter.Int(days),
        Parameter.Longs(stay),
        Parameter.TimeOrNull(from),
        Parameter.Int(entries))!;

    /// <summary>How much would be removed in all.</summary>
    internal static PrunedRows Count(Transaction tx, int days, int secretDays, IEnumerable<long> stay) => tx.One(
        CountSql,
        Row,
        Parameter.Int(days),
        Parameter.Longs(stay),
        Parameter.Int(secretDays))!;

    /// <summary>Removes some passwords that were kept for long enough. Returns their number.</summary>
    internal static int Passwords(Transaction tx, int secretDays, int limit) =>
        tx.Execute(PasswordsSql, Parameter.Int(secretDays), Parameter.Int(limit));

    /// <summary>The highest number that was removed, and when the last of these changes began; null where none was.</summary>
    internal static (long Change, DateTime Began)? Last(Transaction tx) =>
        tx.List(LastSql, r => (r.GetInt64(0), r.GetDateTime(1))) is [var last] ? last : null;

    private static PrunedRows Row(NpgsqlDataReader r) =>
        new(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.TimeOrNull(3));
}
