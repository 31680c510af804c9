-- From vmm 0.7, or 0.6 in its flavour for Dovecot 1.2 and later (the layout is the same), to vmm 0.8. For PostgreSQL 13 to 17; 'vmm upgrade' runs it,
-- and so can you, as the owner of the tables or as a superuser:
--
--     psql -d mailsys -U vmm -f upgrade_0.7-0.8.pgsql
--
-- One transaction: it stops at the first thing that cannot be carried over, names the rows, and leaves everything as it was. No row is rewritten; tables
-- get checks, indexes and triggers, functions get a new body under their old names, and what nobody had is added. Map files go on working as they are.
\set ON_ERROR_STOP on
BEGIN;

-- Ends it, with the rows that are in the way.
CREATE OR REPLACE FUNCTION pg_temp.vmm_refuse(what text, rows_found text[], remedy text) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
    IF cardinality(rows_found) > 0 THEN
        RAISE SQLSTATE 'VM001' USING
            MESSAGE = what || ': ' || array_to_string(rows_found[1:20], ', ')
                || CASE WHEN cardinality(rows_found) > 20 THEN format(' and %s more', cardinality(rows_found) - 20) ELSE '' END,
            HINT = remedy;
    END IF;
END
$body$;

-- Works in the schema in which the tables are, as their owner.
DO $body$
DECLARE
    place record;
BEGIN
    SELECT n.nspname, r.rolname INTO place
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
     WHERE c.oid = to_regclass('service_set')
       AND to_regclass('vmm_schema') IS NULL
       AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'sieve' AND NOT a.attisdropped);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'VM001' USING
            MESSAGE = 'this is no database of vmm 0.7, or of 0.6 for Dovecot 1.2 and later',
            HINT = 'The command vmm upgrade finds out what it is.';
    END IF;
    PERFORM set_config('search_path', quote_ident(place.nspname) || ', pg_temp', true);
    PERFORM set_config('role', place.rolname, true);
END
$body$;

-- userquota first, as Dovecot takes them: in the other order both could wait for each other.
LOCK TABLE userquota, domain_data, domain_name, users, alias, relocated, catchall IN ACCESS EXCLUSIVE MODE;

-- ==== What cannot be carried over ================================================================================================

DO $body$
BEGIN
    PERFORM pg_temp.vmm_refuse(
        'these domains have more than one primary name', array(
            SELECT format('%s (%s)', gid, string_agg(domainname, ', ' ORDER BY domainname))
              FROM domain_name WHERE is_primary GROUP BY gid HAVING count(*) > 1 ORDER BY 1),
        'Set is_primary to false for all names of the domain but one, in table domain_name.');
    PERFORM pg_temp.vmm_refuse(
        'these domain names are empty, not in lower case, or hold an @', array(
            SELECT format('%L', domainname) FROM domain_name
             WHERE NOT (domainname <> '' AND domainname = lower(domainname COLLATE "C") AND strpos(domainname, '@') = 0) ORDER BY 1),
        'No mail ever reached them. Correct or delete them in table domain_name.');
    PERFORM pg_temp.vmm_refuse(
        'these local parts are empty, not in lower case, or hold an @', array(
            SELECT format('%s %L of domain %s', p.kind, p.local_part, coalesce(n.domainname, p.gid::text))
              FROM (SELECT 'account' AS kind, local_part, gid FROM users
                    UNION SELECT 'alias', address, gid FROM alias
                    UNION SELECT 'relocated user', address, gid FROM relocated) AS p
              LEFT JOIN domain_name n ON n.gid = p.gid AND n.is_primary
             WHERE NOT (p.local_part <> '' AND p.local_part = lower(p.local_part COLLATE "C") AND strpos(p.local_part, '@') = 0) ORDER BY 1),
        'No mail ever reached them. Correct or delete them in the tables users, alias and relocated.');
    PERFORM pg_temp.vmm_refuse(
        'these addresses are more than one of account, alias and relocated user', array(
            SELECT format('%s@%s (%s)', p.local_part, coalesce(n.domainname, p.gid::text), string_agg(p.kind, ', ' ORDER BY p.kind))
              FROM (SELECT 'account' AS kind, local_part, gid FROM users
                    UNION SELECT 'alias', address, gid FROM alias
                    UNION SELECT 'relocated user', address, gid FROM relocated) AS p
              LEFT JOIN domain_name n ON n.gid = p.gid AND n.is_primary
             GROUP BY p.gid, p.local_part, n.domainname HAVING count(*) > 1 ORDER BY 1),
        'Decide which of them is wanted and delete the other; an alias hides an account of the same address from new mail.');
END
$body$;

-- ==== Version ====================================================================================================================

CREATE TABLE vmm_schema (
    version  integer NOT NULL,
    only_row boolean NOT NULL DEFAULT true,
    CONSTRAINT vmm_schema_pkey PRIMARY KEY (only_row),
    CONSTRAINT vmm_schema_only_row CHECK (only_row)
);
INSERT INTO vmm_schema (version) VALUES (1);

-- ==== Domains and addresses ======================================================================================================

ALTER TABLE domain_data ALTER COLUMN domaindir TYPE text;
ALTER TABLE domain_name
    ADD CONSTRAINT check_domain_name_domainname CHECK (domainname <> '' AND domainname = lower(domainname COLLATE "C") AND strpos(domainname, '@') = 0);
ALTER TABLE users
    ADD CONSTRAINT check_users_local_part CHECK (local_part <> '' AND local_part = lower(local_part COLLATE "C") AND strpos(local_part, '@') = 0);
ALTER TABLE alias
    ADD CONSTRAINT check_alias_address CHECK (address <> '' AND address = lower(address COLLATE "C") AND strpos(address, '@') = 0);
ALTER TABLE relocated
    ADD CONSTRAINT check_relocated_address CHECK (address <> '' AND address = lower(address COLLATE "C") AND strpos(address, '@') = 0);

-- ==== Indexes beside the keys ===================================================================================================

CREATE INDEX domain_name_gid ON domain_name (gid);
CREATE INDEX users_gid ON users (gid);
CREATE INDEX alias_destination ON alias (destination);

-- For the foreign keys: without these the deletion of a transport or a quota that nobody uses any more reads all accounts. Most accounts
-- have no choice of their own, hence the partial ones.
CREATE INDEX users_mid ON users (mid);
CREATE INDEX users_qid ON users (qid) WHERE qid IS NOT NULL;
CREATE INDEX users_ssid ON users (ssid) WHERE ssid IS NOT NULL;
CREATE INDEX users_tid ON users (tid) WHERE tid IS NOT NULL;
CREATE INDEX domain_data_qid ON domain_data (qid);
CREATE INDEX domain_data_ssid ON domain_data (ssid);
CREATE INDEX domain_data_tid ON domain_data (tid);

-- ==== One primary name per domain ===============================================================================================

-- Whoever changes the names of a domain is alone with it: everybody who adds or removes an address holds FOR KEY SHARE on the same row
-- (below). The lock comes before the row does. Taken after it, two that add a name at the same time would both hold the foreign key's
-- share lock and wait for each other.
--
-- A transaction in a stricter isolation level than READ COMMITTED keeps looking at the past after it has waited. It must not change names: it would
-- miss addresses added since. And it must not add or remove addresses after a change of names that it does not see: hence the update, which makes its
-- lock fail with serialization_failure.
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

-- Asked when the statement is through, so that a primary row may be changed and stay primary, and one statement may swap two names.
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

DO $body$
BEGIN
    -- Left by versions between 0.4 and 0.5.
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass('domain_name') AND tgname = 'primary_count') THEN
        DROP TRIGGER primary_count ON domain_name;
    END IF;
END
$body$;
DROP TRIGGER primary_count_ins ON domain_name;
DROP TRIGGER primary_count_upd ON domain_name;
CREATE TRIGGER primary_count_ins AFTER INSERT ON domain_name FOR EACH ROW EXECUTE FUNCTION domain_primary_trigger();
CREATE TRIGGER primary_count_upd AFTER UPDATE ON domain_name FOR EACH ROW EXECUTE FUNCTION domain_primary_trigger();

-- ==== Use of quota, written by Dovecot's dict (2.3) and quota_clone (2.3, 2.4) ==================================================

-- Dovecot 2.3 inserts a difference and expects it to be added to what is there. A negative message count, or NULL for none, marks a row that
-- is to be stored as it is (the count made positive); the insertion below says it to itself that way. No such account: nothing happens,
-- since a session may outlive its account.
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

DROP TRIGGER mergeuserquota ON userquota;
CREATE TRIGGER mergeuserquota BEFORE INSERT ON userquota FOR EACH ROW EXECUTE FUNCTION merge_userquota();

-- Dovecot's quota_clone writes absolute values under the name of the user. 2.4 says (two dict_map of the same table make one statement)
--     INSERT INTO vmm_quota_clone (bytes,messages,username) VALUES (1024,3,'user@example.com') ON CONFLICT (username) DO UPDATE SET bytes=1024,messages=3
-- and 2.3 the same without ON CONFLICT. The trigger takes the values to userquota and keeps the row away, so this table is always empty: its key is
-- what ON CONFLICT asks for. A value that is not given stays as it was. No such account: nothing happens, as above.
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
     WHERE a.address = vmm_address_key(split_part(NEW.username, '@', 1)::varchar, substr(NEW.username, strpos(NEW.username, '@') + 1)::varchar);
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

-- ==== One row per address: what every look-up reads, and what keeps an address from being two things ============================

-- One row for every local part of every kind, under every name of its domain. Triggers keep it; nobody else writes to it. Its key is the
-- index for look-ups by the whole address, and refuses the second of two that want the same address, also when they do not see each other
-- yet. "C" makes the key compare bytes: quicker, and a new version of the C library cannot put it out of order.
CREATE TABLE vmm_address (
    address    text        COLLATE "C" NOT NULL,
    gid        bigint      NOT NULL,
    local_part varchar(64) NOT NULL,
    kind       text        NOT NULL,
    uid        bigint,
    CONSTRAINT vmm_address_pkey PRIMARY KEY (address),
    CONSTRAINT vmm_address_kind CHECK (kind IN ('account', 'alias', 'relocated') AND (kind = 'account') = (uid IS NOT NULL))
);

-- The triggers below work per statement: one call for 100,000 accounts, not 100,000 calls. All of them first lock the domain, then look at
-- its names in a statement of their own, which sees what others committed while this one waited. (In a stricter isolation level than READ COMMITTED
-- it does not see that; whatever it would miss has been updated, so that it ends with serialization_failure.) Addresses are taken in order, so that two
-- writers cannot wait for each other.
CREATE OR REPLACE FUNCTION vmm_address_add(new_kind text, gids bigint[], local_parts varchar[], uids bigint[])
RETURNS void LANGUAGE plpgsql STRICT AS $body$
DECLARE
    taken text;
BEGIN
    PERFORM FROM domain_data WHERE gid IN (SELECT unnest(gids)) ORDER BY gid FOR KEY SHARE;
    IF new_kind <> 'alias' THEN
        INSERT INTO vmm_address (address, gid, local_part, kind, uid)
        SELECT lower(p.local_part COLLATE "C") || '@' || n.domainname, p.gid, p.local_part, new_kind, p.uid
          FROM unnest(gids, local_parts, uids) AS p (gid, local_part, uid)
          JOIN domain_name n USING (gid)
         ORDER BY 1;
        RETURN;
    END IF;
    -- An alias that is there already gets one more destination: its row is updated to what it is, so that whoever removes the last of the other
    -- destinations waits, and then sees this one.
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
END
$body$;

CREATE OR REPLACE FUNCTION vmm_address_remove(old_kind text, gids bigint[], local_parts varchar[])
RETURNS void LANGUAGE plpgsql STRICT AS $body$
BEGIN
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
     WHERE a.address = lower(p.local_part COLLATE "C") || '@' || n.domainname
       AND a.kind = old_kind
       AND NOT (old_kind = 'alias' AND EXISTS (SELECT FROM alias l WHERE l.gid = p.gid AND l.address = p.local_part));
    IF old_kind = 'alias' THEN
        UPDATE vmm_address a
           SET kind = old_kind
          FROM unnest(gids, local_parts) AS p (gid, local_part) JOIN domain_name n USING (gid)
         WHERE a.address = lower(p.local_part COLLATE "C") || '@' || n.domainname AND a.kind = old_kind;
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
    END IF;
    RETURN NULL;
END
$body$;

-- For alias and relocated, whose columns have the same names; the kind is the name of the table.
CREATE OR REPLACE FUNCTION vmm_address_others() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM vmm_address_add(TG_TABLE_NAME, array_agg(gid), array_agg(address), array_agg(NULL::bigint)) FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM vmm_address_remove(TG_TABLE_NAME, array_agg(gid), array_agg(address)) FROM old_rows;
    ELSE
        PERFORM vmm_address_remove(TG_TABLE_NAME, array_agg(gid), array_agg(address))
           FROM (SELECT gid, address FROM old_rows EXCEPT SELECT gid, address FROM new_rows) AS gone;
        PERFORM vmm_address_add(TG_TABLE_NAME, array_agg(gid), array_agg(address), array_agg(NULL::bigint))
           FROM (SELECT gid, address FROM new_rows EXCEPT SELECT gid, address FROM old_rows) AS came;
    END IF;
    RETURN NULL;
END
$body$;

-- What vmm_address must hold under these names of these domains (two arrays of equal length).
CREATE OR REPLACE FUNCTION vmm_address_expected(gids bigint[], names varchar[]) RETURNS SETOF vmm_address LANGUAGE sql STABLE STRICT AS $body$
    SELECT lower(p.local_part COLLATE "C") || '@' || n.domainname, n.gid, p.local_part, p.kind, p.uid
      FROM unnest(gids, names) AS n (gid, domainname)
     CROSS JOIN LATERAL (
               SELECT local_part, 'account' AS kind, uid FROM users WHERE gid = n.gid
               UNION ALL
               SELECT DISTINCT address, 'alias', NULL::bigint FROM alias WHERE gid = n.gid
               UNION ALL
               SELECT address, 'relocated', NULL FROM relocated WHERE gid = n.gid
           ) AS p
     ORDER BY 1
$body$;

-- A name comes, goes, is spelt anew, or moves to another domain, and all addresses under it with it. vmm_domain_lock has the lock.
CREATE OR REPLACE FUNCTION vmm_address_names() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
DECLARE
    gone_gids  bigint[];
    gone_names varchar[];
    new_gids   bigint[];
    new_names  varchar[];
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
    IF gone_gids IS NOT NULL THEN
        DELETE FROM vmm_address a USING vmm_address_expected(gone_gids, gone_names) AS e WHERE a.address = e.address;
    END IF;
    IF new_gids IS NOT NULL THEN
        INSERT INTO vmm_address SELECT * FROM vmm_address_expected(new_gids, new_names);
    END IF;
    RETURN NULL;
END
$body$;

CREATE OR REPLACE FUNCTION vmm_address_truncate() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
BEGIN
    DELETE FROM vmm_address
     WHERE TG_TABLE_NAME = 'domain_name' OR kind = CASE TG_TABLE_NAME WHEN 'users' THEN 'account' ELSE TG_TABLE_NAME END;
    RETURN NULL;
END
$body$;

-- All that is there, before the triggers keep it.
INSERT INTO vmm_address (address, gid, local_part, kind, uid)
SELECT lower(p.local_part COLLATE "C") || '@' || n.domainname, p.gid, p.local_part, p.kind, p.uid
  FROM (SELECT gid, local_part, 'account' AS kind, uid FROM users
        UNION ALL
        SELECT DISTINCT gid, address, 'alias', NULL::bigint FROM alias
        UNION ALL
        SELECT gid, address, 'relocated', NULL FROM relocated) AS p
  JOIN domain_name n USING (gid)
 ORDER BY 1;
ANALYZE vmm_address;

-- Transition tables allow one event per trigger.
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

-- Domain names are stored as A-labels (xn--bcher-kva.example); Postfix and Dovecot may ask by U-labels (bücher.example) when a client speaks SMTPUTF8.

-- An address or a domain name with its A-labels decoded (RFC 3492 section 6.2); NULL where there are none, or a malformed one. What it decodes is never
-- ASCII, so no name can pass for another one.
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

-- Only names with A-labels are in these.
CREATE INDEX domain_name_u_form ON domain_name ((vmm_u_form(domainname)::varchar(255))) WHERE strpos(domainname, 'xn--') > 0;
CREATE INDEX vmm_address_u_form ON vmm_address (vmm_u_form(address)) WHERE strpos(address, 'xn--') > 0;

-- The name under which a domain is stored. A name that is stored as it comes wins, also one with U-labels.
CREATE OR REPLACE FUNCTION vmm_stored_name(asked varchar) RETURNS varchar LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
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

-- The key of an address in vmm_address, and the only place where letters are folded for a look-up. Called by functions that have set the search path.
CREATE OR REPLACE FUNCTION vmm_address_key(localpart varchar, the_domain varchar) RETURNS text LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    IF octet_length(the_domain) = length(the_domain) THEN
        RETURN lower((localpart || '@' || the_domain) COLLATE "C");
    END IF;
    RETURN lower(localpart COLLATE "C") || '@' || vmm_stored_name(the_domain);
END
$body$;

-- For the views: every address as it is stored, and once more with U-labels where it has A-labels and nobody has that name (a subquery: a join takes longer
-- to plan, for every question).
CREATE VIEW vmm_address_forms AS
SELECT a.address, a.gid, a.local_part, a.kind, a.uid, true AS is_stored
  FROM vmm_address a
 UNION ALL
SELECT vmm_u_form(a.address), a.gid, a.local_part, a.kind, a.uid, false
  FROM vmm_address a
 WHERE strpos(a.address, 'xn--') > 0 AND vmm_u_form(a.address) IS NOT NULL
   AND (SELECT n.gid FROM domain_name n WHERE n.domainname = substr(vmm_u_form(a.address), length(a.local_part) + 2) COLLATE "default") IS NULL;

-- ==== Functions for Postfix and Dovecot, as in vmm 0.6 and 0.7 ==================================================================

-- plpgsql, because Postfix and Dovecot send plain queries, and a function keeps its plan for the life of the connection where a join is
-- planned anew each time. Any key gets an answer or none, never an error: it is looked up as it comes, and where it is repeated in a result
-- it is cut to the result's width. Letters are folded as in the checks above.


CREATE OR REPLACE FUNCTION dovecotpassword(localpart varchar, the_domain varchar)
RETURNS SETOF dovecotpassword LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), u.passwd, s.smtp, s.pop3, s.imap, s.sieve
      FROM vmm_address a
      JOIN users u ON u.uid = a.uid
      JOIN domain_data d ON d.gid = u.gid
      JOIN service_set s ON s.ssid = coalesce(u.ssid, d.ssid)
     WHERE a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION dovecotuser(localpart varchar, the_domain varchar)
RETURNS SETOF dovecotuser LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), u.uid, u.gid, d.domaindir || '/' || u.uid, f.format || ':~/' || l.directory
      FROM vmm_address a
      JOIN users u ON u.uid = a.uid
      JOIN domain_data d ON d.gid = u.gid
      JOIN maillocation l ON l.mid = u.mid
      JOIN mailboxformat f ON f.fid = l.fid
     WHERE a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION dovecotquotauser(localpart varchar, the_domain varchar)
RETURNS SETOF dovecotquotauser LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), u.uid, u.gid, d.domaindir || '/' || u.uid, f.format || ':~/' || l.directory,
           '*:bytes=' || q.bytes || ':messages=' || q.messages
      FROM vmm_address a
      JOIN users u ON u.uid = a.uid
      JOIN domain_data d ON d.gid = u.gid
      JOIN maillocation l ON l.mid = u.mid
      JOIN mailboxformat f ON f.fid = l.fid
      JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
     WHERE a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION postfix_virtual_mailbox_map(localpart varchar, the_domain varchar)
RETURNS SETOF address_maildir LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), d.domaindir || '/' || u.uid || '/' || l.directory || '/'
      FROM vmm_address a
      JOIN users u ON u.uid = a.uid
      JOIN domain_data d ON d.gid = u.gid
      JOIN maillocation l ON l.mid = u.mid
     WHERE a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION postfix_virtual_uid_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_uid LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), a.uid
      FROM vmm_address a
     WHERE a.kind = 'account' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION postfix_relocated_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_destination LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), r.destination::text
      FROM vmm_address a
      JOIN relocated r ON r.gid = a.gid AND r.address = a.local_part
     WHERE a.kind = 'relocated' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

-- Answers every local part of a domain that is ours: the transport of the account if it has one of its own, else that of the domain. Two
-- questions, because the one that answers both has a plan that is slower than either.
CREATE OR REPLACE FUNCTION postfix_transport_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_transport LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
DECLARE
    asked CONSTANT text := vmm_address_key(localpart, the_domain);
BEGIN
    RETURN QUERY
    SELECT asked::varchar(320), t.transport::text
      FROM vmm_address a
      JOIN users u ON u.uid = a.uid
      JOIN domain_data d ON d.gid = u.gid
      JOIN transport t ON t.tid = coalesce(u.tid, d.tid)
     WHERE a.address = asked;
    IF NOT FOUND THEN
        RETURN QUERY
        SELECT asked::varchar(320), t.transport::text
          FROM domain_name n
          JOIN domain_data d ON d.gid = n.gid
          JOIN transport t ON t.tid = d.tid
         WHERE n.domainname = substr(asked, length(localpart) + 2) COLLATE "default";
    END IF;
END
$body$;

-- The placeholders of a destination: %n local part, %d domain, %= both with = between them. In this order, as vmm 0.7 does it.
CREATE OR REPLACE FUNCTION _interpolate_destination(destination varchar, localpart varchar, the_domain varchar)
RETURNS varchar LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT replace(replace(replace(destination, '%n', localpart), '%d', the_domain), '%=', localpart || '=' || the_domain)::varchar
$body$;

-- Postfix asks here before it looks for a mailbox. In a domain with a catch-all an account is therefore answered with itself, and a relocated user
-- with nothing: Postfix takes whatever has an answer here for deliverable, and would send its "User has moved" as a bounce, after RCPT. An account that
-- is asked for by U-labels is answered with itself as it is stored: that is what Dovecot gets then, which knows no other letters.
CREATE OR REPLACE FUNCTION postfix_virtual_alias_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_destination LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
DECLARE
    asked  CONSTANT text := vmm_address_key(localpart, the_domain);
    domain CONSTANT varchar COLLATE "default" := substr(asked, length(localpart) + 2);
    known  record;
BEGIN
    SELECT a.gid, a.local_part, a.kind INTO known FROM vmm_address a WHERE a.address = asked;
    IF known.kind = 'alias' THEN
        RETURN QUERY
        SELECT asked::varchar(320), _interpolate_destination(l.destination, known.local_part, domain)::text
          FROM alias l
         WHERE l.gid = known.gid AND l.address = known.local_part;
    ELSIF known.kind = 'account' THEN
        RETURN QUERY
        SELECT asked::varchar(320), asked
         WHERE EXISTS (SELECT FROM catchall c WHERE c.gid = known.gid) OR domain <> lower(the_domain COLLATE "C");
    ELSIF known.kind IS NULL THEN
        RETURN QUERY
        SELECT asked::varchar(320), _interpolate_destination(c.destination, lower(localpart COLLATE "C"), domain)::text
          FROM domain_name n
          JOIN catchall c ON c.gid = n.gid
         WHERE n.domainname = domain;
    END IF;
END
$body$;

-- Who may use an address as sender: an account of ours, and of an alias the accounts that it ends in, over any number of aliases; each under every
-- name of its domain, since it may log in by any of them. Addresses elsewhere are nobody's login. Neither a catch-all nor an extension (user+list@) is followed.
-- A loop ends where nothing new turns up. Of what an alias leads to, the first 1,000 addresses count, which is as far as Postfix expands unless told otherwise.
CREATE OR REPLACE FUNCTION postfix_smtpd_sender_login_map(localpart varchar, the_domain varchar)
RETURNS SETOF sender_login LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
DECLARE
    asked CONSTANT text := vmm_address_key(localpart, the_domain);
    known record;
BEGIN
    SELECT a.gid, a.local_part, a.kind INTO known FROM vmm_address a WHERE a.address = asked;
    IF known.kind = 'account' THEN
        RETURN QUERY
        SELECT asked::varchar(320), known.local_part || '@' || n.domainname FROM domain_name n WHERE n.gid = known.gid;
    ELSIF known.kind = 'alias' THEN
        RETURN QUERY
        WITH RECURSIVE walk (target) AS (
            SELECT asked
            UNION
            SELECT vmm_address_key(split_part(d.destination, '@', 1)::varchar, substr(d.destination, strpos(d.destination, '@') + 1)::varchar)
              FROM walk w
              JOIN vmm_address a ON a.address = w.target AND a.kind = 'alias'
              JOIN alias l ON l.gid = a.gid AND l.address = a.local_part
             CROSS JOIN LATERAL _interpolate_destination(l.destination, a.local_part, split_part(w.target, '@', 2)::varchar) AS d (destination)
             WHERE strpos(d.destination, '@') > 0
        )
        SELECT DISTINCT asked::varchar(320), a.local_part || '@' || n.domainname
          FROM (SELECT target FROM walk LIMIT 1000) AS w
          JOIN vmm_address a ON a.address = w.target AND a.kind = 'account'
          JOIN domain_name n ON n.gid = a.gid;
    END IF;
END
$body$;

-- ==== Views for Postfix and Dovecot, as in vmm 0.4, and the two of vmm 0.7 ======================================================

-- Asked by the whole address, these read one row of vmm_address by its key, or by U-labels, and call the function above for that row. A join of the
-- same tables would take longer to plan, which is done for each question. So is the way by U-labels: whoever needs the most answers per second asks the
-- functions. Columns of ours come after those of 0.4.

-- Dovecot asks "... AND %Ls" with the name of its service: a column for each, or the question is an error and not a refusal.
CREATE VIEW dovecot_password AS
SELECT a.address AS "user", p.password, p.smtp, p.pop3, p.imap, p.sieve AS managesieve,
       p.sieve, p.smtp AS submission, true AS lmtp, true AS lda, true AS doveadm
  FROM vmm_address_forms a
 CROSS JOIN LATERAL dovecotpassword(a.local_part, substr(a.address, length(a.local_part) + 2)) p
 WHERE a.kind = 'account';

-- The reader puts maildir: before mail; mail_location has the format of the account in front.
CREATE VIEW dovecot_user AS
SELECT a.address AS userid, u.uid, u.gid, u.home, substr(u.mail, strpos(u.mail, ':') + 1) AS mail,
       u.mail AS mail_location, u.quota_rule
  FROM vmm_address_forms a
 CROSS JOIN LATERAL dovecotquotauser(a.local_part, substr(a.address, length(a.local_part) + 2)) u
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
SELECT a.address, m.maildir
  FROM vmm_address_forms a
 CROSS JOIN LATERAL postfix_virtual_mailbox_map(a.local_part, substr(a.address, length(a.local_part) + 2)) m
 WHERE a.kind = 'account';

CREATE VIEW postfix_relocated AS
SELECT a.address, m.destination
  FROM vmm_address_forms a
 CROSS JOIN LATERAL postfix_relocated_map(a.local_part, substr(a.address, length(a.local_part) + 2)) m
 WHERE a.kind = 'relocated';

-- Without the catch-all destinations: a view has rows for addresses that exist. Whoever uses them asks postfix_virtual_alias_map(). An account with
-- U-labels leads to itself, as the function says.
CREATE VIEW postfix_alias AS
SELECT a.address, m.destination, a.gid
  FROM vmm_address_forms a
 CROSS JOIN LATERAL postfix_virtual_alias_map(a.local_part, substr(a.address, length(a.local_part) + 2)) m
 WHERE a.kind = 'alias' OR a.kind = 'account' AND NOT a.is_stored;

CREATE VIEW postfix_transport AS
SELECT a.address, m.transport
  FROM vmm_address_forms a
 CROSS JOIN LATERAL postfix_transport_map(a.local_part, substr(a.address, length(a.local_part) + 2)) m
 WHERE a.kind = 'account';

-- The counts that vmm 0.7 shows in domaininfo.
CREATE OR REPLACE VIEW vmm_domain_info AS
SELECT n.gid,
       (SELECT count(*) FROM users u WHERE u.gid = n.gid) AS accounts,
       (SELECT count(DISTINCT l.address) FROM alias l WHERE l.gid = n.gid) AS aliases,
       (SELECT count(*) FROM relocated r WHERE r.gid = n.gid) AS relocated,
       (SELECT count(*) FROM domain_name o WHERE o.gid = n.gid AND NOT o.is_primary) AS aliasdomains,
       (SELECT count(*) FROM catchall c WHERE c.gid = n.gid) AS catchall
  FROM domain_name n
 WHERE n.is_primary;

-- ==== Who may read what ==========================================================================================================

-- The functions run with the rights of whoever asks, and the views with them. A role that could ask one can go on asking it: it gets what the function
-- reads now and did not read before, and the view of the same answers. Whoever read all for Dovecot or for Postfix gets what the service gets in a new
-- installation. Where nobody did, the roles dovecot and postfix get it, if they are there. What was granted before stays as it is.
DO $body$
DECLARE
    reader   record;
    missing  record;
    granting text;
BEGIN
    CREATE TEMP TABLE vmm_reads ON COMMIT DROP AS
    SELECT v.asked, v.relation, f.field, v.since
      FROM (VALUES
            ('dovecotpassword', 'old', 'users', '{gid,local_part,passwd,ssid}'),
            ('dovecotpassword', 'old', 'domain_name', '{gid,domainname}'),
            ('dovecotpassword', 'old', 'domain_data', '{gid,ssid}'),
            ('dovecotpassword', 'old', 'service_set', '{ssid,smtp,pop3,imap,sieve}'),
            ('dovecotpassword', 'new', 'users', '{uid}'),
            ('dovecotpassword', 'new', 'vmm_address', '{address,uid}'),
            ('dovecotuser', 'old', 'users', '{uid,gid,local_part,mid}'),
            ('dovecotuser', 'old', 'domain_name', '{gid,domainname}'),
            ('dovecotuser', 'old', 'domain_data', '{gid,domaindir}'),
            ('dovecotuser', 'old', 'maillocation', '{mid,fid,directory}'),
            ('dovecotuser', 'old', 'mailboxformat', '{fid,format}'),
            ('dovecotuser', 'new', 'vmm_address', '{address,uid}'),
            ('dovecotquotauser', 'old', 'users', '{uid,gid,local_part,mid,qid}'),
            ('dovecotquotauser', 'old', 'domain_name', '{gid,domainname}'),
            ('dovecotquotauser', 'old', 'domain_data', '{gid,domaindir,qid}'),
            ('dovecotquotauser', 'old', 'maillocation', '{mid,fid,directory}'),
            ('dovecotquotauser', 'old', 'mailboxformat', '{fid,format}'),
            ('dovecotquotauser', 'old', 'quotalimit', '{qid,bytes,messages}'),
            ('dovecotquotauser', 'new', 'vmm_address', '{address,uid}'),
            ('postfix_virtual_mailbox_map', 'old', 'users', '{uid,gid,local_part,mid}'),
            ('postfix_virtual_mailbox_map', 'old', 'domain_name', '{gid,domainname}'),
            ('postfix_virtual_mailbox_map', 'old', 'domain_data', '{gid,domaindir}'),
            ('postfix_virtual_mailbox_map', 'old', 'maillocation', '{mid,directory}'),
            ('postfix_virtual_mailbox_map', 'new', 'vmm_address', '{address,uid}'),
            ('postfix_virtual_uid_map', 'old', 'users', '{uid,gid,local_part}'),
            ('postfix_virtual_uid_map', 'old', 'domain_name', '{gid,domainname}'),
            ('postfix_virtual_uid_map', 'new', 'vmm_address', '{address,kind,uid}'),
            ('postfix_relocated_map', 'old', 'relocated', '{gid,address,destination}'),
            ('postfix_relocated_map', 'old', 'domain_name', '{gid,domainname}'),
            ('postfix_relocated_map', 'new', 'vmm_address', '{address,gid,local_part,kind}'),
            ('postfix_transport_map', 'old', 'users', '{gid,local_part,tid}'),
            ('postfix_transport_map', 'old', 'domain_name', '{gid,domainname}'),
            ('postfix_transport_map', 'old', 'domain_data', '{gid,tid}'),
            ('postfix_transport_map', 'old', 'transport', '{tid,transport}'),
            ('postfix_transport_map', 'new', 'users', '{uid}'),
            ('postfix_transport_map', 'new', 'vmm_address', '{address,uid}'),
            ('postfix_virtual_alias_map', 'old', 'alias', '{gid,address,destination}'),
            ('postfix_virtual_alias_map', 'old', 'domain_name', '{gid,domainname}'),
            ('postfix_virtual_alias_map', 'new', 'vmm_address', '{address,gid,local_part,kind}'),
            ('postfix_smtpd_sender_login_map', 'old', 'users', '{gid,local_part}'),
            ('postfix_smtpd_sender_login_map', 'old', 'alias', '{gid,address,destination}'),
            ('postfix_smtpd_sender_login_map', 'old', 'domain_name', '{gid,domainname}'),
            ('postfix_smtpd_sender_login_map', 'new', 'vmm_address', '{address,gid,local_part,kind}')) AS v (asked, since, relation, fields)
     CROSS JOIN LATERAL unnest(v.fields::text[]) AS f (field);

    -- Whoever can read the table of the version, on which nothing is granted, can read everything as it is. Those who have rights of their own come first: their
    -- members have them too then.
    CREATE TEMP TABLE vmm_asks ON COMMIT DROP AS
    SELECT r.name, CASE r.name WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(r.name) END AS grantee, f.asked,
           CASE WHEN r.name = 'public' THEN 0 WHEN EXISTS (
                SELECT FROM pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'a') THEN 1 ELSE 2 END AS turn
      FROM (SELECT 'public'::name AS name, 0::oid AS oid UNION ALL SELECT rolname, oid FROM pg_roles) AS r
     CROSS JOIN (SELECT DISTINCT asked FROM pg_temp.vmm_reads) AS f
     WHERE NOT has_table_privilege(r.name, 'vmm_schema', 'SELECT')
       AND has_function_privilege(r.name, f.asked || '(varchar, varchar)', 'EXECUTE')
       AND NOT EXISTS (
           SELECT FROM pg_temp.vmm_reads w
            WHERE w.asked = f.asked AND w.since = 'old' AND NOT has_column_privilege(r.name, w.relation, w.field, 'SELECT'));

    FOR reader IN
        SELECT t.service, t.rights, a.name, min(a.grantee) AS grantee
          FROM (VALUES
                ('dovecot', array['dovecotpassword', 'dovecotquotauser'], false, 'SELECT ON vmm_address, dovecot_password, dovecot_user'),
                ('postfix', array['postfix_virtual_alias_map', 'postfix_virtual_mailbox_map', 'postfix_relocated_map', 'postfix_transport_map'], true,
                 'SELECT ON vmm_address, postfix_alias, postfix_maildir, postfix_relocated, postfix_transport, postfix_uid'),
                (NULL, array['dovecotpassword'], false, 'SELECT ON dovecot_password'),
                (NULL, array['dovecotquotauser'], false, 'SELECT ON dovecot_user'),
                (NULL, array['postfix_virtual_mailbox_map'], true, 'SELECT ON postfix_maildir, postfix_uid'),
                (NULL, array['postfix_virtual_alias_map'], false, 'SELECT ON postfix_alias'),
                (NULL, array['postfix_relocated_map'], false, 'SELECT ON postfix_relocated'),
                (NULL, array['postfix_transport_map'], false, 'SELECT ON postfix_transport')) AS t (service, asked, with_gid, rights)
          JOIN pg_temp.vmm_asks a ON a.asked = ANY (t.asked)
         WHERE (NOT t.with_gid OR has_table_privilege(a.name, 'postfix_gid', 'SELECT'))
           -- From 0.5 and before whoever read such a view gets it back below.
           AND (t.service IS NOT NULL OR to_regclass('vmm_view_rights') IS NULL)
         GROUP BY t.service, t.rights, t.asked, a.name
        HAVING count(*) = cardinality(t.asked)
         ORDER BY t.service IS NULL, min(a.turn), a.name
    LOOP
        IF EXISTS (SELECT FROM regexp_split_to_table(substr(reader.rights, 11), ', ') AS o WHERE NOT has_table_privilege(reader.name, o, 'SELECT')) THEN
            EXECUTE format('GRANT %s TO %s', reader.rights, reader.grantee);
        END IF;
    END LOOP;

    -- Whoever wrote the use of quota as Dovecot 2.3 does may write it as 2.4 does.
    FOR reader IN
        SELECT a.name, a.grantee
          FROM pg_temp.vmm_asks a
         WHERE a.asked = 'dovecotquotauser' AND NOT EXISTS (
               SELECT FROM unnest(array['SELECT', 'INSERT', 'UPDATE']) AS p (privilege) WHERE NOT has_table_privilege(a.name, 'userquota', p.privilege))
         ORDER BY a.turn, a.name
    LOOP
        IF NOT has_table_privilege(reader.name, 'vmm_quota_clone', 'INSERT') THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON vmm_quota_clone TO %s', reader.grantee);
        END IF;
    END LOOP;

    FOR granting IN
        SELECT format('GRANT %s TO %I', w.rights, r.rolname)
          FROM (VALUES
                ('dovecot', 'dovecotpassword', 'SELECT ON dovecot_password, dovecot_user'),
                ('dovecot', 'dovecotpassword', 'SELECT ON vmm_address, service_set, maillocation, mailboxformat, quotalimit'),
                ('dovecot', 'dovecotpassword', 'SELECT (gid, domaindir, qid, ssid) ON domain_data'),
                ('dovecot', 'dovecotpassword', 'SELECT (gid, domainname) ON domain_name'),
                ('dovecot', 'dovecotpassword', 'SELECT (uid, gid, local_part, passwd, mid, qid, ssid) ON users'),
                ('dovecot', 'dovecotpassword', 'SELECT, INSERT, UPDATE, DELETE ON userquota, vmm_quota_clone'),
                ('postfix', 'postfix_virtual_mailbox_map', 'SELECT ON postfix_alias, postfix_gid, postfix_maildir, postfix_relocated, postfix_transport, postfix_uid'),
                ('postfix', 'postfix_virtual_mailbox_map', 'SELECT ON vmm_address, alias, catchall, relocated, transport'),
                ('postfix', 'postfix_virtual_mailbox_map', 'SELECT (gid, domaindir, tid) ON domain_data'),
                ('postfix', 'postfix_virtual_mailbox_map', 'SELECT (gid, domainname) ON domain_name'),
                ('postfix', 'postfix_virtual_mailbox_map', 'SELECT (mid, directory) ON maillocation'),
                ('postfix', 'postfix_virtual_mailbox_map', 'SELECT (uid, gid, local_part, mid, tid) ON users')) AS w (service, asked, rights)
          JOIN pg_roles r ON r.rolname = w.service
         WHERE NOT EXISTS (
               SELECT FROM pg_temp.vmm_asks a
                WHERE a.asked = w.asked AND (w.service = 'dovecot' OR has_table_privilege(a.name, 'postfix_gid', 'SELECT')))
    LOOP
        EXECUTE granting;
    END LOOP;

    FOR missing IN
        SELECT DISTINCT a.turn, a.name, a.grantee, w.relation, w.field
          FROM pg_temp.vmm_asks a JOIN pg_temp.vmm_reads w ON w.asked = a.asked AND w.since = 'new'
         ORDER BY 1, 2, 4, 5
    LOOP
        IF NOT has_column_privilege(missing.name, missing.relation, missing.field, 'SELECT') THEN
            EXECUTE format('GRANT SELECT (%I) ON %I TO %s', missing.field, missing.relation, missing.grantee);
        END IF;
    END LOOP;
    DROP TABLE pg_temp.vmm_asks, pg_temp.vmm_reads;
END
$body$;

-- What was granted on views of these names in 0.5 and before; the step to 0.6 has kept it. Where everybody may make tables in this schema, somebody else can
-- have made this one, for us to grant what is written there: it is read only if it is our own, and nothing of what it says goes into a statement unquoted.
DO $body$
DECLARE
    granting text;
BEGIN
    IF to_regclass('vmm_view_rights') IS NULL THEN
        RETURN;
    END IF;
    PERFORM pg_temp.vmm_refuse(
        'what should hold the rights on the views of 0.5 was not made by the step to 0.6', array(
            SELECT format('%s %I of %I', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' ELSE 'relation' END, c.relname, pg_get_userbyid(c.relowner))
              FROM pg_class c
             WHERE c.oid = to_regclass('vmm_view_rights') AND NOT (c.relkind = 'r' AND pg_get_userbyid(c.relowner) = current_user)),
        'What it says would have been granted: ask whoever made it, then drop or rename it.');
    FOR granting IN
        SELECT format('GRANT %s%s ON %I TO %s%s', p.privilege, ' (' || quote_ident(a.attname) || ')', c.relname,
                      CASE WHEN r.oid IS NULL THEN 'PUBLIC' ELSE quote_ident(r.rolname) END, CASE WHEN k.with_option THEN ' WITH GRANT OPTION' END)
          FROM vmm_view_rights k
          JOIN unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) AS p (privilege) ON p.privilege = k.privilege
          JOIN unnest(array['dovecot_password', 'dovecot_user', 'postfix_alias', 'postfix_maildir', 'postfix_relocated', 'postfix_transport', 'postfix_uid']) AS v (name)
            ON v.name = k.relation
          JOIN pg_class c ON c.oid = to_regclass(v.name)
          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = k.field
          LEFT JOIN pg_roles r ON quote_ident(r.rolname) = k.grantee
         WHERE (k.grantee = 'PUBLIC' OR r.oid IS NOT NULL) AND (k.field IS NULL OR a.attname IS NOT NULL)
         ORDER BY k.relation, k.grantee, k.field, k.privilege
    LOOP
        EXECUTE granting;
    END LOOP;
    DROP TABLE vmm_view_rights;
END
$body$;

COMMIT;
