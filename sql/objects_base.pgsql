-- Version, primary names and quota usage. Part of objects.pgsql.

-- ==== 1  Version ================================================================================================================

-- vmm reads this before anything else and refuses a layout that it does not know. 1 is the layout of vmm 0.8.0,
-- 2 has the journal.
CREATE TABLE vmm_schema (
    version  integer NOT NULL,
    -- A primary key that can only be true leaves no room for a second row.
    only_row boolean NOT NULL DEFAULT true,
    CONSTRAINT vmm_schema_pkey PRIMARY KEY (only_row),
    CONSTRAINT vmm_schema_only_row CHECK (only_row)
);
INSERT INTO vmm_schema (version) VALUES (2);

-- ==== 2  One primary name per domain ============================================================================================

-- Whoever changes the names of a domain is alone with it: everybody who adds or removes an address holds FOR KEY SHARE on the same
-- row (section 4). The lock comes before the row does. Taken after it, two that add a name at the same time would both hold the
-- foreign key's share lock and wait for each other.
--
-- A transaction in a stricter isolation level than READ COMMITTED keeps looking at the past after it has waited. It must not change
-- names: it would miss addresses added since. And it must not add or remove addresses after a change of names that it does not see:
-- hence the update, which makes its lock fail with serialization_failure.
CREATE OR REPLACE FUNCTION vmm_domain_lock() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
DECLARE
    gids bigint[];
BEGIN
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        RAISE feature_not_supported USING
            MESSAGE = 'names of domains are changed in READ COMMITTED only',
            HINT = 'Begin the transaction with: BEGIN ISOLATION LEVEL READ COMMITTED.';
    END IF;
    IF TG_OP <> 'INSERT' THEN
        gids := gids || OLD.gid;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        gids := gids || NEW.gid;
    END IF;
    -- A name with U-labels takes something from the domain that has it with A-labels, or gives it back: see vmm_address_names.
    SELECT gids || array_agg(n.gid) INTO gids
      FROM domain_name n
     WHERE strpos(n.domainname, 'xn--') > 0
       AND vmm_u_form(n.domainname)::varchar(255) IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.domainname END,
                                                      CASE WHEN TG_OP <> 'DELETE' THEN NEW.domainname END);
    PERFORM FROM domain_data WHERE gid = ANY (gids) ORDER BY gid FOR UPDATE;
    UPDATE domain_data SET gid = gid WHERE gid = ANY (gids);
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$body$;

CREATE TRIGGER vmm_domain_lock BEFORE INSERT OR UPDATE OR DELETE ON domain_name
FOR EACH ROW EXECUTE FUNCTION vmm_domain_lock();

-- Asked when the statement is through, so that a primary row may be changed and stay primary, and one statement may swap two names.
CREATE OR REPLACE FUNCTION domain_primary_trigger() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
BEGIN
    IF NEW.is_primary AND EXISTS (SELECT FROM domain_name WHERE gid = NEW.gid AND is_primary AND domainname <> NEW.domainname) THEN
        RAISE unique_violation USING
            MESSAGE = 'a domain has only one primary name',
            DETAIL = format('Domain %s has another one beside %s.', NEW.gid, NEW.domainname),
            TABLE = 'domain_name', CONSTRAINT = 'domain_name_one_primary';
    END IF;
    RETURN NULL;
END
$body$;

CREATE TRIGGER primary_count_ins AFTER INSERT ON domain_name FOR EACH ROW EXECUTE FUNCTION domain_primary_trigger();
CREATE TRIGGER primary_count_upd AFTER UPDATE ON domain_name FOR EACH ROW EXECUTE FUNCTION domain_primary_trigger();

-- ==== 3  Quota usage, written by Dovecot's dict (2.3) and quota_clone (2.3, 2.4) ================================================

-- Dovecot 2.3 inserts a difference and expects it to be added to what is there. A negative message count, or NULL for none, marks a
-- row that is to be stored as it is (the count made positive); the insertion below says it to itself that way. No such account:
-- nothing happens, since a session may outlive its account.
CREATE OR REPLACE FUNCTION merge_userquota() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
BEGIN
    IF NEW.messages IS NULL OR NEW.messages < 0 THEN
        NEW.messages := coalesce(-NEW.messages, 0);
        RETURN NEW;
    END IF;
    UPDATE userquota SET bytes = bytes + NEW.bytes, messages = messages + NEW.messages WHERE uid = NEW.uid;
    IF NOT FOUND THEN
        BEGIN
            INSERT INTO userquota AS q VALUES (NEW.uid, NEW.bytes, -nullif(NEW.messages, 0))
            ON CONFLICT (uid) DO UPDATE SET bytes = q.bytes + excluded.bytes, messages = q.messages + excluded.messages;
        EXCEPTION WHEN foreign_key_violation THEN
            NULL;
        END;
    END IF;
    RETURN NULL;
END
$body$;

CREATE TRIGGER mergeuserquota BEFORE INSERT ON userquota FOR EACH ROW EXECUTE FUNCTION merge_userquota();

-- Dovecot's quota_clone writes absolute values under the name of the user. 2.4 says (two dict_map of the same table make one
-- statement)
--     INSERT INTO vmm_quota_clone (bytes,messages,username) VALUES (1024,3,'user@example.com')
--     ON CONFLICT (username) DO UPDATE SET bytes=1024,messages=3
-- and 2.3 the same without ON CONFLICT. The trigger takes the values to userquota and keeps the row away, so this table is always
-- empty: its key is what ON CONFLICT asks for. A value that is not given stays as it was. No such account: nothing happens, as
-- above.
CREATE TABLE vmm_quota_clone (
    username text    NOT NULL,
    bytes    bigint,
    messages integer,
    CONSTRAINT vmm_quota_clone_pkey PRIMARY KEY (username)
);

CREATE OR REPLACE FUNCTION vmm_quota_clone() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
DECLARE
    account bigint;
BEGIN
    SELECT a.uid INTO account
      FROM vmm_address a
     WHERE a.address = vmm_address_key(split_part(NEW.username, '@', 1)::varchar,
         substr(NEW.username, strpos(NEW.username, '@') + 1)::varchar);
    UPDATE userquota SET bytes = coalesce(NEW.bytes, bytes), messages = coalesce(NEW.messages, messages) WHERE uid = account;
    IF account IS NOT NULL AND NOT FOUND THEN
        BEGIN
            INSERT INTO userquota AS q VALUES (account, coalesce(NEW.bytes, 0), -nullif(NEW.messages, 0))
            ON CONFLICT (uid) DO UPDATE SET bytes = coalesce(NEW.bytes, q.bytes), messages = coalesce(NEW.messages, q.messages);
        EXCEPTION WHEN foreign_key_violation THEN
            NULL;
        END;
    END IF;
    RETURN NULL;
END
$body$;

CREATE TRIGGER vmm_quota_clone BEFORE INSERT ON vmm_quota_clone FOR EACH ROW EXECUTE FUNCTION vmm_quota_clone();

-- What leads to an address; what leads to unknown addresses of a domain; and what leads to an address with an extension, as
-- user+list@ does to user@: a range within a domain, which may have 100,000 destinations.
CREATE INDEX alias_destination_domain ON alias (lower(split_part(destination, '@', 2) COLLATE "C"), lower(destination COLLATE "C"));
CREATE INDEX catchall_destination ON catchall (destination);
CREATE INDEX catchall_destination_domain ON catchall
    (lower(split_part(destination, '@', 2) COLLATE "C"), lower(destination COLLATE "C"));
CREATE INDEX relocated_destination ON relocated (destination);
CREATE INDEX relocated_destination_domain ON relocated
    (lower(split_part(destination, '@', 2) COLLATE "C"), lower(destination COLLATE "C"));
