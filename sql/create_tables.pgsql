-- Schema of vmm 0.8, for PostgreSQL 13 to 17. Load it into an empty database, as the role that owns the database:
--
--     psql -v ON_ERROR_STOP=1 -1 -d mailsys -U vmm -f create_tables.pgsql
--
-- Tables, columns, constraints, sequences and functions that vmm 0.7 has keep their names and meaning, so that 0.7 works on this
-- database too. What is new begins with vmm_, or is a view, an index or a check.
--
--   1  version                        5  one primary name per domain      9  views for Postfix and Dovecot
--   2  small tables of choices        6  use of quota                    10  who may read what
--   3  domains and addresses          7  one row per address
--   4  indexes                        8  functions for Postfix and Dovecot

-- ==== 1  Version =================================================================================================================

-- The functions below remember the search path of this moment: the one schema that gets the tables, by its name and not by what "$user" means to
-- whoever calls, and temporary tables last, where they can hide nothing.
DO $body$ BEGIN PERFORM set_config('search_path', quote_ident(current_schema()) || ', pg_temp', false); END $body$;

-- vmm reads this before anything else and refuses a layout that it does not know. 1 is the layout of vmm 0.8.0.
CREATE TABLE vmm_schema (
    version  integer NOT NULL,
    -- A primary key that can only be true leaves no room for a second row.
    only_row boolean NOT NULL DEFAULT true,
    CONSTRAINT vmm_schema_pkey PRIMARY KEY (only_row),
    CONSTRAINT vmm_schema_only_row CHECK (only_row)
);
INSERT INTO vmm_schema (version) VALUES (1);

-- ==== 2  Small tables of choices: domains and accounts refer to their rows by number =============================================

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

-- 0 means no limit.
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
-- All sixteen sets, in the order of vmm 0.6 and 0.7: ssid - 1 counts in binary what is switched off, smtp being the lowest digit.
INSERT INTO service_set (smtp, pop3, imap, sieve)
SELECT off & 1 = 0, off & 2 = 0, off & 4 = 0, off & 8 = 0 FROM generate_series(0, 15) AS off ORDER BY off;

-- ==== 3  Domains and addresses ===================================================================================================

-- These numbers own files on disk. They start above those of system users, end below (uid_t) -1, and never come back.
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

-- Every name of a domain, the primary one and its alias domains. The checks here and below fold ASCII letters only ("C"), which means
-- the same under every locale: a Turkish one would make something else of I.
CREATE TABLE domain_name (
    domainname varchar(255) NOT NULL,
    gid        bigint       NOT NULL,
    is_primary boolean      NOT NULL,
    CONSTRAINT pkey_domain_name PRIMARY KEY (domainname),
    CONSTRAINT fkey_domain_name_gid_domain_data FOREIGN KEY (gid) REFERENCES domain_data (gid),
    CONSTRAINT check_domain_name_domainname CHECK (domainname <> '' AND domainname = lower(domainname COLLATE "C") AND strpos(domainname, '@') = 0)
);

-- NULL in qid, ssid, tid: as the domain has it.
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
    CONSTRAINT check_users_local_part CHECK (local_part <> '' AND local_part = lower(local_part COLLATE "C") AND strpos(local_part, '@') = 0)
);

CREATE TABLE userquota (
    uid      bigint  NOT NULL,
    bytes    bigint  NOT NULL DEFAULT 0,
    messages integer NOT NULL DEFAULT 0,
    CONSTRAINT pkey_userquota PRIMARY KEY (uid),
    CONSTRAINT fkey_userquota_uid_users FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
);

-- address is a local part here and in relocated; an alias has one row per destination.
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

-- ==== 4  Indexes beside the keys =================================================================================================

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

-- ==== 5  One primary name per domain =============================================================================================

-- Whoever changes the names of a domain is alone with it: everybody who adds or removes an address holds FOR KEY SHARE on the same row
-- (section 7). The lock comes before the row does. Taken after it, two that add a name at the same time would both hold the foreign key's
-- share lock and wait for each other.
--
-- A transaction in a stricter isolation level than READ COMMITTED keeps looking at the past after it has waited. It must not change names: it would
-- miss addresses added since. And it must not add or remove addresses after a change of names that it does not see: hence the update, which makes its
-- lock fail with serialization_failure.
CREATE FUNCTION vmm_domain_lock() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
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
CREATE FUNCTION domain_primary_trigger() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
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

-- ==== 6  Use of quota, written by Dovecot's dict (2.3) and quota_clone (2.3, 2.4) ================================================

-- Dovecot 2.3 inserts a difference and expects it to be added to what is there. A negative message count, or NULL for none, marks a row that
-- is to be stored as it is (the count made positive); the insertion below says it to itself that way. No such account: nothing happens,
-- since a session may outlive its account.
CREATE FUNCTION merge_userquota() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
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

CREATE FUNCTION vmm_quota_clone() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
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

-- ==== 7  One row per address: what every look-up reads, and what keeps an address from being two things ==========================

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
CREATE FUNCTION vmm_address_add(new_kind text, gids bigint[], local_parts varchar[], uids bigint[])
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

CREATE FUNCTION vmm_address_remove(old_kind text, gids bigint[], local_parts varchar[])
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

CREATE FUNCTION vmm_address_users() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
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
CREATE FUNCTION vmm_address_others() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
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
CREATE FUNCTION vmm_address_expected(gids bigint[], names varchar[]) RETURNS SETOF vmm_address LANGUAGE sql STABLE STRICT AS $body$
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
CREATE FUNCTION vmm_address_names() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
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

CREATE FUNCTION vmm_address_truncate() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
BEGIN
    DELETE FROM vmm_address
     WHERE TG_TABLE_NAME = 'domain_name' OR kind = CASE TG_TABLE_NAME WHEN 'users' THEN 'account' ELSE TG_TABLE_NAME END;
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

-- Domain names are stored as A-labels (xn--bcher-kva.example); Postfix and Dovecot may ask by U-labels (bücher.example) when a client speaks SMTPUTF8.

-- An address or a domain name with its A-labels decoded (RFC 3492 section 6.2); NULL where there are none, or a malformed one. What it decodes is never
-- ASCII, so no name can pass for another one.
CREATE FUNCTION vmm_u_form(stored text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
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
CREATE FUNCTION vmm_stored_name(asked varchar) RETURNS varchar LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
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
CREATE FUNCTION vmm_address_key(localpart varchar, the_domain varchar) RETURNS text LANGUAGE plpgsql STABLE STRICT AS $body$
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

-- ==== 8  Functions for Postfix and Dovecot, as in vmm 0.6 and 0.7 ================================================================

-- plpgsql, because Postfix and Dovecot send plain queries, and a function keeps its plan for the life of the connection where a join is
-- planned anew each time. Any key gets an answer or none, never an error: it is looked up as it comes, and where it is repeated in a result
-- it is cut to the result's width. Letters are folded as in the checks above.

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

CREATE FUNCTION dovecotpassword(localpart varchar, the_domain varchar)
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

CREATE FUNCTION dovecotuser(localpart varchar, the_domain varchar)
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

CREATE FUNCTION dovecotquotauser(localpart varchar, the_domain varchar)
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

CREATE FUNCTION postfix_virtual_mailbox_map(localpart varchar, the_domain varchar)
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

CREATE FUNCTION postfix_virtual_uid_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_uid LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), a.uid
      FROM vmm_address a
     WHERE a.kind = 'account' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE FUNCTION postfix_relocated_map(localpart varchar, the_domain varchar)
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
CREATE FUNCTION postfix_transport_map(localpart varchar, the_domain varchar)
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
CREATE FUNCTION _interpolate_destination(destination varchar, localpart varchar, the_domain varchar)
RETURNS varchar LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT replace(replace(replace(destination, '%n', localpart), '%d', the_domain), '%=', localpart || '=' || the_domain)::varchar
$body$;

-- Postfix asks here before it looks for a mailbox. In a domain with a catch-all an account is therefore answered with itself, and a relocated user
-- with nothing: Postfix takes whatever has an answer here for deliverable, and would send its "User has moved" as a bounce, after RCPT. An account that
-- is asked for by U-labels is answered with itself as it is stored: that is what Dovecot gets then, which knows no other letters.
CREATE FUNCTION postfix_virtual_alias_map(localpart varchar, the_domain varchar)
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
CREATE FUNCTION postfix_smtpd_sender_login_map(localpart varchar, the_domain varchar)
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

-- ==== 9  Views for Postfix and Dovecot, as in vmm 0.4, and the two of vmm 0.7 ====================================================

-- Asked by the whole address, these read one row of vmm_address by its key, or by U-labels, and call the function of section 8 for that row. A join of the
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

CREATE VIEW postfix_gid AS
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
CREATE VIEW vmm_domain_info AS
SELECT n.gid,
       (SELECT count(*) FROM users u WHERE u.gid = n.gid) AS accounts,
       (SELECT count(DISTINCT l.address) FROM alias l WHERE l.gid = n.gid) AS aliases,
       (SELECT count(*) FROM relocated r WHERE r.gid = n.gid) AS relocated,
       (SELECT count(*) FROM domain_name o WHERE o.gid = n.gid AND NOT o.is_primary) AS aliasdomains,
       (SELECT count(*) FROM catchall c WHERE c.gid = n.gid) AS catchall
  FROM domain_name n
 WHERE n.is_primary;

-- ==== 10  Who may read what ======================================================================================================

-- A view reads its tables with the rights of its owner, but a function in it has those of the caller: hence the columns. postfix sees no
-- password. dovecot writes the use of quota and nothing else. Columns that come later are for neither, until they are granted.
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
    -- In PostgreSQL 13 and 14 everybody may add to the schema public, and what is added there could be called in place of what is meant.
    -- Only the owner of that schema can end it.
    FOR grantee IN SELECT rolname FROM pg_roles WHERE rolname IN ('dovecot', 'postfix') LOOP
        IF has_schema_privilege(grantee, current_schema(), 'CREATE') THEN
            RAISE NOTICE 'role % may create objects in schema %; let its owner run: REVOKE CREATE ON SCHEMA % FROM PUBLIC;',
                grantee, current_schema(), current_schema();
        END IF;
    END LOOP;
END
$body$;
