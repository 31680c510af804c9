-- When passwords were changed. Part of objects.pgsql.

-- ==== 10  Age of passwords ======================================================================================================

-- By any program. NULL is not known: from before there was this column. It gets its default afterwards, so that the rows that are
-- there keep NULL, and none is written. New rows have the default and need no trigger.
ALTER TABLE users ADD COLUMN passwd_changed timestamptz;
ALTER TABLE users ALTER COLUMN passwd_changed SET DEFAULT now();

CREATE OR REPLACE FUNCTION vmm_password_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    NEW.passwd_changed := now();
    RETURN NEW;
END
$body$;

CREATE TRIGGER vmm_password_changed BEFORE UPDATE OF passwd ON users FOR EACH ROW
    WHEN (OLD.passwd IS DISTINCT FROM NEW.passwd) EXECUTE FUNCTION vmm_password_changed();
