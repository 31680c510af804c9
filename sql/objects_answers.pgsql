-- One row for each address: what look-ups answer about accounts, and the triggers of accounts and domains that keep it. Part of
-- objects.pgsql and of upgrade_layout-1-2.pgsql.

-- What the rows of these accounts of these domains must hold, under all names of the domains or only these. A name is decoded once.
-- ROWS is low so that a join looks each of them up: for the thousand that PostgreSQL expects otherwise it reads all addresses
-- where these are some ten thousand. They come in the order of the addresses, so that to look up 100,000 of them takes about as
-- long as to read all.
CREATE OR REPLACE FUNCTION vmm_account_answers(gids bigint[], uids bigint[], names varchar[] DEFAULT NULL)
    RETURNS SETOF vmm_address_forms LANGUAGE plpgsql STABLE ROWS 20
SET search_path FROM CURRENT SET plan_cache_mode = auto SET join_collapse_limit = 1 AS $body$
BEGIN
    IF cardinality(uids) > 100 THEN
        PERFORM set_config('plan_cache_mode', 'force_custom_plan', true);
    END IF;
    RETURN QUERY
    WITH n AS MATERIALIZED (
        SELECT f.* FROM vmm_address_domain_forms f
         WHERE f.gid IN (SELECT unnest(gids)) AND (names IS NULL OR f.domainname = ANY (names)))
    SELECT lower(u.local_part COLLATE "C") || '@' || n.form, u.gid, u.local_part, 'account'::text, u.uid, n.is_stored,
           CASE WHEN NOT n.is_stored THEN n.domainname::text END,
           d.domaindir || '/' || u.uid, f.format || ':~/' || l.directory, t.transport::text,
           '*:bytes=' || q.bytes || ':messages=' || q.messages, s.smtp, s.pop3, s.imap, s.sieve,
           greatest(e.own, e.whole),
           greatest(CASE u.suspended WHEN 'refuse' THEN e.own END, CASE d.suspended WHEN 'refuse' THEN e.whole END),
           CASE WHEN u.suspended = 'refuse' AND (d.suspended IS DISTINCT FROM 'refuse' OR e.own >= e.whole)
                THEN vmm_suspension_transport('refuse', u.suspended_text)
                WHEN d.suspended = 'refuse' THEN vmm_suspension_transport('refuse', d.suspended_text) END,
           greatest(CASE u.suspended WHEN 'defer' THEN e.own END, CASE d.suspended WHEN 'defer' THEN e.whole END),
           CASE WHEN u.suspended = 'defer' AND (d.suspended IS DISTINCT FROM 'defer' OR e.own >= e.whole)
                THEN vmm_suspension_transport('defer', u.suspended_text)
                WHEN d.suspended = 'defer' THEN vmm_suspension_transport('defer', d.suspended_text) END
      FROM unnest(uids) AS k (uid)
      JOIN users u ON u.uid = k.uid
      JOIN domain_data d ON d.gid = u.gid
      JOIN maillocation l ON l.mid = u.mid
      JOIN mailboxformat f ON f.fid = l.fid
      JOIN transport t ON t.tid = coalesce(u.tid, d.tid)
      JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
      JOIN service_set s ON s.ssid = coalesce(u.ssid, d.ssid)
      JOIN n ON n.gid = u.gid
     CROSS JOIN LATERAL (
               SELECT CASE WHEN u.suspended IS NOT NULL THEN coalesce(u.suspended_until, 'infinity') END AS own,
                      CASE WHEN d.suspended IS NOT NULL THEN coalesce(d.suspended_until, 'infinity') END AS whole
           ) AS e
     ORDER BY 1;
END
$body$;

-- What vmm_address_forms must hold about these domains or all, under all their names or only these. The domains stand in each
-- condition as they are, so that the plan is made for their numbers: with few domains, of which one has almost everything, that of
-- an unknown one would read all rows for each.
CREATE OR REPLACE FUNCTION vmm_address_expected(gids bigint[] DEFAULT NULL, names varchar[] DEFAULT NULL)
    RETURNS SETOF vmm_address_forms
    LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan AS $body$
BEGIN
    RETURN QUERY
    SELECT *
      FROM vmm_account_answers(coalesce(gids, ARRAY(SELECT d.gid FROM domain_data d)),
                               ARRAY(SELECT u.uid FROM users u WHERE gids IS NULL OR u.gid = ANY (gids)), names);
    RETURN QUERY
    WITH n AS MATERIALIZED (
        SELECT f.* FROM vmm_address_domain_forms f
         WHERE (gids IS NULL OR f.gid = ANY (gids)) AND (names IS NULL OR f.domainname = ANY (names)))
    SELECT lower(p.local_part COLLATE "C") || '@' || n.form, n.gid, p.local_part, p.kind, NULL::bigint, n.is_stored,
           CASE WHEN NOT n.is_stored THEN n.domainname::text END, NULL::text, NULL::text, NULL::text, NULL::text,
           NULL::boolean, NULL::boolean, NULL::boolean, NULL::boolean,
           NULL::timestamptz, NULL::timestamptz, NULL::text, NULL::timestamptz, NULL::text
      FROM (SELECT DISTINCT l.gid, l.address, 'alias' FROM alias l WHERE gids IS NULL OR l.gid = ANY (gids)
            UNION ALL
            SELECT r.gid, r.address, 'relocated' FROM relocated r WHERE gids IS NULL OR r.gid = ANY (gids))
                AS p (gid, local_part, kind)
      JOIN n ON n.gid = p.gid
     ORDER BY 1;
END
$body$;

-- Accounts that keep their addresses. FOR SHARE here and where accounts are added, not FOR KEY SHARE: whoever changes the defaults
-- of the domain has to be through too.
CREATE OR REPLACE FUNCTION vmm_account_refresh(gids bigint[], uids bigint[]) RETURNS void LANGUAGE plpgsql STRICT AS $body$
BEGIN
    PERFORM FROM domain_data WHERE gid IN (SELECT unnest(gids)) ORDER BY gid FOR SHARE;
    UPDATE vmm_address_forms a
       SET home = e.home, mail = e.mail, transport = e.transport, quota_rule = e.quota_rule,
           smtp = e.smtp, pop3 = e.pop3, imap = e.imap, sieve = e.sieve, suspended_until = e.suspended_until,
           refused_until = e.refused_until, refusal = e.refusal, deferred_until = e.deferred_until, deferral = e.deferral
      FROM vmm_account_answers(gids, uids) e
     WHERE a.address = e.address AND a.is_stored = e.is_stored AND a.uid = e.uid
       AND (a.home, a.mail, a.transport, a.quota_rule, a.smtp, a.pop3, a.imap, a.sieve, a.suspended_until,
            a.refused_until, a.refusal, a.deferred_until, a.deferral)
           IS DISTINCT FROM (e.home, e.mail, e.transport, e.quota_rule, e.smtp, e.pop3, e.imap, e.sieve, e.suspended_until,
                             e.refused_until, e.refusal, e.deferred_until, e.deferral);
END
$body$;

CREATE OR REPLACE FUNCTION vmm_address_users() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM vmm_address_add('account', array_agg(gid), array_agg(local_part), array_agg(uid)) FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM vmm_address_remove('account', array_agg(gid), array_agg(local_part)) FROM old_rows;
    ELSE
        PERFORM vmm_address_remove('account', array_agg(gid), array_agg(local_part))
           FROM (SELECT gid, local_part, uid FROM old_rows EXCEPT SELECT gid, local_part, uid FROM new_rows) AS gone;
        PERFORM vmm_address_add('account', array_agg(gid), array_agg(local_part), array_agg(uid))
           FROM (SELECT gid, local_part, uid FROM new_rows EXCEPT SELECT gid, local_part, uid FROM old_rows) AS came;
        PERFORM vmm_account_refresh(array_agg(gid), array_agg(uid))
           FROM (SELECT gid, uid, mid, qid, ssid, tid, suspended, suspended_until, suspended_text FROM new_rows
                 EXCEPT
                 SELECT gid, uid, mid, qid, ssid, tid, suspended, suspended_until, suspended_text FROM old_rows) AS other;
    END IF;
    RETURN NULL;
END
$body$;

-- The directory or a default of a domain. Whoever adds an account to it holds FOR SHARE on its row: one of the two waits for the
-- other.
CREATE OR REPLACE FUNCTION vmm_address_domains() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
DECLARE
    changed bigint[];
BEGIN
    SELECT array_agg(gid) INTO changed
      FROM (SELECT gid, domaindir, qid, ssid, tid, suspended, suspended_until, suspended_text FROM new_rows
            EXCEPT
            SELECT gid, domaindir, qid, ssid, tid, suspended, suspended_until, suspended_text FROM old_rows) AS other;
    IF changed IS NULL THEN
        RETURN NULL;
    END IF;
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        RAISE feature_not_supported USING
            MESSAGE = 'defaults of domains are changed in READ COMMITTED only',
            HINT = 'Begin the transaction with: BEGIN ISOLATION LEVEL READ COMMITTED.';
    END IF;
    PERFORM vmm_account_refresh(changed, ARRAY(SELECT uid FROM users WHERE gid IN (SELECT unnest(changed))));
    RETURN NULL;
END
$body$;
