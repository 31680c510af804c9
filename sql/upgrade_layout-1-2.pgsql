-- From the layout of vmm 0.8.0 to the one with the journal. For PostgreSQL 13 to 17; 'vmm upgrade' runs it, and so can you, as the
-- owner of the tables or as a superuser:
--
--     psql -d mailsys -U vmm -f upgrade_layout-1-2.pgsql
--
-- One transaction. No row is touched: tables get triggers, accounts a column, and the journal begins empty.
\set ON_ERROR_STOP on
BEGIN;

-- Works in the schema in which the tables are, as their owner.
DO $body$
DECLARE
    place record;
BEGIN
    SELECT n.nspname, r.rolname INTO place
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
     WHERE c.oid = to_regclass('vmm_schema');
    IF FOUND THEN
        PERFORM set_config('search_path', quote_ident(place.nspname) || ', pg_temp', true);
        PERFORM set_config('role', place.rolname, true);
    END IF;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM vmm_schema WHERE version = 1) THEN
        RAISE SQLSTATE 'VM001' USING
            MESSAGE = 'this is no database of vmm 0.8.0',
            HINT = 'The command vmm upgrade finds out what it is.';
    END IF;
END
$body$;

-- As objects_addresses.pgsql has it, which says why.
ALTER FUNCTION vmm_account_answers(bigint[], bigint[], varchar[]) ROWS 20;

\ir objects_journal.pgsql
\ir objects_undo.pgsql
\ir objects_passwords.pgsql
\ir objects_comments.pgsql
UPDATE vmm_schema SET version = 2;

COMMIT;
