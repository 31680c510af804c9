-- Awkward rows of 0.4: services switched off one by one, an account's own transport beside its domain's, mail directories of other names.
INSERT INTO transport (transport) VALUES ('smtp:[relay.example.org]:2525'), ('virtual:'), ('lmtp:unix:private/dovecot-lmtp');
INSERT INTO maillocation (maillocation) VALUES ('mail'), ('.maildir');
INSERT INTO domains (tid, domainname, domaindir) VALUES
    (1, 'example.com', '/srv/mail/a/70000'), (2, 'example.net', '/srv/mail/z/70001'), (1, 'xn--mller-kva.example', '/home/mail/0/70002'),
    (3, 'empty.example', '/srv/mail/e/70003');
INSERT INTO users (local_part, passwd, name, gid, mid, tid, smtp, pop3, imap, managesieve) VALUES
    ('alice', '{CRAM-MD5}e02d374fde0dc75a17a557039a3a5338c7743304777dccd376f332be', 'Alice Örtchen', 70000, 1, 1, true, true, true, true),
    ('bob', 'no scheme in front', NULL, 70000, 1, 1, false, false, false, false),
    ('carol', '{PLAIN}plain text', 'C, "the" \', 70000, 2, 2, true, false, true, false),
    ('o''hara+x', '{PLAIN}x', NULL, 70001, 3, 2, false, true, true, true),
    ('bob', '{DIGEST-MD5}None', NULL, 70001, 2, 4, true, true, false, true),
    ('müller', '{PLAIN}y', 'Müller', 70002, 1, 1, true, true, true, false);
INSERT INTO alias (gid, address, destination) VALUES
    (70000, 'postmaster', 'alice@example.com'), (70000, 'info', 'alice@example.com'), (70000, 'info', 'Someone.Else@example.org'),
    (70000, 'local', 'alice'), (70001, 'gateway', 'user%host@example.org'), (70002, 'all', 'müller@xn--mller-kva.example');
INSERT INTO relocated (gid, address, destination) VALUES (70000, 'old', 'new@example.org'), (70001, 'gone', 'away@example.org');
