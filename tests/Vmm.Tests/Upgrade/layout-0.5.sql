-- The layout of vmm 0.5 and 0.5.1, and of 0.5.2 for Dovecot before 1.2, written anew from its description.
CREATE SEQUENCE transport_id;
CREATE SEQUENCE maillocation_id;
CREATE SEQUENCE domain_gid START 70000 MINVALUE 70000 MAXVALUE 4294967294;
CREATE SEQUENCE users_uid START 70000 MINVALUE 70000 MAXVALUE 4294967294;

CREATE TABLE transport (
    tid bigint NOT NULL DEFAULT nextval('transport_id'), transport varchar(270) NOT NULL,
    CONSTRAINT pkey_transport PRIMARY KEY (tid), CONSTRAINT ukey_transport UNIQUE (transport)
);
INSERT INTO transport (transport) VALUES ('dovecot:');
CREATE TABLE maillocation (
    mid bigint NOT NULL DEFAULT nextval('maillocation_id'), maillocation varchar(20) NOT NULL,
    CONSTRAINT pkey_maillocation PRIMARY KEY (mid), CONSTRAINT ukey_maillocation UNIQUE (maillocation)
);
INSERT INTO maillocation (maillocation) VALUES ('Maildir');
CREATE TABLE domain_data (
    gid bigint NOT NULL DEFAULT nextval('domain_gid'), tid bigint NOT NULL DEFAULT 1, domaindir varchar(40) NOT NULL,
    CONSTRAINT pkey_domain_data PRIMARY KEY (gid), CONSTRAINT fkey_domain_data_tid_transport FOREIGN KEY (tid) REFERENCES transport (tid)
);
CREATE TABLE domain_name (
    domainname varchar(255) NOT NULL, gid bigint NOT NULL, is_primary boolean NOT NULL,
    CONSTRAINT pkey_domain_name PRIMARY KEY (domainname), CONSTRAINT fkey_domain_name_gid_domain_data FOREIGN KEY (gid) REFERENCES domain_data (gid)
);
CREATE TABLE users (
    local_part varchar(64) NOT NULL, passwd varchar(74) NOT NULL, name varchar(128), uid bigint NOT NULL DEFAULT nextval('users_uid'),
    gid bigint NOT NULL, mid bigint NOT NULL DEFAULT 1, tid bigint NOT NULL DEFAULT 1,
    smtp boolean NOT NULL DEFAULT true, pop3 boolean NOT NULL DEFAULT true, imap boolean NOT NULL DEFAULT true, managesieve boolean NOT NULL DEFAULT true,
    CONSTRAINT pkey_users PRIMARY KEY (local_part, gid), CONSTRAINT ukey_users_uid UNIQUE (uid),
    CONSTRAINT fkey_users_gid_domain_data FOREIGN KEY (gid) REFERENCES domain_data (gid),
    CONSTRAINT fkey_users_mid_maillocation FOREIGN KEY (mid) REFERENCES maillocation (mid),
    CONSTRAINT fkey_users_tid_transport FOREIGN KEY (tid) REFERENCES transport (tid)
);
CREATE TABLE alias (
    gid bigint NOT NULL, address varchar(64) NOT NULL, destination varchar(320) NOT NULL,
    CONSTRAINT pkey_alias PRIMARY KEY (gid, address, destination), CONSTRAINT fkey_alias_gid_domain_data FOREIGN KEY (gid) REFERENCES domain_data (gid)
);
CREATE TABLE relocated (
    gid bigint NOT NULL, address varchar(64) NOT NULL, destination varchar(320) NOT NULL,
    CONSTRAINT pkey_relocated PRIMARY KEY (gid, address), CONSTRAINT fkey_relocated_gid_domain_data FOREIGN KEY (gid) REFERENCES domain_data (gid)
);

CREATE VIEW dovecot_password AS
    SELECT local_part || '@' || domainname AS "user", passwd AS password, smtp, pop3, imap, managesieve FROM users LEFT JOIN domain_name USING (gid);
CREATE VIEW dovecot_user AS
    SELECT local_part || '@' || domainname AS userid, uid, gid, domaindir || '/' || uid AS home, '~/' || maillocation AS mail
      FROM users LEFT JOIN domain_data USING (gid) LEFT JOIN domain_name USING (gid) LEFT JOIN maillocation USING (mid);
CREATE VIEW postfix_gid AS SELECT gid, domainname FROM domain_name;
CREATE VIEW postfix_uid AS SELECT local_part || '@' || domainname AS address, uid FROM users LEFT JOIN domain_name USING (gid);
CREATE VIEW postfix_maildir AS
    SELECT local_part || '@' || domainname AS address, domaindir || '/' || uid || '/' || maillocation || '/' AS maildir
      FROM users LEFT JOIN domain_data USING (gid) LEFT JOIN domain_name USING (gid) LEFT JOIN maillocation USING (mid);
CREATE VIEW postfix_relocated AS SELECT address || '@' || domainname AS address, destination FROM relocated LEFT JOIN domain_name USING (gid);
CREATE VIEW postfix_alias AS SELECT address || '@' || domainname AS address, destination, gid FROM alias LEFT JOIN domain_name USING (gid);
CREATE VIEW postfix_transport AS
    SELECT local_part || '@' || domainname AS address, transport
      FROM users LEFT JOIN transport USING (tid) LEFT JOIN domain_name USING (gid);
CREATE VIEW vmm_domain_info AS
    SELECT gid, domainname, transport, domaindir,
           (SELECT count(*) FROM users u WHERE u.gid = d.gid) AS accounts,
           (SELECT count(DISTINCT address) FROM alias l WHERE l.gid = d.gid) AS aliases,
           (SELECT count(*) FROM relocated r WHERE r.gid = d.gid) AS relocated,
           (SELECT count(*) FROM domain_name o WHERE o.gid = d.gid AND NOT o.is_primary) AS aliasdomains
      FROM domain_data d LEFT JOIN domain_name USING (gid) LEFT JOIN transport USING (tid)
     WHERE is_primary;

CREATE FUNCTION domain_primary_trigger() RETURNS trigger LANGUAGE plpgsql STABLE AS $body$
BEGIN
    IF (SELECT count(*) + NEW.is_primary::int FROM domain_name WHERE gid = NEW.gid AND is_primary) > 1 THEN
        RAISE EXCEPTION 'There can only be one domain marked as primary.';
    END IF;
    RETURN NEW;
END
$body$;
CREATE TRIGGER primary_count_ins BEFORE INSERT ON domain_name FOR EACH ROW EXECUTE PROCEDURE domain_primary_trigger();
CREATE TRIGGER primary_count_upd AFTER UPDATE ON domain_name FOR EACH ROW EXECUTE PROCEDURE domain_primary_trigger();

GRANT SELECT ON dovecot_password, dovecot_user TO dovecot;
GRANT SELECT ON postfix_alias, postfix_gid, postfix_maildir, postfix_relocated, postfix_transport, postfix_uid TO postfix;
