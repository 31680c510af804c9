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
        SELECT address::text, gid, local_part::text, kind, uid, home, mail, transport, quota_rule, concat(smtp, pop3, imap, sieve)
          FROM vmm_address
        """;

    private const string Told = """
        SELECT p.local_part || '@' || n.domainname AS address, n.gid, p.local_part::text, p.kind, p.uid, p.home, p.mail,
               p.transport, p.quota_rule, p.services
          FROM domain_name n
          JOIN (SELECT u.gid, u.local_part, 'account' AS kind, u.uid, d.domaindir || '/' || u.uid AS home,
                       f.format || ':~/' || l.directory AS mail, t.transport::text,
                       '*:bytes=' || q.bytes || ':messages=' || q.messages AS quota_rule,
                       concat(s.smtp, s.pop3, s.imap, s.sieve) AS services
                  FROM users u
                  JOIN domain_data d USING (gid)
                  JOIN maillocation l USING (mid)
                  JOIN mailboxformat f USING (fid)
                  JOIN transport t ON t.tid = coalesce(u.tid, d.tid)
                  JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
                  JOIN service_set s ON s.ssid = coalesce(u.ssid, d.ssid)
                UNION SELECT gid, address, 'alias', NULL, NULL, NULL, NULL, NULL, '' FROM alias
                UNION SELECT gid, address, 'relocated', NULL, NULL, NULL, NULL, NULL, '' FROM relocated) AS p ON p.gid = n.gid
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
