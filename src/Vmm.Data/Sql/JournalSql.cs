using Npgsql;
using Vmm.Data.Rows;

namespace Vmm.Data.Sql;

/// <summary>The journal, which triggers write: who changed what.</summary>
internal static class JournalSql
{
    /// <summary>
    /// Changes, the latest first: from $4 until $5, by $6; at most $7. Each with the number of its entries, and the first of them.
    /// </summary>
    internal const string ListSql = $"""
        SELECT {Change}
          FROM vmm_change c
          {FirstMatching}
         WHERE {When}
         ORDER BY c.change DESC
         LIMIT $7
        """;

    /// <summary>The same of the domains $1, or of the addresses $2 in them, also as the object was called before ($3).</summary>
    internal const string OfObjectSql = $"""
        SELECT {Change}
          FROM (SELECT j.change FROM vmm_journal j WHERE j.gid = ANY ($1) AND ($2::text IS NULL OR j.local_part = $2)
                UNION SELECT j.change FROM vmm_journal j WHERE j.was = ANY ($3)
                UNION SELECT j.change FROM vmm_journal j WHERE j.kind = 'domain name' AND j.domain = ANY ($3)) AS o
          JOIN vmm_change c USING (change)
          {FirstMatching}
         WHERE {When}
         ORDER BY c.change DESC
         LIMIT $7
        """;

    /// <summary>What was committed after the snapshot $8, the earliest first.</summary>
    internal const string NewSql = $"""
        SELECT {Change}
          FROM vmm_change c
          {FirstMatching}
         WHERE c.xid >= pg_snapshot_xmin($8::pg_snapshot) AND NOT pg_visible_in_snapshot(c.xid, $8::pg_snapshot)
           AND ($1::bigint[] IS NULL OR f.kind IS NOT NULL) AND {When}
         ORDER BY c.change
         LIMIT $7
        """;

    /// <summary>The domains that have, or had, the primary name $1; of one in use also as an alias domain, if $2.</summary>
    internal const string DomainsSql = """
        SELECT gid FROM domain_name WHERE domainname = $1 AND (is_primary OR $2)
         UNION
        SELECT number FROM vmm_journal
         WHERE kind = 'domain name' AND domain = $1 AND coalesce(after, before)->>'primary' = 'true'
        """;

    /// <summary>All names that the domains $1 have or had.</summary>
    internal const string NamesSql = """
        SELECT domainname FROM domain_name WHERE gid = ANY ($1)
         UNION
        SELECT domain FROM vmm_journal WHERE kind = 'domain name' AND gid = ANY ($1)
        """;

    internal const string SnapshotSql = "SELECT pg_current_snapshot()::text";

    /// <summary>The change $1.</summary>
    internal const string OneSql = $"""
        SELECT {Change}
          FROM vmm_change c
          LEFT JOIN LATERAL (SELECT {Entry} FROM vmm_journal j WHERE j.change = c.change ORDER BY j.entry LIMIT 1) AS f ON true
         WHERE c.change = $1
        """;

    /// <summary>What the change $1 did, in the order in which it did it; at most $2.</summary>
    internal const string EntriesSql = $"""
        SELECT {Entry} FROM vmm_journal j WHERE j.change = $1 ORDER BY j.entry LIMIT $2
        """;

    private const string Change = """
        c.change, c.began, c.login, c.login_uid, c.host, c.command, c.database_role, c.program, host(c.client),
               (SELECT count(*) FROM vmm_journal a WHERE a.change = c.change), f.*
        """;

    private const string Entry = """
        j.kind, j.number, j.domain, j.local_part, j.was, j.before::text, j.after::text, j.password_changed
        """;

    private const string FirstMatching = $"""
        LEFT JOIN LATERAL (SELECT {Entry}
                                       FROM vmm_journal j
                                      WHERE j.change = c.change
                                        AND ($1::bigint[] IS NULL
                                             OR j.gid = ANY ($1) AND ($2::text IS NULL OR j.local_part = $2)
                                             OR j.was = ANY ($3)
                                             OR j.kind = 'domain name' AND j.domain = ANY ($3))
                                      ORDER BY j.entry
                                      LIMIT 1) AS f ON true
        """;

    private const string When = """
        ($4::timestamptz IS NULL OR c.began >= $4) AND ($5::timestamptz IS NULL OR c.began < $5)
               AND ($6::text IS NULL OR coalesce(c.login, c.database_role) = $6)
        """;

    private const int FirstOfEntry = 10;

    /// <summary>Changes, the latest first.</summary>
    internal static IEnumerable<ChangeRow> List(Transaction tx, JournalFilter filter) =>
        tx.Stream(filter.Domains is null ? ListSql : OfObjectSql, ReadChange, Parameters(filter));

    /// <summary>Those that were committed after a snapshot was taken, the earliest first.</summary>
    internal static List<ChangeRow> New(Transaction tx, JournalFilter filter, string snapshot) =>
        tx.List(NewSql, ReadChange, [.. Parameters(filter), Parameter.Text(snapshot)]);

    /// <summary>The gids of all domains that have had a primary name, or an alias domain with it now.</summary>
    internal static List<long> Domains(Transaction tx, string name, bool orAlias) =>
        tx.List(DomainsSql, r => r.GetInt64(0), Parameter.Text(name), Parameter.Bool(orAlias));

    /// <summary>All names that domains have or had.</summary>
    internal static List<string> Names(Transaction tx, IEnumerable<long> domains) =>
        tx.List(NamesSql, r => r.GetString(0), Parameter.Longs(domains));

    /// <summary>What this transaction sees.</summary>
    internal static string Snapshot(Transaction tx) => tx.Scalar<string>(SnapshotSql)!;

    /// <summary>One change, or null.</summary>
    internal static ChangeRow? One(Transaction tx, long number) => tx.One(OneSql, ReadChange, Parameter.Long(number));

    /// <summary>What it did.</summary>
    internal static List<JournalRow> Entries(Transaction tx, long number, long? limit) =>
        tx.List(EntriesSql, r => ReadEntry(r, 0), Parameter.Long(number), Parameter.LongOrNull(limit));

    private static NpgsqlParameter[] Parameters(JournalFilter filter) =>
    [
        Parameter.LongsOrNull(filter.Domains),
        Parameter.Text(filter.LocalPart),
        Parameter.TextsOrNull(filter.Names),
        Parameter.TimeOrNull(filter.Since),
        Parameter.TimeOrNull(filter.Until),
        Parameter.Text(filter.By),
        Parameter.LongOrNull(filter.Limit),
    ];

    private static ChangeRow ReadChange(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        r.GetDateTime(1),
        r.TextOrNull(2),
        r.IsDBNull(3) ? null : r.GetInt64(3),
        r.TextOrNull(4),
        r.TextOrNull(5),
        r.GetString(6),
        r.TextOrNull(7),
        r.TextOrNull(8),
        r.GetInt64(9),
        r.IsDBNull(FirstOfEntry) ? null : ReadEntry(r, FirstOfEntry));

    private static JournalRow ReadEntry(NpgsqlDataReader r, int first) => new(
        r.GetString(first),
        r.GetInt64(first + 1),
        r.TextOrNull(first + 2),
        r.TextOrNull(first + 3),
        r.TextOrNull(first + 4),
        r.TextOrNull(first + 5),
        r.TextOrNull(first + 6),
        r.GetBoolean(first + 7));
}
