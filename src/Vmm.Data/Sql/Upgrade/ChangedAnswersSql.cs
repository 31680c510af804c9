namespace Vmm.Data.Sql.Upgrade;

/// <summary>
/// Answers that change on purpose. They are compared as they should be afterwards, and counted in the table vmm_changed, because
/// somebody has to do something about them.
/// </summary>
internal static class ChangedAnswersSql
{
    /// <summary>dovecotuser() of 0.5 gives the mail directory without its format.</summary>
    internal const string MailWithoutFormat = "mail without format";

    /// <summary>dovecotpassword() of 0.5 has a column managesieve.</summary>
    internal const string Managesieve = "managesieve";

    /// <summary>dovecotpassword() of 0.6.0 answers only for accounts with services of their own.</summary>
    internal const string WithoutServices = "without services";

    /// <summary>An alias of 0.5 and before without a local part.</summary>
    internal const string CatchAll = "catch-all";

    /// <summary>
    /// The functions of 0.5 are optional: those that are there are asked about what they had answers to. The logins of senders are
    /// left out, because 0.5 gave them in a different form.
    /// </summary>
    internal const string FunctionsBefore = """
        DO $body$
        DECLARE
            asked record;
        BEGIN
            INSERT INTO pg_temp.vmm_asked
            SELECT p.local_part, n.domainname, p.kind
              FROM (SELECT gid, local_part, 'account' AS kind FROM users
                    UNION ALL SELECT DISTINCT gid, address, 'alias' FROM alias WHERE address <> ''
                    UNION ALL SELECT gid, address, 'relocated' FROM relocated) AS p
              JOIN domain_name n USING (gid);
            FOR asked IN
                SELECT * FROM (VALUES
                    ('dovecotpassword', 'account', 'f::text'),
                    ('dovecotuser', 'account',
                     $$ROW(f.userid, f.uid, f.gid, f.home, regexp_replace(f.mail, '^(?!.*:)', 'maildir:'))::text$$),
                    ('postfix_virtual_mailbox_map', 'account', 'f::text'),
                    ('postfix_virtual_uid_map', 'account', 'f::text'),
                    ('postfix_transport_map', 'account', 'f::text'),
                    ('postfix_virtual_alias_map', 'alias', 'f::text'),
                    ('postfix_relocated_map', 'relocated', 'f::text')) AS v (name, kind, answer)
                 WHERE to_regprocedure(name || '(varchar, varchar)') IS NOT NULL
            LOOP
                EXECUTE format($$
                    INSERT INTO pg_temp.vmm_before
                    SELECT %1$L, local_part || '@' || domainname,
                           ARRAY[(SELECT string_agg(%2$s, E'\n' ORDER BY %2$s) FROM %1$I(local_part, domainname) f)]
                      FROM pg_temp.vmm_asked WHERE kind = %3$L$$, asked.name, asked.answer, asked.kind);
                IF asked.name = 'dovecotuser' THEN
                    INSERT INTO pg_temp.vmm_changed
                    SELECT 'mail without format', count(*)
                      FROM pg_temp.vmm_asked q, dovecotuser(q.local_part, q.domainname) f
                     WHERE q.kind = 'account' AND strpos(f.mail, ':') = 0;
                ELSIF asked.name = 'dovecotpassword' AND EXISTS (
                    SELECT FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                     WHERE c.reltype = to_regtype('dovecotpassword') AND a.attname = 'managesieve')
                THEN
                    INSERT INTO pg_temp.vmm_changed VALUES ('managesieve', 1);
                END IF;
            END LOOP;
        END
        $body$
        """;

    /// <summary>The same functions now.</summary>
    internal const string FunctionsAfter = """
        DO $body$
        DECLARE
            asked record;
        BEGIN
            FOR asked IN
                SELECT * FROM (VALUES
                    ('dovecotpassword', 'account'), ('dovecotuser', 'account'), ('postfix_virtual_mailbox_map', 'account'),
                    ('postfix_virtual_uid_map', 'account'), ('postfix_transport_map', 'account'),
                    ('postfix_virtual_alias_map', 'alias'), ('postfix_relocated_map', 'relocated')) AS v (name, kind)
                 WHERE name IN (SELECT kind FROM pg_temp.vmm_before)
            LOOP
                EXECUTE format($$
                    INSERT INTO pg_temp.vmm_after
                    SELECT %1$L, local_part || '@' || domainname,
                           ARRAY[(SELECT string_agg(f::text, E'\n' ORDER BY f::text) FROM %1$I(local_part, domainname) f)]
                      FROM pg_temp.vmm_asked WHERE kind = %2$L$$, asked.name, asked.kind);
            END LOOP;
        END
        $body$
        """;

    /// <summary>
    /// The function of 0.6.0 for Dovecot before 1.2 wanted services of the account's own. If it answered about no account without,
    /// that is its fault; otherwise somebody changed it.
    /// </summary>
    internal const string AllowWithoutServices = """
        WITH inheriting AS (
            SELECT b.ctid, b.answer[1] AS answer, a.answer[1] AS wanted, u.uid
              FROM pg_temp.vmm_asked q
              JOIN domain_name n USING (domainname)
              JOIN users u ON u.gid = n.gid AND u.local_part = q.local_part AND u.ssid IS NULL
              JOIN pg_temp.vmm_before b ON b.kind = 'asked' AND b.address = q.local_part || '@' || q.domainname
              JOIN pg_temp.vmm_after a ON a.kind = 'asked' AND a.address = b.address
             WHERE q.kind = 'account'),
        allowed AS (
            UPDATE pg_temp.vmm_before b SET answer[1] = i.wanted
              FROM inheriting i
             WHERE b.ctid = i.ctid AND NOT EXISTS (SELECT FROM inheriting WHERE answer IS NOT NULL)
            RETURNING i.uid)
        INSERT INTO pg_temp.vmm_changed SELECT 'without services', count(DISTINCT uid) FROM allowed
        """;

    /// <summary>Catch-alls of a release that had no table for them.</summary>
    internal const string CatchAllsBefore = """
        INSERT INTO pg_temp.vmm_changed SELECT 'catch-all', count(*) FROM pg_temp.vmm_before WHERE kind = 'catch-all'
        """;

    internal const string NumberSql = "SELECT coalesce(sum(number), 0)::bigint FROM pg_temp.vmm_changed WHERE what = $1";

    internal const string CatchAllNamesSql = "SELECT address FROM pg_temp.vmm_before WHERE kind = 'catch-all' ORDER BY 1 LIMIT 20";

    /// <summary>How many answers of this kind changed on purpose.</summary>
    internal static long Number(Transaction tx, string what) => tx.Scalar<long>(NumberSql, Parameter.Text(what));

    /// <summary>Catch-alls that are compared, as @domain; twenty at most.</summary>
    internal static List<string> CatchAllNames(Transaction tx) => tx.List(CatchAllNamesSql, r => r.GetString(0));
}
