-- Part of objects.pgsql.

-- ==== 6  Views for Postfix and Dovecot, as in vmm 0.4, and the two of vmm 0.7 ===================================================

-- Asked by the whole address, these read one row by the key of vmm_address and look for one with U-labels in vmm_address_u, which
-- is empty where no domain has A-labels. They are planned for each question, so there is as little in them as can be. Columns of
-- ours come after those of 0.4.

-- Dovecot asks "... AND %Ls" with the name of its service: a column for each, or the question is an error and not a refusal.
CREATE VIEW dovecot_password AS
SELECT a.address AS "user", vmm_password(a.uid)::varchar(270) AS password,
       a.smtp AND (a.suspended_until > now()) IS NOT TRUE AS smtp,
       a.pop3 AND (a.suspended_until > now()) IS NOT TRUE AS pop3,
       a.imap AND (a.suspended_until > now()) IS NOT TRUE AS imap,
       a.sieve AND (a.suspended_until > now()) IS NOT TRUE AS managesieve,
       a.sieve AND (a.suspended_until > now()) IS NOT TRUE AS sieve,
       a.smtp AND (a.suspended_until > now()) IS NOT TRUE AS submission,
       true AS lmtp, true AS lda, true AS doveadm
  FROM vmm_address_forms a
 WHERE a.kind = 'account';

-- The reader puts maildir: before mail; mail_location has the format of the account in front.
CREATE VIEW dovecot_user AS
SELECT a.address AS userid, a.uid, a.gid, a.home, substr(a.mail, strpos(a.mail, ':') + 1) AS mail, a.mail AS mail_location,
    a.quota_rule
  FROM vmm_address_forms a
 WHERE a.kind = 'account';

CREATE OR REPLACE VIEW postfix_gid AS
SELECT n.gid, n.domainname
  FROM domain_name n
 UNION ALL
SELECT n.gid, vmm_u_form(n.domainname)::varchar(255)
  FROM domain_name n
 WHERE strpos(n.domainname, 'xn--') > 0 AND vmm_u_form(n.domainname) IS NOT NULL
   AND (SELECT o.gid FROM domain_name o WHERE o.domainname = vmm_u_form(n.domainname)::varchar(255)) IS NULL;

CREATE VIEW postfix_uid AS
SELECT address, uid FROM vmm_address_forms WHERE kind = 'account';

CREATE VIEW postfix_maildir AS
SELECT a.address, vmm_for_reader(a.home || substr(a.mail, strpos(a.mail, ':~/') + 2) || '/') AS maildir
  FROM vmm_address_forms a
 WHERE a.kind = 'account';

CREATE VIEW postfix_relocated AS
SELECT a.address, vmm_relocated(a.gid, a.local_part) AS destination
  FROM vmm_address_forms a
 WHERE a.kind = 'relocated';

-- Without the catch-all destinations: a view has rows for addresses that exist. Whoever uses them asks postfix_virtual_alias_map().
CREATE VIEW postfix_alias AS
SELECT a.address, vmm_destinations(a.gid, a.local_part,
    coalesce(a.stored_name, substr(a.address, length(a.local_part) + 2))) AS destination, a.gid
  FROM vmm_address_forms a
 WHERE a.kind = 'alias' OR a.kind = 'account' AND NOT a.is_stored AND (a.refused_until > now()) IS NOT TRUE;

CREATE VIEW postfix_transport AS
SELECT address,
       CASE WHEN refused_until > now() THEN refusal
            WHEN deferred_until > now() THEN deferral
            ELSE vmm_for_reader(transport) END AS transport
  FROM vmm_address_forms
 WHERE kind = 'account';

-- The counts that vmm 0.7 shows in domaininfo.
CREATE OR REPLACE VIEW vmm_domain_info AS
SELECT n.gid,
       (SELECT count(*) FROM users u WHERE u.gid = n.gid) AS accounts,
       (SELECT count(DISTINCT l.address) FROM alias l WHERE l.gid = n.gid) AS aliases,
       (SELECT count(*) FROM relocated r WHERE r.gid = n.gid) AS relocated,
       (SELECT count(*) FROM domain_name o WHERE o.gid = n.gid AND NOT o.is_primary) AS aliasdomains,
       (SELECT count(*) FROM catchall c WHERE c.gid = n.gid) AS catchall
  FROM domain_name n
 WHERE n.is_primary;
