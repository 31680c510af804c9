-- The layout of vmm 0.3 and 0.3.1, written anew from its description.
CREATE SEQUENCE domains_gid START 70000 MINVALUE 70000 MAXVALUE 4294967294;
CREATE SEQUENCE users_uid START 70000 MINVALUE 70000 MAXVALUE 4294967294;
CREATE SEQUENCE alias_id;
CREATE SEQUENCE relocated_id;

CREATE TABLE domains (
    gid bigint NOT NULL DEFAULT nextval('domains_gid'), domainname varchar(255) NOT NULL,
    transport varchar(268) NOT NULL DEFAULT 'dovecot:', domaindir varchar(40) NOT NULL,
    CONSTRAINT pkey_domains PRIMARY KEY (gid), CONSTRAINT ukey_domains UNIQUE (domainname)
);
CREATE TABLE users (
    local_part varchar(64) NOT NULL, passwd varchar(74) NOT NULL, name varchar(128), uid bigint NOT NULL DEFAULT nextval('users_uid'),
    gid bigint NOT NULL, home bigint NOT NULL, mail varchar(128) NOT NULL DEFAULT 'Maildir', disabled boolean NOT NULL DEFAULT false,
    CONSTRAINT pkye_users PRIMARY KEY (local_part, gid), CONSTRAINT ukey_users_uid UNIQUE (uid),
    CONSTRAINT fkey_users_gid_domains FOREIGN KEY (gid) REFERENCES domains (gid)
);
CREATE TABLE alias (
    id bigint NOT NULL DEFAULT nextval('alias_id'), gid bigint NOT NULL, address varchar(256) NOT NULL, destination varchar(320) NOT NULL,
    CONSTRAINT pkey_alias PRIMARY KEY (gid, address, destination), CONSTRAINT fkey_alias_gid_domains FOREIGN KEY (gid) REFERENCES domains (gid)
);
CREATE TABLE relocated (
    id bigint NOT NULL DEFAULT nextval('relocated_id'), gid bigint NOT NULL, address varchar(64) NOT NULL, destination varchar(320) NOT NULL,
    CONSTRAINT pkey_relocated PRIMARY KEY (gid, address), CONSTRAINT fkey_relocated_gid_domains FOREIGN KEY (gid) REFERENCES domains (gid)
);

CREATE VIEW dovecot_password AS SELECT local_part || '@' || domainname AS "user", passwd AS password FROM users LEFT JOIN domains USING (gid);
CREATE VIEW dovecot_user AS SELECT local_part || '@' || domainname AS userid, domaindir || '/' || home AS home, uid, gid FROM users LEFT JOIN domains USING (gid);
CREATE VIEW postfix_gid AS SELECT gid, domainname FROM domains;
CREATE VIEW postfix_uid AS SELECT local_part || '@' || domainname AS address, uid FROM users LEFT JOIN domains USING (gid);
CREATE VIEW postfix_maildir AS
    SELECT local_part || '@' || domainname AS address, domaindir || '/' || home || '/' || mail || '/' AS maildir FROM users LEFT JOIN domains USING (gid);
CREATE VIEW postfix_relocated AS SELECT address || '@' || domainname AS address, destination FROM relocated LEFT JOIN domains USING (gid);
CREATE VIEW postfix_alias AS SELECT address || '@' || domainname AS address, destination, gid FROM alias LEFT JOIN domains USING (gid);
CREATE VIEW postfix_transport AS SELECT transport, domainname FROM domains;
CREATE VIEW vmm_alias_count AS SELECT count(DISTINCT address) AS aliases, gid FROM alias GROUP BY gid;

GRANT SELECT ON dovecot_password, dovecot_user TO dovecot;
GRANT SELECT ON postfix_alias, postfix_gid, postfix_maildir, postfix_relocated, postfix_transport, postfix_uid TO postfix;
