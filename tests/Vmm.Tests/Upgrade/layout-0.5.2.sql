-- After layout-0.5.sql and its rows: 0.5.2 for Dovecot 1.2 and later.
DROP VIEW dovecot_password;
ALTER TABLE users RENAME managesieve TO sieve;
CREATE VIEW dovecot_password AS
    SELECT local_part || '@' || domainname AS "user", passwd AS password, smtp, pop3, imap, sieve FROM users LEFT JOIN domain_name USING (gid);
GRANT SELECT ON dovecot_password TO dovecot;
