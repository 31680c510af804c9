-- Part of objects.pgsql.

-- ==== 5  Functions for Postfix and Dovecot, as in vmm 0.6 and 0.7 ===============================================================

-- plpgsql, because Postfix and Dovecot send plain queries, and a function keeps its plan for the life of the connection where a
-- join is planned anew each time. Any key gets an answer or none, never an error: it is looked up as it comes, and where it is
-- repeated in a result it is cut to the result's width. Letters are folded as in the checks above. ROWS 1, for queries that join
-- them: the server would take 1,000 for granted, and read whole tables.

CREATE OR REPLACE FUNCTION dovecotpassword(localpart varchar, the_domain varchar)
RETURNS SETOF dovecotpassword LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), u.passwd, a.smtp AND NOT s.suspended, a.pop3 AND NOT s.suspended,
           a.imap AND NOT s.suspended, a.sieve AND NOT s.suspended
      FROM vmm_address a
      JOIN users u ON u.uid = a.uid
     CROSS JOIN LATERAL (SELECT coalesce(a.suspended_until > now(), false) AS suspended) AS s
     WHERE a.kind = 'account' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION dovecotuser(localpart varchar, the_domain varchar)
RETURNS SETOF dovecotuser LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), a.uid, a.gid, a.home, a.mail
      FROM vmm_address a
     WHERE a.kind = 'account' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION dovecotquotauser(localpart varchar, the_domain varchar)
RETURNS SETOF dovecotquotauser LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), a.uid, a.gid, a.home, a.mail, a.quota_rule
      FROM vmm_address a
     WHERE a.kind = 'account' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION postfix_virtual_mailbox_map(localpart varchar, the_domain varchar)
RETURNS SETOF address_maildir LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), vmm_for_reader(a.home || substr(a.mail, strpos(a.mail, ':~/') + 2) || '/')
      FROM vmm_address a
     WHERE a.kind = 'account' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION postfix_virtual_uid_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_uid LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), a.uid
      FROM vmm_address a
     WHERE a.kind = 'account' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

CREATE OR REPLACE FUNCTION postfix_relocated_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_destination LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN QUERY
    SELECT a.address::varchar(320), vmm_for_reader(r.destination)
      FROM vmm_address a
      JOIN relocated r ON r.gid = a.gid AND r.address = a.local_part
     WHERE a.kind = 'relocated' AND a.address = vmm_address_key(localpart, the_domain);
END
$body$;

-- Answers every local part of a domain that is ours: the transport of the account, or else that of the domain. While one of them
-- is suspended, a transport that refuses or defers takes the place of both; refusing comes before deferring. Postfix asks for the
-- whole of user+list@ before user@, and it is configured there where an extension begins: an address that is nothing is answered
-- as the longest address that it begins with, if that is a suspended account.
CREATE OR REPLACE FUNCTION postfix_transport_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_transport LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
DECLARE
    asked CONSTANT text := vmm_address_key(localpart, the_domain);
    own   text;
BEGIN
    RETURN QUERY
    SELECT asked::varchar(320),
           CASE WHEN a.refused_until > now() THEN a.refusal
                WHEN a.deferred_until > now() THEN a.deferral
                ELSE vmm_for_reader(a.transport) END
      FROM vmm_address a
     WHERE a.kind = 'account' AND a.address = asked;
    IF NOT FOUND THEN
        IF localpart ~ '.[^a-zA-Z0-9]' THEN
            SELECT CASE WHEN b.refused_until > now() THEN b.refusal ELSE b.deferral END INTO own
              FROM (SELECT a.kind, a.refused_until, a.refusal, a.deferred_until, a.deferral
                      FROM vmm_address a
                     WHERE a.address = ANY (ARRAY(SELECT left(asked, i - 1) || substr(asked, length(localpart) + 1)
                                                    FROM generate_series(2, length(localpart)) AS i
                                                   WHERE substr(asked, i, 1) !~ '[a-z0-9]'))
                     ORDER BY length(a.address) DESC
                     LIMIT 1) AS b
             WHERE b.kind = 'account' AND (b.refused_until > now() OR b.deferred_until > now())
               AND NOT EXISTS (SELECT FROM vmm_address o WHERE o.address = asked);
        END IF;
        RETURN QUERY
        SELECT asked::varchar(320), coalesce(own, vmm_domain_suspension(d.gid), vmm_for_reader(t.transport))
          FROM domain_name n
          JOIN domain_data d ON d.gid = n.gid
          JOIN transport t ON t.tid = d.tid
         WHERE n.domainname = substr(asked, length(localpart) + 2) COLLATE "default";
    END IF;
END
$body$;

-- The placeholders of a destination: %n local part, %d domain, %= both with = between them. In this order, as vmm 0.7 does it.
CREATE OR REPLACE FUNCTION _interpolate_destination(destination varchar, localpart varchar, the_domain varchar)
RETURNS varchar LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT replace(replace(replace(destination, '%n', localpart), '%d', the_domain), '%=', localpart || '=' || the_domain)::varchar
$body$;

-- Postfix asks here before it looks for a mailbox. In a domain with a catch-all an account is therefore answered with itself, and a
-- relocated user with nothing: Postfix takes whatever has an answer here for deliverable, and would send its "User has moved" as a
-- bounce, after RCPT. An account that is asked for by U-labels is answered with itself as it is stored: that is what Dovecot gets
-- then, which knows no other letters. For the same reason there is no answer while mail is refused because of a suspension: neither
-- for the account, nor for aliases and the catch-all of a suspended domain. Mail that is deferred is expanded when it comes, and
-- never again: only an account that is asked for as it is stored has no answer then.
CREATE OR REPLACE FUNCTION postfix_virtual_alias_map(localpart varchar, the_domain varchar)
RETURNS SETOF recipient_destination LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
DECLARE
    asked  CONSTANT text := vmm_address_key(localpart, the_domain);
    domain CONSTANT varchar COLLATE "default" := substr(asked, length(localpart) + 2);
    folded CONSTANT varchar COLLATE "default" := lower(localpart COLLATE "C");
    known  record;
BEGIN
    -- These columns are in the index.
    SELECT a.gid, a.kind INTO known FROM vmm_address a WHERE a.address = asked;
    IF known.kind = 'alias' THEN
        RETURN QUERY
        SELECT asked::varchar(320), vmm_for_reader(_interpolate_destination(l.destination, folded, domain))
          FROM alias l
         WHERE l.gid = known.gid AND l.address = folded
           AND (SELECT vmm_domain_suspension(known.gid) LIKE 'error:%') IS NOT TRUE;
    ELSIF known.kind = 'account' THEN
        -- Most accounts have no answer, and are not read for it.
        IF domain <> lower(the_domain COLLATE "C") OR EXISTS (SELECT FROM catchall c WHERE c.gid = known.gid) THEN
            RETURN QUERY
            SELECT asked::varchar(320), asked
              FROM vmm_address a
             WHERE a.address = asked AND (a.refused_until > now()) IS NOT TRUE
               AND (domain <> lower(the_domain COLLATE "C") OR (a.deferred_until > now()) IS NOT TRUE);
        END IF;
    ELSIF known.kind IS NULL THEN
        RETURN QUERY
        SELECT asked::varchar(320), vmm_for_reader(_interpolate_destination(c.destination, folded, domain))
          FROM domain_name n
          JOIN catchall c ON c.gid = n.gid
         WHERE n.domainname = domain AND (vmm_domain_suspension(n.gid) LIKE 'error:%') IS NOT TRUE;
    END IF;
END
$body$;


-- For the views, which hand over a row that they have found already. Each reads what its map reads, with the privileges of the
-- caller.

CREATE OR REPLACE FUNCTION vmm_password(account bigint) RETURNS varchar LANGUAGE plpgsql STABLE STRICT SET search_path
    FROM CURRENT AS $body$
BEGIN
    RETURN (SELECT u.passwd FROM users u WHERE u.uid = account);
END
$body$;

CREATE OR REPLACE FUNCTION vmm_relocated(domain_gid bigint, localpart varchar)
RETURNS text LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN (SELECT vmm_for_reader(r.destination) FROM relocated r WHERE r.gid = domain_gid AND r.address = localpart);
END
$body$;

CREATE OR REPLACE FUNCTION vmm_destinations(domain_gid bigint, localpart varchar, the_domain varchar)
RETURNS SETOF text LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $body$
BEGIN
    -- What is said above about suspended domains and accounts holds here, too.
    IF vmm_domain_suspension(domain_gid) LIKE 'error:%' THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT vmm_for_reader(_interpolate_destination(l.destination, localpart, the_domain))
      FROM alias l
     WHERE l.gid = domain_gid AND l.address = localpart;
    -- An account with U-labels leads to itself, as postfix_virtual_alias_map says.
    IF NOT FOUND THEN
        RETURN NEXT localpart || '@' || the_domain;
    END IF;
END
$body$;
