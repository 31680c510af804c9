-- Who may send as which address. Part of objects.pgsql.

-- ==== 7  Senders ================================================================================================================

-- Added here and not in create_tables.pgsql, so that it stands in the same place in a database that is upgraded.
ALTER TABLE domain_data ADD COLUMN alias_senders boolean NOT NULL DEFAULT true;

-- Apart from where mail goes: the address need not exist, only its domain. An empty local part stands for all of them. When vmm 0.7
-- deletes a domain or an account, its grants go with it.
CREATE TABLE vmm_sender_grant (
    gid     bigint      NOT NULL,
    address varchar(64) NOT NULL,
    uid     bigint      NOT NULL,
    expires timestamptz,
    CONSTRAINT vmm_sender_grant_pkey PRIMARY KEY (gid, address, uid),
    CONSTRAINT vmm_sender_grant_domain FOREIGN KEY (gid) REFERENCES domain_data (gid) ON DELETE CASCADE,
    CONSTRAINT vmm_sender_grant_account FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE,
    CONSTRAINT vmm_sender_grant_address CHECK (address = lower(address COLLATE "C") AND strpos(address, '@') = 0)
);
CREATE INDEX vmm_sender_grant_uid ON vmm_sender_grant (uid);

-- Called by functions that have set the search path, and by vmm. An account may log in by any name of its domain.
CREATE OR REPLACE FUNCTION vmm_granted_senders(domain_gid bigint, localpart varchar)
RETURNS SETOF text LANGUAGE plpgsql STABLE STRICT ROWS 1 AS $body$
BEGIN
    RETURN QUERY
    SELECT vmm_for_reader(u.local_part || '@' || n.domainname)
      FROM vmm_sender_grant g
      JOIN users u ON u.uid = g.uid
      JOIN domain_name n ON n.gid = u.gid
     WHERE g.gid = domain_gid AND g.address IN (localpart, '') AND (g.expires IS NULL OR g.expires > now());
END
$body$;

-- The accounts that an alias ends in, over any number of aliases; each under every name of its domain. Addresses elsewhere are
-- nobody's login. Neither a catch-all nor an extension (user+list@) is followed. A loop ends where nothing new turns up. Of what an
-- alias leads to, the first 1,000 addresses count, which is as far as Postfix expands unless told otherwise.
CREATE OR REPLACE FUNCTION vmm_alias_senders(asked text)
RETURNS SETOF text LANGUAGE plpgsql STABLE STRICT ROWS 1 AS $body$
BEGIN
    RETURN QUERY
    WITH RECURSIVE walk (target) AS (
        SELECT asked
        UNION
        SELECT vmm_address_key(split_part(d.destination, '@', 1)::varchar,
            substr(d.destination, strpos(d.destination, '@') + 1)::varchar)
          FROM walk w
          JOIN vmm_address a ON a.address = w.target AND a.kind = 'alias'
          JOIN alias l ON l.gid = a.gid AND l.address = a.local_part
         CROSS JOIN LATERAL _interpolate_destination(l.destination, a.local_part, split_part(w.target, '@',
             2)::varchar) AS d (destination)
         WHERE strpos(d.destination, '@') > 0
    )
    SELECT DISTINCT vmm_for_reader(a.local_part || '@' || n.domainname)
      FROM (SELECT target FROM walk LIMIT 1000) AS w
      JOIN vmm_address a ON a.address = w.target AND a.kind = 'account'
      JOIN domain_name n ON n.gid = a.gid;
END
$body$;

-- Who may use an address as sender: the account that has it, the accounts that the alias ends in unless the domain has that
-- switched off, and who was granted it or its domain.
--
-- Postfix takes the first answer that it gets, and asks for user+list@ before it asks for user@. What is no address is therefore
-- not answered for the domain's sake where a shorter one has an owner, who could not use an extension any more: Postfix asks for
-- that one next, if it cuts there at all. Only Postfix knows where it cuts, so any sign may be the place.
CREATE OR REPLACE FUNCTION postfix_smtpd_sender_login_map(localpart varchar, the_domain varchar)
RETURNS SETOF sender_login LANGUAGE plpgsql STABLE STRICT ROWS 1 SET search_path FROM CURRENT AS $body$
DECLARE
    asked     CONSTANT text := vmm_address_key(localpart, the_domain);
    domain    CONSTANT varchar COLLATE "default" := substr(asked, length(localpart) + 2);
    folded    CONSTANT varchar COLLATE "default" := lower(localpart COLLATE "C");
    known     record;
    of_domain bigint;
BEGIN
    -- These columns are in the index.
    SELECT a.gid, a.kind INTO known FROM vmm_address a WHERE a.address = asked;
    IF known.kind = 'account' THEN
        RETURN QUERY
        SELECT asked::varchar(320), s.login
          FROM (SELECT vmm_for_reader(folded || '@' || n.domainname) FROM domain_name n WHERE n.gid = known.gid
                UNION
                SELECT vmm_granted_senders(known.gid, folded)) AS s (login);
        RETURN;
    END IF;
    IF known.kind = 'alias' AND (SELECT d.alias_senders FROM domain_data d WHERE d.gid = known.gid) THEN
        RETURN QUERY
        SELECT asked::varchar(320), s.login
          FROM (SELECT vmm_alias_senders(asked)
                UNION
                SELECT vmm_granted_senders(known.gid, folded)) AS s (login);
        RETURN;
    END IF;
    of_domain := coalesce(known.gid, (SELECT n.gid FROM domain_name n WHERE n.domainname = domain));
    IF NOT EXISTS (SELECT FROM vmm_sender_grant g WHERE g.gid = of_domain AND g.address IN (folded, ''))
       OR (known.kind IS NULL
           AND NOT EXISTS (SELECT FROM vmm_sender_grant g
                            WHERE g.gid = of_domain AND g.address = folded AND (g.expires IS NULL OR g.expires > now()))
           AND EXISTS (SELECT FROM generate_series(2, length(folded)) AS i
                        CROSS JOIN LATERAL left(folded, i - 1) AS b (shorter)
                        WHERE strpos('abcdefghijklmnopqrstuvwxyz0123456789', substr(folded, i, 1)) = 0
                          AND (EXISTS (SELECT FROM vmm_address a
                                        WHERE a.address = b.shorter || '@' || domain AND a.kind IN ('account', 'alias'))
                               OR EXISTS (SELECT FROM vmm_sender_grant g
                                           WHERE g.gid = of_domain AND g.address = b.shorter
                                             AND (g.expires IS NULL OR g.expires > now())))))
    THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT asked::varchar(320), s.login FROM vmm_granted_senders(of_domain, folded) AS s (login);
END
$body$;
