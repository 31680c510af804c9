-- One row for each address: the triggers of names, domains and choices; the keys of lookups. Part of objects.pgsql.

-- A name comes, goes, is spelt anew, or moves to another domain, and all addresses under it with it. vmm_domain_lock has the lock,
-- also on a domain whose name has the same letters as A-labels: it loses its rows with U-labels to a name that is stored with
-- these, or gets them back.
CREATE OR REPLACE FUNCTION vmm_address_names() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
    SET plan_cache_mode = force_custom_plan AS $body$
DECLARE
    gone_gids  bigint[];
    gone_names varchar[];
    new_gids   bigint[];
    new_names  varchar[];
    same_gids  bigint[];
    same_names varchar[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(gid), array_agg(domainname) INTO new_gids, new_names FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(gid), array_agg(domainname) INTO gone_gids, gone_names FROM old_rows;
    ELSE
        SELECT array_agg(gid), array_agg(domainname) INTO gone_gids, gone_names
          FROM (SELECT gid, domainname FROM old_rows EXCEPT SELECT gid, domainname FROM new_rows) AS gone;
        SELECT array_agg(gid), array_agg(domainname) INTO new_gids, new_names
          FROM (SELECT gid, domainname FROM new_rows EXCEPT SELECT gid, domainname FROM old_rows) AS came;
    END IF;
    SELECT array_agg(n.gid), array_agg(n.domainname) INTO same_gids, same_names
      FROM unnest(gone_names || new_names) AS c (name)
      JOIN domain_name n ON strpos(n.domainname, 'xn--') > 0 AND vmm_u_form(n.domainname)::varchar(255) = c.name
     WHERE octet_length(c.name) > length(c.name) AND n.domainname <> ALL (coalesce(new_names, '{}'));
    IF gone_gids IS NOT NULL THEN
        DELETE FROM vmm_address a
         USING (SELECT gid, local_part FROM users WHERE gid = ANY (gone_gids)
                UNION ALL
                SELECT DISTINCT gid, address FROM alias WHERE gid = ANY (gone_gids)
                UNION ALL
                SELECT gid, address FROM relocated WHERE gid = ANY (gone_gids)) AS p
          JOIN unnest(gone_gids, gone_names) AS n (gid, domainname) USING (gid)
         WHERE a.address = lower(p.local_part COLLATE "C") || '@' || n.domainname;
    END IF;
    IF gone_gids IS NOT NULL OR same_gids IS NOT NULL THEN
        DELETE FROM vmm_address_u WHERE stored_name = ANY (gone_names || same_names);
    END IF;
    IF new_gids IS NOT NULL THEN
        INSERT INTO vmm_address_forms SELECT * FROM vmm_address_expected(new_gids, new_names);
    END IF;
    IF same_gids IS NOT NULL THEN
        INSERT INTO vmm_address_forms SELECT * FROM vmm_address_expected(same_gids, same_names) WHERE NOT is_stored;
    END IF;
    RETURN NULL;
END
$body$;

-- A row of the small tables of choices, which neither vmm nor 0.7 ever changes: all accounts are looked through, and nobody adds
-- one meanwhile.
CREATE OR REPLACE FUNCTION vmm_address_choices() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
BEGIN
    IF TG_WHEN = 'BEFORE' THEN
        LOCK TABLE domain_data IN EXCLUSIVE MODE;
    ELSE
        PERFORM vmm_account_refresh(ARRAY(SELECT gid FROM domain_data), ARRAY(SELECT uid FROM users));
    END IF;
    RETURN NULL;
END
$body$;

CREATE OR REPLACE FUNCTION vmm_address_truncate() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
DECLARE
    of_table CONSTANT text := TG_TABLE_NAME::text COLLATE "default";
BEGIN
    DELETE FROM vmm_address_forms WHERE of_table = 'domain_name' OR kind = CASE of_table WHEN 'users'
        THEN 'account' ELSE of_table END;
    RETURN NULL;
END
$body$;

-- Transition tables allow one event per trigger.
CREATE TRIGGER vmm_address_ins AFTER INSERT ON users
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_users();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON users
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_users();
CREATE TRIGGER vmm_address_del AFTER DELETE ON users
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_users();

CREATE TRIGGER vmm_address_ins AFTER INSERT ON alias
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_others();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON alias
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_others();
CREATE TRIGGER vmm_address_del AFTER DELETE ON alias
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_others();

CREATE TRIGGER vmm_address_ins AFTER INSERT ON relocated
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_others();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON relocated
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_others();
CREATE TRIGGER vmm_address_del AFTER DELETE ON relocated
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_others();

CREATE TRIGGER vmm_address_ins AFTER INSERT ON domain_name
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_names();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON domain_name
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_names();
CREATE TRIGGER vmm_address_del AFTER DELETE ON domain_name
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_names();

CREATE TRIGGER vmm_address_trunc AFTER TRUNCATE ON users FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_truncate();
CREATE TRIGGER vmm_address_trunc AFTER TRUNCATE ON alias FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_truncate();
CREATE TRIGGER vmm_address_trunc AFTER TRUNCATE ON relocated FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_truncate();
CREATE TRIGGER vmm_address_trunc AFTER TRUNCATE ON domain_name FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_truncate();

CREATE TRIGGER vmm_address_upd AFTER UPDATE ON domain_data
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_domains();

CREATE TRIGGER vmm_address_lock BEFORE UPDATE ON transport FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON transport FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_lock BEFORE UPDATE ON mailboxformat FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON mailboxformat FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_lock BEFORE UPDATE ON maillocation FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON maillocation FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_lock BEFORE UPDATE ON quotalimit FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON quotalimit FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_lock BEFORE UPDATE ON service_set FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
CREATE TRIGGER vmm_address_upd AFTER UPDATE ON service_set FOR EACH STATEMENT EXECUTE FUNCTION vmm_address_choices();
-- The name under which a domain is stored. A name that is stored as it comes wins, also one with U-labels.
CREATE OR REPLACE FUNCTION vmm_stored_name(asked varchar) RETURNS varchar LANGUAGE plpgsql STABLE STRICT SET search_path
    FROM CURRENT AS $body$
DECLARE
    -- Not as the caller collates it: the views hand over a part of vmm_address.
    folded CONSTANT varchar COLLATE "default" := lower(asked COLLATE "C");
    meant  varchar COLLATE "default" := folded;
BEGIN
    IF octet_length(folded) = length(folded) THEN
        RETURN folded;
    END IF;
    -- Postfix up to 3.7 sends UTF-8 and calls it LATIN1.
    BEGIN
        meant := convert_from(convert_to(folded, 'LATIN1'), 'UTF8');
    EXCEPTION WHEN data_exception THEN
        NULL;
    END;
    RETURN coalesce(
        (SELECT n.domainname
           FROM domain_name n
          WHERE strpos(n.domainname, 'xn--') > 0 AND vmm_u_form(n.domainname)::varchar(255) = meant
            AND NOT EXISTS (SELECT FROM domain_name o WHERE o.domainname IN (folded, meant))
          LIMIT 1),
        folded);
END
$body$;

-- The key of an address in vmm_address, and the only place where letters are folded for a look-up. Called by functions that have
-- set the search path.
CREATE OR REPLACE FUNCTION vmm_address_key(localpart varchar, the_domain varchar) RETURNS text
    LANGUAGE plpgsql STABLE STRICT AS $body$
BEGIN
    IF octet_length(the_domain) = length(the_domain) THEN
        RETURN lower((localpart || '@' || the_domain) COLLATE "C");
    END IF;
    RETURN lower(localpart COLLATE "C") || '@' || vmm_stored_name(the_domain);
END
$body$;

-- A result as its reader takes it. Postfix up to 3.7 says LATIN1 and means bytes: it gets the bytes of UTF-8, as later versions
-- do. A letter that is not in LATIN1 would be an error, and after an error Postfix leaves the server alone for a minute: the mail
-- of all domains would wait for one transport.
CREATE OR REPLACE FUNCTION vmm_for_reader(result text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $body$
    SELECT CASE WHEN octet_length(result) = length(result) OR pg_client_encoding() <> 'LATIN1' THEN result
                ELSE convert_from(convert_to(result, 'UTF8'), 'LATIN1')
           END
$body$;
