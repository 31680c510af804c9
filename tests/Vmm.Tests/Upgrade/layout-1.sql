-- Version 1 of the schema: vmm 0.8.0, without the journal.

DO $body$ BEGIN PERFORM set_config('search_path', quote_ident(current_schema()) || ', pg_temp', false); END $body$;

CREATE SEQUENCE transport_id;
CREATE SEQUENCE mailboxformat_id;
CREATE SEQUENCE maillocation_id;
CREATE SEQUENCE quotalimit_id;
CREATE SEQUENCE service_set_id;

CREATE TABLE transport (
    tid       bigint       NOT NULL DEFAULT nextval('transport_id'),
    transport varchar(270) NOT NULL,
    CONSTRAINT pkey_transport PRIMARY KEY (tid),
    CONSTRAINT ukey_transport UNIQUE (transport)
);
INSERT INTO transport (transport) VALUES ('lmtp:unix:private/dovecot-lmtp');

CREATE TABLE mailboxformat (
    fid    bigint      NOT NULL DEFAULT nextval('mailboxformat_id'),
    format varchar(20) NOT NULL,
    CONSTRAINT pkey_mailboxformat PRIMARY KEY (fid),
    CONSTRAINT ukey_mailboxformat UNIQUE (format)
);
INSERT INTO mailboxformat (format) VALUES ('maildir'), ('mdbox'), ('sdbox');

CREATE TABLE maillocation (
    mid       bigint        NOT NULL DEFAULT nextval('maillocation_id'),
    fid       bigint        NOT NULL DEFAULT 1,
    directory varchar(20)   NOT NULL,
    extra     varchar(1024),
    CONSTRAINT pkey_maillocation PRIMARY KEY (mid),
    CONSTRAINT fkey_maillocation_fid_mailboxformat FOREIGN KEY (fid) REFERENCES mailboxformat (fid)
);
INSERT INTO maillocation (fid, directory) VALUES (1, 'Maildir');

CREATE TABLE quotalimit (
    qid      bigint  NOT NULL DEFAULT nextval('quotalimit_id'),
    bytes    bigint  NOT NULL,
    messages integer NOT NULL DEFAULT 0,
    CONSTRAINT pkey_quotalimit PRIMARY KEY (qid),
    CONSTRAINT ukey_quotalimit UNIQUE (bytes, messages)
);
INSERT INTO quotalimit (bytes, messages) VALUES (0, 0);

CREATE TABLE service_set (
    ssid  bigint  NOT NULL DEFAULT nextval('service_set_id'),
    smtp  boolean NOT NULL DEFAULT true,
    pop3  boolean NOT NULL DEFAULT true,
    imap  boolean NOT NULL DEFAULT true,
    sieve boolean NOT NULL DEFAULT true,
    CONSTRAINT pkey_service_set PRIMARY KEY (ssid),
    CONSTRAINT ukey_service_set UNIQUE (smtp, pop3, imap, sieve)
);
INSERT INTO service_set (smtp, pop3, imap, sieve)
SELECT off & 1 = 0, off & 2 = 0, off & 4 = 0, off & 8 = 0 FROM generate_series(0, 15) AS off ORDER BY off;

CREATE SEQUENCE domain_gid START WITH 70000 MINVALUE 70000 MAXVALUE 4294967294 NO CYCLE;
CREATE SEQUENCE users_uid START WITH 70000 MINVALUE 70000 MAXVALUE 4294967294 NO CYCLE;

CREATE TABLE domain_data (
    gid       bigint NOT NULL DEFAULT nextval('domain_gid'),
    qid       bigint NOT NULL DEFAULT 1,
    ssid      bigint NOT NULL DEFAULT 1,
    tid       bigint NOT NULL DEFAULT 1,
    domaindir text   NOT NULL,
    note      text,
    CONSTRAINT pkey_domain_data PRIMARY KEY (gid),
    CONSTRAINT fkey_domain_data_qid_quotalimit FOREIGN KEY (qid) REFERENCES quotalimit (qid),
    CONSTRAINT fkey_domain_data_ssid_service_set FOREIGN KEY (ssid) REFERENCES service_set (ssid),
    CONSTRAINT fkey_domain_data_tid_transport FOREIGN KEY (tid) REFERENCES transport (tid)
);

CREATE TABLE domain_name (
    domainname varchar(255) NOT NULL,
    gid        bigint       NOT NULL,
    is_primary boolean      NOT NULL,
    CONSTRAINT pkey_domain_name PRIMARY KEY (domainname),
    CONSTRAINT fkey_domain_name_gid_domain_data FOREIGN KEY (gid) REFERENCES domain_data (gid),
    CONSTRAINT check_domain_name_domainname CHECK (domainname <> '' AND domainname = lower(domainname COLLATE "C")
        AND strpos(domainname, '@') = 0)
);

CREATE TABLE users (
    local_part varchar(64)  NOT NULL,
    passwd     varchar(270) NOT NULL,
    name       varchar(128),
    uid        bigint       NOT NULL DEFAULT nextval('users_uid'),
    gid        bigint       NOT NULL,
    mid        bigint       NOT NULL DEFAULT 1,
    qid        bigint,
    ssid       bigint,
    tid        bigint,
    note       text,
    CONSTRAINT pkey_users PRIMARY KEY (local_part, gid),
    CONSTRAINT ukey_users_uid UNIQUE (uid),
    CONSTRAINT fkey_users_gid_domain_data FOREIGN KEY (gid) REFERENCES domain_data (gid),
    CONSTRAINT fkey_users_mid_maillocation FOREIGN KEY (mid) REFERENCES maillocation (mid),
    CONSTRAINT fkey_users_qid_quotalimit FOREIGN KEY (qid) REFERENCES quotalimit (qid),
    CONSTRAINT fkey_users_ssid_service_set FOREIGN KEY (ssid) REFERENCES service_set (ssid),
    CONSTRAINT fkey_users_tid_transport FOREIGN KEY (tid) REFERENCES transport (tid),
    CONSTRAINT check_users_local_part CHECK (local_part <> '' AND local_part = lower(local_part COLLATE "C")
        AND strpos(local_part, '@') = 0)
);

CREATE TABLE userquota (
    uid      bigint  NOT NULL,
    bytes    bigint  NOT NULL DEFAULT 0,
    messages integer NOT NULL DEFAULT 0,
    CONSTRAINT pkey_userquota PRIMARY KEY (uid),
    CONSTRAINT fkey_userquota_uid_users FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
);

CREATE TABLE alias (
    gid         bigint       NOT NULL,
    address     varchar(64)  NOT NULL,
    destination varchar(320) NOT NULL,
    CONSTRAINT pkey_alias PRIMARY KEY (gid, address, destination),
    CONSTRAINT fkey_alias_gid_domain_data FOREIGN KEY (gid) REFERENCES domain_data (gid),
    CONSTRAINT check_alias_address CHECK (address <> '' AND address = lower(address COLLATE "C") AND strpos(address, '@') = 0)
);

CREATE TABLE relocated (
    gid         bigint       NOT NULL,
    address     varchar(64)  NOT NULL,
    destination varchar(320) NOT NULL,
    CONSTRAINT pkey_relocated PRIMARY KEY (gid, address),
    CONSTRAINT fkey_relocated_gid_domain_data FOREIGN KEY (gid) REFERENCES domain_data (gid),
    CONSTRAINT check_relocated_address CHECK (address <> '' AND address = lower(address COLLATE "C") AND strpos(address, '@') = 0)
);

CREATE TABLE catchall (
    gid         bigint       NOT NULL,
    destination varchar(320) NOT NULL,
    CONSTRAINT pkey_catchall PRIMARY KEY (gid, destination),
    CONSTRAINT fkey_catchall_gid_domain_data FOREIGN KEY (gid) REFERENCES domain_data (gid)
);

CREATE INDEX domain_name_gid ON domain_name (gid);
CREATE INDEX users_gid ON users (gid);
CREATE INDEX alias_destination ON alias (destination);

CREATE INDEX users_mid ON users (mid);
CREATE INDEX users_qid ON users (qid) WHERE qid IS NOT NULL;
CREATE INDEX users_ssid ON users (ssid) WHERE ssid IS NOT NULL;
CREATE INDEX users_tid ON users (tid) WHERE tid IS NOT NULL;
CREATE INDEX domain_data_qid ON domain_data (qid);
CREATE INDEX domain_data_ssid ON domain_data (ssid);
CREATE INDEX domain_data_tid ON domain_data (tid);

CREATE TYPE dovecotpassword AS (
    userid varchar(320), password varchar(270), smtp boolean, pop3 boolean, imap boolean, sieve boolean
);
CREATE TYPE dovecotuser AS (userid varchar(320), uid bigint, gid bigint, home text, mail text);
CREATE TYPE dovecotquotauser AS (userid varchar(320), uid bigint, gid bigint, home text, mail text, quota_rule text);
CREATE TYPE address_maildir AS (address varchar(320), maildir text);
CREATE TYPE recipient_destination AS (recipient varchar(320), destination text);
CREATE TYPE recipient_transport AS (recipient varchar(320), transport text);
CREATE TYPE recipient_uid AS (recipient varchar(320), uid bigint);
CREATE TYPE sender_login AS (sender varchar(320), login text);

CREATE TABLE vmm_schema (
    version  integer NOT NULL,
    -- A primary key that can only be true leaves no room for a second row.
    only_row boolean NOT NULL DEFAULT true,
    CONSTRAINT vmm_schema_pkey PRIMARY KEY (only_row),
    CONSTRAINT vmm_schema_only_row CHECK (only_row)
);
INSERT INTO vmm_schema (version) VALUES (1);

CREATE OR REPLACE FUNCTION vmm_domain_lock() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
DECLARE
    gids bigint[];
BEGIN
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        RAISE feature_not_supported USING
            MESSAGE = 'names of domains are changed in READ COMMITTED only',
            HINT = 'Begin the transaction with: BEGIN ISOLATION LEVEL READ COMMITTED.';
    END IF;
    IF TG_OP <> 'INSERT' THEN
        gids := gids || OLD.gid;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        gids := gids || NEW.gid;
    END IF;
    -- A name with U-labels takes something from the domain that has it with A-labels, or gives it back: see vmm_address_names.
    SELECT gids || array_agg(n.gid) INTO gids
      FROM domain_name n
     WHERE strpos(n.domainname, 'xn--') > 0
       AND vmm_u_form(n.domainname)::varchar(255) IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.domainname END,
                                                      CASE WHEN TG_OP <> 'DELETE' THEN NEW.domainname END);
    PERFORM FROM domain_data WHERE gid = ANY (gids) ORDER BY gid FOR UPDATE;
    UPDATE domain_data SET gid = gid WHERE gid = ANY (gids);
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$body$;

CREATE TRIGGER vmm_domain_lock BEFORE INSERT OR UPDATE OR DELETE ON domain_name
FOR EACH ROW EXECUTE FUNCTION vmm_domain_lock();

CREATE OR REPLACE FUNCTION domain_primary_trigger() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
BEGIN
    IF NEW.is_primary AND EXISTS (SELECT FROM domain_name WHERE gid = NEW.gid AND is_primary AND domainname <> NEW.domainname) THEN
        RAISE unique_violation USING
            MESSAGE = 'a domain has only one primary name',
            DETAIL = format('Domain %s has another one beside %s.', NEW.gid, NEW.domainname),
            TABLE = 'domain_name', CONSTRAINT = 'domain_name_one_primary';
    END IF;
    RETURN NULL;
END
$body$;

CREATE TRIGGER primary_count_ins AFTER INSERT ON domain_name FOR EACH ROW EXECUTE FUNCTION domain_primary_trigger();
CREATE TRIGGER primary_count_upd AFTER UPDATE ON domain_name FOR EACH ROW EXECUTE FUNCTION domain_primary_trigger();

CREATE OR REPLACE FUNCTION merge_userquota() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
BEGIN
    IF NEW.messages IS NULL OR NEW.messages < 0 THEN
        NEW.messages := coalesce(-NEW.messages, 0);
        RETURN NEW;
    END IF;
    UPDATE userquota SET bytes = bytes + NEW.bytes, messages = messages + NEW.messages WHERE uid = NEW.uid;
    IF NOT FOUND THEN
        BEGIN
            INSERT INTO userquota AS q VALUES (NEW.uid, NEW.bytes, -nullif(NEW.messages, 0))
            ON CONFLICT (uid) DO UPDATE SET bytes = q.bytes + excluded.bytes, messages = q.messages + excluded.messages;
        EXCEPTION WHEN foreign_key_violation THEN
            NULL;
        END;
    END IF;
    RETURN NULL;
END
$body$;

CREATE TRIGGER mergeuserquota BEFORE INSERT ON userquota FOR EACH ROW EXECUTE FUNCTION merge_userquota();

CREATE TABLE vmm_quota_clone (
    username text    NOT NULL,
    bytes    bigint,
    messages integer,
    CONSTRAINT vmm_quota_clone_pkey PRIMARY KEY (username)
);

CREATE OR REPLACE FUNCTION vmm_quota_clone() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
DECLARE
    account bigint;
BEGIN
    SELECT a.uid INTO account
      FROM vmm_address a
     WHERE a.address = vmm_address_key(split_part(NEW.username, '@', 1)::varchar,
         substr(NEW.username, strpos(NEW.username, '@') + 1)::varchar);
    UPDATE userquota SET bytes = coalesce(NEW.bytes, bytes), messages = coalesce(NEW.messages, messages) WHERE uid = account;
    IF account IS NOT NULL AND NOT FOUND THEN
        BEGIN
            INSERT INTO userquota AS q VALUES (account, coalesce(NEW.bytes, 0), -nullif(NEW.messages, 0))
            ON CONFLICT (uid) DO UPDATE SET bytes = coalesce(NEW.bytes, q.bytes), messages = coalesce(NEW.messages, q.messages);
        EXCEPTION WHEN foreign_key_violation THEN
            NULL;
        END;
    END IF;
    RETURN NULL;
END
$body$;

CREATE TRIGGER vmm_quota_clone BEFORE INSERT ON vmm_quota_clone FOR EACH ROW EXECUTE FUNCTION vmm_quota_clone();

CREATE INDEX alias_destination_domain ON alias (lower(split_part(destination, '@', 2) COLLATE "C"), lower(destination COLLATE "C"));
CREATE INDEX catchall_destination ON catchall (destination);
CREATE INDEX catchall_destination_domain ON catchall
    (lower(split_part(destination, '@', 2) COLLATE "C"), lower(destination COLLATE "C"));
CREATE INDEX relocated_destination ON relocated (destination);
CREATE INDEX relocated_destination_domain ON relocated
    (lower(split_part(destination, '@', 2) COLLATE "C"), lower(destination COLLATE "C"));

CREATE OR REPLACE FUNCTION vmm_u_form(stored text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
    at        CONSTANT integer := strpos(stored, '@');
    labels    text[] := string_to_array(substr(stored, at + 1), '.');
    code      text;     -- what follows xn--
    place     integer;  -- where in it the next digit stands
    word      text;     -- what is decoded so far
    digit     integer;
    point     bigint;   -- n, i, old i, w, k, t, bias and delta of the RFC
    next      bigint;
    start     bigint;
    weight    bigint;
    step      integer;
    threshold integer;
    bias      integer;
    delta     bigint;
BEGIN
    IF strpos(stored, 'xn--') = 0 OR getdatabaseencoding() <> 'UTF8' THEN
        RETURN NULL;
    END IF;
    FOR number IN 1 .. cardinality(labels) LOOP
        CONTINUE WHEN left(labels[number], 4) <> 'xn--';
        code := substr(labels[number], 5);
        word := coalesce(substring(code FROM '^(.+)-'), '');
        place := CASE word WHEN '' THEN 1 ELSE length(word) + 2 END;
        point := 128;
        next := 0;
        bias := 72;
        IF place > length(code) THEN
            RETURN NULL;
        END IF;
        WHILE place <= length(code) LOOP
            start := next;
            weight := 1;
            step := 36;
            LOOP
                digit := strpos('abcdefghijklmnopqrstuvwxyz0123456789', substr(code, place, 1)) - 1;
                IF place > length(code) OR digit < 0 THEN
                    RETURN NULL;
                END IF;
                place := place + 1;
                next := next + digit * weight;
                threshold := least(greatest(step - bias, 1), 26);
                EXIT WHEN digit < threshold;
                weight := weight * (36 - threshold);
                step := step + 36;
                IF weight > 2147483647 OR next > 2147483647 THEN
                    RETURN NULL;
                END IF;
            END LOOP;
            delta := (next - start) / CASE start WHEN 0 THEN 700 ELSE 2 END;
            delta := delta + delta / (length(word) + 1);
            bias := 0;
            WHILE delta > 455 LOOP
                delta := delta / 35;
                bias := bias + 36;
            END LOOP;
            bias := bias + 36 * delta / (delta + 38);
            point := point + next / (length(word) + 1);
            next := next % (length(word) + 1);
            IF point > 1114111 OR point BETWEEN 55296 AND 57343 THEN
                RETURN NULL;
            END IF;
            word := left(word, next::integer) || chr(point::integer) || substr(word, next::integer + 1);
            next := next + 1;
        END LOOP;
        labels[number] := word;
    END LOOP;
    RETURN nullif(left(stored, at) || array_to_string(labels, '.'), stored);
END
$body$;

CREATE INDEX domain_name_u_form ON domain_name ((vmm_u_form(domainname)::varchar(255))) WHERE strpos(domainname, 'xn--') > 0;

CREATE VIEW vmm_address_domain_forms AS
SELECT n.gid, n.domainname, n.domainname AS form, true AS is_stored
  FROM domain_name n
 UNION ALL
SELECT n.gid, n.domainname, vmm_u_form(n.domainname)::varchar(255), false
  FROM domain_name n
 WHERE strpos(n.domainname, 'xn--') > 0 AND vmm_u_form(n.domainname) IS NOT NULL
   AND (SELECT o.gid FROM domain_name o WHERE o.domainname = vmm_u_form(n.domainname)::varchar(255)) IS NULL;

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

CREATE TABLE vmm_address PARTITION OF vmm_address_forms (
    is_stored DEFAULT true,
    CONSTRAINT vmm_address_pkey PRIMARY KEY (address) INCLUDE (gid, kind, uid),
    CONSTRAINT vmm_address_kind CHECK (kind IN ('account', 'alias', 'relocated') AND (kind = 'account') = (uid IS NOT NULL))
) FOR VALUES IN (true);

CREATE INDEX vmm_address_list ON vmm_address (substr(address, length(local_part) + 2), kind, local_part COLLATE "C");

CREATE TABLE vmm_address_u PARTITION OF vmm_address_forms (
    is_stored DEFAULT false,
    CONSTRAINT vmm_address_u_pkey PRIMARY KEY (address, stored_name)
) FOR VALUES IN (false);

CREATE INDEX vmm_address_u_stored_name ON vmm_address_u (stored_name);

CREATE OR REPLACE FUNCTION vmm_account_answers(gids bigint[], uids bigint[], names varchar[] DEFAULT NULL)
    RETURNS SETOF vmm_address_forms LANGUAGE plpgsql STABLE
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

CREATE OR REPLACE FUNCTION vmm_address_names() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
    SET plan_cache_mode = force_custom_plan AS $body$
DECLARE
    gone_gids  bigint[];
    gone_names varchar[];
    new_gids   bigint[];
    new_names  varchar[];
    same_gids  bigint[];
    same_names varchar[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(gid), array_agg(domainname) INTO new_gids, new_names FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(gid), array_agg(domainname) INTO gone_gids, gone_names FROM old_rows;
    ELSE
        SELECT array_agg(gid), array_agg(domainname) INTO gone_gids, gone_names
          FROM (SELECT gid, domainname FROM old_rows EXCEPT SELECT gid, domainname FROM new_rows) AS gone;
        SELECT array_agg(gid), array_agg(domainname) INTO new_gids, new_names
          FROM (SELECT gid, domainname FROM new_rows EXCEPT SELECT gid, domainname FROM old_rows) AS came;
    END IF;
    SELECT array_agg(n.gid), array_agg(n.domainname) INTO same_gids, same_names
      FROM unnest(gone_names || new_names) AS c (name)
      JOIN domain_name n ON strpos(n.domainname, 'xn--') > 0 AND vmm_u_form(n.domainname)::varchar(255) = c.name
     WHERE octet_length(c.name) > length(c.name) AND n.domainname <> ALL (coalesce(new_names, '{}'));
    IF gone_gids IS NOT NULL THEN
        DELETE FROM vmm_address a
         USING (SELECT gid, local_part FROM users WHERE gid = ANY (gone_gids)
                UNION ALL
                SELECT DISTINCT gid, address FROM alias WHERE gid = ANY (gone_gids)
                UNION ALL
                SELECT gid, address FROM relocated WHERE gid = ANY (gone_gids)) AS p
          JOIN unnest(gone_gids, gone_names) AS n (gid, domainname) USING (gid)
         WHERE a.address = lower(p.local_part COLLATE "C") || '@' || n.domainname;
    END IF;
    IF gone_gids IS NOT NULL OR same_gids IS NOT NULL THEN
        DELETE FROM vmm_address_u WHERE stored_name = ANY (gone_names || same_names);
    END IF;
    IF new_gids IS NOT NULL THEN
        INSERT INTO vmm_address_forms SELECT * FROM vmm_address_expected(new_gids, new_names);
    END IF;
    IF same_gids IS NOT NULL THEN
        INSERT INTO vmm_address_forms SELECT * FROM vmm_address_expected(same_gids, same_names) WHERE NOT is_stored;
    END IF;
    RETURN NULL;
END
$body$;

CREATE OR REPLACE FUNCTION vmm_address_domains() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
DECLARE
    changed bigint[];
BEGIN
    SELECT array_agg(gid) INTO changed
      FROM (SELECT gid, domaindir, qid, ssid, tid FROM new_rows EXCEPT SELECT gid, domaindir, qid, ssid, tid
          FROM old_rows) AS other;
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

CREATE OR REPLACE FUNCTION vmm_address_choices() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
BEGIN
    IF TG_WHEN = 'BEFORE' THEN
        LOCK TABLE domain_data IN EXCLUSIVE MODE;
    ELSE
        PERFORM vmm_account_refresh(ARRAY(SELECT gid FROM domain_data), ARRAY(SELECT uid FROM users));
    END IF;
    RETURN NULL;
END
$body$;

CREATE OR REPLACE FUNCTION vmm_address_truncate() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
DECLARE
    of_table CONSTANT text := TG_TABLE_NAME::text COLLATE "default";
BEGIN
    DELETE FROM vmm_address_forms WHERE of_table = 'domain_name' OR kind = CASE of_table WHEN 'users'
        THEN 'account' ELSE of_table END;
    RETURN NULL;
END
$body$;

CREATE TRIGGER vmm_address_ins AFTER INSERT ON users
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_users();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON users
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_users();
CREATE TRIGGER vmm_address_del AFTER DELETE ON users
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_users();

CREATE TRIGGER vmm_address_ins AFTER INSERT ON alias
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_others();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON alias
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_others();
CREATE TRIGGER vmm_address_del AFTER DELETE ON alias
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_others();

CREATE TRIGGER vmm_address_ins AFTER INSERT ON relocated
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_others();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON relocated
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_others();
CREATE TRIGGER vmm_address_del AFTER DELETE ON relocated
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_others();

CREATE TRIGGER vmm_address_ins AFTER INSERT ON domain_name
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_names();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON domain_name
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_names();
CREATE TRIGGER vmm_address_del AFTER DELETE ON domain_name
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_names();

CREATE TRIGGER vmm_address_trunc AFTER TRUNCATE ON users FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_truncate();
CREATE TRIGGER vmm_address_trunc AFTER TRUNCATE ON alias FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_truncate();
CREATE TRIGGER vmm_address_trunc AFTER TRUNCATE ON relocated FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_truncate();
CREATE TRIGGER vmm_address_trunc AFTER TRUNCATE ON domain_name FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_truncate();

CREATE TRIGGER vmm_address_upd AFTER UPDATE ON domain_data
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_domains();

CREATE TRIGGER vmm_address_lock BEFORE UPDATE ON transport FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON transport FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_lock BEFORE UPDATE ON mailboxformat FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON mailboxformat FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_lock BEFORE UPDATE ON maillocation FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON maillocation FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_lock BEFORE UPDATE ON quotalimit FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON quotalimit FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_lock BEFORE UPDATE ON service_set FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON service_set FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE OR REPLACE FUNCTION vmm_stored_name(asked varchar) RETURNS varchar LANGUAGE plpgsql STABLE STRICT SET search_path
    FROM CURRENT AS $body$
DECLARE
    -- Not as the caller collates it: the views hand over a part of vmm_address.
    folded CONSTANT varchar COLLATE "default" := lower(asked COLLATE "C");
    meant  varchar COLLATE "default" := folded;
BEGIN
    IF octet_length(folded) = length(folded) THEN
        RETURN folded;
    END IF;
    -- Postfix up to 3.7 sends UTF-8 and calls it LATIN1.
    BEGIN
        meant := convert_from(convert_to(folded, 'LATIN1'), 'UTF8');
    EXCEPTION WHEN data_exception THEN
        NULL;
    END;
    RETURN coalesce(
        (SELECT n.domainname
           FROM domain_name n
          WHERE strpos(n.domainname, 'xn--') > 0 AND vmm_u_form(n.domainname)::varchar(255) = meant
            AND NOT EXISTS (SELECT FROM domain_name o WHERE o.domainname IN (folded, meant))
          LIMIT 1),
        folded);
END
$body$;

CREATE OR REPLACE FUNCTION vmm_address_key(localpart varchar, the_domain varchar) RETURNS text
    LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    IF octet_length(the_domain) = length(the_domain) THEN
        RETURN lower((localpart || '@' || the_domain) COLLATE "C");
    END IF;
    RETURN lower(localpart COLLATE "C") || '@' || vmm_stored_name(the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION vmm_for_reader(result text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $body$
    SELECT CASE WHEN octet_length(result) = length(result) OR pg_client_encoding() <> 'LATIN1' THEN result
                ELSE convert_from(convert_to(result, 'UTF8'), 'LATIN1')
           END
$body$;

CREATE OR REPLACE FUNCTION dovecotpassword(localpart varchar, the_domain varchar)
RETURNS SETOF dovecotpassword LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), u.passwd, a.smtp, a.pop3, a.imap, a.sieve
      FROM vmm_address a
      JOIN users u ON u.uid = a.uid
     WHERE a.kind = 'account' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION dovecotuser(localpart varchar, the_domain varchar)
RETURNS SETOF dovecotuser LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), a.uid, a.gid, a.home, a.mail
      FROM vmm_address a
     WHERE a.kind = 'account' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION dovecotquotauser(localpart varchar, the_domain varchar)
RETURNS SETOF dovecotquotauser LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), a.uid, a.gid, a.home, a.mail, a.quota_rule
      FROM vmm_address a
     WHERE a.kind = 'account' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION postfix_virtual_mailbox_map(localpart varchar, the_domain varchar)
RETURNS SETOF address_maildir LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), vmm_for_reader(a.home || substr(a.mail, strpos(a.mail, ':~/') + 2) || '/')
      FROM vmm_address a
     WHERE a.kind = 'account' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION postfix_virtual_uid_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_uid LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), a.uid
      FROM vmm_address a
     WHERE a.kind = 'account' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION postfix_relocated_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_destination LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), vmm_for_reader(r.destination)
      FROM vmm_address a
      JOIN relocated r ON r.gid = a.gid AND r.address = a.local_part
     WHERE a.kind = 'relocated' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION postfix_transport_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_transport LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
DECLARE
    asked CONSTANT text := vmm_address_key(localpart, the_domain);
BEGIN
    RETURN QUERY
    SELECT asked::varchar(320), vmm_for_reader(a.transport)
      FROM vmm_address a
     WHERE a.kind = 'account' AND a.address = asked;
    IF NOT FOUND THEN
        RETURN QUERY
        SELECT asked::varchar(320), vmm_for_reader(t.transport)
          FROM domain_name n
          JOIN domain_data d ON d.gid = n.gid
          JOIN transport t ON t.tid = d.tid
         WHERE n.domainname = substr(asked, length(localpart) + 2) COLLATE "default";
    END IF;
END
$body$;

CREATE OR REPLACE FUNCTION _interpolate_destination(destination varchar, localpart varchar, the_domain varchar)
RETURNS varchar LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT replace(replace(replace(destination, '%n', localpart), '%d', the_domain), '%=', localpart || '=' || the_domain)::varchar
$body$;

CREATE OR REPLACE FUNCTION postfix_virtual_alias_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_destination LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
DECLARE
    asked  CONSTANT text := vmm_address_key(localpart, the_domain);
    domain CONSTANT varchar COLLATE "default" := substr(asked, length(localpart) + 2);
    folded CONSTANT varchar COLLATE "default" := lower(localpart COLLATE "C");
    known  record;
BEGIN
    -- These columns are in the index.
    SELECT a.gid, a.kind INTO known FROM vmm_address a WHERE a.address = asked;
    IF known.kind = 'alias' THEN
        RETURN QUERY
        SELECT asked::varchar(320), vmm_for_reader(_interpolate_destination(l.destination, folded, domain))
          FROM alias l
         WHERE l.gid = known.gid AND l.address = folded;
    ELSIF known.kind = 'account' THEN
        IF domain <> lower(the_domain COLLATE "C") OR EXISTS (SELECT FROM catchall c WHERE c.gid = known.gid) THEN
            RETURN QUERY SELECT asked::varchar(320), asked;
        END IF;
    ELSIF known.kind IS NULL THEN
        RETURN QUERY
        SELECT asked::varchar(320), vmm_for_reader(_interpolate_destination(c.destination, folded, domain))
          FROM domain_name n
          JOIN catchall c ON c.gid = n.gid
         WHERE n.domainname = domain;
    END IF;
END
$body$;

CREATE OR REPLACE FUNCTION postfix_smtpd_sender_login_map(localpart varchar, the_domain varchar)
RETURNS SETOF sender_login LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
DECLARE
    asked CONSTANT text := vmm_address_key(localpart, the_domain);
    known record;
BEGIN
    -- These columns are in the index.
    SELECT a.gid, a.kind INTO known FROM vmm_address a WHERE a.address = asked;
    IF known.kind = 'account' THEN
        RETURN QUERY
        SELECT asked::varchar(320), vmm_for_reader(lower(localpart COLLATE "C") || '@' || n.domainname)
          FROM domain_name n
         WHERE n.gid = known.gid;
    ELSIF known.kind = 'alias' THEN
        RETURN QUERY
        WITH RECURSIVE walk (target) AS (
            SELECT asked
            UNION
            SELECT vmm_address_key(split_part(d.destination, '@', 1)::varchar,
                substr(d.destination, strpos(d.destination, '@') + 1)::varchar)
              FROM walk w
              JOIN vmm_address a ON a.address = w.target AND a.kind = 'alias'
              JOIN alias l ON l.gid = a.gid AND l.address = a.local_part
             CROSS JOIN LATERAL _interpolate_destination(l.destination, a.local_part, split_part(w.target, '@',
                 2)::varchar) AS d (destination)
             WHERE strpos(d.destination, '@') > 0
        )
        SELECT DISTINCT asked::varchar(320), vmm_for_reader(a.local_part || '@' || n.domainname)
          FROM (SELECT target FROM walk LIMIT 1000) AS w
          JOIN vmm_address a ON a.address = w.target AND a.kind = 'account'
          JOIN domain_name n ON n.gid = a.gid;
    END IF;
END
$body$;

CREATE OR REPLACE FUNCTION vmm_password(account bigint) RETURNS varchar LANGUAGE plpgsql STABLE STRICT SET search_path
    FROM CURRENT AS $body$
BEGIN
    RETURN (SELECT u.passwd FROM users u WHERE u.uid = account);
END
$body$;

CREATE OR REPLACE FUNCTION vmm_relocated(domain_gid bigint, localpart varchar)
RETURNS text LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN (SELECT vmm_for_reader(r.destination) FROM relocated r WHERE r.gid = domain_gid AND r.address = localpart);
END
$body$;

CREATE OR REPLACE FUNCTION vmm_destinations(domain_gid bigint, localpart varchar, the_domain varchar)
RETURNS SETOF text LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT vmm_for_reader(_interpolate_destination(l.destination, localpart, the_domain))
      FROM alias l
     WHERE l.gid = domain_gid AND l.address = localpart;
    -- An account with U-labels leads to itself, as postfix_virtual_alias_map says.
    IF NOT FOUND THEN
        RETURN NEXT localpart || '@' || the_domain;
    END IF;
END
$body$;

CREATE VIEW dovecot_password AS
SELECT a.address AS "user", vmm_password(a.uid)::varchar(270) AS password, a.smtp, a.pop3, a.imap, a.sieve AS managesieve,
       a.sieve, a.smtp AS submission, true AS lmtp, true AS lda, true AS doveadm
  FROM vmm_address_forms a
 WHERE a.kind = 'account';

CREATE VIEW dovecot_user AS
SELECT a.address AS userid, a.uid, a.gid, a.home, substr(a.mail, strpos(a.mail, ':') + 1) AS mail, a.mail AS mail_location,
    a.quota_rule
  FROM vmm_address_forms a
 WHERE a.kind = 'account';

CREATE OR REPLACE VIEW postfix_gid AS
SELECT n.gid, n.domainname
  FROM domain_name n
 UNION ALL
SELECT n.gid, vmm_u_form(n.domainname)::varchar(255)
  FROM domain_name n
 WHERE strpos(n.domainname, 'xn--') > 0 AND vmm_u_form(n.domainname) IS NOT NULL
   AND (SELECT o.gid FROM domain_name o WHERE o.domainname = vmm_u_form(n.domainname)::varchar(255)) IS NULL;

CREATE VIEW postfix_uid AS
SELECT address, uid FROM vmm_address_forms WHERE kind = 'account';

CREATE VIEW postfix_maildir AS
SELECT a.address, vmm_for_reader(a.home || substr(a.mail, strpos(a.mail, ':~/') + 2) || '/') AS maildir
  FROM vmm_address_forms a
 WHERE a.kind = 'account';

CREATE VIEW postfix_relocated AS
SELECT a.address, vmm_relocated(a.gid, a.local_part) AS destination
  FROM vmm_address_forms a
 WHERE a.kind = 'relocated';

CREATE VIEW postfix_alias AS
SELECT a.address, vmm_destinations(a.gid, a.local_part,
    coalesce(a.stored_name, substr(a.address, length(a.local_part) + 2))) AS destination, a.gid
  FROM vmm_address_forms a
 WHERE a.kind = 'alias' OR a.kind = 'account' AND NOT a.is_stored;

CREATE VIEW postfix_transport AS
SELECT address, vmm_for_reader(transport) AS transport FROM vmm_address_forms WHERE kind = 'account';

CREATE OR REPLACE VIEW vmm_domain_info AS
SELECT n.gid,
       (SELECT count(*) FROM users u WHERE u.gid = n.gid) AS accounts,
       (SELECT count(DISTINCT l.address) FROM alias l WHERE l.gid = n.gid) AS aliases,
       (SELECT count(*) FROM relocated r WHERE r.gid = n.gid) AS relocated,
       (SELECT count(*) FROM domain_name o WHERE o.gid = n.gid AND NOT o.is_primary) AS aliasdomains,
       (SELECT count(*) FROM catchall c WHERE c.gid = n.gid) AS catchall
  FROM domain_name n
 WHERE n.is_primary;

COMMENT ON TABLE vmm_schema IS 'Version of this layout, in one row; vmm refuses to work on a version that it does not know.';
COMMENT ON COLUMN vmm_schema.version IS '1 is the layout of vmm 0.8.0.';
COMMENT ON COLUMN vmm_schema.only_row IS 'Always true: the key leaves no room for a second row.';
COMMENT ON TABLE transport IS 'Transports of Postfix; domains and accounts refer to them by tid.';
COMMENT ON TABLE mailboxformat IS 'Formats of mailboxes: maildir, mdbox, sdbox.';
COMMENT ON TABLE maillocation IS 'Where in its home an account keeps its mail, and in which format.';
COMMENT ON COLUMN maillocation.directory IS 'Name of the directory in the home of the account.';
COMMENT ON COLUMN maillocation.extra IS 'More of Dovecot''s mail_location; unused by vmm.';
COMMENT ON TABLE quotalimit IS 'Limits of quota; 0 means no limit.';
COMMENT ON COLUMN quotalimit.bytes IS '0: no limit.';
COMMENT ON COLUMN quotalimit.messages IS '0: no limit.';
COMMENT ON TABLE service_set IS 'Sets of services that an account may use.';
COMMENT ON COLUMN service_set.smtp IS 'May send mail.';
COMMENT ON COLUMN service_set.sieve IS 'May use ManageSieve.';
COMMENT ON TABLE domain_data IS 'Domains, with the defaults of their accounts.';
COMMENT ON COLUMN domain_data.gid IS 'Group ID of the mail directories of the domain; never used again.';
COMMENT ON COLUMN domain_data.qid IS 'Default quota of accounts.';
COMMENT ON COLUMN domain_data.ssid IS 'Default services of accounts.';
COMMENT ON COLUMN domain_data.tid IS 'Default transport of accounts, and transport of all addresses that are no account.';
COMMENT ON COLUMN domain_data.domaindir IS 'Directory in which the homes of the accounts are.';
COMMENT ON TABLE domain_name IS 'Names of domains: the primary name and the alias domains of each, as A-labels in lower case.';
COMMENT ON COLUMN domain_name.is_primary IS 'Whether this is the primary name; one per domain.';
COMMENT ON TABLE users IS 'Accounts. NULL in qid, ssid and tid: the default of the domain.';
COMMENT ON COLUMN users.passwd IS 'Password as Dovecot reads it: {SCHEME}hash.';
COMMENT ON COLUMN users.name IS 'Name of the person, for people.';
COMMENT ON COLUMN users.uid IS 'User ID of the mail directories of the account, and name of its home; never used again.';
COMMENT ON COLUMN users.mid IS 'Where the account keeps its mail.';
COMMENT ON COLUMN users.qid IS 'Quota; NULL: the default of the domain.';
COMMENT ON COLUMN users.ssid IS 'Services; NULL: the default of the domain.';
COMMENT ON COLUMN users.tid IS 'Transport; NULL: the default of the domain.';
COMMENT ON TABLE userquota IS 'What each account uses of its quota; Dovecot writes it.';
COMMENT ON TABLE alias IS 'Destinations of aliases, a row for each.';
COMMENT ON COLUMN alias.address IS 'Local part.';
COMMENT ON COLUMN alias.destination IS 'Address; %n, %d and %= stand for the local part, the domain, and both.';
COMMENT ON TABLE relocated IS 'Users that have moved away, and where to.';
COMMENT ON COLUMN relocated.address IS 'Local part.';
COMMENT ON TABLE catchall IS 'Where mail goes for addresses of a domain that do not exist, a row for each destination.';
COMMENT ON TABLE vmm_quota_clone IS 'Takes what Dovecot''s quota_clone writes to userquota by a trigger; always empty itself.';
COMMENT ON COLUMN vmm_quota_clone.username IS 'Address of the account.';
COMMENT ON COLUMN vmm_quota_clone.bytes IS 'Bytes used; NULL: not told.';
COMMENT ON COLUMN vmm_quota_clone.messages IS 'Messages kept; NULL: not told.';
COMMENT ON TABLE vmm_address_forms IS
    'Every address with what look-ups answer about it, kept by triggers. Write the tables that it is kept from, never this one.';
COMMENT ON COLUMN vmm_address_forms.address IS 'Local part, @, and a name of the domain.';
COMMENT ON COLUMN vmm_address_forms.gid IS 'The domain.';
COMMENT ON COLUMN vmm_address_forms.local_part IS 'As in users, alias or relocated.';
COMMENT ON COLUMN vmm_address_forms.kind IS 'account, alias or relocated.';
COMMENT ON COLUMN vmm_address_forms.uid IS 'The account; NULL for an alias or a relocated user.';
COMMENT ON COLUMN vmm_address_forms.is_stored IS 'false for an address with U-labels whose domain is stored with A-labels.';
COMMENT ON COLUMN vmm_address_forms.stored_name IS 'The name that is stored, where is_stored is false.';
COMMENT ON COLUMN vmm_address_forms.home IS 'Home of the account. This and what follows is NULL for an alias or a relocated user.';
COMMENT ON COLUMN vmm_address_forms.mail IS 'Mail as Dovecot''s mail_location: format:~/directory.';
COMMENT ON COLUMN vmm_address_forms.transport IS 'Transport of the account or else of its domain.';
COMMENT ON COLUMN vmm_address_forms.quota_rule IS 'Quota as Dovecot 2.3''s quota_rule.';
COMMENT ON COLUMN vmm_address_forms.smtp IS 'May send mail.';
COMMENT ON COLUMN vmm_address_forms.pop3 IS 'May use POP3.';
COMMENT ON COLUMN vmm_address_forms.imap IS 'May use IMAP.';
COMMENT ON COLUMN vmm_address_forms.sieve IS 'May use ManageSieve.';
COMMENT ON TABLE vmm_address IS
    'Every address as it is stored, under every name of its domain: account, alias or relocated user. Part of vmm_address_forms.';
COMMENT ON TABLE vmm_address_u IS 'The addresses of domains with A-labels once more, with U-labels. Part of vmm_address_forms.';
COMMENT ON VIEW vmm_address_domain_forms IS 'Every domain name as it is stored, and once more with U-labels where it has A-labels.';
COMMENT ON COLUMN vmm_address_domain_forms.gid IS 'The domain.';
COMMENT ON COLUMN vmm_address_domain_forms.domainname IS 'The name as it is stored.';
COMMENT ON COLUMN vmm_address_domain_forms.form IS 'The name in this form.';
COMMENT ON COLUMN vmm_address_domain_forms.is_stored IS 'Whether this is the form that is stored.';
COMMENT ON VIEW dovecot_password IS 'Passwords and services by address, for Dovecot''s password_query in the words of vmm 0.4.';
COMMENT ON COLUMN dovecot_password.managesieve IS 'The same as sieve, under the name that Dovecot 1 uses for the service.';
COMMENT ON COLUMN dovecot_password.submission IS 'The same as smtp, under the name of Dovecot''s submission service.';
COMMENT ON COLUMN dovecot_password.lmtp IS 'Always true: delivery is not a service that an account is denied.';
COMMENT ON COLUMN dovecot_password.lda IS 'Always true.';
COMMENT ON COLUMN dovecot_password.doveadm IS 'Always true.';
COMMENT ON VIEW dovecot_user IS 'Homes by address, for Dovecot''s user_query in the words of vmm 0.4.';
COMMENT ON COLUMN dovecot_user.mail IS 'Without the format; the query of vmm 0.4 puts maildir: before it.';
COMMENT ON COLUMN dovecot_user.mail_location IS 'With the format before it.';
COMMENT ON VIEW postfix_gid IS 'Domains by name, for virtual_mailbox_domains.';
COMMENT ON VIEW postfix_uid IS 'User IDs by address, for virtual_uid_maps.';
COMMENT ON VIEW postfix_maildir IS 'Directories of mail by address, for virtual_mailbox_maps.';
COMMENT ON VIEW postfix_relocated IS 'New addresses of relocated users, for relocated_maps.';
COMMENT ON VIEW postfix_alias IS 'Destinations of aliases by address, without those of catch-alls, for virtual_alias_maps.';
COMMENT ON COLUMN postfix_alias.gid IS 'The domain.';
COMMENT ON VIEW postfix_transport IS 'Transports by address of an account, for transport_maps.';
COMMENT ON VIEW vmm_domain_info IS
    'How many accounts, aliases, relocated users, alias domains and catch-all destinations a domain has.';
COMMENT ON COLUMN vmm_domain_info.gid IS 'The domain.';
COMMENT ON COLUMN vmm_domain_info.accounts IS 'Number of accounts.';
COMMENT ON COLUMN vmm_domain_info.aliases IS 'Number of aliases, not of their destinations.';
COMMENT ON COLUMN vmm_domain_info.relocated IS 'Number of relocated users.';
COMMENT ON COLUMN vmm_domain_info.aliasdomains IS 'Number of names beside the primary one.';
COMMENT ON COLUMN vmm_domain_info.catchall IS 'Number of catch-all destinations.';

COMMENT ON FUNCTION vmm_domain_lock() IS 'Locks the domains whose names are about to change.';
COMMENT ON FUNCTION domain_primary_trigger() IS 'Refuses a second primary name of a domain.';
COMMENT ON FUNCTION merge_userquota() IS 'Adds what Dovecot''s dict inserts to what is there.';
COMMENT ON FUNCTION vmm_quota_clone() IS 'Takes a row of vmm_quota_clone to userquota.';
COMMENT ON FUNCTION vmm_u_form(text) IS
    'An address or a domain name with its A-labels decoded; NULL where there are none, or a malformed one.';
COMMENT ON FUNCTION vmm_account_answers(bigint[], bigint[], varchar[]) IS
    'What the rows of these accounts of these domains in vmm_address_forms must hold.';
COMMENT ON FUNCTION vmm_address_expected(bigint[], varchar[]) IS
    'What vmm_address_forms must hold about these domains, under all their names or only these.';
COMMENT ON FUNCTION vmm_account_refresh(bigint[], bigint[]) IS 'Brings the rows of accounts that keep their addresses up to date.';
COMMENT ON FUNCTION vmm_address_add(text, bigint[], varchar[], bigint[]) IS
    'Adds the rows of accounts, aliases or relocated users.';
COMMENT ON FUNCTION vmm_address_remove(text, bigint[], varchar[]) IS 'Removes the rows of accounts, aliases or relocated users.';
COMMENT ON FUNCTION vmm_address_users() IS 'Keeps vmm_address_forms when accounts change.';
COMMENT ON FUNCTION vmm_address_others() IS 'Keeps vmm_address_forms when aliases or relocated users change.';
COMMENT ON FUNCTION vmm_address_names() IS 'Keeps vmm_address_forms when names of domains change.';
COMMENT ON FUNCTION vmm_address_domains() IS 'Keeps vmm_address_forms when directories or defaults of domains change.';
COMMENT ON FUNCTION vmm_address_choices() IS
    'Keeps vmm_address_forms when a row of transport, mailboxformat, maillocation, quotalimit or service_set changes.';
COMMENT ON FUNCTION vmm_address_truncate() IS 'Keeps vmm_address_forms when a table is truncated.';
COMMENT ON FUNCTION vmm_stored_name(varchar) IS
    'The name under which a domain is stored, which may be asked for by U-labels or in upper case.';
COMMENT ON FUNCTION vmm_for_reader(text) IS 'A result in the bytes of UTF-8, also for a reader that says LATIN1.';
COMMENT ON FUNCTION vmm_address_key(varchar, varchar) IS 'The key of an address in vmm_address.';
COMMENT ON FUNCTION dovecotpassword(varchar, varchar) IS 'Password and services of an account, for password_query.';
COMMENT ON FUNCTION dovecotuser(varchar, varchar) IS 'Home and mail of an account, for user_query.';
COMMENT ON FUNCTION dovecotquotauser(varchar, varchar) IS 'Home, mail and quota of an account, for user_query.';
COMMENT ON FUNCTION postfix_virtual_mailbox_map(varchar, varchar) IS 'Directory of mail of an account, for virtual_mailbox_maps.';
COMMENT ON FUNCTION postfix_virtual_uid_map(varchar, varchar) IS 'User ID of an account, for virtual_uid_maps.';
COMMENT ON FUNCTION postfix_relocated_map(varchar, varchar) IS 'New address of a relocated user, for relocated_maps.';
COMMENT ON FUNCTION postfix_transport_map(varchar, varchar) IS
    'Transport of an account, or of its domain for any other address in it, for transport_maps.';
COMMENT ON FUNCTION _interpolate_destination(varchar, varchar, varchar) IS
    'A destination with its placeholders %n, %d and %= filled in.';
COMMENT ON FUNCTION postfix_virtual_alias_map(varchar, varchar) IS
    'Destinations of an alias or a catch-all, for virtual_alias_maps.';
COMMENT ON FUNCTION postfix_smtpd_sender_login_map(varchar, varchar) IS
    'Who may use an address as sender, for smtpd_sender_login_maps.';
COMMENT ON FUNCTION vmm_password(bigint) IS 'Password of an account, for the view dovecot_password.';
COMMENT ON FUNCTION vmm_relocated(bigint, varchar) IS 'New address of a relocated user, for the view postfix_relocated.';
COMMENT ON FUNCTION vmm_destinations(bigint, varchar, varchar) IS
    'Destinations of an alias with placeholders filled in, for the view postfix_alias.';

DO $body$
DECLARE
    explained record;
BEGIN
    FOR explained IN
        SELECT i.inhrelid::regclass AS part, a.attname, col_description(a.attrelid, a.attnum) AS words
          FROM pg_inherits i
          JOIN pg_attribute a ON a.attrelid = i.inhparent AND a.attnum > 0 AND NOT a.attisdropped
         WHERE i.inhparent = 'vmm_address_forms'::regclass
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', explained.part, explained.attname, explained.words);
    END LOOP;
END
$body$;

DO $body$
DECLARE
    grantee text;
    rights  text;
BEGIN
    FOR grantee, rights IN VALUES
        ('dovecot', 'SELECT ON dovecot_password, dovecot_user'),
        ('dovecot', 'SELECT ON vmm_address, service_set, maillocation, mailboxformat, quotalimit'),
        ('dovecot', 'SELECT (gid, domaindir, qid, ssid) ON domain_data'),
        ('dovecot', 'SELECT (gid, domainname) ON domain_name'),
        ('dovecot', 'SELECT (uid, gid, local_part, passwd, mid, qid, ssid) ON users'),
        ('dovecot', 'SELECT, INSERT, UPDATE, DELETE ON userquota, vmm_quota_clone'),
        ('postfix', 'SELECT ON postfix_alias, postfix_gid, postfix_maildir, postfix_relocated, postfix_transport, postfix_uid'),
        ('postfix', 'SELECT ON vmm_address, alias, catchall, relocated, transport'),
        ('postfix', 'SELECT (gid, domaindir, tid) ON domain_data'),
        ('postfix', 'SELECT (gid, domainname) ON domain_name'),
        ('postfix', 'SELECT (mid, directory) ON maillocation'),
        ('postfix', 'SELECT (uid, gid, local_part, mid, tid) ON users')
    LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = grantee) THEN
            EXECUTE format('GRANT %s TO %I', rights, grantee);
        ELSE
            RAISE NOTICE 'there is no role % yet; once there is, run: GRANT % TO %;', grantee, rights, grantee;
        END IF;
    END LOOP;
    -- Everybody may use the schema public, and nobody another one.
    FOR grantee IN SELECT rolname FROM pg_roles WHERE rolname IN ('dovecot', 'postfix') LOOP
        IF NOT has_schema_privilege(grantee, current_schema(), 'USAGE') THEN
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), grantee);
        END IF;
    END LOOP;
    -- In PostgreSQL 13 and 14 everybody may add to the schema public, and what is added there could be called in place of what is
    -- meant. Only the owner of that schema can end it.
    FOR grantee IN SELECT rolname FROM pg_roles WHERE rolname IN ('dovecot', 'postfix') LOOP
        IF has_schema_privilege(grantee, current_schema(), 'CREATE') THEN
            RAISE NOTICE 'role % may create objects in schema %; let its owner run: REVOKE CREATE ON SCHEMA % FROM PUBLIC;',
                grantee, current_schema(), current_schema();
        END IF;
    END LOOP;
END
$body$;
