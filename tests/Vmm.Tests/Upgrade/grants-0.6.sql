-- What the programs of 0.6 and 0.7 granted. The use of quota comes last, since the name of its table differs.
GRANT SELECT ON mailboxformat, maillocation, service_set, quotalimit TO dovecot;
GRANT SELECT (domaindir, gid, qid, ssid) ON domain_data TO dovecot;
GRANT SELECT (domainname, gid) ON domain_name TO dovecot;
GRANT SELECT (gid, local_part, mid, passwd, qid, ssid, uid) ON users TO dovecot;
GRANT SELECT ON alias, catchall, postfix_gid, relocated, transport TO postfix;
GRANT SELECT (domaindir, gid, tid) ON domain_data TO postfix;
GRANT SELECT (domainname, gid) ON domain_name TO postfix;
GRANT SELECT (directory, mid) ON maillocation TO postfix;
GRANT SELECT (gid, local_part, mid, tid, uid) ON users TO postfix;
