-- From a database that vmm 0.4 made on the day of its release to 0.4-r41: a column was misspelt, and a view failed. 'vmm upgrade'
-- runs it, and so can you:
--
--     psql -d mailsys -U vmm -f upgrade_0.4-0.4-r41.pgsql
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
     WHERE c.oid = to_regclass('domains')
       AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('users') AND attname = 'smpt' AND NOT attisdropped);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'VM001' USING MESSAGE = 'this is no database of vmm 0.4 as it was released',
            HINT = 'The command vmm upgrade finds out what it is.';
    END IF;
    PERFORM set_config('search_path', quote_ident(place.nspname) || ', pg_temp', true);
    PERFORM set_config('role', place.rolname, true);
END
$body$;

ALTER TABLE users RENAME COLUMN smpt TO smtp;

-- The view was never there. Whoever reads the users for Dovecot and could read passwords can read them in it; a role dovecot gets
-- the right in the last step.
CREATE OR REPLACE VIEW dovecot_password AS
SELECT u.local_part || '@' || d.domainname AS "user", u.passwd AS password, u.smtp, u.pop3, u.imap, u.managesieve
  FROM users u LEFT JOIN domains d USING (gid);
DO $body$
DECLARE
    reader text;
BEGIN
    FOR reader IN
        SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END
          FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS x
         WHERE c.oid = to_regclass('dovecot_user') AND x.privilege_type = 'SELECT' AND x.grantee <> c.relowner
           AND has_column_privilege(CASE x.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(x.grantee) END, 'users', 'passwd',
               'SELECT')
    LOOP
        EXECUTE format('GRANT SELECT ON dovecot_password TO %s', reader);
    END LOOP;
END
$body$;

COMMIT;
