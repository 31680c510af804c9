-- The journal: who changed what, and what was there before. Part of objects.pgsql.

-- ==== 8  Journal ================================================================================================================

-- One row per transaction that changed an object. vmm says who is at work (vmm.login and its siblings); of everybody else the
-- server knows the role, the name of the program and the address. A transaction is known by its number and its begin: a dump that
-- is restored into another cluster meets the same numbers again.
CREATE SEQUENCE vmm_change_number;
CREATE TABLE vmm_change (
    change        bigint      NOT NULL DEFAULT nextval('vmm_change_number'),
    xid           xid8        NOT NULL DEFAULT pg_current_xact_id(),
    began         timestamptz NOT NULL DEFAULT now(),
    database_role text        NOT NULL DEFAULT session_user,
    program       text                 DEFAULT nullif(current_setting('application_name'), ''),
    client        inet                 DEFAULT inet_client_addr(),
    login         text                 DEFAULT nullif(current_setting('vmm.login', true), ''),
    login_uid     bigint               DEFAULT nullif(current_setting('vmm.login_uid', true), '')::bigint,
    host          text                 DEFAULT nullif(current_setting('vmm.host', true), ''),
    command       text                 DEFAULT nullif(current_setting('vmm.command', true), ''),
    CONSTRAINT vmm_change_pkey PRIMARY KEY (change)
);
CREATE INDEX vmm_change_xid ON vmm_change (xid);
CREATE INDEX vmm_change_began ON vmm_change (began);

-- One row per object that was added (no before), changed, or deleted (no after). The numbers of the rows of one object are in the
-- order in which it changed: each is taken while the object's row is locked. There is no foreign key to vmm_change, which a
-- bulk would ask for each of its rows: both are written by one function, and removed by one.
CREATE SEQUENCE vmm_journal_entry;
CREATE TABLE vmm_journal (
    entry            bigint  NOT NULL DEFAULT nextval('vmm_journal_entry'),
    change           bigint  NOT NULL,
    kind             text    NOT NULL,
    number           bigint  NOT NULL,
    gid              bigint,
    domain           text,
    local_part       text,
    was              text,
    before           jsonb,
    after            jsonb,
    password_changed boolean NOT NULL DEFAULT false,
    CONSTRAINT vmm_journal_pkey PRIMARY KEY (entry)
);
CREATE INDEX vmm_journal_change ON vmm_journal (change);
CREATE INDEX vmm_journal_object ON vmm_journal (gid, local_part);
CREATE INDEX vmm_journal_domain_name ON vmm_journal (domain) WHERE kind = 'domain name';
CREATE INDEX vmm_journal_was ON vmm_journal (was) WHERE was IS NOT NULL;

-- Hashes that a change took away, apart from what is shown: the first of an account in a change is the one from before it.
CREATE TABLE vmm_journal_secret (
    change  bigint       NOT NULL,
    uid     bigint       NOT NULL,
    passwd  varchar(270) NOT NULL,
    kept    timestamptz  NOT NULL DEFAULT now(),
    changed timestamptz,
    CONSTRAINT vmm_journal_secret_pkey PRIMARY KEY (change, uid)
);
CREATE INDEX vmm_journal_secret_kept ON vmm_journal_secret (kept);

-- For how long, as the vmm that was here last has it; also for those who do not know vmm.toml. And what was pruned last: anyone
-- who asks for an older change learns since when the journal has them.
CREATE TABLE vmm_journal_keeping (
    secret_days   integer NOT NULL,
    only_row      boolean NOT NULL DEFAULT true,
    pruned_began  timestamptz,
    pruned_change bigint,
    CONSTRAINT vmm_journal_keeping_pkey PRIMARY KEY (only_row),
    CONSTRAINT vmm_journal_keeping_only_row CHECK (only_row)
);
INSERT INTO vmm_journal_keeping (secret_days) VALUES (7);

-- The last primary name of each domain: when accounts are deleted with their domain, its names may be gone before them.
CREATE TABLE vmm_journal_name (
    gid        bigint       NOT NULL,
    domainname varchar(255) NOT NULL,
    CONSTRAINT vmm_journal_name_pkey PRIMARY KEY (gid)
);
INSERT INTO vmm_journal_name SELECT gid, domainname FROM domain_name WHERE is_primary;

-- The change of this transaction.
CREATE OR REPLACE FUNCTION vmm_change_id() RETURNS bigint LANGUAGE plpgsql AS $body$
DECLARE
    id bigint;
BEGIN
    SELECT change INTO id FROM vmm_change WHERE xid = pg_current_xact_id() AND began = now();
    IF NOT FOUND THEN
        INSERT INTO vmm_change DEFAULT VALUES RETURNING change INTO id;
    END IF;
    RETURN id;
END
$body$;

-- A query for the objects in rows of a table: what stays the same when one is changed (same), what it is called, and its properties
-- in words instead of the numbers of other tables. What is not set is left out.
CREATE OR REPLACE FUNCTION vmm_journal_objects(of_table text, rows_of text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $body$
    SELECT CASE
        WHEN of_table IN ('users', 'domain_data') THEN
            format(
                $query$SELECT r.%1$s::text AS same, %2$L AS kind, r.%1$s AS number, r.gid, n.domainname::text AS domain,
                              %3$s::text AS local_part, %4$s::text AS secret,
                              jsonb_strip_nulls(jsonb_build_object(%5$s, 'note', r.note, 'quota_bytes', q.bytes,
                                  'quota_messages', q.messages, 'services', s.services, 'transport', t.transport,
                                  'suspended', r.suspended, 'suspended_reason', r.suspended_reason,
                                  'suspended_text', r.suspended_text, 'suspended_until',
                                  to_jsonb(r.suspended_until AT TIME ZONE 'UTC') #>> '{}' || 'Z')) AS data
                         FROM %6$s r
                         LEFT JOIN vmm_journal_name n USING (gid)
                         LEFT JOIN quotalimit q USING (qid)
                         LEFT JOIN (SELECT ssid, concat_ws(' ', CASE WHEN smtp THEN 'smtp' END, CASE WHEN pop3 THEN 'pop3' END,
                                                           CASE WHEN imap THEN 'imap' END, CASE WHEN sieve THEN 'sieve' END)
                                                     AS services
                                      FROM service_set) s USING (ssid)
                         LEFT JOIN transport t USING (tid) %7$s$query$,
                VARIADIC CASE of_table
                    WHEN 'users' THEN ARRAY['uid', 'account', 'r.local_part', 'r.passwd',
                        $$'gid', r.gid, 'name', r.name, 'mail', m.mail$$, rows_of,
                        $query$LEFT JOIN (SELECT mid, concat_ws(':', format, directory, extra) AS mail
                                            FROM maillocation JOIN mailboxformat USING (fid)) m USING (mid)$query$]
                    ELSE ARRAY['gid', 'domain', 'NULL', 'NULL',
                        $$'directory', r.domaindir, 'alias_senders', CASE WHEN NOT r.alias_senders THEN false END$$, rows_of, '']
                END)
        WHEN of_table = 'domain_name' THEN
            format(
                $query$SELECT r.domainname::text AS same, 'domain name' AS kind, r.gid AS number, r.gid,
                              r.domainname::text AS domain, NULL::text AS local_part, NULL::text AS secret,
                              jsonb_build_object('gid', r.gid, 'primary', r.is_primary) AS data
                         FROM %s r$query$, rows_of)
        WHEN of_table IN ('alias', 'relocated', 'catchall') THEN
            format(
                $query$SELECT concat_ws(' ', r.gid, %1$s) AS same, %2$L AS kind, r.gid AS number, r.gid,
                              n.domainname::text AS domain, %3$s::text AS local_part, NULL::text AS secret,
                              jsonb_build_object('destination', r.destination) AS data
                         FROM %4$s r
                         LEFT JOIN vmm_journal_name n USING (gid)$query$,
                VARIADIC CASE of_table
                    WHEN 'alias' THEN ARRAY['r.address, r.destination', 'alias', 'r.address', rows_of]
                    WHEN 'relocated' THEN ARRAY['r.address', 'relocated user', 'r.address', rows_of]
                    ELSE ARRAY['r.destination', 'catch-all', 'NULL', rows_of]
                END)
        WHEN of_table = 'vmm_sender_grant' THEN
            format(
                $query$SELECT concat_ws(' ', r.gid, r.address, r.uid) AS same, 'sender grant' AS kind, r.gid AS number, r.gid,
                              n.domainname::text AS domain, r.address::text AS local_part, NULL::text AS secret,
                              jsonb_strip_nulls(jsonb_build_object('uid', r.uid, 'account', u.local_part || '@' || a.domainname,
                                  'expires', to_char(r.expires AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))) AS data
                         FROM %s r
                         LEFT JOIN vmm_journal_name n USING (gid)
                         LEFT JOIN users u ON u.uid = r.uid
                         LEFT JOIN vmm_journal_name a ON a.gid = u.gid$query$, rows_of)
        ELSE
            format(
                $query$SELECT r.%1$s::text AS same, %2$L AS kind, r.%1$s AS number, NULL::bigint AS gid, NULL::text AS domain,
                              NULL::text AS local_part, NULL::text AS secret, to_jsonb(r) - %1$L AS data
                         FROM %3$s r$query$,
                CASE of_table WHEN 'transport' THEN 'tid' WHEN 'mailboxformat' THEN 'fid' WHEN 'maillocation' THEN 'mid'
                              WHEN 'quotalimit' THEN 'qid' ELSE 'ssid' END,
                of_table, rows_of)
    END
$body$;

-- Keeps the hashes that a change takes away, and removes those that were kept for long enough: some at a time, and none that
-- another session is removing, since waiting for it here could be a deadlock.
CREATE OR REPLACE FUNCTION vmm_journal_keep(uids bigint[], hashes text[], times timestamptz[])
    RETURNS void LANGUAGE plpgsql STRICT AS $body$
DECLARE
    told CONSTANT integer := nullif(current_setting('vmm.secret_days', true), '')::integer;
    days integer;
BEGIN
    UPDATE vmm_journal_keeping
       SET secret_days = told
     WHERE only_row IN (SELECT only_row FROM vmm_journal_keeping WHERE secret_days <> told FOR UPDATE SKIP LOCKED);
    SELECT coalesce(told, secret_days) INTO days FROM vmm_journal_keeping;
    DELETE FROM vmm_journal_secret
     WHERE (change, uid) IN (SELECT change, uid FROM vmm_journal_secret WHERE kept <= now() - make_interval(days => days)
                              LIMIT 1000 FOR UPDATE SKIP LOCKED);
    IF days > 0 THEN
        INSERT INTO vmm_journal_secret (change, uid, passwd, changed)
        SELECT (SELECT vmm_change_id()), g.uid, g.hash, g.changed FROM unnest(uids, hashes, times) AS g (uid, hash, changed)
            ON CONFLICT DO NOTHING;
    END IF;
END
$body$;

-- With the rights of the owner: who changes an object needs none on the journal. What says nothing new is not written, as the
-- update in vmm_domain_lock. The change is asked for by a subquery, which is run once, and only if there is a row.
CREATE OR REPLACE FUNCTION vmm_journal_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path FROM CURRENT AS $body$
DECLARE
    -- Of type name, it would have all below compare as "C" does.
    of_table CONSTANT text := TG_TABLE_NAME::text COLLATE "default";
BEGIN
    IF of_table = 'domain_name' AND TG_OP IN ('INSERT', 'UPDATE') THEN
        INSERT INTO vmm_journal_name AS j
        SELECT gid, domainname FROM new_rows WHERE is_primary
            ON CONFLICT (gid) DO UPDATE SET domainname = excluded.domainname WHERE j.domainname <> excluded.domainname;
        -- The row of a domain is older than its name.
        UPDATE vmm_journal j
           SET domain = n.domainname
          FROM new_rows n
         WHERE j.change = (SELECT vmm_change_id()) AND j.domain IS NULL AND j.kind = 'domain' AND j.number = n.gid
           AND n.is_primary;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        EXECUTE format(
            $query$INSERT INTO vmm_journal (change, kind, number, gid, domain, local_part, before)
                   SELECT (SELECT vmm_change_id()), kind, number, gid, domain, local_part, data FROM (%s) AS o$query$,
            vmm_journal_objects(of_table, of_table));
        IF of_table = 'users' THEN
            PERFORM vmm_journal_keep(array_agg(uid), array_agg(passwd), array_agg(passwd_changed)) FROM users;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format(
            $query$INSERT INTO vmm_journal (change, kind, number, gid, domain, local_part, before)
                   SELECT (SELECT vmm_change_id()), kind, number, gid, domain, local_part, data FROM (%s) AS o$query$,
            vmm_journal_objects(of_table, 'old_rows'));
        IF of_table = 'users' THEN
            PERFORM vmm_journal_keep(array_agg(uid), array_agg(passwd), array_agg(passwd_changed)) FROM old_rows;
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        EXECUTE format(
            $query$INSERT INTO vmm_journal (change, kind, number, gid, domain, local_part, after)
                   SELECT (SELECT vmm_change_id()), kind, number, gid, domain, local_part, data FROM (%s) AS o$query$,
            vmm_journal_objects(of_table, 'new_rows'));
    ELSE
        EXECUTE format(
            $query$INSERT INTO vmm_journal (change, kind, number, gid, domain, local_part, was, before, after, password_changed)
                   SELECT (SELECT vmm_change_id()), coalesce(n.kind, o.kind), coalesce(n.number, o.number), coalesce(n.gid, o.gid),
                          CASE WHEN n.kind IS NULL THEN o.domain ELSE n.domain END,
                          CASE WHEN n.kind IS NULL THEN o.local_part ELSE n.local_part END,
                          CASE WHEN (n.domain, n.local_part) <> (o.domain, o.local_part)
                               THEN o.local_part || '@' || o.domain END,
                          o.data, n.data, coalesce(o.secret <> n.secret, false)
                     FROM (%s) AS o
                     FULL JOIN (%s) AS n USING (same)
                    WHERE (o.domain, o.local_part, o.secret, o.data) IS DISTINCT FROM
                          (n.domain, n.local_part, n.secret, n.data)$query$,
            vmm_journal_objects(of_table, 'old_rows'), vmm_journal_objects(of_table, 'new_rows'));
        IF of_table = 'users' THEN
            PERFORM vmm_journal_keep(array_agg(o.uid), array_agg(o.passwd), array_agg(o.passwd_changed))
               FROM old_rows o JOIN new_rows n USING (uid) WHERE o.passwd <> n.passwd;
        END IF;
    END IF;
    RETURN NULL;
END
$body$;

-- Transition tables allow one event per trigger. The small tables of choices hold no objects; but whoever changes a row of them
-- changes all objects that have it.
DO $body$
DECLARE
    of_table text;
BEGIN
    FOREACH of_table IN ARRAY ARRAY['domain_data', 'domain_name', 'users', 'alias', 'relocated', 'catchall',
                                    'vmm_sender_grant'] LOOP
        EXECUTE format('CREATE TRIGGER vmm_journal_ins AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows'
            || ' FOR EACH STATEMENT EXECUTE FUNCTION vmm_journal_write()', of_table);
        EXECUTE format('CREATE TRIGGER vmm_journal_del AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows'
            || ' FOR EACH STATEMENT EXECUTE FUNCTION vmm_journal_write()', of_table);
        EXECUTE format('CREATE TRIGGER vmm_journal_trunc BEFORE TRUNCATE ON %I'
            || ' FOR EACH STATEMENT EXECUTE FUNCTION vmm_journal_write()', of_table);
    END LOOP;
    FOREACH of_table IN ARRAY ARRAY['domain_data', 'domain_name', 'users', 'alias', 'relocated', 'catchall',
                                    'vmm_sender_grant', 'transport', 'mailboxformat', 'maillocation', 'quotalimit',
                                    'service_set'] LOOP
        EXECUTE format('CREATE TRIGGER vmm_journal_upd AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'
            || ' FOR EACH STATEMENT EXECUTE FUNCTION vmm_journal_write()', of_table);
    END LOOP;
END
$body$;
