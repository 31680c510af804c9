namespace Vmm.Tests.Checks;

/// <content>The tables of the faults: what is planted, what is found, and what takes it back.</content>
public abstract partial class RunningStackTests
{
    /// <summary>What an administrator's own file says, which Dovecot reads last.</summary>
    private const string Local = "/etc/dovecot/local.conf";

    /// <summary>The database with something that is not as it should be: the statement, and the one that takes it back.</summary>
    public static TheoryData<string, string, string> DatabaseFaults =>
        new()
        {
            {
                "INSERT INTO alias SELECT gid, 'broken', 'nobody@example.com' FROM domain_name WHERE domainname = 'example.com'",
                "DELETE FROM alias WHERE address = 'broken'",
                "error dangling-destination broken@example.com"
            },
            {
                "INSERT INTO alias SELECT gid, 'a', 'a@example.com' FROM domain_name WHERE domainname = 'example.com'",
                "DELETE FROM alias WHERE address = 'a'",
                "error alias-loop a@example.com"
            },
            {
                "INSERT INTO alias SELECT gid, 'many', 'x' || i || '@example.org.invalid' FROM domain_name, generate_series(1, "
                    + "1001) AS i WHERE domainname = 'example.com'",
                "DELETE FROM alias WHERE address = 'many'",
                "error expansion-limit many@example.com"
            },
            {
                "INSERT INTO alias SELECT gid, 'x%y', 'user@example.com' FROM domain_name WHERE domainname = 'example.com'",
                "DELETE FROM alias WHERE address = 'x%y'",
                "warning unreachable-address x%y@example.com"
            },
            {
                "REVOKE SELECT ON postfix_alias FROM postfix",
                "GRANT SELECT ON postfix_alias TO postfix",
                "error missing-right postfix: postfix_alias"
            },
            {
                "GRANT SELECT (passwd) ON users TO postfix",
                "REVOKE SELECT (passwd) ON users FROM postfix",
                "error password-reader postfix"
            },
            {
                "DELETE FROM vmm_address WHERE address = 'moved@example.com'",
                "INSERT INTO vmm_address SELECT 'moved@example.com', gid, 'moved', 'relocated' FROM domain_name WHERE domainname "
                    + "= 'example.com'",
                "error wrong-address moved@example.com"
            },
            {
                "DROP INDEX alias_destination",
                "CREATE INDEX alias_destination ON alias (destination)",
                "error missing-object alias_destination"
            },
            {
                "ALTER TABLE relocated DISABLE TRIGGER vmm_address_ins",
                "ALTER TABLE relocated ENABLE TRIGGER vmm_address_ins",
                "error changed-object relocated.vmm_address_ins"
            },
            { "ALTER ROLE postfix RENAME TO xfix", "ALTER ROLE xfix RENAME TO postfix", "warning missing-role postfix" },
            { "ALTER TABLE vmm_schema RENAME TO x", "ALTER TABLE x RENAME TO vmm_schema", "error schema-version mailsys" },
        };

    /// <summary>What is planted, by a shell command, and what is found; the remedy is a command.</summary>
    public static TheoryData<string, string, string> PostfixFaults =>
        new()
        {
            {
                "postconf -e transport_maps= && postfix reload",
                "error postfix-parameter transport_maps",
                "it is empty, but should be 'proxy:pgsql:/etc/postfix/pgsql-transport.cf'"
            },
            {
                "postconf -X virtual_alias_domains && postfix reload",
                "warning postfix-parameter virtual_alias_domains",
                "it is '$virtual_alias_maps', but should be empty"
            },
            {
                "postconf -e 'smtpd_relay_restrictions = permit_mynetworks, defer_unauth_destination' && postfix reload",
                "warning postfix-parameter smtpd_relay_restrictions",
                "should be 'permit_mynetworks, reject_unauth_destination'"
            },
            {
                "postconf -e lmtp_destination_recipient_limit=50 && postfix reload",
                "error postfix-parameter lmtp_destination_recipient_limit",
                "it is '50', but should be '1'"
            },
            {
                "postconf -e lmtp_destination_concurrency_limit=20 && postfix reload",
                "warning postfix-parameter lmtp_destination_concurrency_limit",
                "it is '20', but should be '1'"
            },
            {
                "postconf -e smtpd_sasl_type=cyrus",
                "error postfix-parameter smtpd_sasl_type",
                "it is 'cyrus', but should be 'dovecot'"
            },
            {
                "postconf -MX submission/inet && postfix reload",
                "error postfix-service submission/inet",
                "master.cf does not have this service"
            },
            {
                "postconf -PX submission/inet/smtpd_sender_restrictions && postfix reload",
                "error postfix-service submission/inet/smtpd_sender_restrictions",
                "should be 'reject_sender_login_mismatch'"
            },
            {
                "chmod 0644 /etc/postfix/pgsql-relocated_maps.cf",
                "error postfix-map-file /etc/postfix/pgsql-relocated_maps.cf",
                "0644, but should have root:postfix, 0640: others can read the password in it"
            },
            {
                "chmod 0600 /etc/postfix/pgsql-relocated_maps.cf",
                "warning postfix-map-file /etc/postfix/pgsql-relocated_maps.cf",
                "0600, but should have root:postfix, 0640"
            },
            {
                "chown 1234 /etc/postfix/pgsql-relocated_maps.cf",
                "error postfix-map-file /etc/postfix/pgsql-relocated_maps.cf",
                "0640, but should have root:postfix, 0640: others can read the password in it"
            },
            {
                "chgrp 1234 /etc/postfix/pgsql-relocated_maps.cf",
                "error postfix-map-file /etc/postfix/pgsql-relocated_maps.cf",
                "it has 0:1234, 0640, but should have root:postfix, 0640: others can read the password in it"
            },
            {
                "rm /etc/postfix/pgsql-relocated_maps.cf && postfix reload",
                "error postfix-map-file /etc/postfix/pgsql-relocated_maps.cf",
                "this file is not there"
            },
            {
                "echo '# mine' >> /etc/postfix/pgsql-transport.cf",
                "warning postfix-map-file /etc/postfix/pgsql-transport.cf",
                "its text is not what 'vmm mailconfig' writes"
            },
            {
                "sed -i \"s/^query.*/query = SELECT 'smtp:[x.example]'/\" /etc/postfix/pgsql-transport.cf && postfix reload",
                "error postfix-map-answer transport_maps",
                "it answers 'smtp:[x.example]', and the database 'lmtp:unix:private/dovecot-lmtp'; "
            },
            {
                // As in vmm 0.3 to 0.5, where a catch-all was an alias of this view.
                "sed -i \"s/^query.*/query = SELECT destination FROM postfix_alias WHERE address = '%s'/\" "
                    + "/etc/postfix/pgsql-virtual_alias_maps.cf && postfix reload",
                "error postfix-map-answer virtual_alias_maps",
                "it answers nothing, and the database 'other@example.net'"
            },
            {
                "sed -i 's/^query.*/query = SELECT nothing/' /etc/postfix/pgsql-virtual_uid_maps.cf && postfix reload",
                "error postfix-map-unanswered virtual_uid_maps",
                "column \"nothing\" does not exist"
            },
            { "postfix stop", "error postfix-stopped postfix", "Postfix does not run" },
        };

    private IEnumerable<(string Fault, string Finding, string Text, string? Undo)> DovecotFaults =>
        [
            (
                $"chmod 0644 {Queries}",
                $"error dovecot-file {Queries}",
                "0644, but should have root:dovecot, 0640: others can read the password in it",
                null
            ),
            (
                $"echo '# mine' >> {Queries}",
                $"warning dovecot-file {Queries}",
                "its text is not what 'vmm mailconfig' writes",
                null
            ),
            (
                "mv /etc/dovecot/conf.d/99-vmm.conf /etc/dovecot/kept",
                "error dovecot-file /etc/dovecot/conf.d/99-vmm.conf",
                "this file is not there, so these settings are wrong: passdb, userdb, ",
                null
            ),
            (
                "sed -i 's/^#!include auth-system/!include auth-system/' /etc/dovecot/conf.d/10-auth.conf",
                "warning dovecot-file /etc/dovecot/conf.d/10-auth.conf",
                "it also has a passdb and a userdb for other users",
                null
            ),
            (
                "sed -i '/private.dovecot-lmtp/,/}/s/ = postfix/ = root/' /etc/dovecot/conf.d/99-vmm.conf",
                $"error dovecot-setting service lmtp: {stack.Place}/postfix/queue/private/dovecot-lmtp",
                "Postfix has no permission to use this socket: Postfix cannot deliver",
                null
            ),
            ("doveadm stop", "error dovecot-stopped dovecot", "Dovecot does not run", null),
            (
                $"sed -i 's/dovecotquotauser/nothing/' {Queries} && doveadm reload",
                "error dovecot-unanswered userdb",
                "failed with exit status 75: ",
                null
            ),
            (
                $"sed -i 's/ELSE true END/ELSE false END/' {Queries} && doveadm reload",
                "error passdb-answer second@example.com",
                "cannot log in; the same with 4 of the other accounts",
                null
            ),
            (
                $"sed -i \"s,SELECT home,SELECT '/x' AS home,\" {Queries} && doveadm reload",
                "error userdb-answer userdb",
                "asked for 'second@example.com' it answers 'uid=70001, gid=70000, home=/x,",
                null
            ),
            (
                $"echo first_valid_uid = 80000 > {Local}",
                "error dovecot-setting first_valid_uid",
                "it is 80000, but accounts begin at 70000",
                $"rm {Local}"
            ),
            (
                $"echo auth_username_chars = abcdefghijklmnopqrtuvwxyz.@ > {Local}",
                "error username-characters auth_username_chars",
                "2 accounts have characters in their addresses that are not among 'abcdefghijklmnopqrtuvwxyz.@', and cannot log "
                    + "in; one is 'second@example.com'",
                $"rm {Local}"
            ),
            (
                $"echo recipient_delimiter = - > {Local}",
                "warning dovecot-setting recipient_delimiter",
                "it is '-', but Postfix's is '+'",
                $"rm {Local}"
            ),
            ($"echo nonsense > {Local}", "error dovecot-unreadable dovecot", "failed with exit status 89", $"rm {Local}"),
            (
                "sed -i 's/^password = .*/password = other/;s,postfix:[^@]*@,postfix:other@,g' /etc/postfix/pgsql-transport.cf",
                "error postfix-unreadable postfix",
                "the files have different passwords of the role postfix",
                "cp -p /etc/postfix/kept /etc/postfix/pgsql-transport.cf"
            ),
            .. OwnFaults,
        ];
}
