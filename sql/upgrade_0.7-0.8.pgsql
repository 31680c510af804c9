-- From vmm 0.7, or 0.6 in its flavour for Dovecot 1.2 and later (the layout is the same), to vmm 0.8. For PostgreSQL 13 to 17; 'vmm
-- upgrade' runs it, and so can you, as the owner of the tables or as a superuser:
--
--     psql -d mailsys -U vmm -f upgrade_0.7-0.8.pgsql
--
-- One transaction: it stops at the first thing that cannot be carried over, names the rows, and leaves everything as it was. No row
-- is rewritten; tables get checks, indexes and triggers, functions get a new body under their old names, and what nobody had is
-- added. Map files go on working as they are.
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
             WHERE NOT (domainname <> '' AND domainname = lower(domainname COLLATE "C") AND strpos(domainname, '@') = 0)
                 ORDER BY 1),
        'No mail ever reached them. Correct or delete them in table domain_name.');
    PERFORM pg_temp.vmm_refuse(
        'these have no local part', array(
            SELECT format('%s @%s', p.kind, coalesce(n.domainname, p.gid::text))
              FROM (SELECT 'account' AS kind, local_part, gid FROM users
                    UNION SELECT 'alias', address, gid FROM alias
                    UNION SELECT 'relocated user', address, gid FROM relocated) AS p
              LEFT JOIN domain_name n ON n.gid = p.gid AND n.is_primary
             WHERE p.local_part = '' ORDER BY 1),
        'Until vmm 0.5 such a row answered for every address of the domain that had no row of its own. Delete it in the tables '
        'users, alias and relocated, or give it a name; after the upgrade, vmm catchalladd DOMAIN DESTINATION makes a catch-all.');
    PERFORM pg_temp.vmm_refuse(
        'these local parts are not in lower case, or hold an @', array(
            SELECT format('%s %L of domain %s', p.kind, p.local_part, coalesce(n.domainname, p.gid::text))
              FROM (SELECT 'account' AS kind, local_part, gid FROM users
                    UNION SELECT 'alias', address, gid FROM alias
                    UNION SELECT 'relocated user', address, gid FROM relocated) AS p
              LEFT JOIN domain_name n ON n.gid = p.gid AND n.is_primary
             WHERE NOT (p.local_part = lower(p.local_part COLLATE "C") AND strpos(p.local_part, '@') = 0) ORDER BY 1),
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

-- ==== Domains and addresses ======================================================================================================

ALTER TABLE domain_data ALTER COLUMN domaindir TYPE text;
ALTER TABLE domain_name
    ADD CONSTRAINT check_domain_name_domainname CHECK (domainname <> '' AND domainname = lower(domainname COLLATE "C")
        AND strpos(domainname, '@') = 0);
ALTER TABLE users
    ADD CONSTRAINT check_users_local_part CHECK (local_part <> '' AND local_part = lower(local_part COLLATE "C")
        AND strpos(local_part, '@') = 0);
ALTER TABLE alias
    ADD CONSTRAINT check_alias_address CHECK (address <> '' AND address = lower(address COLLATE "C") AND strpos(address, '@') = 0);
ALTER TABLE relocated
    ADD CONSTRAINT check_relocated_address CHECK (address <> '' AND address = lower(address COLLATE "C")
        AND strpos(address, '@') = 0);

-- ==== Indexes beside the keys ===================================================================================================

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

-- ==== What vmm 0.8 adds ==========================================================================================================

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
DROP TRIGGER mergeuserquota ON userquota;

\ir objects.pgsql

-- All that is there, before the triggers keep it.
INSERT INTO vmm_address_forms
SELECT * FROM vmm_address_expected();
ANALYZE vmm_address;

\ir upgrade_0.7-0.8_rights.pgsql

COMMIT;
