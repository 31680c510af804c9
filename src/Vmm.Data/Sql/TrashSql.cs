using Vmm.Data.Rows;

namespace Vmm.Data.Sql;

/// <summary>What goes with mail into the trash, and comes back with it.</summary>
internal static class TrashSql
{
    private const int PasswordsAtOnce = 1000;

    internal const string ChangeSql = "SELECT vmm_change_id()";

    internal const string PasswordsSql = """
        SELECT uid, passwd, coalesce(to_char(passwd_changed AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '')
          FROM users
         WHERE gid = ANY ($1) OR uid = ANY ($2)
        """;

    /// <summary>
    /// The manifest of the change $1: a line about the change, then each object that it deleted, in the order in which it did.
    /// </summary>
    internal const string ManifestSql = """
        SELECT line FROM (
            SELECT 0 AS entry,
                   (SELECT to_jsonb(h) FROM (
                       SELECT 1 AS version, c.change, c.began AS at, coalesce(c.login, c.database_role) AS by, c.command,
                              coalesce(
                                  (SELECT d.domain FROM vmm_journal d
                                    WHERE d.change = c.change AND d.kind = 'domain' AND d.after IS NULL ORDER BY d.entry LIMIT 1),
                                  (SELECT a.local_part || '@' || a.domain FROM vmm_journal a
                                    WHERE a.change = c.change AND a.kind = 'account' AND a.after IS NULL
                                    ORDER BY a.entry LIMIT 1)) AS object,
                              (SELECT count(*) FROM vmm_journal d
                                WHERE d.change = c.change AND d.kind = 'domain' AND d.after IS NULL) AS domains,
                              (SELECT count(*) FROM vmm_journal a
                                WHERE a.change = c.change AND a.kind = 'account' AND a.after IS NULL) AS accounts
                    ) AS h)::text AS line
              FROM vmm_change c
             WHERE c.change = $1
             UNION ALL
            SELECT j.entry, (to_jsonb(j) - 'change' - 'entry')::text FROM vmm_journal j WHERE j.change = $1
        ) AS m ORDER BY entry
        """;

    /// <summary>Whether the journal still has the change $1, which began at $2.</summary>
    internal const string IsKnownSql = """
        SELECT EXISTS (SELECT FROM vmm_change c JOIN vmm_journal j USING (change) WHERE c.change = $1 AND c.began = $2::timestamptz)
        """;

    /// <summary>A change that the journal does not know any more, of $2, at $1, with the command line $3.</summary>
    internal const string AddChangeSql = """
        INSERT INTO vmm_change (began, login, command, program) VALUES ($1::timestamptz, $2, $3, 'the trash') RETURNING change
        """;

    /// <summary>What the change $1 did, from lines of a manifest.</summary>
    internal const string AddEntriesSql = """
        INSERT INTO vmm_journal (change, kind, number, gid, domain, local_part, was, before, after, password_changed)
        SELECT $1, l.kind, l.number, l.gid, l.domain, l.local_part, l.was, l.before, l.after, l.password_changed
          FROM unnest($2::text[]) WITH ORDINALITY AS m (line, n),
               jsonb_to_record(m.line::jsonb) AS l (kind text, number bigint, gid bigint, domain text, local_part text, was text,
                                                    before jsonb, after jsonb, password_changed boolean)
         ORDER BY m.n
        """;

    /// <summary>Passwords of a change, due to be forgotten; one that is kept still stays as it is.</summary>
    internal const string AddPasswordsSql = """
        INSERT INTO vmm_journal_secret (change, uid, passwd, kept, changed)
        SELECT $1, k.uid, k.passwd, 'epoch', nullif(k.changed, '')::timestamptz
          FROM unnest($2::bigint[], $3::text[], $4::text[]) AS k (uid, passwd, changed)
            ON CONFLICT DO NOTHING
        """;

    /// <summary>All base directories that domains are in, or were when they were deleted, as their rows have them.</summary>
    internal const string BasesSql = """
        SELECT DISTINCT regexp_replace(directory, '/[^/]*/[^/]*$', '')
          FROM (SELECT domaindir AS directory FROM domain_data
                UNION ALL
                SELECT before->>'directory' FROM vmm_journal WHERE kind = 'domain' AND after IS NULL) AS d
        """;

    /// <summary>
    /// Of each base directory that is neither $1 nor that of a domain any more, the last change that the journal knows it by.
    /// </summary>
    internal const string BaseChangesSql = """
        SELECT max(b.change)
          FROM (SELECT change, regexp_replace(before->>'directory', '/[^/]*/[^/]*$', '') AS base
                  FROM vmm_journal WHERE kind = 'domain' AND after IS NULL) AS b
         WHERE b.base <> $1
           AND NOT EXISTS (SELECT FROM domain_data d WHERE regexp_replace(d.domaindir, '/[^/]*/[^/]*$', '') = b.base)
         GROUP BY b.base
        """;

    /// <summary>The number of this transaction's change.</summary>
    internal static long Change(Transaction tx) => tx.Scalar<long>(ChangeSql);

    /// <summary>The base directories of all domains.</summary>
    internal static List<string> Bases(Transaction tx) => tx.List(BasesSql, r => r.GetString(0));

    /// <summary>The hashes of accounts, and of all accounts of domains.</summary>
    internal static IEnumerable<KeptPassword> Passwords(
        Transaction tx, IReadOnlyCollection<long> gids, IReadOnlyCollection<long> uids) => tx.Stream(
            PasswordsSql,
            r => new KeptPassword(r.GetInt64(0), r.GetString(1), r.GetString(2)),
            Parameter.Longs(gids),
            Parameter.Longs(uids));

    /// <summary>Lines of JSON.</summary>
    internal static IEnumerable<string> Manifest(Transaction tx, long change) =>
        tx.Stream(ManifestSql, r => r.GetString(0), Parameter.Long(change));

    /// <summary>Whether the journal still has a change.</summary>
    internal static bool IsKnown(Transaction tx, long change, string began) =>
        tx.Scalar<bool>(IsKnownSql, Parameter.Long(change), Parameter.Text(began));

    /// <summary>Gives the journal a change back, under a new number.</summary>
    internal static long AddChange(Transaction tx, string began, string by, string? command) =>
        tx.Scalar<long>(AddChangeSql, Parameter.Text(began), Parameter.Text(by), Parameter.Text(command));

    /// <summary>Gives a change back what it did.</summary>
    internal static void AddEntries(Transaction tx, long change, IEnumerable<string> lines) =>
        tx.Execute(AddEntriesSql, Parameter.Long(change), Parameter.Texts(lines));

    /// <summary>Gives a change back the passwords that it took away.</summary>
    internal static void AddPasswords(Transaction tx, long change, IEnumerable<KeptPassword> passwords)
    {
        foreach (var some in passwords.Chunk(PasswordsAtOnce))
        {
            tx.Execute(
                AddPasswordsSql,
                Parameter.Long(change),
                Parameter.Longs([.. some.Select(p => p.Uid)]),
                Parameter.Texts(some.Select(p => p.Hash)),
                Parameter.Texts(some.Select(p => p.Changed)));
        }
    }

    internal static List<long> BaseChanges(Transaction tx, string usual) =>
        tx.List(BaseChangesSql, r => r.GetInt64(0), Parameter.Text(usual));
}
