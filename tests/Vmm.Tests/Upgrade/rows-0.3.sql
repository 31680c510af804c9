-- Awkward rows of 0.3: hashes without a scheme, accounts that are switched off, mail directories and transports of their own, an IDN.
INSERT INTO domains (domainname, transport, domaindir) VALUES
    ('example.com', 'dovecot:', '/srv/mail/a/70000'), ('example.net', 'smtp:[relay.example.org]:2525', '/srv/mail/z/70001'),
    ('xn--mller-kva.example', 'dovecot:', '/home/mail/0/70002'), ('empty.example', 'virtual:', '/srv/mail/e/70003');
INSERT INTO users (local_part, passwd, name, uid, gid, home, mail, disabled)
SELECT local_part, passwd, name, uid, gid, uid, mail, disabled
  FROM (VALUES
    ('alice', 'e02d374fde0dc75a17a557039a3a5338c7743304777dccd376f332bee68d2cf6', 'Alice Örtchen', 70000, 'Maildir', false),
    ('bob', '77f5b4ec1f2a8ac0c4c2ffbd6a1cfb7a', NULL, 70000, 'Maildir', true),
    ('carol', 'plain text', 'C, "the" \', 70000, 'mail', false),
    ('o''hara+x', 'x', NULL, 70001, '.maildir', false),
    ('bob', 'secret', NULL, 70001, 'mail', true),
    ('müller', 'y', 'Müller', 70002, 'Maildir', false)) AS v (local_part, passwd, name, gid, mail, disabled)
 CROSS JOIN LATERAL (SELECT nextval('users_uid') AS uid WHERE v.gid > 0) AS n;
INSERT INTO alias (gid, address, destination) VALUES
    (70000, 'postmaster', 'alice@example.com'), (70000, 'info', 'alice@example.com'), (70000, 'info', 'Someone.Else@example.org'),
    (70000, 'local', 'alice'), (70001, 'gateway', 'user%host@example.org'), (70002, 'all', 'müller@xn--mller-kva.example');
INSERT INTO relocated (gid, address, destination) VALUES (70000, 'old', 'new@example.org'), (70001, 'gone', 'away@example.org');
