using Npgsql;

namespace Vmm.Tests.Schema;

/// <summary>What vmm_address must hold, told by a plain join of the tables that administrators write to.</summary>
internal static class Keeping
{
    /// <summary>Rows that are missing or too many, and addresses that are two things. None is right.</summary>
    public const string Faults = $"""
        (({Told} EXCEPT {Kept}) UNION ALL ({Kept} EXCEPT {Told}))
        """;

    /// <summary>Addresses that would be two things at once.</summary>
    public const string Doubles = $"SELECT address FROM ({Told}) AS told GROUP BY address HAVING count(*) > 1";

    private const string Kept = """
        SELECT address::text, gid, local_part::text, kind, uid, home, mail, transport, quota_rule, concat(smtp, pop3, imap, sieve),
               concat_ws(' ', suspended_until, refused_until, refusal, deferred_until, deferral)
          FROM vmm_address
        """;

    private const string Told = """
        SELECT p.local_part || '@' || n.domainname AS address, n.gid, p.local_part::text, p.kind, p.uid, p.home, p.mail,
               p.transport, p.quota_rule, p.services, p.suspension
          FROM domain_name n
          JOIN (SELECT u.gid, u.local_part, 'account' AS kind, u.uid, d.domaindir || '/' || u.uid AS home,
                       f.format || ':~/' || l.directory AS mail, t.transport::text,
                       '*:bytes=' || q.bytes || ':messages=' || q.messages AS quota_rule,
                       concat(s.smtp, s.pop3, s.imap, s.sieve) AS services,
                       (SELECT concat_ws(' ', max(k.until),
                                   max(k.until) FILTER (WHERE k.mode = 'refuse'),
                                   (array_agg('error:5.2.1 ' || coalesce(k.words, 'mailbox disabled, not accepting messages')
                                              ORDER BY k.until DESC, k.place) FILTER (WHERE k.mode = 'refuse'))[1],
                                   max(k.until) FILTER (WHERE k.mode = 'defer'),
                                   (array_agg('retry:4.2.1 ' || coalesce(k.words, 'mailbox disabled for now, try again later')
                                              ORDER BY k.until DESC, k.place) FILTER (WHERE k.mode = 'defer'))[1])
                          FROM (VALUES (1, u.suspended, coalesce(u.suspended_until, 'infinity'), u.suspended_text),
                                       (2, d.suspended, coalesce(d.suspended_until, 'infinity'), d.suspended_text))
                                   AS k (place, mode, until, words)
                         WHERE k.mode IS NOT NULL) AS suspension
                  FROM users u
                  JOIN domain_data d USING (gid)
                  JOIN maillocation l USING (mid)
                  JOIN mailboxformat f USING (fid)
                  JOIN transport t ON t.tid = coalesce(u.tid, d.tid)
                  JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
                  JOIN service_set s ON s.ssid = coalesce(u.ssid, d.ssid)
                UNION SELECT gid, address, 'alias', NULL, NULL, NULL, NULL, NULL, '', '' FROM alias
                UNION SELECT gid, address, 'relocated', NULL, NULL, NULL, NULL, NULL, '', '' FROM relocated) AS p ON p.gid = n.gid
        """;

    public static async Task ShouldHoldAsync(this PostgresCluster server, string database) =>
        Assert.Empty(await server.QueryAsync(database, Faults));

    /// <summary>Runs a statement; null, or the SQLSTATE of its error.</summary>
    public static async Task<string?> TryAsync(this NpgsqlConnection connection, string sql)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }
}
