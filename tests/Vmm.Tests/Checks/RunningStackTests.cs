namespace Vmm.Tests.Checks;

/// <summary>Each fault that is planted in a running mail server is found, and nothing else is; what is named mends it.</summary>
[Slow]
public abstract class RunningStackTests(RunningMailServer stack)
{
    /// <summary>What an administrator's own file says, which Dovecot reads last.</summary>
    private const string Local = "/etc/dovecot/local.conf";

    /// <summary>The database with something that is not as it ought to be: the statement, and the one that takes it back.</summary>
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
                "sed -i 's/^query.*/query = SELECT nothing/' /etc/postfix/pgsql-virtual_uid_maps.cf && postfix reload",
                "error postfix-map-unanswered virtual_uid_maps",
                "column \"nothing\" does not exist"
            },
            { "postfix stop", "error postfix-stopped postfix", "Postfix does not run" },
        };

    /// <summary>The file with Dovecot's queries.</summary>
    private protected abstract string Queries { get; }

    /// <summary>
    /// Faults that are written otherwise for each version: what is planted, what is found, and what takes it back; null where the
    /// remedy is a command.
    /// </summary>
    private protected abstract IEnumerable<(string Fault, string Finding, string Text, string? Undo)> OwnFaults { get; }

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
                "failed with exit status 75",
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

    [Fact]
    public async Task nothing_is_found_on_a_healthy_server()
    {
        Assert.Empty(await stack.CheckAsync());
        Assert.Empty(await stack.CheckAsync("--only example.net"));
        var repair = await stack.System.RunAsync("vmm check --repair");
        Assert.Equal(new Outcome(0, "", ""), repair);
    }

    [Theory]
    [MemberData(nameof(PostfixFaults))]
    public Task a_fault_of_postfix_is_found_alone_and_its_remedy_mends_it(string fault, string finding, string text) =>
        IsFoundAsync(fault, finding, text, null);

    [Fact]
    public async Task each_fault_of_dovecot_is_found_alone_and_mended()
    {
        await stack.System.DoAsync("cp -p /etc/postfix/pgsql-transport.cf /etc/postfix/kept");
        foreach (var (fault, finding, text, undo) in DovecotFaults)
        {
            await IsFoundAsync(fault, finding, text, undo);
        }
    }

    [Theory]
    [MemberData(nameof(DatabaseFaults))]
    public async Task a_fault_in_the_database_is_found_alone(string fault, string undo, string finding)
    {
        await stack.Server.SqlAsync(fault);
        var found = (await stack.CheckAsync()).ToList();
        await stack.Server.SqlAsync(undo);
        Assert.Equal([finding], found.Select(f => f.Finding));
        Assert.Empty(await stack.CheckAsync());
    }

    [Fact]
    public async Task what_the_answers_of_one_domain_are_is_told_with_only()
    {
        await stack.System.DoAsync(
            "cp -p /etc/postfix/pgsql-relocated_maps.cf /etc/postfix/kept && sed -i \"s/^query.*/query = SELECT 'x@y.example' "
                + "WHERE '%d' = 'example.com'/\" /etc/postfix/pgsql-relocated_maps.cf && postfix reload 2> /dev/null"
        );
        Assert.Equal(
            ["error postfix-map-answer relocated_maps"],
            (await stack.CheckAsync("--only example.com")).Select(f => f.Finding)
        );
        Assert.Empty(await stack.CheckAsync("--only example.net"));
        await stack.System.DoAsync("mv /etc/postfix/kept /etc/postfix/pgsql-relocated_maps.cf && postfix reload 2> /dev/null");
    }

    [Fact]
    public async Task a_repair_leaves_nothing_and_a_second_one_changes_nothing()
    {
        await stack.System.DoAsync(
            "cd /srv/mail/*/70000 && chmod 0755 . && chown 12345:12345 70000 && mkdir -m 0700 ../.vmm-new-70009-abc "
                + "../.vmm-del-70008-abc"
        );
        Assert.Equal(
            ["removal-directory", "staging-directory", "wrong-mode", "wrong-owner"],
            (await stack.CheckAsync()).Select(f => f.Finding.Split(' ')[1]).Order(StringComparer.Ordinal)
        );
        (await stack.System.RunAsync("vmm check --repair")).ShouldExit(0);
        var after = await stack.System.SnapshotAsync();
        Assert.Equal(new Outcome(0, "", ""), await stack.System.RunAsync("vmm check --repair"));
        Assert.Equal(after, await stack.System.SnapshotAsync());
    }

    [Fact]
    public async Task what_nobody_can_repair_without_a_question_is_left()
    {
        var home = (await stack.System.DoAsync("echo /srv/mail/*/70000/70001")).Trim();
        var domain = Path.GetDirectoryName(home);
        await stack.System.DoAsync(
            $"mkdir {domain}/99999 && mv {home}/Maildir {home}/kept && mv {domain}/70000 {domain}/kept && ln -s / {domain}/70000"
        );
        List<string> expected =
        [
            $"error missing-directory {home}/Maildir",
            $"error unsafe-path {domain}/70000",
            $"warning orphan-directory {domain}/99999",
            $"warning orphan-directory {domain}/kept",
        ];
        Assert.Equal(expected, (await stack.CheckAsync()).Select(f => f.Finding).Order(StringComparer.Ordinal));
        Assert.Equal(expected, (await stack.CheckAsync("--repair")).Select(f => f.Finding).Order(StringComparer.Ordinal));
        await stack.System.DoAsync(
            $"rmdir {domain}/99999 && mv {home}/kept {home}/Maildir && rm {domain}/70000 && mv {domain}/kept {domain}/70000"
        );
        Assert.Empty(await stack.CheckAsync());
    }

    private protected async Task IsFoundAsync(string fault, string finding, string text, string? undo)
    {
        await stack.System.DoAsync(Quiet(fault));
        var found = await stack.CheckAsync();
        Assert.True(found.Count == 1, $"{fault}\n{string.Join('\n', found)}");
        Assert.Equal(finding, found[0].Finding);
        Assert.Contains(text, found[0].Text, StringComparison.Ordinal);
        await stack.System.DoAsync(Quiet(undo ?? found[0].Remedy));
        var left = await stack.CheckAsync();
        Assert.True(left.Count == 0, $"after {fault} and {undo ?? found[0].Remedy}:\n{string.Join('\n', left)}");
    }

    /// <summary>An account's password in another scheme: what is found, and that nobody else is named.</summary>
    private protected async Task IsSchemeFoundAsync(string hash, string? finding, string text)
    {
        await stack.Server.SqlAsync($"UPDATE users SET passwd = '{hash}' WHERE local_part = 'other'");
        var found = await stack.CheckAsync();
        await stack.Server.SqlAsync("UPDATE users SET passwd = '{PLAIN}secret' WHERE local_part = 'other'");
        Assert.Equal(finding is null ? [] : [finding], found.Select(f => f.Finding));
        Assert.All(found, f => Assert.Contains(text, f.Text, StringComparison.Ordinal));
    }

    /// <summary>As of a disk that fails. What is in the directory may well be there, and is not called missing.</summary>
    private protected async Task IsUnreadableFoundAsync()
    {
        var domain = (await stack.System.DoAsync("echo /srv/mail/*/70000")).Trim();
        var check = await stack.System.RunAsync(
            $"strace -f -qq -o /dev/null -e trace=getdents64 -e inject=getdents64:error=EIO -P {domain} vmm check"
        );
        check.ShouldExit(4);
        Assert.StartsWith(
            $"error\tunreadable-directory\t{domain}\tcannot read the directory",
            Assert.Single(check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );
        Assert.Empty(await stack.CheckAsync());
    }

    // What goes into the background must not hold our pipes.
    private string Quiet(string command) =>
        $"( {command} ) > {stack.Place}/log/said 2>&1 < /dev/null || {{ cat {stack.Place}/log/said >&2; exit 1; }}";
}
