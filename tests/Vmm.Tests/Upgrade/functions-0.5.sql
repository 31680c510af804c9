-- The types and functions that an administrator of 0.5 could add; five of the eight stand for all.
CREATE TYPE sender_login AS (sender varchar(320), login text);
CREATE TYPE address_maildir AS (address varchar(320), maildir text);
CREATE TYPE recipient_destination AS (recipient varchar(320), destination text);
CREATE TYPE recipient_transport AS (recipient varchar(320), transport text);
CREATE TYPE recipient_uid AS (recipient varchar(320), uid bigint);
CREATE TYPE dovecotuser AS (userid varchar(320), uid bigint, gid bigint, home text, mail text);
CREATE TYPE dovecotpassword AS (userid varchar(320), password varchar(74), smtp boolean, pop3 boolean, imap boolean, managesieve boolean);
CREATE FUNCTION dovecotpassword(localpart varchar, the_domain varchar) RETURNS SETOF dovecotpassword LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY SELECT "user"::varchar(320), p.password, p.smtp, p.pop3, p.imap, p.managesieve FROM dovecot_password p WHERE "user" = localpart || '@' || the_domain;
END
$body$;
CREATE FUNCTION postfix_virtual_alias_map(localpart varchar, the_domain varchar) RETURNS SETOF recipient_destination LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY SELECT address::varchar(320), a.destination::text FROM postfix_alias a WHERE address = localpart || '@' || the_domain;
END
$body$;
CREATE FUNCTION dovecotuser(localpart varchar, the_domain varchar) RETURNS SETOF dovecotuser LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY SELECT userid::varchar(320), u.uid, u.gid, u.home, u.mail FROM dovecot_user u WHERE userid = localpart || '@' || the_domain;
END
$body$;
CREATE FUNCTION postfix_virtual_mailbox_map(localpart varchar, the_domain varchar) RETURNS SETOF address_maildir LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY SELECT address::varchar(320), m.maildir FROM postfix_maildir m WHERE address = localpart || '@' || the_domain;
END
$body$;
CREATE FUNCTION postfix_transport_map(localpart varchar, the_domain varchar) RETURNS SETOF recipient_transport LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    RETURN QUERY SELECT address::varchar(320), t.transport::text FROM postfix_transport t WHERE address = localpart || '@' || the_domain;
END
$body$;
