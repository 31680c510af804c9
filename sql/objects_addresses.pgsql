-- One row for each address: its tables, and the triggers of what has an address. Part of objects.pgsql.

-- One row for every local part of every kind, under every name of its domain, with all that look-ups answer about an account but
-- the password: a look-up reads one row, and a view over it is planned in no time. docs/decisions/0005 has the figures. Triggers
-- keep the rows; nobody else writes them.
CREATE TABLE vmm_address_forms (
    address     text        COLLATE "C" NOT NULL,
    gid         bigint      NOT NULL,
    local_part  varchar(64) NOT NULL,
    kind        text        NOT NULL,
    uid         bigint,
    is_stored   boolean     NOT NULL,
    stored_name text,
    home        text,
    mail        text,
    transport   text,
    quota_rule  text,
    smtp        boolean,
    pop3        boolean,
    imap        boolean,
    sieve       boolean
) PARTITION BY LIST (is_stored);

-- Addresses as they are stored. The key is the index for look-ups by the whole address; the columns beside it answer most questions
-- about addresses that are something else without a look at the table. It refuses the second of two that want the same address,
-- also when they do not see each other yet. "C" makes the key compare bytes: quicker, and a new version of the C library cannot put
-- it out of order.
CREATE TABLE vmm_address PARTITION OF vmm_address_forms (
    is_stored DEFAULT true,
    CONSTRAINT vmm_address_pkey PRIMARY KEY (address) INCLUDE (gid, kind, uid),
    CONSTRAINT vmm_address_kind CHECK (kind IN ('account', 'alias', 'relocated') AND (kind = 'account') = (uid IS NOT NULL))
) FOR VALUES IN (true);

-- For what is asked about the addresses under one name of a domain: a page of a list, all of them.
CREATE INDEX vmm_address_list ON vmm_address (substr(address, length(local_part) + 2), kind, local_part COLLATE "C");

-- The same addresses with U-labels, for the views. Two malformed names may have the same letters.
CREATE TABLE vmm_address_u PARTITION OF vmm_address_forms (
    is_stored DEFAULT false,
    CONSTRAINT vmm_address_u_pkey PRIMARY KEY (address, stored_name)
) FOR VALUES IN (false);

-- For a name that goes.
CREATE INDEX vmm_address_u_stored_name ON vmm_address_u (stored_name);

-- The triggers below work per statement: one call for 100,000 accounts, not 100,000 calls. All of them first lock the domain, then
-- look at its names in a statement of their own, which sees what others committed while this one waited. (In a stricter isolation
-- level than READ COMMITTED it does not see that; whatever it would miss has been updated, so that it ends with
-- serialization_failure.) Addresses are taken in order, so that two writers cannot wait for each other.
--
-- A plan for one row is the wrong one for 100,000. Where the number of rows is large, a function asks for a plan of its own, by
-- plan_cache_mode; its SET clause takes that back when it ends.

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
           '*:bytes=' || q.bytes || ':messages=' || q.messages, s.smtp, s.pop3, s.imap, s.sieve
      FROM unnest(uids) AS k (uid)
      JOIN users u ON u.uid = k.uid
      JOIN domain_data d ON d.gid = u.gid
      JOIN maillocation l ON l.mid = u.mid
      JOIN mailboxformat f ON f.fid = l.fid
      JOIN transport t ON t.tid = coalesce(u.tid, d.tid)
      JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
      JOIN service_set s ON s.ssid = coalesce(u.ssid, d.ssid)
      JOIN n ON n.gid = u.gid
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
           NULL::boolean, NULL::boolean, NULL::boolean, NULL::boolean
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
           smtp = e.smtp, pop3 = e.pop3, imap = e.imap, sieve = e.sieve
      FROM vmm_account_answers(gids, uids) e
     WHERE a.address = e.address AND a.is_stored = e.is_stored AND a.uid = e.uid
       AND (a.home, a.mail, a.transport, a.quota_rule, a.smtp, a.pop3, a.imap, a.sieve)
           IS DISTINCT FROM (e.home, e.mail, e.transport, e.quota_rule, e.smtp, e.pop3, e.imap, e.sieve);
END
$body$;

-- uids has a number for each account, and NULL for each of the others.
CREATE OR REPLACE FUNCTION vmm_address_add(new_kind text, gids bigint[], local_parts varchar[], uids bigint[])
RETURNS void LANGUAGE plpgsql STRICT SET plan_cache_mode = auto AS $body$
DECLARE
    taken text;
BEGIN
    IF cardinality(gids) > 100 THEN
        PERFORM set_config('plan_cache_mode', 'force_custom_plan', true);
    END IF;
    IF new_kind = 'account' THEN
        PERFORM FROM domain_data WHERE gid IN (SELECT unnest(gids)) ORDER BY gid FOR SHARE;
        INSERT INTO vmm_address_forms SELECT * FROM vmm_account_answers(gids, uids);
        RETURN;
    END IF;
    PERFORM FROM domain_data WHERE gid IN (SELECT unnest(gids)) ORDER BY gid FOR KEY SHARE;
    IF new_kind <> 'alias' THEN
        INSERT INTO vmm_address (address, gid, local_part, kind)
        SELECT lower(p.local_part COLLATE "C") || '@' || n.domainname, p.gid, p.local_part, new_kind
          FROM unnest(gids, local_parts) AS p (gid, local_part)
          JOIN domain_name n USING (gid)
         ORDER BY 1;
    ELSE
        -- An alias that is there already gets one more destination: its row is updated to what it is, so that whoever removes the
        -- last of the other destinations waits, and then sees this one.
        INSERT INTO vmm_address (address, gid, local_part, kind)
        SELECT DISTINCT lower(p.local_part COLLATE "C") || '@' || n.domainname, p.gid, p.local_part, new_kind
          FROM unnest(gids, local_parts) AS p (gid, local_part)
          JOIN domain_name n USING (gid)
         ORDER BY 1
            ON CONFLICT (address) DO UPDATE SET kind = excluded.kind WHERE vmm_address.kind = excluded.kind;
        SELECT a.address INTO taken
          FROM unnest(gids, local_parts) AS p (gid, local_part)
          JOIN domain_name n USING (gid)
          JOIN vmm_address a ON a.address = lower(p.local_part COLLATE "C") || '@' || n.domainname
         WHERE a.kind <> new_kind
         LIMIT 1;
        IF FOUND THEN
            RAISE unique_violation USING
                MESSAGE = 'duplicate key value violates unique constraint "vmm_address_pkey"',
                DETAIL = format('Key (address)=(%s) already exists.', taken),
                TABLE = 'vmm_address', CONSTRAINT = 'vmm_address_pkey';
        END IF;
    END IF;
    IF EXISTS (SELECT FROM vmm_address_domain_forms WHERE gid IN (SELECT unnest(gids)) AND NOT is_stored) THEN
        WITH n AS MATERIALIZED (SELECT * FROM vmm_address_domain_forms WHERE gid IN (SELECT unnest(gids)) AND NOT is_stored)
        INSERT INTO vmm_address_u (address, gid, local_part, kind, stored_name)
        SELECT DISTINCT lower(p.local_part COLLATE "C") || '@' || n.form, p.gid, p.local_part, new_kind, n.domainname
          FROM unnest(gids, local_parts) AS p (gid, local_part)
          JOIN n USING (gid)
            ON CONFLICT DO NOTHING;
    END IF;
END
$body$;

CREATE OR REPLACE FUNCTION vmm_address_remove(old_kind text, gids bigint[], local_parts varchar[])
RETURNS void LANGUAGE plpgsql STRICT SET plan_cache_mode = auto AS $body$
BEGIN
    IF cardinality(gids) > 100 THEN
        PERFORM set_config('plan_cache_mode', 'force_custom_plan', true);
    END IF;
    PERFORM FROM domain_data WHERE gid IN (SELECT unnest(gids)) ORDER BY gid FOR KEY SHARE;
    IF old_kind = 'alias' THEN
        -- The counterpart of the lock in vmm_address_add: whether a destination is left is asked when nobody is adding one.
        PERFORM FROM vmm_address
          WHERE address IN (SELECT lower(p.local_part COLLATE "C") || '@' || n.domainname
                              FROM unnest(gids, local_parts) AS p (gid, local_part) JOIN domain_name n USING (gid))
          ORDER BY address FOR UPDATE;
    END IF;
    DELETE FROM vmm_address a
     USING unnest(gids, local_parts) AS p (gid, local_part) JOIN domain_name n USING (gid)
     WHERE a.address = lower(p.local_part COLLATE "C") || '@' || n.domainname AND a.kind = old_kind
       AND (old_kind <> 'alias' OR NOT EXISTS (SELECT FROM alias l WHERE l.gid = p.gid AND l.address = p.local_part));
    IF old_kind = 'alias' THEN
        UPDATE vmm_address a
           SET kind = old_kind
          FROM unnest(gids, local_parts) AS p (gid, local_part) JOIN domain_name n USING (gid)
         WHERE a.address = lower(p.local_part COLLATE "C") || '@' || n.domainname AND a.kind = old_kind;
    END IF;
    IF EXISTS (SELECT FROM vmm_address_domain_forms WHERE gid IN (SELECT unnest(gids)) AND NOT is_stored) THEN
        WITH n AS MATERIALIZED (SELECT * FROM vmm_address_domain_forms WHERE gid IN (SELECT unnest(gids)) AND NOT is_stored)
        DELETE FROM vmm_address_u a
         USING unnest(gids, local_parts) AS p (gid, local_part) JOIN n USING (gid)
         WHERE a.address = lower(p.local_part COLLATE "C") || '@' || n.form AND a.stored_name = n.domainname
           AND (old_kind <> 'alias' OR NOT EXISTS (SELECT FROM alias l WHERE l.gid = p.gid AND l.address = p.local_part));
    END IF;
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
           FROM (SELECT gid, uid, mid, qid, ssid, tid FROM new_rows EXCEPT SELECT gid, uid, mid, qid, ssid, tid
               FROM old_rows) AS other;
    END IF;
    RETURN NULL;
END
$body$;

-- For alias and relocated, whose columns have the same names; the kind is the name of the table. That is of type name, and would
-- have what is called compare as "C" does, past all indexes: hence the collation.
CREATE OR REPLACE FUNCTION vmm_address_others() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
DECLARE
    of_table CONSTANT text := TG_TABLE_NAME::text COLLATE "default";
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM vmm_address_add(of_table, array_agg(gid), array_agg(address), array_agg(NULL::bigint)) FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM vmm_address_remove(of_table, array_agg(gid), array_agg(address)) FROM old_rows;
    ELSE
        PERFORM vmm_address_remove(of_table, array_agg(gid), array_agg(address))
           FROM (SELECT gid, address FROM old_rows EXCEPT SELECT gid, address FROM new_rows) AS gone;
        PERFORM vmm_address_add(of_table, array_agg(gid), array_agg(address), array_agg(NULL::bigint))
           FROM (SELECT gid, address FROM new_rows EXCEPT SELECT gid, address FROM old_rows) AS came;
    END IF;
    RETURN NULL;
END
$body$;
