-- Awkward rows of 0.6 and 0.7: choices of domains and of accounts, three formats, catch-alls, destinations with %, notes, an alias domain, an IDN.
INSERT INTO transport (transport) VALUES ('smtp:[relay.example.org]:2525'), ('dovecot:');
INSERT INTO maillocation (fid, directory) VALUES (2, 'mdbox'), (1, 'mail'), (3, '.sdbox');
INSERT INTO quotalimit (bytes, messages) VALUES (1073741824, 0), (5000000000, 100000);
INSERT INTO domain_data (qid, ssid, tid, domaindir, note) VALUES
    (1, 1, 1, '/srv/mail/a/70000', NULL), (2, 7, 2, '/srv/mail/z/70001', E'pays late\nsince "May"'), (1, 1, 1, '/srv/mail/0/70002', NULL),
    (3, 16, 3, '/srv/mail/e/70003', 'nobody yet');
INSERT INTO domain_name (domainname, gid, is_primary) VALUES
    ('example.com', 70000, true), ('example.org', 70000, false), ('xn--exmple-cua.example', 70000, false), ('example.net', 70001, true),
    ('xn--mller-kva.example', 70002, true), ('empty.example', 70003, true), ('alias-of-empty.example', 70003, false);
INSERT INTO users (local_part, passwd, name, gid, mid, qid, ssid, tid, note) VALUES
    ('alice', '{SHA512-CRYPT}$6$rounds=5000$abcdefgh$ijklmnopqrstuvwxyz', 'Alice Örtchen', 70000, 1, NULL, NULL, NULL, 'first'),
    ('bob', 'no scheme in front', NULL, 70000, 2, 2, 16, NULL, NULL),
    ('carol', '{PLAIN}plain text', 'C, "the" \', 70000, 3, NULL, 2, 2, NULL),
    ('o''hara+x', '{PLAIN}x', NULL, 70001, 4, 1, NULL, 3, NULL),
    ('bob', '{CRAM-MD5}e02d374fde0dc75a17a557039a3a5338c7743304777dccd376f332bee68d2cf6', NULL, 70001, 1, NULL, 8, NULL, NULL),
    ('müller', '{PLAIN}y', 'Müller', 70002, 1, 3, 1, NULL, NULL);
INSERT INTO alias (gid, address, destination) VALUES
    (70000, 'postmaster', 'alice@example.com'), (70000, 'info', 'alice@example.com'), (70000, 'info', 'Someone.Else@example.org'),
    (70000, 'every', '%n+%d@example.net'), (70000, 'every', 'list-%=@lists.example.org'), (70001, 'gateway', 'user%host@example.org'),
    (70002, 'all', 'müller@xn--mller-kva.example');
INSERT INTO relocated (gid, address, destination) VALUES (70000, 'old', 'new@example.org'), (70001, 'gone', 'away@example.org');
INSERT INTO catchall (gid, destination) VALUES (70001, 'bob@example.net'), (70001, '%n@example.org'), (70002, 'müller@xn--mller-kva.example');
