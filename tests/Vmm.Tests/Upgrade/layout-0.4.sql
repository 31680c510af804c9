-- The layout of vmm 0.4-r41, written anew from its description.
CREATE SEQUENCE transport_id;
CREATE SEQUENCE maillocation_id;
CREATE SEQUENCE domains_gid START 70000 MINVALUE 70000 MAXVALUE 4294967294;
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
CREATE TABLE domains (
    gid bigint NOT NULL DEFAULT nextval('domains_gid'), tid bigint NOT NULL DEFAULT 1, domainname varchar(255) NOT NULL, domaindir varchar(40) NOT NULL,
    CONSTRAINT pkey_domains PRIMARY KEY (gid), CONSTRAINT ukey_domains UNIQUE (domainname),
    CONSTRAINT fkey_domains_tid_transport FOREIGN KEY (tid) REFERENCES transport (tid)
);
CREATE TABLE users (
    local_part varchar(64) NOT NULL, passwd varchar(74) NOT NULL, name varchar(128), uid bigint NOT NULL DEFAULT nextval('users_uid'),
    gid bigint NOT NULL, mid bigint NOT NULL DEFAULT 1, tid bigint NOT NULL DEFAULT 1,
    smtp boolean NOT NULL DEFAULT true, pop3 boolean NOT NULL DEFAULT true, imap boolean NOT NULL DEFAULT true, managesieve boolean NOT NULL DEFAULT true,
    CONSTRAINT pkye_users PRIMARY KEY (local_part, gid), CONSTRAINT ukey_users_uid UNIQUE (uid),
    CONSTRAINT fkey_users_gid_domains FOREIGN KEY (gid) REFERENCES domains (gid),
    CONSTRAINT fkey_users_mid_maillocation FOREIGN KEY (mid) REFERENCES maillocation (mid),
    CONSTRAINT fkey_users_tid_transport FOREIGN KEY (tid) REFERENCES transport (tid)
);
CREATE TABLE alias (
    gid bigint NOT NULL, address varchar(256) NOT NULL, destination varchar(320) NOT NULL,
    CONSTRAINT pkey_alias PRIMARY KEY (gid, address, destination), CONSTRAINT fkey_alias_gid_domains FOREIGN KEY (gid) REFERENCES domains (gid)
);
CREATE TABLE relocated (
    gid bigint NOT NULL, address varchar(64) NOT NULL, destination varchar(320) NOT NULL,
    CONSTRAINT pkey_relocated PRIMARY KEY (gid, address), CONSTRAINT fkey_relocated_gid_domains FOREIGN KEY (gid) REFERENCES domains (gid)
);

CREATE VIEW dovecot_password AS
    SELECT local_part || '@' || domainname AS "user", passwd AS password, smtp, pop3, imap, managesieve FROM users LEFT JOIN domains USING (gid);
CREATE VIEW dovecot_user AS
    SELECT local_part || '@' || domainname AS userid, uid, gid, domaindir || '/' || uid AS home, '~/' || maillocation AS mail
      FROM users LEFT JOIN domains USING (gid) LEFT JOIN maillocation USING (mid);
CREATE VIEW postfix_gid AS SELECT gid, domainname FROM domains;
CREATE VIEW postfix_uid AS SELECT local_part || '@' || domainname AS address, uid FROM users LEFT JOIN domains USING (gid);
CREATE VIEW postfix_maildir AS
    SELECT local_part || '@' || domainname AS address, domaindir || '/' || uid || '/' || maillocation || '/' AS maildir
      FROM users LEFT JOIN domains USING (gid) LEFT JOIN maillocation USING (mid);
CREATE VIEW postfix_relocated AS SELECT address || '@' || domainname AS address, destination FROM relocated LEFT JOIN domains USING (gid);
CREATE VIEW postfix_alias AS SELECT address || '@' || domainname AS address, destination, gid FROM alias LEFT JOIN domains USING (gid);
CREATE VIEW postfix_transport AS
    SELECT local_part || '@' || domainname AS address, transport
      FROM users LEFT JOIN transport USING (tid) LEFT JOIN domains USING (gid);
CREATE VIEW vmm_alias_count AS SELECT count(DISTINCT address) AS aliases, gid FROM alias GROUP BY gid;
CREATE VIEW vmm_domain_info AS
    SELECT gid, domainname, transport, domaindir, count(uid) AS accounts, aliases
      FROM domains LEFT JOIN transport USING (tid) LEFT JOIN users USING (gid) LEFT JOIN vmm_alias_count USING (gid)
     GROUP BY gid, domainname, transport, domaindir, aliases;

GRANT SELECT ON dovecot_password, dovecot_user TO dovecot;
GRANT SELECT ON postfix_alias, postfix_gid, postfix_maildir, postfix_relocated, postfix_transport, postfix_uid TO postfix;
