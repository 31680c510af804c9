-- What vmm 0.8 adds to the tables of vmm 0.7: its own tables, and all triggers, functions and views. create_tables.pgsql and
-- upgrade_0.7-0.8.pgsql include this file, after the tables and types of 0.7; it is not for running by itself.
--
--   1  version                        4  one row per address                    7  what \d+ and \df+ say
--   2  one primary name per domain    5  functions for Postfix and Dovecot
--   3  quota usage                    6  views for Postfix and Dovecot

-- ==== 1  Version ================================================================================================================

-- vmm reads this before anything else and refuses a layout that it does not know. 1 is the layout of vmm 0.8.0.
CREATE TABLE vmm_schema (
    version  integer NOT NULL,
    -- A primary key that can only be true leaves no room for a second row.
    only_row boolean NOT NULL DEFAULT true,
    CONSTRAINT vmm_schema_pkey PRIMARY KEY (only_row),
    CONSTRAINT vmm_schema_only_row CHECK (only_row)
);
INSERT INTO vmm_schema (version) VALUES (1);

-- ==== 2  One primary name per domain ============================================================================================

-- Whoever changes the names of a domain is alone with it: everybody who adds or removes an address holds FOR KEY SHARE on the same
-- row (section 4). The lock comes before the row does. Taken after it, two that add a name at the same time would both hold the
-- foreign key's share lock and wait for each other.
--
-- A transaction in a stricter isolation level than READ COMMITTED keeps looking at the past after it has waited. It must not change
-- names: it would miss addresses added since. And it must not add or remove addresses after a change of names that it does not see:
-- hence the update, which makes its lock fail with serialization_failure.
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

CREATE TRIGGER primary_count_ins AFTER INSERT ON domain_name FOR EACH ROW EXECUTE FUNCTION domain_primary_trigger();
CREATE TRIGGER primary_count_upd AFTER UPDATE ON domain_name FOR EACH ROW EXECUTE FUNCTION domain_primary_trigger();

-- ==== 3  Quota usage, written by Dovecot's dict (2.3) and quota_clone (2.3, 2.4) ================================================

-- Dovecot 2.3 inserts a difference and expects it to be added to what is there. A negative message count, or NULL for none, marks a
-- row that is to be stored as it is (the count made positive); the insertion below says it to itself that way. No such account:
-- nothing happens, since a session may outlive its account.
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

-- Dovecot's quota_clone writes absolute values under the name of the user. 2.4 says (two dict_map of the same table make one
-- statement)
--     INSERT INTO vmm_quota_clone (bytes,messages,username) VALUES (1024,3,'user@example.com')
--     ON CONFLICT (username) DO UPDATE SET bytes=1024,messages=3
-- and 2.3 the same without ON CONFLICT. The trigger takes the values to userquota and keeps the row away, so this table is always
-- empty: its key is what ON CONFLICT asks for. A value that is not given stays as it was. No such account: nothing happens, as
-- above.
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

-- What leads to an address, and what leads to unknown addresses of a domain.
CREATE INDEX alias_destination_domain ON alias (split_part(destination, '@', 2));
CREATE INDEX catchall_destination ON catchall (destination);
CREATE INDEX catchall_destination_domain ON catchall (split_part(destination, '@', 2));
CREATE INDEX relocated_destination ON relocated (destination);

-- ==== 4  One row per address: what every look-up reads, and what keeps an address from being two things ==========================

-- Domain names are stored as A-labels (xn--bcher-kva.example); Postfix and Dovecot may ask by U-labels (bücher.example) when a
-- client speaks SMTPUTF8.

-- An address or a domain name with its A-labels decoded (RFC 3492 section 6.2); NULL where there are none, or a malformed one. What
-- it decodes is never ASCII, so no name can pass for another one.
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

-- Only names with A-labels are in this.
CREATE INDEX domain_name_u_form ON domain_name ((vmm_u_form(domainname)::varchar(255))) WHERE strpos(domainname, 'xn--') > 0;

-- Every name, as it is stored and once more with U-labels where it has A-labels and no other domain has that name.
CREATE VIEW vmm_address_domain_forms AS
SELECT n.gid, n.domainname, n.domainname AS form, true AS is_stored
  FROM domain_name n
 UNION ALL
SELECT n.gid, n.domainname, vmm_u_form(n.domainname)::varchar(255), false
  FROM domain_name n
 WHERE strpos(n.domainname, 'xn--') > 0 AND vmm_u_form(n.domainname) IS NOT NULL
   AND (SELECT o.gid FROM domain_name o WHERE o.domainname = vmm_u_form(n.domainname)::varchar(255)) IS NULL;

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

-- What vmm_address_forms must hold about these domains or all, under all their names or only these.
CREATE OR REPLACE FUNCTION vmm_address_expected(gids bigint[] DEFAULT NULL, names varchar[] DEFAULT NULL)
    RETURNS SETOF vmm_address_forms
    LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan AS $body$
BEGIN
    gids := coalesce(gids, ARRAY(SELECT d.gid FROM domain_data d));
    RETURN QUERY
    SELECT * FROM vmm_account_answers(gids, ARRAY(SELECT u.uid FROM users u WHERE u.gid IN (SELECT unnest(gids))), names);
    RETURN QUERY
    WITH n AS MATERIALIZED (
        SELECT f.* FROM vmm_address_domain_forms f
         WHERE f.gid IN (SELECT unnest(gids)) AND (names IS NULL OR f.domainname = ANY (names)))
    SELECT lower(p.local_part COLLATE "C") || '@' || n.form, n.gid, p.local_part, p.kind, NULL::bigint, n.is_stored,
           CASE WHEN NOT n.is_stored THEN n.domainname::text END, NULL::text, NULL::text, NULL::text, NULL::text,
           NULL::boolean, NULL::boolean, NULL::boolean, NULL::boolean
      FROM (SELECT DISTINCT l.gid, l.address, 'alias' FROM alias l WHERE l.gid IN (SELECT unnest(gids))
            UNION ALL
            SELECT r.gid, r.address, 'relocated' FROM relocated r WHERE r.gid IN (SELECT unnest(gids))) AS p (gid, local_part, kind)
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

-- A name comes, goes, is spelt anew, or moves to another domain, and all addresses under it with it. vmm_domain_lock has the lock,
-- also on a domain whose name has the same letters as A-labels: it loses its rows with U-labels to a name that is stored with
-- these, or gets them back.
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
         USING unnest(gone_gids, gone_names) AS n (gid, domainname)
         CROSS JOIN LATERAL (SELECT local_part FROM users WHERE gid = n.gid
                             UNION ALL
                             SELECT DISTINCT address FROM alias WHERE gid = n.gid
                             UNION ALL
                             SELECT address FROM relocated WHERE gid = n.gid) AS p
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

-- The directory or a default of a domain. Whoever adds an account to it holds FOR SHARE on its row: one of the two waits for the
-- other.
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

-- A row of the small tables of choices, which neither vmm nor 0.7 ever changes: all accounts are looked through, and nobody adds
-- one meanwhile.
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
-- The name under which a domain is stored. A name that is stored as it comes wins, also one with U-labels.
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

-- The key of an address in vmm_address, and the only place where letters are folded for a look-up. Called by functions that have
-- set the search path.
CREATE OR REPLACE FUNCTION vmm_address_key(localpart varchar, the_domain varchar) RETURNS text
    LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    IF octet_length(the_domain) = length(the_domain) THEN
        RETURN lower((localpart || '@' || the_domain) COLLATE "C");
    END IF;
    RETURN lower(localpart COLLATE "C") || '@' || vmm_stored_name(the_domain);
END
$body$;

-- A result as its reader takes it. Postfix up to 3.7 says LATIN1 and means bytes: it gets the bytes of UTF-8, as later versions
-- do. A letter that is not in LATIN1 would be an error, and after an error Postfix leaves the server alone for a minute: the mail
-- of all domains would wait for one transport.
CREATE OR REPLACE FUNCTION vmm_for_reader(result text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $body$
    SELECT CASE WHEN octet_length(result) = length(result) OR pg_client_encoding() <> 'LATIN1' THEN result
                ELSE convert_from(convert_to(result, 'UTF8'), 'LATIN1')
           END
$body$;

-- ==== 5  Functions for Postfix and Dovecot, as in vmm 0.6 and 0.7 ===============================================================

-- plpgsql, because Postfix and Dovecot send plain queries, and a function keeps its plan for the life of the connection where a
-- join is planned anew each time. Any key gets an answer or none, never an error: it is looked up as it comes, and where it is
-- repeated in a result it is cut to the result's width. Letters are folded as in the checks above. ROWS 1, for queries that join
-- them: the server would take 1,000 for granted, and read whole tables.

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

-- Answers every local part of a domain that is ours: the transport of the account, or else that of the domain.
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

-- The placeholders of a destination: %n local part, %d domain, %= both with = between them. In this order, as vmm 0.7 does it.
CREATE OR REPLACE FUNCTION _interpolate_destination(destination varchar, localpart varchar, the_domain varchar)
RETURNS varchar LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT replace(replace(replace(destination, '%n', localpart), '%d', the_domain), '%=', localpart || '=' || the_domain)::varchar
$body$;

-- Postfix asks here before it looks for a mailbox. In a domain with a catch-all an account is therefore answered with itself, and a
-- relocated user with nothing: Postfix takes whatever has an answer here for deliverable, and would send its "User has moved" as a
-- bounce, after RCPT. An account that is asked for by U-labels is answered with itself as it is stored: that is what Dovecot gets
-- then, which knows no other letters.
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

-- Who may use an address as sender: an account of ours, and of an alias the accounts that it ends in, over any number of aliases;
-- each under every name of its domain, since it may log in by any of them. Addresses elsewhere are nobody's login. Neither a
-- catch-all nor an extension (user+list@) is followed. A loop ends where nothing new turns up. Of what an alias leads to, the first
-- 1,000 addresses count, which is as far as Postfix expands unless told otherwise.
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


-- For the views, which hand over a row that they have found already. Each reads what its map reads, with the privileges of the
-- caller.

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

-- ==== 6  Views for Postfix and Dovecot, as in vmm 0.4, and the two of vmm 0.7 ===================================================

-- Asked by the whole address, these read one row by the key of vmm_address and look for one with U-labels in vmm_address_u, which
-- is empty where no domain has A-labels. They are planned for each question, so there is as little in them as can be. Columns of
-- ours come after those of 0.4.

-- Dovecot asks "... AND %Ls" with the name of its service: a column for each, or the question is an error and not a refusal.
CREATE VIEW dovecot_password AS
SELECT a.address AS "user", vmm_password(a.uid)::varchar(270) AS password, a.smtp, a.pop3, a.imap, a.sieve AS managesieve,
       a.sieve, a.smtp AS submission, true AS lmtp, true AS lda, true AS doveadm
  FROM vmm_address_forms a
 WHERE a.kind = 'account';

-- The reader puts maildir: before mail; mail_location has the format of the account in front.
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

-- Without the catch-all destinations: a view has rows for addresses that exist. Whoever uses them asks postfix_virtual_alias_map().
CREATE VIEW postfix_alias AS
SELECT a.address, vmm_destinations(a.gid, a.local_part,
    coalesce(a.stored_name, substr(a.address, length(a.local_part) + 2))) AS destination, a.gid
  FROM vmm_address_forms a
 WHERE a.kind = 'alias' OR a.kind = 'account' AND NOT a.is_stored;

CREATE VIEW postfix_transport AS
SELECT address, vmm_for_reader(transport) AS transport FROM vmm_address_forms WHERE kind = 'account';

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

-- ==== 7  What \d+ and \df+ say =================================================================================================

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

-- The parts have the columns of the whole.
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
