using Vmm.Data.Rows;

namespace Vmm.Data.Sql;

/// <summary>What keeps objects from being as they were before the changes $1, or of these only the accounts $2.</summary>
internal static class UndoObstacleSql
{
    /// <summary>Those first that no undo removes, then those of the latest change, which is the one to begin with.</summary>
    internal const string FindSql = $"""
        WITH p AS MATERIALIZED (SELECT * FROM vmm_journal_net($1, $2, false))
        SELECT kind, name, reason, change FROM ({ChangedLater}
            UNION ALL {NoPassword}
            UNION ALL {Taken}
            UNION ALL {NoDomain}
            UNION ALL {UndoSenderSql.NoAccount}
            UNION ALL {NotEmpty}
            UNION ALL {NoChoice}
            UNION ALL {NotOurs}) AS o
         ORDER BY change DESC NULLS FIRST, kind, name
         LIMIT $3
        """;

    private const string Name = "coalesce(p.local_part || '@', '') || coalesce(p.domain, p.key)";
    private const string Old = "coalesce(p.old_local_part || '@', '') || coalesce(p.old_domain, p.key)";

    /// <summary>
    /// Others have changed what was changed, or it was added or deleted in between. A password that came back is the one that was
    /// there: the first that was kept since is the present one.
    /// </summary>
    private const string ChangedLater = $"""
        (SELECT p.kind, {Name} AS name, 'changed' AS reason, l.last_change AS change
           FROM p
           JOIN vmm_journal_net($1, $2, true) l USING (kind, key)
          WHERE p.before IS NULL OR p.after IS NULL OR l.before IS NULL OR l.after IS NULL
             OR ((p.old_gid, p.old_local_part) IS DISTINCT FROM (p.gid, p.local_part)
                 AND (l.old_gid, l.old_local_part) IS DISTINCT FROM (l.gid, l.local_part))
             OR EXISTS (SELECT FROM jsonb_object_keys(p.before || p.after || l.before || l.after) AS k (property)
                         WHERE p.before->k.property IS DISTINCT FROM p.after->k.property
                           AND l.before->k.property IS DISTINCT FROM l.after->k.property)
             OR ({UndoSuspensionSql.IsChanged} AND {UndoSuspensionSql.IsChangedSince})
             OR (p.password_changed AND l.password_changed
                 AND (SELECT k.passwd FROM vmm_journal_secret k
                       WHERE k.uid = p.number AND k.change <> ALL ($1) AND k.change > p.last_change
                       ORDER BY k.change LIMIT 1)
                     IS DISTINCT FROM (SELECT u.passwd FROM users u WHERE u.uid = p.number)))
        """;

    /// <summary>It was not kept, or not for so long.</summary>
    private const string NoPassword = $"""
        (SELECT p.kind, {Old}, 'password', NULL
           FROM p
          WHERE p.kind = 'account' AND (p.password_changed OR p.after IS NULL)
            AND NOT EXISTS (SELECT FROM vmm_journal_secret k WHERE k.uid = p.number AND k.change = ANY ($1)))
        """;

    /// <summary>Something else has the address that it had.</summary>
    private const string Taken = $"""
        (SELECT p.kind, {Old}, 'taken', {LatestAt}
           FROM p
          WHERE p.before IS NOT NULL AND p.kind IN ('account', 'alias', 'relocated user')
            AND (p.after IS NULL OR (p.old_gid, p.old_local_part) IS DISTINCT FROM (p.gid, p.local_part))
            AND (EXISTS (SELECT FROM users u
                          WHERE u.gid = p.old_gid AND u.local_part = p.old_local_part
                            AND NOT EXISTS (SELECT FROM p q WHERE q.kind = 'account' AND q.number = u.uid))
                 OR (p.kind <> 'alias'
                     AND EXISTS (SELECT FROM alias a
                                  WHERE a.gid = p.old_gid AND a.address = p.old_local_part
                                    AND NOT EXISTS (SELECT FROM p q
                                                     WHERE q.kind = 'alias' AND q.before IS NULL AND q.gid = a.gid
                                                       AND q.local_part = a.address AND q.after->>'destination' = a.destination)))
                 OR (p.kind <> 'relocated user'
                     AND EXISTS (SELECT FROM relocated r
                                  WHERE r.gid = p.old_gid AND r.address = p.old_local_part
                                    AND NOT EXISTS (SELECT FROM p q
                                                     WHERE q.kind = 'relocated user' AND q.before IS NULL AND q.gid = r.gid
                                                       AND q.local_part = r.address))))
         UNION ALL
         SELECT p.kind, {Old}, 'taken',
                (SELECT max(j.change) FROM vmm_journal j
                  WHERE j.kind = 'domain name' AND j.domain = p.key AND j.after IS NOT NULL AND j.change <> ALL ($1))
           FROM p
          WHERE p.kind = 'domain name' AND p.after IS NULL AND EXISTS (SELECT FROM domain_name n WHERE n.domainname = p.key)
         UNION ALL
         SELECT p.kind, {Old}, 'number', NULL
           FROM p
          WHERE p.after IS NULL
            AND ((p.kind = 'account' AND EXISTS (SELECT FROM users u WHERE u.uid = p.number))
                 OR (p.kind = 'domain' AND EXISTS (SELECT FROM domain_data d WHERE d.gid = p.number))))
        """;

    private const string LatestAt = """
        (SELECT max(j.change) FROM vmm_journal j
                 WHERE j.gid = p.old_gid AND j.local_part = p.old_local_part AND j.after IS NOT NULL AND j.change <> ALL ($1))
        """;

    /// <summary>
    /// The domain that it was in is gone. An account that comes back alone does so without what it might send as in a domain that
    /// is not there.
    /// </summary>
    private const string NoDomain = $"""
        (SELECT p.kind, {Old}, 'domain',
                (SELECT max(j.change) FROM vmm_journal j
                  WHERE j.kind = 'domain' AND j.gid = p.old_gid AND j.after IS NULL AND j.change <> ALL ($1))
           FROM p
          WHERE p.before IS NOT NULL AND p.kind <> 'domain' AND p.old_gid IS NOT NULL
            AND NOT (p.kind = 'sender grant' AND $2::bigint[] IS NOT NULL)
            AND NOT EXISTS (SELECT FROM domain_data d WHERE d.gid = p.old_gid)
            AND NOT EXISTS (SELECT FROM p q WHERE q.kind = 'domain' AND q.number = p.old_gid AND q.after IS NULL))
        """;

    /// <summary>A domain that was added has got something since, which these changes do not take out of it.</summary>
    private const string NotEmpty = $"""
        (SELECT p.kind, {Name}, 'content',
                (SELECT max(j.change) FROM vmm_journal j
                  WHERE j.gid = p.number AND j.after IS NOT NULL AND j.change <> ALL ($1))
           FROM p
           LEFT JOIN (SELECT gid, count(*) AS rows
                        FROM (SELECT gid FROM users UNION ALL SELECT gid FROM alias UNION ALL SELECT gid FROM relocated
                               UNION ALL SELECT gid FROM catchall UNION ALL SELECT gid FROM domain_name
                               UNION ALL SELECT gid FROM vmm_sender_grant) AS r
                       WHERE gid = ANY (ARRAY(SELECT q.number FROM p q WHERE q.kind = 'domain' AND q.before IS NULL))
                       GROUP BY gid) AS c ON c.gid = p.number
           LEFT JOIN (SELECT q.gid, count(*) AS rows
                        FROM p q
                       WHERE q.kind <> 'domain' AND (q.before IS NULL OR (q.after IS NOT NULL AND q.old_gid <> q.gid))
                       GROUP BY q.gid) AS g ON g.gid = p.number
          WHERE p.kind = 'domain' AND p.before IS NULL AND coalesce(c.rows, 0) <> coalesce(g.rows, 0))
        """;

    /// <summary>
    /// The database has no row of service_set, maillocation or mailboxformat any more that it had; those of the other tables of
    /// choices are made.
    /// </summary>
    private const string NoChoice = $"""
        (SELECT p.kind, {Old}, 'choice', NULL
           FROM p
          WHERE p.before IS NOT NULL AND p.kind IN ('domain', 'account')
            AND ((p.before ? 'services' AND NOT EXISTS (SELECT FROM ({UndoSql.Services}) s WHERE s.words = p.before->>'services'))
                 OR (p.before ? 'mail' AND p.after IS NULL
                     AND NOT EXISTS (SELECT FROM maillocation JOIN mailboxformat USING (fid)
                                      WHERE concat_ws(':', format, directory, extra) = p.before->>'mail'))))
        """;

    /// <summary>Changes that no command of vmm makes: of a table of choices, or of where mail is.</summary>
    private const string NotOurs = $"""
        (SELECT p.kind, {Name}, 'foreign', NULL
           FROM p
          WHERE p.kind NOT IN ('domain', 'domain name', 'account', 'alias', 'relocated user', 'catch-all', 'sender grant')
             OR (p.kind = 'domain' AND p.before->'directory' <> p.after->'directory')
             OR (p.kind = 'account' AND p.before->'mail' <> p.after->'mail'))
        """;

    /// <summary>At most <paramref name="limit"/> of them.</summary>
    internal static List<UndoObstacle> Find(
        Transaction tx, IReadOnlyCollection<long> changes, IReadOnlyCollection<long>? uids, int limit) => tx.List(
            FindSql,
            r => new UndoObstacle(
                r.GetString(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetInt64(3)),
            Parameter.Longs(changes),
            Parameter.LongsOrNull(uids),
            Parameter.Int(limit));
}
