-- Suspended accounts and domains. Part of objects.pgsql and of upgrade_layout-1-2.pgsql.

-- The state of an account or a domain: nologin (mail is received), refuse or defer. It ends by itself when suspended_until is over:
-- look-ups compare that with the clock, and nobody has to reset anything. The reason is for administrators, the text for senders:
-- ASCII, which every reader gets whole.
ALTER TABLE domain_data
    ADD COLUMN suspended        text,
    ADD COLUMN suspended_until  timestamptz,
    ADD COLUMN suspended_reason text,
    ADD COLUMN suspended_text   text,
    ADD CONSTRAINT check_domain_data_suspended CHECK (suspended IN ('nologin', 'refuse', 'defer')),
    ADD CONSTRAINT check_domain_data_suspended_text CHECK (suspended_text COLLATE "C" ~ '^[ -~]{1,250}$'),
    ADD CONSTRAINT check_domain_data_not_suspended CHECK (suspended IS NOT NULL
        OR (suspended_until IS NULL AND suspended_reason IS NULL AND suspended_text IS NULL));
ALTER TABLE users
    ADD COLUMN suspended        text,
    ADD COLUMN suspended_until  timestamptz,
    ADD COLUMN suspended_reason text,
    ADD COLUMN suspended_text   text,
    ADD CONSTRAINT check_users_suspended CHECK (suspended IN ('nologin', 'refuse', 'defer')),
    ADD CONSTRAINT check_users_suspended_text CHECK (suspended_text COLLATE "C" ~ '^[ -~]{1,250}$'),
    ADD CONSTRAINT check_users_not_suspended CHECK (suspended IS NOT NULL
        OR (suspended_until IS NULL AND suspended_reason IS NULL AND suspended_text IS NULL));

-- What an account and its domain come to, for look-ups: times until which something holds (NULL: never, infinity: until somebody
-- ends it), and the transports that take the place of the account's.
ALTER TABLE vmm_address_forms
    ADD COLUMN suspended_until timestamptz,
    ADD COLUMN refused_until   timestamptz,
    ADD COLUMN refusal         text,
    ADD COLUMN deferred_until  timestamptz,
    ADD COLUMN deferral        text;

-- The transport of mail to what is suspended; NULL where mail is received. Postfix refuses mail with error: at RCPT, and keeps mail
-- with retry: in its queue.
CREATE OR REPLACE FUNCTION vmm_suspension_transport(suspended text, words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $body$
    SELECT CASE suspended
        WHEN 'refuse' THEN 'error:5.2.1 ' || coalesce(words, 'mailbox disabled, not accepting messages')
        WHEN 'defer' THEN 'retry:4.2.1 ' || coalesce(words, 'mailbox disabled for now, try again later')
    END
$body$;

-- The same of a domain, while it is suspended. With the privileges of the owner: who looks up an address needs none on more
-- columns of domain_data.
CREATE OR REPLACE FUNCTION vmm_domain_suspension(domain_gid bigint) RETURNS text LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path FROM CURRENT AS $body$
BEGIN
    RETURN (SELECT vmm_suspension_transport(d.suspended, d.suspended_text)
              FROM domain_data d
             WHERE d.gid = domain_gid AND d.suspended IS NOT NULL
               AND (d.suspended_until IS NULL OR d.suspended_until > now()));
END
$body$;
