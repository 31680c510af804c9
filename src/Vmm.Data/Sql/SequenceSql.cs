namespace Vmm.Data.Sql;

/// <summary>A sequence that gives out numbers that are in use.</summary>
/// <param name="Name">Of the sequence.</param>
/// <param name="Next">The number that it gives out next.</param>
/// <param name="Highest">The highest number in use.</param>
internal sealed record BehindSequence(string Name, long Next, long Highest);

/// <summary>
/// The sequences of uids, gids and the numbers of shared choices. A restore of rows alone leaves them where they were.
/// </summary>
internal static class SequenceSql
{
    /// <summary>Those that are behind their tables.</summary>
    internal const string BehindSql = """
        SELECT name, next, highest
          FROM (SELECT 'domain_gid', last_value + is_called::int, (SELECT max(gid) FROM domain_data) FROM domain_gid
                UNION ALL
                SELECT 'users_uid', last_value + is_called::int, (SELECT max(uid) FROM users) FROM users_uid
                UNION ALL
                SELECT 'transport_id', last_value + is_called::int, (SELECT max(tid) FROM transport) FROM transport_id
                UNION ALL
                SELECT 'maillocation_id', last_value + is_called::int, (SELECT max(mid) FROM maillocation) FROM maillocation_id
                UNION ALL
                SELECT 'quotalimit_id', last_value + is_called::int, (SELECT max(qid) FROM quotalimit) FROM quotalimit_id
               ) AS s (name, next, highest)
         WHERE highest >= next
         ORDER BY name
        """;

    /// <summary>
    /// The lowest uid or gid that is in use, or that a sequence gives out from now on. Its minimum says nothing: it may never have
    /// been there.
    /// </summary>
    internal const string LowestSql = """
        SELECT least((SELECT min(uid) FROM users), (SELECT min(gid) FROM domain_data),
                     (SELECT last_value FROM users_uid), (SELECT last_value FROM domain_gid))
        """;

    internal static List<BehindSequence> Behind(Transaction tx) =>
        tx.List(BehindSql, r => new BehindSequence(r.GetString(0), r.GetInt64(1), r.GetInt64(2)));

    internal static long Lowest(Transaction tx) => tx.Scalar<long>(LowestSql);

    /// <summary>Sets it behind what is in use. Other than setval, this is undone with the transaction.</summary>
    internal static void Restart(Transaction tx, BehindSequence sequence) =>
        tx.Script(string.Concat("ALTER SEQUENCE ", sequence.Name, $" RESTART {sequence.Highest + 1}"));

    /// <summary>The statement that sets it behind what is in use; it is printed, never run here.</summary>
    internal static string Set(BehindSequence sequence) =>
        string.Concat("SELECT setval('", sequence.Name, $"', {sequence.Highest})");
}
