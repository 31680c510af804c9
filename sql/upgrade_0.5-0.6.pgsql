-- From vmm 0.5.2 for Dovecot 1.2 and later to the layout of vmm 0.6 and 0.7. 'vmm upgrade' runs it, and so can you, as the owner of
-- the tables or as a superuser:
--
--     psql -d mailsys -U vmm -f upgrade_0.5-0.6.pgsql
--
-- One transaction: it stops at the first thing that cannot be carried over, names the rows, and leaves everything as it was.
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
     WHERE c.oid = to_regclass('domain_data')
       AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('users') AND attname = 'sieve' AND NOT attisdropped)
       AND to_regclass('service_set') IS NULL;
    IF NOT FOUND THEN
        RAISE SQLSTATE 'VM001' USING MESSAGE = 'this is no database of vmm 0.5.2 with a column sieve',
            HINT = 'The command vmm upgrade finds out what it is.';
    END IF;
    PERFORM set_config('search_path', quote_ident(place.nspname) || ', pg_temp', true);
    PERFORM set_config('role', place.rolname, true);
END
$body$;

-- What is granted on a table or view, and on its columns; who granted it does not matter.
CREATE OR REPLACE FUNCTION pg_temp.vmm_rights(relation text) RETURNS TABLE (field name, privilege text, grantee text,
    with_option boolean) LANGUAGE sql AS $body$
    SELECT o.attname, x.privilege_type, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
        bool_or(x.is_grantable)
      FROM pg_class c
     CROSS JOIN LATERAL (SELECT NULL::name AS attname, c.relacl AS acl UNION ALL SELECT a.attname, a.attacl FROM pg_attribute a
         WHERE a.attrelid = c.oid AND NOT a.attisdropped) AS o
     CROSS JOIN LATERAL aclexplode(o.acl) AS x
     WHERE c.oid = to_regclass(quote_ident(relation)) AND x.grantee <> c.relowner
     GROUP BY 1, 2, 3
     ORDER BY 1, 2, 3
$body$;

-- Grants one of them on another, if that has the column.
CREATE OR REPLACE FUNCTION pg_temp.vmm_grant(relation text, field name, privilege text, grantee text, with_option boolean)
    RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
    IF field IS NULL OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(relation)) AND attname = field
        AND NOT attisdropped) THEN
        EXECUTE format('GRANT %s%s ON %I TO %s%s', privilege, ' (' || quote_ident(field) || ')', relation, grantee, CASE
            WHEN with_option THEN ' WITH GRANT OPTION' END);
    END IF;
END
$body$;

-- A view whose columns change has to be dropped; what was granted on it is granted on the new one.
CREATE OR REPLACE FUNCTION pg_temp.vmm_remake_view(name text, definition text) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
    CREATE TEMP TABLE vmm_kept AS SELECT * FROM pg_temp.vmm_rights(name);
    EXECUTE format('DROP VIEW %I', name);
    EXECUTE format('CREATE VIEW %I AS %s', name, definition);
    PERFORM pg_temp.vmm_grant(name, k.field, k.privilege, k.grantee, k.with_option) FROM pg_temp.vmm_kept k;
    DROP TABLE pg_temp.vmm_kept;
END
$body$;

LOCK TABLE domain_data, domain_name, users, alias, relocated IN ACCESS EXCLUSIVE MODE;

DO $body$
BEGIN
    PERFORM pg_temp.vmm_refuse(
        'these destinations would mean something else: since 0.6 %n, %d and %= stand for the address', array(
            SELECT format('%s@%s -> %s', address, domainname, destination)
              FROM alias JOIN domain_name USING (gid) WHERE is_primary AND destination ~ '%[nd=]' ORDER BY 1),
        'Give these aliases destinations without them, in table alias.');
END
$body$;

-- ==== Choices get tables of their own ===========================================================================================

CREATE SEQUENCE mailboxformat_id;
CREATE SEQUENCE quotalimit_id;
CREATE SEQUENCE service_set_id;

CREATE TABLE mailboxformat (
    fid    bigint      NOT NULL DEFAULT nextval('mailboxformat_id'),
    format varchar(20) NOT NULL,
    CONSTRAINT pkey_mailboxformat PRIMARY KEY (fid),
    CONSTRAINT ukey_mailboxformat UNIQUE (format)
);
INSERT INTO mailboxformat (format) VALUES ('maildir'), ('mdbox'), ('sdbox');

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
-- All sixteen: ssid - 1 counts in binary what is switched off, smtp being the lowest digit.
INSERT INTO service_set (smtp, pop3, imap, sieve)
SELECT off & 1 = 0, off & 2 = 0, off & 4 = 0, off & 8 = 0 FROM generate_series(0, 15) AS off ORDER BY off;

CREATE TABLE userquota (
    uid      bigint  NOT NULL,
    bytes    bigint  NOT NULL DEFAULT 0,
    messages integer NOT NULL DEFAULT 0,
    CONSTRAINT pkey_userquota PRIMARY KEY (uid),
    CONSTRAINT fkey_userquota_uid_users FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
);

-- Dovecot inserts differences, which are added up. A message count that is negative or missing marks a row that is stored as it is.
CREATE OR REPLACE FUNCTION merge_userquota() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF coalesce(NEW.messages, -1) < 0 THEN
        NEW.messages := coalesce(abs(NEW.messages), 0);
        RETURN NEW;
    END IF;
    UPDATE userquota q SET bytes = q.bytes + NEW.bytes, messages = q.messages + NEW.messages WHERE q.uid = NEW.uid;
    IF NOT FOUND AND EXISTS (SELECT FROM users u WHERE u.uid = NEW.uid) THEN
        INSERT INTO userquota AS q VALUES (NEW.uid, NEW.bytes, -nullif(NEW.messages, 0))
        ON CONFLICT (uid) DO UPDATE SET bytes = q.bytes + excluded.bytes, messages = q.messages + excluded.messages;
    END IF;
    RETURN NULL;
END
$body$;
CREATE TRIGGER mergeuserquota BEFORE INSERT ON userquota FOR EACH ROW EXECUTE FUNCTION merge_userquota();

CREATE TABLE catchall (
    gid         bigint       NOT NULL,
    destination varchar(320) NOT NULL,
    CONSTRAINT pkey_catchall PRIMARY KEY (gid, destination),
    CONSTRAINT fkey_catchall_gid_domain_data FOREIGN KEY (gid) REFERENCES domain_data (gid)
);
-- An alias without a local part was one: Postfix asks for @domain last.
INSERT INTO catchall (gid, destination) SELECT gid, destination FROM alias WHERE address = '';
DELETE FROM alias WHERE address = '';

-- ==== The views of 0.5 go, the functions come ===================================================================================

-- Who reads what: further down they get the tables behind the functions that take the place of a view.
CREATE TEMP TABLE vmm_readers ON COMMIT DROP AS
SELECT DISTINCT c.relname, r.grantee, r.field
  FROM pg_class c CROSS JOIN LATERAL pg_temp.vmm_rights(c.relname) AS r
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'v' AND r.privilege = 'SELECT';

-- The function behind the view runs with the rights of whoever asks.
DO $body$
BEGIN
    PERFORM pg_temp.vmm_refuse(
        'these roles read columns of dovecot_password, but no passwords, which since 0.6 is not possible', array(
            SELECT DISTINCT grantee FROM pg_temp.vmm_readers r
             WHERE relname = 'dovecot_password' AND NOT EXISTS (
                   SELECT FROM pg_temp.vmm_readers p WHERE p.relname = r.relname AND p.grantee = r.grantee
                       AND (p.field IS NULL OR p.field = 'password')) ORDER BY 1),
        'Revoke these rights; or grant SELECT on the view, if the roles may read the passwords.');
END
$body$;

-- The last step makes views of these names again. Until then it is kept here what is granted on them.
CREATE TABLE vmm_view_rights AS
SELECT v.name AS relation, r.*
  FROM unnest(array['dovecot_password', 'dovecot_user', 'postfix_alias', 'postfix_maildir', 'postfix_relocated',
      'postfix_transport', 'postfix_uid']) AS v (name)
 CROSS JOIN LATERAL pg_temp.vmm_rights(v.name) AS r;

DO $body$
BEGIN
    PERFORM pg_temp.vmm_remake_view('vmm_domain_info', $view$
        SELECT n.gid,
               (SELECT count(*) FROM users u WHERE u.gid = n.gid) AS accounts,
               (SELECT count(DISTINCT a.address) FROM alias a WHERE a.gid = n.gid) AS aliases,
               (SELECT count(*) FROM relocated r WHERE r.gid = n.gid) AS relocated,
               (SELECT count(*) FROM domain_name o WHERE o.gid = n.gid AND NOT o.is_primary) AS aliasdomains,
               (SELECT count(*) FROM catchall c WHERE c.gid = n.gid) AS catchall
          FROM domain_name n
         WHERE n.is_primary$view$);
END
$body$;
DROP VIEW dovecot_password, dovecot_user, postfix_alias, postfix_maildir, postfix_relocated, postfix_transport, postfix_uid;

-- ==== Domains and accounts ======================================================================================================

ALTER TABLE maillocation DROP CONSTRAINT ukey_maillocation;
ALTER TABLE maillocation RENAME COLUMN maillocation TO directory;
ALTER TABLE maillocation ADD COLUMN fid bigint NOT NULL DEFAULT 1, ADD COLUMN extra varchar(1024);
ALTER TABLE maillocation ADD CONSTRAINT fkey_maillocation_fid_mailboxformat FOREIGN KEY (fid) REFERENCES mailboxformat (fid);

ALTER TABLE domain_data
    ADD COLUMN qid bigint NOT NULL DEFAULT 1,
    ADD COLUMN ssid bigint NOT NULL DEFAULT 1,
    ADD COLUMN note text;
ALTER TABLE domain_data
    ADD CONSTRAINT fkey_domain_data_qid_quotalimit FOREIGN KEY (qid) REFERENCES quotalimit (qid),
    ADD CONSTRAINT fkey_domain_data_ssid_service_set FOREIGN KEY (ssid) REFERENCES service_set (ssid);

ALTER TABLE users
    ALTER COLUMN passwd TYPE varchar(270),
    ALTER COLUMN tid DROP NOT NULL,
    ALTER COLUMN tid DROP DEFAULT,
    ADD COLUMN qid bigint,
    ADD COLUMN ssid bigint,
    ADD COLUMN note text;
-- Services are each account's own, as they were. A transport that is the domain's is from now on the domain's.
UPDATE users u
   SET ssid = s.ssid, tid = nullif(u.tid, d.tid)
  FROM domain_data d, service_set s
 WHERE d.gid = u.gid AND (s.smtp, s.pop3, s.imap, s.sieve) = (u.smtp, u.pop3, u.imap, u.sieve);
ALTER TABLE users DROP COLUMN smtp, DROP COLUMN pop3, DROP COLUMN imap, DROP COLUMN sieve;
ALTER TABLE users
    ADD CONSTRAINT fkey_users_qid_quotalimit FOREIGN KEY (qid) REFERENCES quotalimit (qid),
    ADD CONSTRAINT fkey_users_ssid_service_set FOREIGN KEY (ssid) REFERENCES service_set (ssid);

DO $body$
DECLARE
    granting text;
BEGIN
    FOR granting IN
        SELECT format('GRANT %s TO %s', w.rights, r.grantee)
          FROM (SELECT DISTINCT relname, grantee FROM pg_temp.vmm_readers) AS r
          JOIN (VALUES
                ('dovecot_password', 'SELECT ON service_set'),
                ('dovecot_password', 'SELECT, INSERT, UPDATE, DELETE ON userquota'),
                ('dovecot_password', 'SELECT (gid, ssid) ON domain_data'),
                ('dovecot_password', 'SELECT (gid, domainname) ON domain_name'),
                ('dovecot_password', 'SELECT (uid, gid, local_part, passwd, ssid) ON users'),
                ('dovecot_user', 'SELECT ON mailboxformat, maillocation, quotalimit'),
                ('dovecot_user', 'SELECT (gid, domaindir, qid) ON domain_data'),
                ('dovecot_user', 'SELECT (gid, domainname) ON domain_name'),
                ('dovecot_user', 'SELECT (uid, gid, local_part, mid, qid) ON users'),
                ('postfix_alias', 'SELECT ON alias, catchall'),
                ('postfix_alias', 'SELECT (gid, address) ON relocated'),
                ('postfix_alias', 'SELECT (gid, domainname) ON domain_name'),
                ('postfix_alias', 'SELECT (gid, local_part) ON users'),
                ('postfix_maildir', 'SELECT (mid, directory) ON maillocation'),
                ('postfix_maildir', 'SELECT (gid, domaindir) ON domain_data'),
                ('postfix_maildir', 'SELECT (gid, domainname) ON domain_name'),
                ('postfix_maildir', 'SELECT (uid, gid, local_part, mid) ON users'),
                ('postfix_relocated', 'SELECT ON relocated'),
                ('postfix_relocated', 'SELECT (gid, domainname) ON domain_name'),
                ('postfix_transport', 'SELECT ON transport'),
                ('postfix_transport', 'SELECT (gid, tid) ON domain_data'),
                ('postfix_transport', 'SELECT (gid, domainname) ON domain_name'),
                ('postfix_transport', 'SELECT (uid, gid, local_part, tid) ON users'),
                ('postfix_uid', 'SELECT (gid, domainname) ON domain_name'),
                ('postfix_uid', 'SELECT (uid, gid, local_part) ON users')) AS w (view, rights) ON w.view = r.relname
         -- What one view needs of a table that another gives as a whole.
         WHERE w.rights <> 'SELECT (gid, address) ON relocated'
            OR NOT EXISTS (SELECT FROM pg_temp.vmm_readers o WHERE o.relname = 'postfix_relocated' AND o.grantee = r.grantee)
    LOOP
        EXECUTE granting;
    END LOOP;
END
$body$;
DROP TABLE pg_temp.vmm_readers;

\ir upgrade_0.5-0.6_functions.pgsql

COMMIT;
