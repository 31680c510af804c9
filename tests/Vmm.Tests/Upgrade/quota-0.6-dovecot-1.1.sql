INSERT INTO userquota_11 (uid, path, current) VALUES (70000, 'quota/storage', 12345678901), (70000, 'quota/messages', 77), (70001, 'quota/storage', 5);
GRANT SELECT, INSERT, UPDATE, DELETE ON userquota_11 TO dovecot;
