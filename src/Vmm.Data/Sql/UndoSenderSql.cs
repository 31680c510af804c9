namespace Vmm.Data.Sql;

/// <summary>Sender grants as they were before the changes $1, or of these only those of the accounts $2.</summary>
internal static class UndoSenderSql
{
    internal const string DeleteSql = """
        DELETE FROM vmm_sender_grant g USING vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'sender grant' AND p.before IS NULL AND g.gid = p.gid AND g.address = p.local_part
           AND g.uid = (p.after->>'uid')::bigint
        """;

    internal const string ChangeSql = """
        UPDATE vmm_sender_grant g SET expires = (p.before->>'expires')::timestamptz
          FROM vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'sender grant' AND p.before IS NOT NULL AND p.after IS NOT NULL AND g.gid = p.gid
           AND g.address = p.local_part AND g.uid = (p.before->>'uid')::bigint
        """;

    internal const string InsertSql = """
        INSERT INTO vmm_sender_grant (gid, address, uid, expires)
        SELECT p.old_gid, p.old_local_part, (p.before->>'uid')::bigint, (p.before->>'expires')::timestamptz
          FROM vmm_journal_net($1, $2, false) p
          JOIN domain_data d ON d.gid = p.old_gid
         WHERE p.kind = 'sender grant' AND p.after IS NULL
            ON CONFLICT DO NOTHING
        """;

    /// <summary>
    /// Those that the change $1 deleted of the account $2, which has another address by now. Their domains may be gone.
    /// </summary>
    internal const string InsertAgainSql = """
        INSERT INTO vmm_sender_grant (gid, address, uid, expires)
        SELECT p.old_gid, p.old_local_part, (p.before->>'uid')::bigint, (p.before->>'expires')::timestamptz
          FROM vmm_journal_net($1, $2, false) p
          JOIN domain_data d ON d.gid = p.old_gid
         WHERE p.kind = 'sender grant' AND p.after IS NULL
            ON CONFLICT DO NOTHING
        RETURNING address || '@' || (SELECT n.domainname FROM domain_name n WHERE n.gid = vmm_sender_grant.gid AND n.is_primary)
        """;

    /// <summary>The account that may send is gone.</summary>
    internal const string NoAccount = """
        (SELECT p.kind, coalesce(p.old_local_part || '@', '') || coalesce(p.old_domain, p.key), 'account', d.change
           FROM p
           LEFT JOIN (SELECT j.number, max(j.change) AS change
                        FROM vmm_journal j
                       WHERE j.kind = 'account' AND j.after IS NULL AND j.change <> ALL ($1)
                         AND EXISTS (SELECT FROM p WHERE p.kind = 'sender grant')
                       GROUP BY j.number) AS d ON d.number = (p.before->>'uid')::bigint
          WHERE p.kind = 'sender grant' AND p.after IS NULL
            AND NOT EXISTS (SELECT FROM users u WHERE u.uid = (p.before->>'uid')::bigint)
            AND NOT EXISTS (SELECT FROM p q
                             WHERE q.kind = 'account' AND q.after IS NULL AND q.number = (p.before->>'uid')::bigint))
        """;

    /// <summary>Grants again what an account may send as, which came back under another address: the senders.</summary>
    internal static List<string> InsertAgain(Transaction tx, long change, long uid) => tx.List(
        InsertAgainSql, r => r.GetString(0), Parameter.Longs([change]), Parameter.Longs([uid]));
}
