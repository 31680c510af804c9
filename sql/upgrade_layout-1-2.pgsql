-- From the layout of vmm 0.8.0 to the one with the journal. For PostgreSQL 13 to 17; 'vmm upgrade' runs it, and so can you, as the
-- owner of the tables or as a superuser:
--
--     psql -d mailsys -U vmm -f upgrade_layout-1-2.pgsql
--
-- One transaction. No row is touched: tables get triggers and columns, and the journal begins empty.
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

\ir objects_suspension.pgsql
\ir objects_answers.pgsql
\ir objects_functions.pgsql

-- As objects_views.pgsql has them.
CREATE OR REPLACE VIEW dovecot_password AS
SELECT a.address AS "user", vmm_password(a.uid)::varchar(270) AS password,
       a.smtp AND (a.suspended_until > now()) IS NOT TRUE AS smtp,
       a.pop3 AND (a.suspended_until > now()) IS NOT TRUE AS pop3,
       a.imap AND (a.suspended_until > now()) IS NOT TRUE AS imap,
       a.sieve AND (a.suspended_until > now()) IS NOT TRUE AS managesieve,
       a.sieve AND (a.suspended_until > now()) IS NOT TRUE AS sieve,
       a.smtp AND (a.suspended_until > now()) IS NOT TRUE AS submission,
       true AS lmtp, true AS lda, true AS doveadm
  FROM vmm_address_forms a
 WHERE a.kind = 'account';

CREATE OR REPLACE VIEW postfix_alias AS
SELECT a.address, vmm_destinations(a.gid, a.local_part,
    coalesce(a.stored_name, substr(a.address, length(a.local_part) + 2))) AS destination, a.gid
  FROM vmm_address_forms a
 WHERE a.kind = 'alias' OR a.kind = 'account' AND NOT a.is_stored AND (a.refused_until > now()) IS NOT TRUE;

CREATE OR REPLACE VIEW postfix_transport AS
SELECT address,
       CASE WHEN refused_until > now() THEN refusal
            WHEN deferred_until > now() THEN deferral
            ELSE vmm_for_reader(transport) END AS transport
  FROM vmm_address_forms
 WHERE kind = 'account';

-- A role that may read only some columns of vmm_address may read the new ones that answer the same question.
DO $body$
DECLARE
    granting text;
BEGIN
    FOR granting IN
        SELECT format('GRANT SELECT (%s) ON vmm_address TO %s', w.fields,
                      CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END)
          FROM (VALUES ('imap', 'suspended_until'), ('kind', 'refused_until, deferred_until'),
                       ('transport', 'refusal, deferral')) AS w (field, fields)
          JOIN pg_attribute a ON a.attrelid = 'vmm_address'::regclass AND a.attname = w.field
         CROSS JOIN LATERAL (SELECT DISTINCT x.grantee FROM aclexplode(a.attacl) AS x WHERE x.privilege_type = 'SELECT') AS g
         ORDER BY 1
    LOOP
        EXECUTE granting;
    END LOOP;
END
$body$;

\ir objects_senders.pgsql
\ir objects_journal.pgsql
\ir objects_undo.pgsql
\ir objects_passwords.pgsql
\ir objects_comments.pgsql

-- A role that could ask who may use a sender address can go on asking it: it gets what that reads now and did not read before.
-- Groups come first: their members have it too then.
DO $body$
DECLARE
    reader  record;
    missing record;
BEGIN
    FOR reader IN
        SELECT r.name, CASE r.name WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(r.name) END AS grantee
          FROM (SELECT 'public'::name AS name, 0 AS turn
                UNION ALL SELECT rolname, CASE WHEN rolcanlogin THEN 2 ELSE 1 END FROM pg_roles) AS r
         WHERE NOT has_table_privilege(r.name, 'vmm_schema', 'SELECT')
           AND has_function_privilege(r.name, 'postfix_smtpd_sender_login_map(varchar, varchar)', 'EXECUTE')
           AND NOT EXISTS (
               SELECT FROM (VALUES ('vmm_address', '{address,gid,local_part,kind}'), ('alias', '{gid,address,destination}'),
                                   ('domain_name', '{gid,domainname}')) AS o (relation, fields)
                CROSS JOIN LATERAL unnest(o.fields::text[]) AS f (field)
                WHERE NOT has_column_privilege(r.name, o.relation, f.field, 'SELECT'))
         ORDER BY r.turn, r.name
    LOOP
        FOR missing IN
            SELECT o.relation, f.field
              FROM (VALUES ('users', '{uid,gid,local_part}'), ('domain_data', '{gid,alias_senders}'),
                           ('vmm_sender_grant', '{gid,address,uid,expires}')) AS o (relation, fields)
             CROSS JOIN LATERAL unnest(o.fields::text[]) AS f (field)
        LOOP
            IF NOT has_column_privilege(reader.name, missing.relation, missing.field, 'SELECT') THEN
                EXECUTE format('GRANT SELECT (%I) ON %I TO %s', missing.field, missing.relation, reader.grantee);
            END IF;
        END LOOP;
    END LOOP;
END
$body$;
UPDATE vmm_schema SET version = 2;

COMMIT;
