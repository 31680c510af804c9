namespace Vmm.Data.Sql.Upgrade;

/// <summary>An address whose answers would change by the upgrade.</summary>
/// <param name="Kind">account, alias, relocated, catch-all, domain, or asked for an answer of the functions.</param>
/// <param name="Address">The address or domain.</param>
/// <param name="Places">Which of the answers differ, counted from 1; empty where one side has no answer at all.</param>
internal sealed record DifferentAnswer(string Kind, string Address, IReadOnlyList<int> Places);

/// <summary>The answers before and after, and their comparison.</summary>
internal static class AnswersSql
{
    /// <summary>What the places of an account's answers mean.</summary>
    internal static readonly string[] OfAccount =
    [
        "password", "services", "uid", "gid", "home", "mail location", "mailbox", "transport", "quota", "quota usage", "name",
        "note",
    ];

    /// <summary>The same for a domain.</summary>
    internal static readonly string[] OfDomain =
    [
        "gid", "directory", "transport", "note", "primary name", "number of accounts", "number of aliases",
        "number of relocated users", "number of alias domains", "number of catch-all destinations",
    ];

    /// <summary>The same for the functions.</summary>
    internal static readonly string[] OfFunctions =
    [
        "dovecotpassword", "dovecotuser", "dovecotquotauser", "postfix_virtual_mailbox_map", "postfix_virtual_uid_map",
        "postfix_relocated_map", "postfix_transport_map", "postfix_virtual_alias_map", "postfix_smtpd_sender_login_map",
    ];

    /// <summary>
    /// Whole tables are joined, by keys that may be missing. PostgreSQL would estimate that few rows match, and would scan the
    /// domains once for each account. JIT is off because compiling these statements takes longer than running them.
    /// </summary>
    internal const string JoinByHash = "SET LOCAL enable_nestloop = off; SET LOCAL jit = off";

    /// <summary>For everything else.</summary>
    internal const string JoinAnyhow = "SET LOCAL enable_nestloop = on";

    internal const string Create = """
        CREATE TEMP TABLE vmm_before (kind text, address text, answer text[]) ON COMMIT DROP;
        CREATE TEMP TABLE vmm_after (kind text, address text, answer text[]) ON COMMIT DROP;
        CREATE TEMP TABLE vmm_asked (local_part varchar, domainname varchar, kind text) ON COMMIT DROP;
        CREATE TEMP TABLE vmm_called (address text) ON COMMIT DROP;
        CREATE TEMP TABLE vmm_changed (what text, number bigint) ON COMMIT DROP
        """;

    /// <summary>
    /// Every address, and under every name of a domain one that does not exist. If the functions
    /// are those of 0.6 and 0.7, a join of the tables gives the same answers; then 5,000
    /// addresses are enough, spread evenly, because the functions are too slow for all.
    /// </summary>
    internal const string ToAsk = """
        INSERT INTO pg_temp.vmm_asked
        SELECT p.local_part, n.domainname, p.kind
          FROM (SELECT gid, local_part, 'account' AS kind FROM users
                UNION ALL
                SELECT DISTINCT gid, address, 'alias' FROM alias
                UNION ALL
                SELECT gid, address, 'relocated' FROM relocated
                UNION ALL
                SELECT gid, 'no such address', 'nobody' FROM domain_data) AS p
          JOIN domain_name n USING (gid)
          ORDER BY md5(p.local_part || '@' || n.domainname)
          LIMIT (SELECT CASE count(DISTINCT k.name) WHEN 10 THEN 5000 END
                  FROM (VALUES
                        ('_interpolate_destination', '9bb635143ef0fd3b8325bc5dc350c543'),
                        ('dovecotpassword', 'f783d8e70e0e74a7968d50156bb6b5ce'),
                        -- The same for Dovecot before 1.2, with managesieve.
                        ('dovecotpassword', '3d3003f77a8809a59edb75b5b85f1519'),
                        ('dovecotquotauser', '1c40d2d2319e707ef332be6d89116a99'),
                        ('dovecotuser', 'c94b90865a863e9e734ccebde6b01f91'),
                        ('postfix_relocated_map', 'be6dcc7b0190ce733b0ac386b993158b'),
                        ('postfix_smtpd_sender_login_map', 'fc40b40b8a850a4960e22887f66c0123'),
                        ('postfix_transport_map', '03a8d7e965b2305df5231e0fe0275c58'),
                        ('postfix_virtual_alias_map', '123327f05458f4ad6cb7ed56c1fa8b8d'),
                        ('postfix_virtual_mailbox_map', '85c9b24f428ea2c6368568ea2a63984e'),
                        ('postfix_virtual_uid_map', 'd9e8ae16f4b7b77dbc163dbd2c9e380e')) AS k (name, body)
                  JOIN pg_proc f ON f.proname = k.name AND md5(f.prosrc) = k.body
                 WHERE f.pronamespace = current_schema()::regnamespace AND f.proconfig IS NULL AND NOT f.prosecdef
                   AND f.prolang = (SELECT oid FROM pg_language WHERE lanname = 'plpgsql'))
        """;

    /// <summary>The answers of the functions that are compared as they are, of an address of vmm_asked.</summary>
    internal const string Plain = """
        (SELECT string_agg(f::text, E'\n' ORDER BY f::text) FROM dovecotpassword(local_part, domainname) f),
               (SELECT string_agg(f::text, E'\n' ORDER BY f::text) FROM dovecotuser(local_part, domainname) f),
               (SELECT string_agg(f::text, E'\n' ORDER BY f::text) FROM dovecotquotauser(local_part, domainname) f),
               (SELECT string_agg(f::text, E'\n' ORDER BY f::text) FROM postfix_virtual_mailbox_map(local_part, domainname) f),
               (SELECT string_agg(f::text, E'\n' ORDER BY f::text) FROM postfix_virtual_uid_map(local_part, domainname) f),
               (SELECT string_agg(f::text, E'\n' ORDER BY f::text) FROM postfix_relocated_map(local_part, domainname) f),
               (SELECT string_agg(f::text, E'\n' ORDER BY f::text) FROM postfix_transport_map(local_part, domainname) f)
        """;

    internal const string AskedBefore = $"""
        INSERT INTO pg_temp.vmm_before
        SELECT 'asked', local_part || '@' || domainname, ARRAY[
               {Plain},
               -- In a domain with a catch-all, a relocated user was answered with itself, so that its "has moved" became a
               -- bounce. Now there is no answer.
               CASE WHEN kind <> 'relocated' THEN
                    (SELECT string_agg(f::text, E'\n' ORDER BY f::text) FROM postfix_virtual_alias_map(local_part, domainname) f)
               END,
               -- An alias was answered with its destinations as they are written, with %n, %d and %= in them; here these are
               -- filled in.
               (SELECT string_agg(DISTINCT l.login, E'\n' ORDER BY l.login)
                  FROM postfix_smtpd_sender_login_map(local_part, domainname) f
                 CROSS JOIN LATERAL (
                       SELECT CASE kind
                                  WHEN 'alias' THEN
                                       replace(replace(replace(f.login, '%n', local_part), '%d', domainname),
                                               '%=', local_part || '=' || domainname)
                                  ELSE f.login
                              END AS login) AS l)]
          FROM pg_temp.vmm_asked
        """;

    internal const string AskedAfter = $"""
        INSERT INTO pg_temp.vmm_after
        SELECT 'asked', local_part || '@' || domainname, ARRAY[
               {Plain},
               CASE WHEN kind <> 'relocated' THEN
                    (SELECT string_agg(f::text, E'\n' ORDER BY f::text) FROM postfix_virtual_alias_map(local_part, domainname) f)
               END,
               -- For an alias this compares its destinations, since the new function answers only the accounts that it ends in.
               -- An account that the function lacks is left out here, and so becomes a difference; with a thousand destinations
               -- or more, some may be missing.
               CASE WHEN kind <> 'alias' THEN
                    (SELECT string_agg(DISTINCT f.login, E'\n' ORDER BY f.login)
                       FROM postfix_smtpd_sender_login_map(local_part, domainname) f)
                    ELSE
                    (SELECT string_agg(DISTINCT d.destination, E'\n' ORDER BY d.destination)
                       FROM (SELECT ARRAY(SELECT f.login
                                            FROM postfix_smtpd_sender_login_map(local_part, domainname) f) AS logins
                             OFFSET 0) AS now
                       JOIN domain_name n ON n.domainname = vmm_asked.domainname
                       JOIN alias l ON l.gid = n.gid AND l.address = vmm_asked.local_part
                      CROSS JOIN LATERAL (
                            SELECT replace(replace(replace(l.destination, '%n', local_part), '%d', vmm_asked.domainname),
                                           '%=', local_part || '=' || vmm_asked.domainname) AS destination) AS d
                       LEFT JOIN vmm_address a ON a.address = lower(d.destination) AND a.kind = 'account'
                      WHERE a.address IS NULL
                         OR a.address = ANY (now.logins)
                         OR (SELECT count(*) FROM alias o WHERE o.gid = l.gid AND o.address = l.address) >= 1000)
               END]
          FROM pg_temp.vmm_asked
        """;

    /// <summary>10,000 accounts, spread evenly: the functions are too slow for many more, and their code is known.</summary>
    internal const string ToCall = """
        INSERT INTO pg_temp.vmm_called SELECT address FROM vmm_address WHERE kind = 'account' ORDER BY md5(address) LIMIT 10000
        """;

    /// <summary>Their answers, from the functions that Postfix and Dovecot call.</summary>
    internal const string AccountsAfter = """
        INSERT INTO pg_temp.vmm_after
        SELECT 'account', a.address,
               ARRAY[p.password, concat(p.smtp, p.pop3, p.imap, p.sieve), q.uid::text, q.gid::text, q.home, q.mail, m.maildir,
                     t.transport, q.quota_rule, coalesce(w.bytes || ' ' || w.messages, ''), u.name, u.note]
          FROM pg_temp.vmm_called
          JOIN vmm_address a USING (address)
         CROSS JOIN LATERAL (SELECT a.local_part, substr(a.address, length(a.local_part) + 2)::varchar AS domain) AS k
         CROSS JOIN LATERAL dovecotpassword(k.local_part, k.domain) AS p
         CROSS JOIN LATERAL dovecotquotauser(k.local_part, k.domain) AS q
         CROSS JOIN LATERAL postfix_virtual_mailbox_map(k.local_part, k.domain) AS m
         CROSS JOIN LATERAL postfix_transport_map(k.local_part, k.domain) AS t
          JOIN users u ON u.uid = a.uid
          LEFT JOIN userquota w ON w.uid = a.uid
        """;

    /// <summary>The answers of all other accounts, from a join of the tables that those functions read.</summary>
    internal const string OtherAccountsAfter = """
        INSERT INTO pg_temp.vmm_after
        SELECT 'account', a.address,
               ARRAY[u.passwd, concat(s.smtp, s.pop3, s.imap, s.sieve), u.uid::text, u.gid::text, d.domaindir || '/' || u.uid,
                     f.format || ':~/' || l.directory, d.domaindir || '/' || u.uid || '/' || l.directory || '/', t.transport,
                     '*:bytes=' || q.bytes || ':messages=' || q.messages, coalesce(w.bytes || ' ' || w.messages, ''),
                     u.name, u.note]
          FROM vmm_address a
          JOIN users u ON u.uid = a.uid
          JOIN domain_data d ON d.gid = u.gid
          JOIN maillocation l USING (mid)
          JOIN mailboxformat f USING (fid)
          JOIN service_set s ON s.ssid = coalesce(u.ssid, d.ssid)
          JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
          JOIN transport t ON t.tid = coalesce(u.tid, d.tid)
          LEFT JOIN userquota w ON w.uid = u.uid
         WHERE a.kind = 'account' AND NOT EXISTS (SELECT FROM pg_temp.vmm_called c WHERE c.address = a.address)
        """;

    internal const string AddressesAfter = """
        INSERT INTO pg_temp.vmm_after
        SELECT 'alias', a.address,
               (SELECT array_agg(f.destination ORDER BY f.destination COLLATE "C")
                  FROM postfix_virtual_alias_map(a.local_part, substr(a.address, length(a.local_part) + 2)::varchar) AS f)
          FROM vmm_address a WHERE a.kind = 'alias'
        UNION ALL
        SELECT 'relocated', a.address,
               (SELECT array_agg(f.destination)
                  FROM postfix_relocated_map(a.local_part, substr(a.address, length(a.local_part) + 2)::varchar) AS f)
          FROM vmm_address a WHERE a.kind = 'relocated'
        UNION ALL
        SELECT 'catch-all', '@' || n.domainname,
               (SELECT array_agg(f.destination ORDER BY f.destination COLLATE "C")
                  FROM postfix_virtual_alias_map('no such address', n.domainname) AS f)
          FROM domain_name n WHERE n.gid IN (SELECT gid FROM catchall)
        """;

    internal const string DomainsAfter = """
        INSERT INTO pg_temp.vmm_after
        SELECT 'domain', n.domainname,
               ARRAY[g.gid::text, d.domaindir, t.transport, d.note, concat(n.is_primary)]
               || CASE WHEN n.is_primary THEN
                       ARRAY[i.accounts::text, i.aliases::text, i.relocated::text, i.aliasdomains::text, i.catchall::text]
                  END
          FROM domain_name n
          JOIN postfix_gid g USING (domainname)
          JOIN domain_data d ON d.gid = g.gid
          JOIN transport t USING (tid)
          LEFT JOIN vmm_domain_info i ON i.gid = g.gid
        """;

    internal const string DifferentSql = """
        SELECT kind, address,
               ARRAY(SELECT place::integer
                       FROM generate_series(1, greatest(cardinality(b.answer), cardinality(a.answer))) AS place
                      WHERE b.answer IS NOT NULL AND a.answer IS NOT NULL AND b.answer[place] IS DISTINCT FROM a.answer[place])
          FROM pg_temp.vmm_before b FULL JOIN pg_temp.vmm_after a USING (kind, address)
         WHERE b.answer IS DISTINCT FROM a.answer
         ORDER BY kind, address
         LIMIT 20
        """;

    internal const string ComparedSql = "SELECT count(*) FROM pg_temp.vmm_before";

    /// <summary>Asks the old layout: first what whole tables are joined for, then its functions.</summary>
    internal static void AskBefore(Transaction tx, IEnumerable<string> joins, IEnumerable<string> functions) =>
        Run(tx, [Create, JoinByHash, .. joins, JoinAnyhow, .. functions]);

    /// <summary>Asks the new layout the same; what all releases were asked, and then what this one was.</summary>
    internal static void AskAfter(Transaction tx, IEnumerable<string> others) => Run(
        tx,
        [
            ToCall, AccountsAfter, JoinByHash, OtherAccountsAfter, ViewAnswersSql.DomainsAfter, JoinAnyhow, AddressesAfter,
            DomainsAfter, .. others,
        ]);

    /// <summary>Number of addresses and domains that were asked about.</summary>
    internal static long Compared(Transaction tx) => tx.Scalar<long>(ComparedSql);

    private static void Run(Transaction tx, IEnumerable<string> statements)
    {
        foreach (var statement in statements)
        {
            tx.Script(statement);
        }
    }

    internal static List<DifferentAnswer> Different(Transaction tx) =>
        tx.List(DifferentSql, r => new DifferentAnswer(r.GetString(0), r.GetString(1), r.GetFieldValue<int[]>(2)));
}
