-- After layout-0.4.sql and its rows: what the release of 0.4 itself made, whose users had a misspelt column, and whose view of passwords failed.
DROP VIEW dovecot_password;
ALTER TABLE users RENAME smtp TO smpt;
