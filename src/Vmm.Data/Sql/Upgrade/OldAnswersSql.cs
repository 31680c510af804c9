namespace Vmm.Data.Sql.Upgrade;

/// <summary>
/// The answers of an older layout, by release: one row per address, with its answers in an array whose places
/// <see cref="AnswersSql"/> names. Up to 0.5 they come from the views that Postfix and Dovecot read. 0.6 and 0.7 had functions:
/// here a plain join of the tables stands in for them, and the functions themselves are called for a sample.
/// </summary>
internal static class OldAnswersSql
{
    internal const string Accounts03 = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'account', p."user",
               ARRAY[p.password, repeat(CASE WHEN u.disabled THEN 'f' ELSE 't' END, 4), a.uid::text, a.gid::text, a.home,
                     'maildir:~/' || u.mail, m.maildir, t.transport, '*:bytes=0:messages=0', '', u.name, NULL]
          FROM users u
          JOIN domains d USING (gid)
          JOIN postfix_transport t USING (domainname)
          JOIN dovecot_user a ON a.uid = u.uid
          JOIN dovecot_password p ON p."user" = a.userid
          JOIN postfix_maildir m ON m.address = a.userid
        """;

    /// <summary>0.4 as it was released, whose view of passwords could not be created.</summary>
    internal const string Accounts04AsReleased = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'account', a.userid,
               ARRAY[u.passwd, concat(u.smpt, u.pop3, u.imap, u.managesieve), a.uid::text, a.gid::text, a.home,
                     'maildir:' || a.mail, m.maildir, t.transport, '*:bytes=0:messages=0', '', u.name, NULL]
          FROM users u
          JOIN dovecot_user a ON a.uid = u.uid
          JOIN postfix_maildir m ON m.address = a.userid
          JOIN postfix_transport t ON t.address = a.userid
        """;

    /// <summary>0.4, and 0.5 before it renamed managesieve to sieve.</summary>
    internal const string Accounts04 = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'account', a.userid,
               ARRAY[p.password, concat(p.smtp, p.pop3, p.imap, p.managesieve), a.uid::text, a.gid::text, a.home,
                     'maildir:' || a.mail, m.maildir, t.transport, '*:bytes=0:messages=0', '', u.name, NULL]
          FROM users u
          JOIN dovecot_user a ON a.uid = u.uid
          JOIN dovecot_password p ON p."user" = a.userid
          JOIN postfix_maildir m ON m.address = a.userid
          JOIN postfix_transport t ON t.address = a.userid
        """;

    internal const string Accounts052 = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'account', a.userid,
               ARRAY[p.password, concat(p.smtp, p.pop3, p.imap, p.sieve), a.uid::text, a.gid::text, a.home, 'maildir:' || a.mail,
                     m.maildir, t.transport, '*:bytes=0:messages=0', '', u.name, NULL]
          FROM users u
          JOIN dovecot_user a ON a.uid = u.uid
          JOIN dovecot_password p ON p."user" = a.userid
          JOIN postfix_maildir m ON m.address = a.userid
          JOIN postfix_transport t ON t.address = a.userid
        """;

    internal const string Accounts06Old = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'account', u.local_part || '@' || n.domainname,
               ARRAY[u.passwd, concat(s.smtp, s.pop3, s.imap, s.managesieve), u.uid::text, u.gid::text, d.domaindir || '/' || u.uid,
                     f.format || ':~/' || l.directory, d.domaindir || '/' || u.uid || '/' || l.directory || '/', t.transport,
                     '*:bytes=' || q.bytes || ':messages=' || q.messages,
                     CASE WHEN w.uid IS NULL AND x.uid IS NULL THEN ''
                          ELSE coalesce(w.current, 0) || ' ' || coalesce(x.current, 0)
                     END,
                     u.name, u.note]
          FROM users u
          JOIN domain_name n USING (gid)
          JOIN domain_data d USING (gid)
          JOIN maillocation l USING (mid)
          JOIN mailboxformat f USING (fid)
          JOIN service_set s ON s.ssid = coalesce(u.ssid, d.ssid)
          JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
          JOIN transport t ON t.tid = coalesce(u.tid, d.tid)
          LEFT JOIN userquota_11 w ON w.uid = u.uid AND w.path = 'quota/storage'
          LEFT JOIN userquota_11 x ON x.uid = u.uid AND x.path = 'quota/messages'
        """;

    internal const string Accounts07 = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'account', u.local_part || '@' || n.domainname,
               ARRAY[u.passwd, concat(s.smtp, s.pop3, s.imap, s.sieve), u.uid::text, u.gid::text, d.domaindir || '/' || u.uid,
                     f.format || ':~/' || l.directory, d.domaindir || '/' || u.uid || '/' || l.directory || '/', t.transport,
                     '*:bytes=' || q.bytes || ':messages=' || q.messages, coalesce(w.bytes || ' ' || w.messages, ''),
                     u.name, u.note]
          FROM users u
          JOIN domain_name n USING (gid)
          JOIN domain_data d USING (gid)
          JOIN maillocation l USING (mid)
          JOIN mailboxformat f USING (fid)
          JOIN service_set s ON s.ssid = coalesce(u.ssid, d.ssid)
          JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
          JOIN transport t ON t.tid = coalesce(u.tid, d.tid)
          LEFT JOIN userquota w USING (uid)
        """;

    /// <summary>An alias without a local part is a catch-all.</summary>
    internal const string Addresses03 = """
        INSERT INTO pg_temp.vmm_before
        SELECT CASE WHEN address LIKE '@%' THEN 'catch-all' ELSE 'alias' END, address,
               array_agg(destination::text ORDER BY destination COLLATE "C") FROM postfix_alias GROUP BY address
        UNION ALL
        SELECT 'relocated', address, ARRAY[destination::text] FROM postfix_relocated
        """;

    internal const string Addresses06 = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'alias', l.address || '@' || n.domainname, array_agg(e.destination ORDER BY e.destination COLLATE "C")
          FROM alias l
          JOIN domain_name n USING (gid)
         CROSS JOIN LATERAL (
               SELECT replace(replace(replace(l.destination, '%n', l.address), '%d', n.domainname),
                              '%=', l.address || '=' || n.domainname) AS destination) AS e
         GROUP BY 1, 2
        UNION ALL
        SELECT 'relocated', r.address || '@' || n.domainname, ARRAY[r.destination::text]
          FROM relocated r JOIN domain_name n USING (gid)
        UNION ALL
        SELECT 'catch-all', '@' || n.domainname, array_agg(e.destination ORDER BY e.destination COLLATE "C")
          FROM catchall c
          JOIN domain_name n USING (gid)
         CROSS JOIN LATERAL (
               SELECT replace(replace(replace(c.destination, '%n', 'no such address'), '%d', n.domainname),
                              '%=', 'no such address=' || n.domainname) AS destination) AS e
         GROUP BY 1, 2
        """;

    internal const string Domains03 = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'domain', d.domainname,
               ARRAY[d.gid::text, d.domaindir, d.transport, NULL, 't', coalesce(u.number, 0)::text, coalesce(a.number, 0)::text,
                     coalesce(r.number, 0)::text, '0', coalesce(a.all_other, 0)::text]
          FROM domains d
          LEFT JOIN (SELECT gid, count(*) AS number FROM users GROUP BY gid) AS u USING (gid)
          LEFT JOIN (SELECT gid, count(DISTINCT address) FILTER (WHERE address <> '') AS number,
                            count(*) FILTER (WHERE address = '') AS all_other FROM alias GROUP BY gid) AS a USING (gid)
          LEFT JOIN (SELECT gid, count(*) AS number FROM relocated GROUP BY gid) AS r USING (gid)
        """;

    internal const string Domains04 = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'domain', d.domainname,
               ARRAY[d.gid::text, d.domaindir, t.transport, NULL, 't', coalesce(u.number, 0)::text, coalesce(a.number, 0)::text,
                     coalesce(r.number, 0)::text, '0', coalesce(a.all_other, 0)::text]
          FROM domains d
          JOIN transport t USING (tid)
          LEFT JOIN (SELECT gid, count(*) AS number FROM users GROUP BY gid) AS u USING (gid)
          LEFT JOIN (SELECT gid, count(DISTINCT address) FILTER (WHERE address <> '') AS number,
                            count(*) FILTER (WHERE address = '') AS all_other FROM alias GROUP BY gid) AS a USING (gid)
          LEFT JOIN (SELECT gid, count(*) AS number FROM relocated GROUP BY gid) AS r USING (gid)
        """;

    internal const string Domains05 = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'domain', n.domainname,
               ARRAY[d.gid::text, d.domaindir, t.transport, NULL, concat(n.is_primary)]
               || CASE WHEN n.is_primary THEN
                       ARRAY[coalesce(u.number, 0)::text, coalesce(a.number, 0)::text, coalesce(r.number, 0)::text,
                             coalesce(o.number, 0)::text, coalesce(a.all_other, 0)::text]
                  END
          FROM domain_name n
          JOIN domain_data d USING (gid)
          JOIN transport t USING (tid)
          LEFT JOIN (SELECT gid, count(*) AS number FROM users GROUP BY gid) AS u USING (gid)
          LEFT JOIN (SELECT gid, count(DISTINCT address) FILTER (WHERE address <> '') AS number,
                            count(*) FILTER (WHERE address = '') AS all_other FROM alias GROUP BY gid) AS a USING (gid)
          LEFT JOIN (SELECT gid, count(*) AS number FROM relocated GROUP BY gid) AS r USING (gid)
          LEFT JOIN (SELECT gid, count(*) AS number FROM domain_name WHERE NOT is_primary GROUP BY gid) AS o USING (gid)
        """;

    internal const string Domains06 = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'domain', n.domainname,
               ARRAY[d.gid::text, d.domaindir, t.transport, d.note, concat(n.is_primary)]
               || CASE WHEN n.is_primary THEN
                       ARRAY[coalesce(u.number, 0)::text, coalesce(a.number, 0)::text, coalesce(r.number, 0)::text,
                             coalesce(o.number, 0)::text, coalesce(c.number, 0)::text]
                  END
          FROM domain_name n
          JOIN domain_data d USING (gid)
          JOIN transport t USING (tid)
          LEFT JOIN (SELECT gid, count(*) AS number FROM users GROUP BY gid) AS u USING (gid)
          LEFT JOIN (SELECT gid, count(DISTINCT address) AS number FROM alias GROUP BY gid) AS a USING (gid)
          LEFT JOIN (SELECT gid, count(*) AS number FROM relocated GROUP BY gid) AS r USING (gid)
          LEFT JOIN (SELECT gid, count(*) AS number FROM domain_name WHERE NOT is_primary GROUP BY gid) AS o USING (gid)
          LEFT JOIN (SELECT gid, count(*) AS number FROM catchall GROUP BY gid) AS c USING (gid)
        """;
}
