using Vmm.Data.Rows;

namespace Vmm.Data.Sql;

/// <summary>
/// What Postfix and Dovecot get to see of many addresses at once: from the functions that their lookups call, with the address
/// split at its @ as their maps do it.
/// </summary>
internal static class TraceSql
{
    internal const string Aliases = """
        SELECT k.local_part || '@' || k.domain, m.destination
          FROM unnest($1::text[], $2::text[]) AS k (local_part, domain)
         CROSS JOIN LATERAL postfix_virtual_alias_map(k.local_part, k.domain) AS m
         ORDER BY m.destination COLLATE "C"
        """;

    internal const string Mailboxes = """
        SELECT k.local_part || '@' || k.domain, m.maildir
          FROM unnest($1::text[], $2::text[]) AS k (local_part, domain)
         CROSS JOIN LATERAL postfix_virtual_mailbox_map(k.local_part, k.domain) AS m
        """;

    internal const string Relocated = """
        SELECT k.local_part || '@' || k.domain, m.destination
          FROM unnest($1::text[], $2::text[]) AS k (local_part, domain)
         CROSS JOIN LATERAL postfix_relocated_map(k.local_part, k.domain) AS m
        """;

    internal const string Transports = """
        SELECT k.local_part || '@' || k.domain, m.transport
          FROM unnest($1::text[], $2::text[]) AS k (local_part, domain)
         CROSS JOIN LATERAL postfix_transport_map(k.local_part, k.domain) AS m
        """;

    internal const string Senders = """
        SELECT k.local_part || '@' || k.domain, m.login
          FROM unnest($1::text[], $2::text[]) AS k (local_part, domain)
         CROSS JOIN LATERAL postfix_smtpd_sender_login_map(k.local_part, k.domain) AS m
         ORDER BY m.login COLLATE "C"
        """;

    /// <summary>The local names, each with its primary name and whether the domain has a catch-all.</summary>
    internal const string DomainsSql = """
        SELECT n.domainname, coalesce(p.domainname, n.domainname), n.is_primary,
               EXISTS (SELECT FROM catchall c WHERE c.gid = n.gid),
               (SELECT d.suspended FROM domain_data d
                 WHERE d.gid = n.gid AND (d.suspended_until IS NULL OR d.suspended_until > now()))
          FROM domain_name n
          LEFT JOIN domain_name p ON p.gid = n.gid AND p.is_primary
         WHERE n.domainname = ANY ($1::text[])
        """;

    /// <summary>
    /// What Dovecot's lookups answer about accounts, and the limits, services and transports in force; in the order of the keys.
    /// </summary>
    internal const string AccountsSql = $"""
        SELECT k.local_part || '@' || k.domain, o.uid, o.gid, o.home, o.mail, m.maildir, q.bytes, q.messages,
               coalesce(w.bytes, 0), coalesce(w.messages, 0), s.smtp, s.pop3, s.imap, s.sieve, t.transport, u.tid IS NULL,
               (SELECT {SuspensionSql.ModeNow} FROM vmm_address v WHERE v.address = o.userid)
          FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k (local_part, domain, place)
         CROSS JOIN LATERAL dovecotuser(k.local_part, k.domain) AS o
         CROSS JOIN LATERAL postfix_virtual_mailbox_map(k.local_part, k.domain) AS m
          JOIN users u ON u.uid = o.uid
          JOIN domain_data d ON d.gid = u.gid
          JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
          JOIN service_set s ON s.ssid = coalesce(u.ssid, d.ssid)
          JOIN transport t ON t.tid = coalesce(u.tid, d.tid)
          LEFT JOIN userquota w ON w.uid = u.uid
         ORDER BY k.place
        """;

    /// <summary>Runs one of the five statements above that call a function of Postfix's maps.</summary>
    internal static List<MapAnswer> Answers(Transaction tx, string statement, IReadOnlyCollection<TraceKey> keys) => tx.List(
        statement,
        r => new MapAnswer(r.GetString(0), r.GetString(1)),
        Parameter.Texts(keys.Select(k => k.LocalPart)),
        Parameter.Texts(keys.Select(k => k.Domain)));

    internal static List<TracedDomain> Domains(Transaction tx, IEnumerable<string> names) => tx.List(
        DomainsSql,
        r => new TracedDomain(r.GetString(0), r.GetString(1), r.GetBoolean(2), r.GetBoolean(3), r.TextOrNull(4)),
        Parameter.Texts(names));

    internal static List<TraceAccount> Accounts(Transaction tx, IReadOnlyCollection<TraceKey> keys) => tx.List(
        AccountsSql,
        r => new TraceAccount
        {
            Address = r.GetString(0),
            Uid = r.GetInt64(1),
            Gid = r.GetInt64(2),
            Home = r.GetString(3),
            MailLocation = r.GetString(4),
            MailDirectory = r.GetString(5).TrimEnd('/'),
            QuotaBytes = r.GetInt64(6),
            QuotaMessages = r.GetInt32(7),
            UsedBytes = r.GetInt64(8),
            UsedMessages = r.GetInt32(9),
            Services = ChoiceTables.Services(r, 10),
            Transport = r.GetString(14),
            TransportInherited = r.GetBoolean(15),
            Suspended = r.TextOrNull(16),
        },
        Parameter.Texts(keys.Select(k => k.LocalPart)),
        Parameter.Texts(keys.Select(k => k.Domain)));
}
