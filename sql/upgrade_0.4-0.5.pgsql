-- From vmm 0.4-r41 to the layout of vmm 0.5. 'vmm upgrade' runs it, and so can you, as the owner of the tables or as a superuser:
--
--     psql -d mailsys -U vmm -f upgrade_0.4-0.5.pgsql
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
       AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('domains') AND attname = 'tid' AND NOT attisdropped)
       AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('users') AND attname = 'smtp' AND NOT attisdropped);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'VM001' USING MESSAGE = 'this is no database of vmm 0.4-r41',
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

LOCK TABLE domains, users, alias, relocated IN ACCESS EXCLUSIVE MODE;

DO $body$
BEGIN
    PERFORM pg_temp.vmm_refuse(
        'the local parts of these aliases are longer than 64 characters', array(
            SELECT DISTINCT format('%s@%s', address, domainname) FROM alias JOIN domains USING (gid) WHERE length(address) > 64
                ORDER BY 1),
        'No mail server accepts mail for them (RFC 5321, 4.5.3.1.1). Delete them from table alias.');
END
$body$;

-- ==== A domain may have several names ===========================================================================================

ALTER SEQUENCE domains_gid RENAME TO domain_gid;

CREATE TABLE domain_name (
    domainname varchar(255) NOT NULL,
    gid        bigint       NOT NULL,
    is_primary boolean      NOT NULL,
    CONSTRAINT pkey_domain_name PRIMARY KEY (domainname),
    CONSTRAINT fkey_domain_name_gid_domain_data FOREIGN KEY (gid) REFERENCES domains (gid)
);
INSERT INTO domain_name (domainname, gid, is_primary) SELECT domainname, gid, true FROM domains;

-- Whoever had a right on both in one has it on both.
DO $body$
BEGIN
    PERFORM pg_temp.vmm_grant('domain_name', r.field, r.privilege, r.grantee, r.with_option) FROM pg_temp.vmm_rights('domains') r;
END
$body$;

-- The rest of a domain stays where it is, under another name.
ALTER TABLE domains RENAME TO domain_data;
ALTER TABLE domain_data RENAME CONSTRAINT pkey_domains TO pkey_domain_data;
ALTER TABLE domain_data RENAME CONSTRAINT fkey_domains_tid_transport TO fkey_domain_data_tid_transport;
ALTER TABLE users RENAME CONSTRAINT pkye_users TO pkey_users;
ALTER TABLE users RENAME CONSTRAINT fkey_users_gid_domains TO fkey_users_gid_domain_data;
ALTER TABLE alias RENAME CONSTRAINT fkey_alias_gid_domains TO fkey_alias_gid_domain_data;
ALTER TABLE relocated RENAME CONSTRAINT fkey_relocated_gid_domains TO fkey_relocated_gid_domain_data;

CREATE FUNCTION domain_primary_trigger() RETURNS trigger LANGUAGE plpgsql STABLE AS $body$
BEGIN
    IF (SELECT count(*) + NEW.is_primary::integer FROM domain_name n WHERE n.gid = NEW.gid AND n.is_primary) > 1 THEN
        RAISE EXCEPTION 'There can only be one domain marked as primary.';
    END IF;
    RETURN NEW;
END
$body$;
CREATE TRIGGER primary_count_ins BEFORE INSERT ON domain_name FOR EACH ROW EXECUTE FUNCTION domain_primary_trigger();
CREATE TRIGGER primary_count_upd AFTER UPDATE ON domain_name FOR EACH ROW EXECUTE FUNCTION domain_primary_trigger();

-- ==== Views: everything under every name of its domain ==========================================================================

CREATE OR REPLACE VIEW dovecot_password AS
SELECT u.local_part || '@' || n.domainname AS "user", u.passwd AS password, u.smtp, u.pop3, u.imap, u.managesieve
  FROM users u LEFT JOIN domain_name n USING (gid);

CREATE OR REPLACE VIEW dovecot_user AS
SELECT u.local_part || '@' || n.domainname AS userid, u.uid, u.gid, d.domaindir || '/' || u.uid AS home,
    '~/' || m.maillocation AS mail
  FROM users u LEFT JOIN domain_data d USING (gid) LEFT JOIN domain_name n USING (gid) LEFT JOIN maillocation m USING (mid);

CREATE OR REPLACE VIEW postfix_gid AS
SELECT gid, domainname FROM domain_name;

CREATE OR REPLACE VIEW postfix_uid AS
SELECT u.local_part || '@' || n.domainname AS address, u.uid
  FROM users u LEFT JOIN domain_name n USING (gid);

CREATE OR REPLACE VIEW postfix_maildir AS
SELECT u.local_part || '@' || n.domainname AS address, d.domaindir || '/' || u.uid || '/' || m.maillocation || '/' AS maildir
  FROM users u LEFT JOIN domain_data d USING (gid) LEFT JOIN domain_name n USING (gid) LEFT JOIN maillocation m USING (mid);

CREATE OR REPLACE VIEW postfix_relocated AS
SELECT r.address || '@' || n.domainname AS address, r.destination
  FROM relocated r LEFT JOIN domain_name n USING (gid);

CREATE OR REPLACE VIEW postfix_transport AS
SELECT u.local_part || '@' || n.domainname AS address, t.transport
  FROM users u LEFT JOIN transport t USING (tid) LEFT JOIN domain_name n USING (gid);

-- While a column changes its type, no view may look at it. A view that is dropped loses what was granted on it; one that looks away
-- does not.
CREATE OR REPLACE VIEW vmm_domain_info AS
SELECT NULL::bigint AS gid, NULL::varchar(255) AS domainname, NULL::varchar(270) AS transport, NULL::varchar(40) AS domaindir,
       NULL::bigint AS accounts, NULL::bigint AS aliases;
DROP VIEW vmm_alias_count;
CREATE OR REPLACE VIEW postfix_alias AS
SELECT NULL::text AS address, NULL::varchar(320) AS destination, NULL::bigint AS gid;
ALTER TABLE alias ALTER COLUMN address TYPE varchar(64);
CREATE OR REPLACE VIEW postfix_alias AS
SELECT a.address || '@' || n.domainname AS address, a.destination, a.gid
  FROM alias a LEFT JOIN domain_name n USING (gid);
CREATE OR REPLACE VIEW vmm_domain_info AS
SELECT d.gid, n.domainname, t.transport, d.domaindir,
       (SELECT count(*) FROM users u WHERE u.gid = d.gid) AS accounts,
       (SELECT count(DISTINCT a.address) FROM alias a WHERE a.gid = d.gid) AS aliases,
       (SELECT count(*) FROM relocated r WHERE r.gid = d.gid) AS relocated,
       (SELECT count(*) FROM domain_name o WHERE o.gid = d.gid AND NOT o.is_primary) AS aliasdomains
  FROM domain_data d LEFT JOIN domain_name n USING (gid) LEFT JOIN transport t USING (tid)
 WHERE n.is_primary;

-- Takes ukey_domains with it.
ALTER TABLE domain_data DROP COLUMN domainname;

COMMIT;
