-- Schema of vmm 0.8, for PostgreSQL 13 to 17. Load it into an empty database, as the role that owns the database:
--
--     psql -v ON_ERROR_STOP=1 -1 -d mailsys -U vmm -f create_tables.pgsql
--
-- psql reads objects.pgsql beside it.
--
-- Tables, columns, constraints, sequences and functions that vmm 0.7 has keep their names and meaning, so that 0.7 works on this
-- database too. What is new begins with vmm_, or is a view, an index or a check.
--
--   1  small tables of choices        3  indexes                         5  who may read what
--   2  domains and addresses          4  what vmm 0.8 adds: objects.pgsql

-- The functions below remember the search path of this moment: the one schema that gets the tables, by its name and not by what
-- "$user" means to whoever calls, and temporary tables last, where they can hide nothing.
DO $body$ BEGIN PERFORM set_config('search_path', quote_ident(current_schema()) || ', pg_temp', false); END $body$;

-- ==== 1  Small tables of choices: domains and accounts refer to their rows by number ============================================

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

-- ==== 2  Domains and addresses ==================================================================================================

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

-- Every name of a domain, the primary one and its alias domains. The checks here and below fold ASCII letters only ("C"), which
-- means the same under every locale: a Turkish one would make something else of I.
CREATE TABLE domain_name (
    domainname varchar(255) NOT NULL,
    gid        bigint       NOT NULL,
    is_primary boolean      NOT NULL,
    CONSTRAINT pkey_domain_name PRIMARY KEY (domainname),
    CONSTRAINT fkey_domain_name_gid_domain_data FOREIGN KEY (gid) REFERENCES domain_data (gid),
    CONSTRAINT check_domain_name_domainname CHECK (domainname <> '' AND domainname = lower(domainname COLLATE "C")
        AND strpos(domainname, '@') = 0)
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

-- ==== 3  Indexes beside the keys ================================================================================================

CREATE INDEX domain_name_gid ON domain_name (gid);
CREATE INDEX users_gid ON users (gid);
CREATE INDEX alias_destination ON alias (destination);

-- For the foreign keys: without these the deletion of a transport or a quota that nobody uses any more reads all accounts. Most
-- accounts have no choice of their own, hence the partial ones.
CREATE INDEX users_mid ON users (mid);
CREATE INDEX users_qid ON users (qid) WHERE qid IS NOT NULL;
CREATE INDEX users_ssid ON users (ssid) WHERE ssid IS NOT NULL;
CREATE INDEX users_tid ON users (tid) WHERE tid IS NOT NULL;
CREATE INDEX domain_data_qid ON domain_data (qid);
CREATE INDEX domain_data_ssid ON domain_data (ssid);
CREATE INDEX domain_data_tid ON domain_data (tid);

-- ==== 4  What vmm 0.8 adds ======================================================================================================

-- The results of the functions.
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

\ir objects.pgsql

-- ==== 5  Who may read what ======================================================================================================

-- A view reads its tables with the rights of its owner, but a function in it has those of the caller: hence the columns. postfix
-- sees no password. dovecot writes the use of quota and nothing else. Columns that come later are for neither, until they are
-- granted.
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
        ('postfix', 'SELECT (gid, domaindir, tid, alias_senders) ON domain_data'),
        ('postfix', 'SELECT (gid, address, uid, expires) ON vmm_sender_grant'),
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
