-- From vmm 0.6 for Dovecot before 1.2 to 0.6 for Dovecot 1.2 and later, whose layout is that of 0.7. 'vmm upgrade' runs it, and so
-- can you:
--
--     psql -d mailsys -U vmm -f upgrade_0.6-dovecot-1.2.pgsql
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
     WHERE c.oid = to_regclass('service_set')
       AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('service_set') AND attname = 'managesieve'
           AND NOT attisdropped);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'VM001' USING MESSAGE = 'this is no database of vmm 0.6 for Dovecot before 1.2',
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

LOCK TABLE userquota_11, users, service_set IN ACCESS EXCLUSIVE MODE;

DO $body$
BEGIN
    PERFORM pg_temp.vmm_refuse(
        'these counts of quota are neither octets nor messages, or too large', array(
            SELECT format('uid %s: %L %s', uid, path, current) FROM userquota_11
             WHERE path NOT IN ('quota/storage', 'quota/messages') OR path = 'quota/messages' AND abs(current) > 2147483647
                 ORDER BY 1),
        'Dovecot wrote quota/storage and quota/messages. Correct or delete the rows in table userquota_11; '
        'doveadm quota recalc counts anew.');
END
$body$;

ALTER TABLE service_set RENAME COLUMN managesieve TO sieve;
ALTER TYPE dovecotpassword RENAME ATTRIBUTE managesieve TO sieve;
CREATE OR REPLACE FUNCTION dovecotpassword(localpart varchar, the_domain varchar)
RETURNS SETOF dovecotpassword LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY
    SELECT (localpart || '@' || the_domain)::varchar(320), u.passwd, s.smtp, s.pop3, s.imap, s.sieve
      FROM domain_name n JOIN domain_data d USING (gid) JOIN users u USING (gid)
          JOIN service_set s ON s.ssid = coalesce(u.ssid, d.ssid)
     WHERE n.domainname = the_domain AND u.local_part = localpart;
END
$body$;

-- The use of quota had a row for its octets and one for its messages; it is kept.
CREATE TABLE userquota (
    uid      bigint  NOT NULL,
    bytes    bigint  NOT NULL DEFAULT 0,
    messages integer NOT NULL DEFAULT 0,
    CONSTRAINT pkey_userquota PRIMARY KEY (uid),
    CONSTRAINT fkey_userquota_uid_users FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
);
INSERT INTO userquota (uid, bytes, messages)
SELECT uid, coalesce(max(current) FILTER (WHERE path = 'quota/storage'), 0),
    coalesce(max(current) FILTER (WHERE path = 'quota/messages'), 0)
  FROM userquota_11
 GROUP BY uid;

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

DO $body$
BEGIN
    PERFORM pg_temp.vmm_grant('userquota', r.field, r.privilege, r.grantee, r.with_option)
        FROM pg_temp.vmm_rights('userquota_11') r;
END
$body$;
DROP TABLE userquota_11;
DROP FUNCTION IF EXISTS merge_userquota_11();

COMMIT;
