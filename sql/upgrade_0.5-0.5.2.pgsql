-- From vmm 0.5, 0.5.1, or 0.5.2 for Dovecot before 1.2, to 0.5.2 for Dovecot 1.2 and later, which calls the service sieve. 'vmm
-- upgrade' runs it, and so can you:
--
--     psql -d mailsys -U vmm -f upgrade_0.5-0.5.2.pgsql
--
-- One transaction: it stops at the first thing that cannot be carried over, names the rows, and leaves everything as it was.
\set ON_ERROR_STOP on
BEGIN;

-- Works in the schema in which the tables are, as their owner.
DO $body$
DECLARE
    place record;
BEGIN
    SELECT n.nspname, r.rolname INTO place
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
     WHERE c.oid = to_regclass('domain_data')
       AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('users') AND attname = 'managesieve' AND NOT attisdropped)
       AND to_regclass('service_set') IS NULL;
    IF NOT FOUND THEN
        RAISE SQLSTATE 'VM001' USING MESSAGE = 'this is no database of vmm 0.5 with a column managesieve',
            HINT = 'The command vmm upgrade finds out what it is.';
    END IF;
    PERFORM set_config('search_path', quote_ident(place.nspname) || ', pg_temp', true);
    PERFORM set_config('role', place.rolname, true);
END
$body$;

ALTER TABLE users RENAME COLUMN managesieve TO sieve;
ALTER VIEW dovecot_password RENAME COLUMN managesieve TO sieve;

-- An optional function of 0.5.
DO $body$
BEGIN
    IF EXISTS (SELECT FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.reltype = to_regtype('dovecotpassword')
        AND a.attname = 'managesieve') THEN
        ALTER TYPE dovecotpassword RENAME ATTRIBUTE managesieve TO sieve;
        CREATE OR REPLACE FUNCTION dovecotpassword(localpart varchar, the_domain varchar)
        RETURNS SETOF dovecotpassword LANGUAGE plpgsql STABLE STRICT AS $function$
        BEGIN
            RETURN QUERY
            SELECT (localpart || '@' || the_domain)::varchar(320), u.passwd, u.smtp, u.pop3, u.imap, u.sieve
              FROM users u JOIN domain_name n USING (gid)
             WHERE u.local_part = localpart AND n.domainname = the_domain;
        END
        $function$;
    END IF;
END
$body$;

COMMIT;
