-- The functions of 0.6. Part of upgrade_0.5-0.6.pgsql.

-- ==== Functions; some of them may be there already ==============================================================================

DO $body$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN SELECT * FROM (VALUES
        ('dovecotpassword', 'userid varchar(320), password varchar(270), smtp boolean, pop3 boolean, imap boolean, sieve boolean'),
        ('dovecotuser', 'userid varchar(320), uid bigint, gid bigint, home text, mail text'),
        ('dovecotquotauser', 'userid varchar(320), uid bigint, gid bigint, home text, mail text, quota_rule text'),
        ('address_maildir', 'address varchar(320), maildir text'),
        ('recipient_destination', 'recipient varchar(320), destination text'),
        ('recipient_transport', 'recipient varchar(320), transport text'),
        ('recipient_uid', 'recipient varchar(320), uid bigint'),
        ('sender_login', 'sender varchar(320), login text')) AS t (name, fields)
    LOOP
        IF to_regtype(wanted.name) IS NULL THEN
            EXECUTE format('CREATE TYPE %I AS (%s)', wanted.name, wanted.fields);
        ELSIF wanted.name = 'dovecotpassword' THEN
            ALTER TYPE dovecotpassword ALTER ATTRIBUTE password TYPE varchar(270);
        END IF;
    END LOOP;
END
$body$;

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

CREATE OR REPLACE FUNCTION dovecotuser(localpart varchar, the_domain varchar)
RETURNS SETOF dovecotuser LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY
    SELECT (localpart || '@' || the_domain)::varchar(320), u.uid, u.gid, d.domaindir || '/' || u.uid,
        f.format || ':~/' || m.directory
      FROM domain_name n JOIN domain_data d USING (gid) JOIN users u USING (gid) JOIN maillocation m USING (mid)
          JOIN mailboxformat f USING (fid)
     WHERE n.domainname = the_domain AND u.local_part = localpart;
END
$body$;

CREATE OR REPLACE FUNCTION dovecotquotauser(localpart varchar, the_domain varchar)
RETURNS SETOF dovecotquotauser LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY
    SELECT (localpart || '@' || the_domain)::varchar(320), u.uid, u.gid, d.domaindir || '/' || u.uid,
        f.format || ':~/' || m.directory,
           '*:bytes=' || q.bytes || ':messages=' || q.messages
      FROM domain_name n JOIN domain_data d USING (gid) JOIN users u USING (gid) JOIN maillocation m USING (mid)
          JOIN mailboxformat f USING (fid)
      JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
     WHERE n.domainname = the_domain AND u.local_part = localpart;
END
$body$;

CREATE OR REPLACE FUNCTION postfix_virtual_mailbox_map(localpart varchar, the_domain varchar)
RETURNS SETOF address_maildir LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY
    SELECT (localpart || '@' || the_domain)::varchar(320), d.domaindir || '/' || u.uid || '/' || m.directory || '/'
      FROM domain_name n JOIN domain_data d USING (gid) JOIN users u USING (gid) JOIN maillocation m USING (mid)
     WHERE n.domainname = the_domain AND u.local_part = localpart;
END
$body$;

CREATE OR REPLACE FUNCTION postfix_virtual_uid_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_uid LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY
    SELECT (localpart || '@' || the_domain)::varchar(320), u.uid
      FROM domain_name n JOIN users u USING (gid)
     WHERE n.domainname = the_domain AND u.local_part = localpart;
END
$body$;

CREATE OR REPLACE FUNCTION postfix_relocated_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_destination LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY
    SELECT (localpart || '@' || the_domain)::varchar(320), r.destination::text
      FROM domain_name n JOIN relocated r USING (gid)
     WHERE n.domainname = the_domain AND r.address = localpart;
END
$body$;

CREATE OR REPLACE FUNCTION postfix_transport_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_transport LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY
    SELECT (localpart || '@' || the_domain)::varchar(320), t.transport::text
      FROM domain_name n JOIN domain_data d USING (gid) LEFT JOIN users u ON u.gid = n.gid AND u.local_part = localpart
      JOIN transport t ON t.tid = coalesce(u.tid, d.tid)
     WHERE n.domainname = the_domain;
END
$body$;

CREATE OR REPLACE FUNCTION postfix_smtpd_sender_login_map(localpart varchar, the_domain varchar)
RETURNS SETOF sender_login LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY
    SELECT (localpart || '@' || the_domain)::varchar(320), u.local_part || '@' || o.domainname
      FROM domain_name n JOIN users u USING (gid) JOIN domain_name o USING (gid)
     WHERE n.domainname = the_domain AND u.local_part = localpart;
    IF NOT FOUND THEN
        RETURN QUERY
        SELECT (localpart || '@' || the_domain)::varchar(320), a.destination::text
          FROM domain_name n JOIN alias a USING (gid)
         WHERE n.domainname = the_domain AND a.address = localpart;
    END IF;
END
$body$;

-- %n local part, %d domain, %= both with = between them.
CREATE OR REPLACE FUNCTION _interpolate_destination(destination varchar, localpart varchar, the_domain varchar)
RETURNS varchar LANGUAGE sql IMMUTABLE STRICT AS $body$
    SELECT replace(replace(replace(destination, '%n', localpart), '%d', the_domain), '%=', localpart || '=' || the_domain)::varchar
$body$;

CREATE OR REPLACE FUNCTION postfix_virtual_alias_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_destination LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY
    SELECT (localpart || '@' || the_domain)::varchar(320), _interpolate_destination(a.destination, localpart, the_domain)::text
      FROM domain_name n JOIN alias a USING (gid)
     WHERE n.domainname = the_domain AND a.address = localpart;
    IF NOT FOUND THEN
        -- A catch-all must not take the mail of an account: it is answered with itself.
        RETURN QUERY
        SELECT DISTINCT (localpart || '@' || the_domain)::varchar(320), CASE
                   WHEN EXISTS (SELECT FROM users u WHERE u.gid = n.gid AND u.local_part = localpart)
                     OR EXISTS (SELECT FROM relocated r WHERE r.gid = n.gid AND r.address = localpart)
                         THEN localpart || '@' || the_domain
                   ELSE _interpolate_destination(c.destination, localpart, the_domain)::text
               END
          FROM domain_name n JOIN catchall c USING (gid)
         WHERE n.domainname = the_domain;
    END IF;
END
$body$;
