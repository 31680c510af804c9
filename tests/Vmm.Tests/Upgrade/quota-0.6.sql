INSERT INTO userquota (uid, bytes, messages) VALUES (70000, 12345678901, 77), (70001, 5, 0);
GRANT SELECT, INSERT, UPDATE, DELETE ON userquota TO dovecot;
