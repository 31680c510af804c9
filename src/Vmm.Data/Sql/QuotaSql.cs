using Vmm.Data.Rows;

namespace Vmm.Data.Sql;

/// <summary>How much of their quota accounts use.</summary>
internal static class QuotaSql
{
    /// <summary>
    /// Of the limits q and the usage w in whole percent, NULL where there is no limit: what Quota.UsedPercent computes. Numbers
    /// that fit are not computed as numeric, which takes longer.
    /// </summary>
    internal const string UsedPercent = """
        CASE WHEN q.bytes > 0 OR q.messages > 0 THEN greatest(
            CASE
                WHEN q.bytes <= 0 OR w.bytes IS NULL OR w.bytes <= 0 THEN 0
                WHEN w.bytes <= 92233720368547758 THEN 100 * w.bytes / q.bytes
                ELSE least(div(100 * w.bytes::numeric, q.bytes::numeric), 9223372036854775807)::bigint
            END,
            CASE WHEN q.messages > 0 AND w.messages > 0 THEN 100 * w.messages::bigint / q.messages ELSE 0 END) END
        """;

    /// <summary>All accounts, or with $1 those that use so many percent; at most $2.</summary>
    internal const string UsageSql = $"""
        SELECT a.*
          FROM (SELECT {Columns}
                  FROM {AccountsWithLimits}
                  LEFT JOIN userquota w ON w.uid = u.uid) AS a
         {FullestFirst}
        """;

    /// <summary>The same for the domain $3. OFFSET 0 makes the server look up the usage of each account, no other.</summary>
    internal const string UsageOfDomainSql = $"""
        SELECT a.*
          FROM (SELECT {Columns}
                  FROM {AccountsWithLimits}
                  LEFT JOIN LATERAL (SELECT o.bytes, o.messages FROM userquota o WHERE o.uid = u.uid OFFSET 0) AS w ON true
                 WHERE u.gid = $3) AS a
         {FullestFirst}
        """;

    private const string Columns = $"""
        u.local_part, n.domainname, u.uid, q.bytes, q.messages, u.qid IS NULL AS inherited,
                       coalesce(w.bytes, 0) AS used_bytes, coalesce(w.messages, 0) AS used_messages, {UsedPercent} AS percent
        """;

    private const string AccountsWithLimits = """
        users u
                  JOIN domain_data d ON d.gid = u.gid
                  JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
                  LEFT JOIN domain_name n ON n.gid = u.gid AND n.is_primary
        """;

    private const string FullestFirst = """
        WHERE $1::bigint IS NULL OR a.percent >= $1
         ORDER BY a.percent DESC NULLS LAST, a.used_bytes DESC, a.used_messages DESC,
                  a.domainname COLLATE "C", a.local_part COLLATE "C"
         LIMIT $2
        """;

    /// <summary>The fullest accounts first.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="gid">The domain; null for all.</param>
    /// <param name="percent">What they use at least; null for all.</param>
    /// <param name="limit">At most this many; null for all.</param>
    internal static IEnumerable<AccountUsage> Usage(Transaction tx, long? gid, long? percent, long? limit) => tx.Stream(
        gid is null ? UsageSql : UsageOfDomainSql,
        r => new AccountUsage(
            $"{r.GetString(0)}@{r.TextOrNull(1)}",
            r.GetInt64(2),
            r.GetInt64(3),
            r.GetInt32(4),
            r.GetBoolean(5),
            r.GetInt64(6),
            r.GetInt32(7)),
        gid is { } domain
            ? [Parameter.LongOrNull(percent), Parameter.LongOrNull(limit), Parameter.Long(domain)]
            : [Parameter.LongOrNull(percent), Parameter.LongOrNull(limit)]);
}
