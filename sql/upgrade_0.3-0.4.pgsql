-- From vmm 0.3 and 0.3.1 to the layout of vmm 0.4-r41. 'vmm upgrade' runs it, and so can you, as the owner of the tables or as a
-- superuser:
--
--     psql -d mailsys -U vmm -f upgrade_0.3-0.4.pgsql
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
     WHERE c.oid = to_regclass('domains')
       AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('users') AND attname = 'disabled' AND NOT attisdropped)
       AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('domains') AND attname = 'transport' AND NOT attisdropped);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'VM001' USING MESSAGE = 'this is no database of vmm 0.3',
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

LOCK TABLE domains, users, alias, relocated IN ACCESS EXCLUSIVE MODE;

-- ==== What cannot be carried over ===============================================================================================

DO $body$
BEGIN
    PERFORM pg_temp.vmm_refuse(
        'the names of these mail directories are longer than 20 characters', array(
            SELECT format('%s@%s: %L', local_part, domainname, mail) FROM users JOIN domains USING (gid) WHERE length(mail) > 20
                ORDER BY 1),
        'Rename the directory and correct users.mail.');
    PERFORM pg_temp.vmm_refuse(
        'the home directories of these accounts are not named by their uid', array(
            SELECT format('%s@%s: home %s, uid %s', local_part, domainname, home, uid) FROM users JOIN domains USING (gid)
                WHERE home <> uid ORDER BY 1),
        'Since 0.4 a home is the domain directory and the uid. Rename the directory and correct users.home.');
END
$body$;

-- ==== Transports and mail directories get tables of their own ===================================================================

CREATE SEQUENCE transport_id;
CREATE TABLE transport (
    tid       bigint       NOT NULL DEFAULT nextval('transport_id'),
    transport varchar(270) NOT NULL,
    CONSTRAINT pkey_transport PRIMARY KEY (tid),
    CONSTRAINT ukey_transport UNIQUE (transport)
);
-- The usual one is number 1, which is what a new domain gets.
INSERT INTO transport (transport) VALUES ('dovecot:');
INSERT INTO transport (transport) SELECT DISTINCT transport FROM domains WHERE transport <> 'dovecot:' ORDER BY 1;

CREATE SEQUENCE maillocation_id;
CREATE TABLE maillocation (
    mid          bigint      NOT NULL DEFAULT nextval('maillocation_id'),
    maillocation varchar(20) NOT NULL,
    CONSTRAINT pkey_maillocation PRIMARY KEY (mid),
    CONSTRAINT ukey_maillocation UNIQUE (maillocation)
);
INSERT INTO maillocation (maillocation) VALUES ('Maildir');
INSERT INTO maillocation (maillocation) SELECT DISTINCT mail FROM users WHERE mail <> 'Maildir' ORDER BY 1;

ALTER TABLE domains ADD COLUMN tid bigint NOT NULL DEFAULT 1;
UPDATE domains d SET tid = t.tid FROM transport t WHERE t.transport = d.transport AND t.tid <> 1;
ALTER TABLE domains ADD CONSTRAINT fkey_domains_tid_transport FOREIGN KEY (tid) REFERENCES transport (tid);

-- An account has the transport of its domain. One that was switched off may use no service.
ALTER TABLE users
    ADD COLUMN mid bigint NOT NULL DEFAULT 1,
    ADD COLUMN tid bigint NOT NULL DEFAULT 1,
    ADD COLUMN smtp boolean NOT NULL DEFAULT true,
    ADD COLUMN pop3 boolean NOT NULL DEFAULT true,
    ADD COLUMN imap boolean NOT NULL DEFAULT true,
    ADD COLUMN managesieve boolean NOT NULL DEFAULT true;
UPDATE users u
   SET mid = m.mid, tid = d.tid, smtp = NOT disabled, pop3 = NOT disabled, imap = NOT disabled, managesieve = NOT disabled
  FROM domains d, maillocation m
 WHERE d.gid = u.gid AND m.maillocation = u.mail AND (m.mid <> 1 OR d.tid <> 1 OR disabled);
ALTER TABLE users
    ADD CONSTRAINT fkey_users_mid_maillocation FOREIGN KEY (mid) REFERENCES maillocation (mid),
    ADD CONSTRAINT fkey_users_tid_transport FOREIGN KEY (tid) REFERENCES transport (tid);

-- ==== Views =====================================================================================================================

CREATE OR REPLACE VIEW dovecot_password AS
SELECT u.local_part || '@' || d.domainname AS "user", u.passwd AS password, u.smtp, u.pop3, u.imap, u.managesieve
  FROM users u LEFT JOIN domains d USING (gid);

CREATE OR REPLACE VIEW postfix_maildir AS
SELECT u.local_part || '@' || d.domainname AS address, d.domaindir || '/' || u.uid || '/' || m.maillocation || '/' AS maildir
  FROM users u LEFT JOIN domains d USING (gid) LEFT JOIN maillocation m USING (mid);

DO $body$
BEGIN
    PERFORM pg_temp.vmm_remake_view('dovecot_user', $view$
        SELECT u.local_part || '@' || d.domainname AS userid, u.uid, u.gid, d.domaindir || '/' || u.uid AS home,
            '~/' || m.maillocation AS mail
          FROM users u LEFT JOIN domains d USING (gid) LEFT JOIN maillocation m USING (mid)$view$);
    PERFORM pg_temp.vmm_remake_view('postfix_transport', $view$
        SELECT u.local_part || '@' || d.domainname AS address, t.transport
          FROM users u LEFT JOIN transport t USING (tid) LEFT JOIN domains d USING (gid)$view$);
END
$body$;

CREATE VIEW vmm_domain_info AS
SELECT d.gid, d.domainname, t.transport, d.domaindir, (SELECT count(*) FROM users u WHERE u.gid = d.gid) AS accounts, a.aliases
  FROM domains d LEFT JOIN transport t USING (tid) LEFT JOIN vmm_alias_count a USING (gid);

-- ==== What nobody asks for any more =============================================================================================

ALTER TABLE users DROP COLUMN home, DROP COLUMN mail, DROP COLUMN disabled;
ALTER TABLE domains DROP COLUMN transport;
ALTER TABLE alias DROP COLUMN id;
ALTER TABLE relocated DROP COLUMN id;
DROP SEQUENCE alias_id;
DROP SEQUENCE relocated_id;

COMMIT;
