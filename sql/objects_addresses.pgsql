-- One row for each address: its tables, and the triggers of what has an address. Part of objects.pgsql.

-- One row for every local part of every kind, under every name of its domain, with all that look-ups answer about an account but
-- the password: a look-up reads one row, and a view over it is planned in no time. docs/decisions/0005 has the figures. Triggers
-- keep the rows; nobody else writes them.
CREATE TABLE vmm_address_forms (
    address     text        COLLATE "C" NOT NULL,
    gid         bigint      NOT NULL,
    local_part  varchar(64) NOT NULL,
    kind        text        NOT NULL,
    uid         bigint,
    is_stored   boolean     NOT NULL,
    stored_name text,
    home        text,
    mail        text,
    transport   text,
    quota_rule  text,
    smtp        boolean,
    pop3        boolean,
    imap        boolean,
    sieve       boolean
) PARTITION BY LIST (is_stored);

-- Addresses as they are stored. The key is the index for look-ups by the whole address; the columns beside it answer most questions
-- about addresses that are something else without a look at the table. It refuses the second of two that want the same address,
-- also when they do not see each other yet. "C" makes the key compare bytes: quicker, and a new version of the C library cannot put
-- it out of order.
CREATE TABLE vmm_address PARTITION OF vmm_address_forms (
    is_stored DEFAULT true,
    CONSTRAINT vmm_address_pkey PRIMARY KEY (address) INCLUDE (gid, kind, uid),
    CONSTRAINT vmm_address_kind CHECK (kind IN ('account', 'alias', 'relocated') AND (kind = 'account') = (uid IS NOT NULL))
) FOR VALUES IN (true);

-- For what is asked about the addresses under one name of a domain: a page of a list, all of them.
CREATE INDEX vmm_address_list ON vmm_address (substr(address, length(local_part) + 2), kind, local_part COLLATE "C");

-- The same addresses with U-labels, for the views. Two malformed names may have the same letters.
CREATE TABLE vmm_address_u PARTITION OF vmm_address_forms (
    is_stored DEFAULT false,
    CONSTRAINT vmm_address_u_pkey PRIMARY KEY (address, stored_name)
) FOR VALUES IN (false);

-- For a name that goes.
CREATE INDEX vmm_address_u_stored_name ON vmm_address_u (stored_name);

-- The triggers below work per statement: one call for 100,000 accounts, not 100,000 calls. All of them first lock the domain, then
-- look at its names in a statement of their own, which sees what others committed while this one waited. (In a stricter isolation
-- level than READ COMMITTED it does not see that; whatever it would miss has been updated, so that it ends with
-- serialization_failure.) Addresses are taken in order, so that two writers cannot wait for each other.
--
-- A plan for one row is the wrong one for 100,000. Where the number of rows is large, a function asks for a plan of its own, by
-- plan_cache_mode; its SET clause takes that back when it ends.

-- uids has a number for each account, and NULL for each of the others.
CREATE OR REPLACE FUNCTION vmm_address_add(new_kind text, gids bigint[], local_parts varchar[], uids bigint[])
RETURNS void LANGUAGE plpgsql STRICT SET plan_cache_mode = auto AS $body$
DECLARE
    taken text;
BEGIN
    IF cardinality(gids) > 100 THEN
        PERFORM set_config('plan_cache_mode', 'force_custom_plan', true);
    END IF;
    IF new_kind = 'account' THEN
        PERFORM FROM domain_data WHERE gid IN (SELECT unnest(gids)) ORDER BY gid FOR SHARE;
        INSERT INTO vmm_address_forms SELECT * FROM vmm_account_answers(gids, uids);
        RETURN;
    END IF;
    PERFORM FROM domain_data WHERE gid IN (SELECT unnest(gids)) ORDER BY gid FOR KEY SHARE;
    IF new_kind <> 'alias' THEN
        INSERT INTO vmm_address (address, gid, local_part, kind)
        SELECT lower(p.local_part COLLATE "C") || '@' || n.domainname, p.gid, p.local_part, new_kind
          FROM unnest(gids, local_parts) AS p (gid, local_part)
          JOIN domain_name n USING (gid)
         ORDER BY 1;
    ELSE
        -- An alias that is there already gets one more destination: its row is updated to what it is, so that whoever removes the
        -- last of the other destinations waits, and then sees this one.
        INSERT INTO vmm_address (address, gid, local_part, kind)
        SELECT DISTINCT lower(p.local_part COLLATE "C") || '@' || n.domainname, p.gid, p.local_part, new_kind
          FROM unnest(gids, local_parts) AS p (gid, local_part)
          JOIN domain_name n USING (gid)
         ORDER BY 1
            ON CONFLICT (address) DO UPDATE SET kind = excluded.kind WHERE vmm_address.kind = excluded.kind;
        SELECT a.address INTO taken
          FROM unnest(gids, local_parts) AS p (gid, local_part)
          JOIN domain_name n USING (gid)
          JOIN vmm_address a ON a.address = lower(p.local_part COLLATE "C") || '@' || n.domainname
         WHERE a.kind <> new_kind
         LIMIT 1;
        IF FOUND THEN
            RAISE unique_violation USING
                MESSAGE = 'duplicate key value violates unique constraint "vmm_address_pkey"',
                DETAIL = format('Key (address)=(%s) already exists.', taken),
                TABLE = 'vmm_address', CONSTRAINT = 'vmm_address_pkey';
        END IF;
    END IF;
    IF EXISTS (SELECT FROM vmm_address_domain_forms WHERE gid IN (SELECT unnest(gids)) AND NOT is_stored) THEN
        WITH n AS MATERIALIZED (SELECT * FROM vmm_address_domain_forms WHERE gid IN (SELECT unnest(gids)) AND NOT is_stored)
        INSERT INTO vmm_address_u (address, gid, local_part, kind, stored_name)
        SELECT DISTINCT lower(p.local_part COLLATE "C") || '@' || n.form, p.gid, p.local_part, new_kind, n.domainname
          FROM unnest(gids, local_parts) AS p (gid, local_part)
          JOIN n USING (gid)
            ON CONFLICT DO NOTHING;
    END IF;
END
$body$;

CREATE OR REPLACE FUNCTION vmm_address_remove(old_kind text, gids bigint[], local_parts varchar[])
RETURNS void LANGUAGE plpgsql STRICT SET plan_cache_mode = auto AS $body$
BEGIN
    IF cardinality(gids) > 100 THEN
        PERFORM set_config('plan_cache_mode', 'force_custom_plan', true);
    END IF;
    PERFORM FROM domain_data WHERE gid IN (SELECT unnest(gids)) ORDER BY gid FOR KEY SHARE;
    IF old_kind = 'alias' THEN
        -- The counterpart of the lock in vmm_address_add: whether a destination is left is asked when nobody is adding one.
        PERFORM FROM vmm_address
          WHERE address IN (SELECT lower(p.local_part COLLATE "C") || '@' || n.domainname
                              FROM unnest(gids, local_parts) AS p (gid, local_part) JOIN domain_name n USING (gid))
          ORDER BY address FOR UPDATE;
    END IF;
    DELETE FROM vmm_address a
     USING unnest(gids, local_parts) AS p (gid, local_part) JOIN domain_name n USING (gid)
     WHERE a.address = lower(p.local_part COLLATE "C") || '@' || n.domainname AND a.kind = old_kind
       AND (old_kind <> 'alias' OR NOT EXISTS (SELECT FROM alias l WHERE l.gid = p.gid AND l.address = p.local_part));
    IF old_kind = 'alias' THEN
        UPDATE vmm_address a
           SET kind = old_kind
          FROM unnest(gids, local_parts) AS p (gid, local_part) JOIN domain_name n USING (gid)
         WHERE a.address = lower(p.local_part COLLATE "C") || '@' || n.domainname AND a.kind = old_kind;
    END IF;
    IF EXISTS (SELECT FROM vmm_address_domain_forms WHERE gid IN (SELECT unnest(gids)) AND NOT is_stored) THEN
        WITH n AS MATERIALIZED (SELECT * FROM vmm_address_domain_forms WHERE gid IN (SELECT unnest(gids)) AND NOT is_stored)
        DELETE FROM vmm_address_u a
         USING unnest(gids, local_parts) AS p (gid, local_part) JOIN n USING (gid)
         WHERE a.address = lower(p.local_part COLLATE "C") || '@' || n.form AND a.stored_name = n.domainname
           AND (old_kind <> 'alias' OR NOT EXISTS (SELECT FROM alias l WHERE l.gid = p.gid AND l.address = p.local_part));
    END IF;
END
$body$;

-- For alias and relocated, whose columns have the same names; the kind is the name of the table. That is of type name, and would
-- have what is called compare as "C" does, past all indexes: hence the collation.
CREATE OR REPLACE FUNCTION vmm_address_others() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
DECLARE
    of_table CONSTANT text := TG_TABLE_NAME::text COLLATE "default";
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM vmm_address_add(of_table, array_agg(gid), array_agg(address), array_agg(NULL::bigint)) FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM vmm_address_remove(of_table, array_agg(gid), array_agg(address)) FROM old_rows;
    ELSE
        PERFORM vmm_address_remove(of_table, array_agg(gid), array_agg(address))
           FROM (SELECT gid, address FROM old_rows EXCEPT SELECT gid, address FROM new_rows) AS gone;
        PERFORM vmm_address_add(of_table, array_agg(gid), array_agg(address), array_agg(NULL::bigint))
           FROM (SELECT gid, address FROM new_rows EXCEPT SELECT gid, address FROM old_rows) AS came;
    END IF;
    RETURN NULL;
END
$body$;
