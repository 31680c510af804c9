-- The privileges. Part of upgrade_0.7-0.8.pgsql.

-- ==== Who may read what ==========================================================================================================

-- The functions run with the rights of whoever asks, and the views with them. A role that could ask one can go on asking it: it
-- gets what the function reads now and did not read before, and the view of the same answers. Whoever read all for Dovecot or for
-- Postfix gets what the service gets in a new installation. Where nobody did, the roles dovecot and postfix get it, if they are
-- there. What was granted before stays as it is.
DO $body$
DECLARE
    reader   record;
    missing  record;
    granting text;
BEGIN
    CREATE TEMP TABLE vmm_reads ON COMMIT DROP AS
    SELECT v.asked, v.relation, f.field, v.since
      FROM (VALUES
            ('dovecotpassword', 'old', 'users', '{gid,local_part,passwd,ssid}'),
            ('dovecotpassword', 'old', 'domain_name', '{gid,domainname}'),
            ('dovecotpassword', 'old', 'domain_data', '{gid,ssid}'),
            ('dovecotpassword', 'old', 'service_set', '{ssid,smtp,pop3,imap,sieve}'),
            ('dovecotpassword', 'new', 'users', '{uid}'),
            ('dovecotpassword', 'new', 'vmm_address', '{address,kind,uid,smtp,pop3,imap,sieve,suspended_until}'),
            ('dovecotuser', 'old', 'users', '{uid,gid,local_part,mid}'),
            ('dovecotuser', 'old', 'domain_name', '{gid,domainname}'),
            ('dovecotuser', 'old', 'domain_data', '{gid,domaindir}'),
            ('dovecotuser', 'old', 'maillocation', '{mid,fid,directory}'),
            ('dovecotuser', 'old', 'mailboxformat', '{fid,format}'),
            ('dovecotuser', 'new', 'vmm_address', '{address,kind,uid,gid,home,mail}'),
            ('dovecotquotauser', 'old', 'users', '{uid,gid,local_part,mid,qid}'),
            ('dovecotquotauser', 'old', 'domain_name', '{gid,domainname}'),
            ('dovecotquotauser', 'old', 'domain_data', '{gid,domaindir,qid}'),
            ('dovecotquotauser', 'old', 'maillocation', '{mid,fid,directory}'),
            ('dovecotquotauser', 'old', 'mailboxformat', '{fid,format}'),
            ('dovecotquotauser', 'old', 'quotalimit', '{qid,bytes,messages}'),
            ('dovecotquotauser', 'new', 'vmm_address', '{address,kind,uid,gid,home,mail,quota_rule}'),
            ('postfix_virtual_mailbox_map', 'old', 'users', '{uid,gid,local_part,mid}'),
            ('postfix_virtual_mailbox_map', 'old', 'domain_name', '{gid,domainname}'),
            ('postfix_virtual_mailbox_map', 'old', 'domain_data', '{gid,domaindir}'),
            ('postfix_virtual_mailbox_map', 'old', 'maillocation', '{mid,directory}'),
            ('postfix_virtual_mailbox_map', 'new', 'vmm_address', '{address,kind,home,mail}'),
            ('postfix_virtual_uid_map', 'old', 'users', '{uid,gid,local_part}'),
            ('postfix_virtual_uid_map', 'old', 'domain_name', '{gid,domainname}'),
            ('postfix_virtual_uid_map', 'new', 'vmm_address', '{address,kind,uid}'),
            ('postfix_relocated_map', 'old', 'relocated', '{gid,address,destination}'),
            ('postfix_relocated_map', 'old', 'domain_name', '{gid,domainname}'),
            ('postfix_relocated_map', 'new', 'vmm_address', '{address,gid,kind}'),
            ('postfix_transport_map', 'old', 'users', '{gid,local_part,tid}'),
            ('postfix_transport_map', 'old', 'domain_name', '{gid,domainname}'),
            ('postfix_transport_map', 'old', 'domain_data', '{gid,tid}'),
            ('postfix_transport_map', 'old', 'transport', '{tid,transport}'),
            ('postfix_transport_map', 'new', 'vmm_address',
                '{address,kind,transport,refused_until,refusal,deferred_until,deferral}'),
            ('postfix_virtual_alias_map', 'old', 'alias', '{gid,address,destination}'),
            ('postfix_virtual_alias_map', 'old', 'domain_name', '{gid,domainname}'),
            ('postfix_virtual_alias_map', 'new', 'vmm_address', '{address,gid,kind,refused_until,deferred_until}'),
            ('postfix_smtpd_sender_login_map', 'old', 'users', '{gid,local_part}'),
            ('postfix_smtpd_sender_login_map', 'old', 'alias', '{gid,address,destination}'),
            ('postfix_smtpd_sender_login_map', 'old', 'domain_name', '{gid,domainname}'),
            ('postfix_smtpd_sender_login_map', 'new', 'vmm_address', '{address,gid,local_part,kind}'),
            ('postfix_smtpd_sender_login_map', 'new', 'users', '{uid}'),
            ('postfix_smtpd_sender_login_map', 'new', 'domain_data', '{gid,alias_senders}'),
            ('postfix_smtpd_sender_login_map', 'new', 'vmm_sender_grant', '{gid,address,uid,expires}'))
                AS v (asked, since, relation, fields)
     CROSS JOIN LATERAL unnest(v.fields::text[]) AS f (field);

    -- Whoever can read the table of the version, on which nothing is granted, can read everything as it is. Those who have rights
    -- of their own come first: their members have them too then.
    CREATE TEMP TABLE vmm_asks ON COMMIT DROP AS
    SELECT r.name, CASE r.name WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(r.name) END AS grantee, f.asked,
           CASE WHEN r.name = 'public' THEN 0 WHEN EXISTS (
                SELECT FROM pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'a')
                    THEN 1 ELSE 2 END AS turn
      FROM (SELECT 'public'::name AS name, 0::oid AS oid UNION ALL SELECT rolname, oid FROM pg_roles) AS r
     CROSS JOIN (SELECT DISTINCT asked FROM pg_temp.vmm_reads) AS f
     WHERE NOT has_table_privilege(r.name, 'vmm_schema', 'SELECT')
       AND has_function_privilege(r.name, f.asked || '(varchar, varchar)', 'EXECUTE')
       AND NOT EXISTS (
           SELECT FROM pg_temp.vmm_reads w
            WHERE w.asked = f.asked AND w.since = 'old' AND NOT has_column_privilege(r.name, w.relation, w.field, 'SELECT'));

    FOR reader IN
        SELECT t.service, t.rights, a.name, min(a.grantee) AS grantee
          FROM (VALUES
                ('dovecot', array['dovecotpassword', 'dovecotquotauser'], false,
                    'SELECT ON vmm_address, dovecot_password, dovecot_user'),
                ('postfix', array['postfix_virtual_alias_map', 'postfix_virtual_mailbox_map', 'postfix_relocated_map',
                    'postfix_transport_map'], true,
                 'SELECT ON vmm_address, postfix_alias, postfix_maildir, postfix_relocated, postfix_transport, postfix_uid'),
                (NULL, array['dovecotpassword'], false, 'SELECT ON dovecot_password'),
                (NULL, array['dovecotquotauser'], false, 'SELECT ON dovecot_user'),
                (NULL, array['postfix_virtual_mailbox_map'], true, 'SELECT ON postfix_maildir, postfix_uid'),
                (NULL, array['postfix_virtual_alias_map'], false, 'SELECT ON postfix_alias'),
                (NULL, array['postfix_relocated_map'], false, 'SELECT ON postfix_relocated'),
                (NULL, array['postfix_transport_map'], false, 'SELECT ON postfix_transport')) AS t (service, asked, with_gid,
                    rights)
          JOIN pg_temp.vmm_asks a ON a.asked = ANY (t.asked)
         WHERE (NOT t.with_gid OR has_table_privilege(a.name, 'postfix_gid', 'SELECT'))
           -- From 0.5 and before whoever read such a view gets it back below.
           AND (t.service IS NOT NULL OR to_regclass('vmm_view_rights') IS NULL)
         GROUP BY t.service, t.rights, t.asked, a.name
        HAVING count(*) = cardinality(t.asked)
         ORDER BY t.service IS NULL, min(a.turn), a.name
    LOOP
        IF EXISTS (SELECT FROM regexp_split_to_table(substr(reader.rights, 11), ', ') AS o
            WHERE NOT has_table_privilege(reader.name, o, 'SELECT')) THEN
            EXECUTE format('GRANT %s TO %s', reader.rights, reader.grantee);
        END IF;
    END LOOP;

    -- Whoever wrote the use of quota as Dovecot 2.3 does may write it as 2.4 does.
    FOR reader IN
        SELECT a.name, a.grantee
          FROM pg_temp.vmm_asks a
         WHERE a.asked = 'dovecotquotauser' AND NOT EXISTS (
               SELECT FROM unnest(array['SELECT', 'INSERT', 'UPDATE']) AS p (privilege)
                   WHERE NOT has_table_privilege(a.name, 'userquota', p.privilege))
         ORDER BY a.turn, a.name
    LOOP
        IF NOT has_table_privilege(reader.name, 'vmm_quota_clone', 'INSERT') THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON vmm_quota_clone TO %s', reader.grantee);
        END IF;
    END LOOP;

    FOR granting IN
        SELECT format('GRANT %s TO %I', w.rights, r.rolname)
          FROM (VALUES
                ('dovecot', 'dovecotpassword', 'SELECT ON dovecot_password, dovecot_user'),
                ('dovecot', 'dovecotpassword', 'SELECT ON vmm_address, service_set, maillocation, mailboxformat, quotalimit'),
                ('dovecot', 'dovecotpassword', 'SELECT (gid, domaindir, qid, ssid) ON domain_data'),
                ('dovecot', 'dovecotpassword', 'SELECT (gid, domainname) ON domain_name'),
                ('dovecot', 'dovecotpassword', 'SELECT (uid, gid, local_part, passwd, mid, qid, ssid) ON users'),
                ('dovecot', 'dovecotpassword', 'SELECT, INSERT, UPDATE, DELETE ON userquota, vmm_quota_clone'),
                ('postfix', 'postfix_virtual_mailbox_map',
                    'SELECT ON postfix_alias, postfix_gid, postfix_maildir, postfix_relocated, postfix_transport, postfix_uid'),
                ('postfix', 'postfix_virtual_mailbox_map', 'SELECT ON vmm_address, alias, catchall, relocated, transport'),
                ('postfix', 'postfix_virtual_mailbox_map', 'SELECT (gid, domaindir, tid, alias_senders) ON domain_data'),
                ('postfix', 'postfix_virtual_mailbox_map', 'SELECT (gid, address, uid, expires) ON vmm_sender_grant'),
                ('postfix', 'postfix_virtual_mailbox_map', 'SELECT (gid, domainname) ON domain_name'),
                ('postfix', 'postfix_virtual_mailbox_map', 'SELECT (mid, directory) ON maillocation'),
                ('postfix', 'postfix_virtual_mailbox_map', 'SELECT (uid, gid, local_part, mid, tid) ON users'))
                    AS w (service, asked, rights)
          JOIN pg_roles r ON r.rolname = w.service
         WHERE NOT EXISTS (
               SELECT FROM pg_temp.vmm_asks a
                WHERE a.asked = w.asked AND (w.service = 'dovecot' OR has_table_privilege(a.name, 'postfix_gid', 'SELECT')))
    LOOP
        EXECUTE granting;
    END LOOP;

    FOR missing IN
        SELECT DISTINCT a.turn, a.name, a.grantee, w.relation, w.field
          FROM pg_temp.vmm_asks a JOIN pg_temp.vmm_reads w ON w.asked = a.asked AND w.since = 'new'
         ORDER BY 1, 2, 4, 5
    LOOP
        IF NOT has_column_privilege(missing.name, missing.relation, missing.field, 'SELECT') THEN
            EXECUTE format('GRANT SELECT (%I) ON %I TO %s', missing.field, missing.relation, missing.grantee);
        END IF;
    END LOOP;
    DROP TABLE pg_temp.vmm_asks, pg_temp.vmm_reads;
END
$body$;

-- What was granted on views of these names in 0.5 and before; the step to 0.6 has kept it. Where everybody may make tables in this
-- schema, somebody else can have made this one, for us to grant what is written there: it is read only if it is our own, and
-- nothing of what it says goes into a statement unquoted.
DO $body$
DECLARE
    granting text;
BEGIN
    IF to_regclass('vmm_view_rights') IS NULL THEN
        RETURN;
    END IF;
    PERFORM pg_temp.vmm_refuse(
        'what should hold the rights on the views of 0.5 was not made by the step to 0.6', array(
            SELECT format('%s %I of %I', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' ELSE 'relation' END, c.relname,
                pg_get_userbyid(c.relowner))
              FROM pg_class c
             WHERE c.oid = to_regclass('vmm_view_rights') AND NOT (c.relkind = 'r' AND pg_get_userbyid(c.relowner) = current_user)),
        'What it says would have been granted: ask whoever made it, then drop or rename it.');
    FOR granting IN
        SELECT format('GRANT %s%s ON %I TO %s%s', p.privilege, ' (' || quote_ident(a.attname) || ')', c.relname,
                      CASE WHEN r.oid IS NULL THEN 'PUBLIC' ELSE quote_ident(r.rolname) END, CASE WHEN k.with_option
                          THEN ' WITH GRANT OPTION' END)
          FROM vmm_view_rights k
          JOIN unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER',
              'MAINTAIN']) AS p (privilege) ON p.privilege = k.privilege
          JOIN unnest(array['dovecot_password', 'dovecot_user', 'postfix_alias', 'postfix_maildir', 'postfix_relocated',
              'postfix_transport', 'postfix_uid']) AS v (name)
            ON v.name = k.relation
          JOIN pg_class c ON c.oid = to_regclass(v.name)
          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = k.field
          LEFT JOIN pg_roles r ON quote_ident(r.rolname) = k.grantee
         WHERE (k.grantee = 'PUBLIC' OR r.oid IS NOT NULL) AND (k.field IS NULL OR a.attname IS NOT NULL)
         ORDER BY k.relation, k.grantee, k.field, k.privilege
    LOOP
        EXECUTE granting;
    END LOOP;
    DROP TABLE vmm_view_rights;
END
$body$;
