-- After the tables of 0.7: what 0.6 made for Dovecot before 1.2.
ALTER TABLE service_set RENAME sieve TO managesieve;
ALTER TYPE dovecotpassword RENAME ATTRIBUTE sieve TO managesieve;
-- The two flavours of the function differ in the name of this column.
DO $do$
BEGIN
    EXECUTE replace(pg_get_functiondef('dovecotpassword(varchar, varchar)'::regprocedure), 'pop3, imap, sieve', 'pop3, imap, managesieve');
END
$do$;
DROP TABLE userquota;
DROP FUNCTION merge_userquota();
CREATE TABLE userquota_11 (
    uid bigint NOT NULL, path varchar(16) NOT NULL, current bigint NOT NULL DEFAULT 0,
    CONSTRAINT pkey_userquota_11 PRIMARY KEY (uid, path),
    CONSTRAINT fkey_userquota_11_uid_users FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
);
CREATE FUNCTION merge_userquota_11() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    UPDATE userquota_11 SET current = current + NEW.current WHERE uid = NEW.uid AND path = NEW.path;
    RETURN CASE WHEN FOUND THEN NULL ELSE NEW END;
END
$body$;
CREATE TRIGGER mergeuserquota_11 BEFORE INSERT ON userquota_11 FOR EACH ROW EXECUTE PROCEDURE merge_userquota_11();
