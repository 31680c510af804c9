namespace Vmm.Tests.Checks;

/// <summary>Postfix 3.7 and Dovecot 2.3, or what else this system has.</summary>
public class RunningStackOnThisSystemTests(RunningMailServer stack) : RunningStackTests(stack), IClassFixture<RunningMailServer>
{
    private const string Local = "/etc/dovecot/local.conf";

    private protected override string Queries => "/etc/dovecot/dovecot-sql.conf.ext";

    private protected override IEnumerable<(string Fault, string Finding, string Text, string? Undo)> OwnFaults =>
        [
            (
                $"mv {Queries} /etc/dovecot/kept",
                $"error dovecot-file {Queries}",
                "this file is not there",
                $"mv /etc/dovecot/kept {Queries}"
            ),
            (
                $"sed -i 's/quota_rule FROM/quota_rule, 5 AS quota_storage_size FROM/' {Queries} && doveadm reload",
                "error ignored-userdb-field quota_storage_size",
                "Dovecot 2.3",
                null
            ),
            (
                $"echo 'auth_username_format = %Ln' > {Local}",
                "error dovecot-setting auth_username_format",
                "drops the domain",
                $"rm {Local}"
            ),
            (
                $"echo 'mail_location = mbox:~/mail' > {Local}",
                "warning dovecot-setting mail_location",
                "it is 'mbox:~/mail', but should be 'maildir:~/Maildir'",
                $"rm {Local}"
            ),
            ($"echo 'mail_plugins =' > {Local}", "warning dovecot-setting mail_plugins", "no limit is enforced", $"rm {Local}"),
            (
                $"echo 'mail_plugins = quota' > {Local}",
                "warning dovecot-setting mail_plugins",
                "vmm does not see the quota usage",
                $"rm {Local}"
            ),
            (
                "chmod 0644 /etc/dovecot/vmm-dict-sql.conf.ext",
                "error dovecot-file /etc/dovecot/vmm-dict-sql.conf.ext",
                "others can read the password in it",
                null
            ),
        ];

    [Fact]
    public async Task weak_schemes_are_a_warning_and_unknown_ones_an_error()
    {
        await IsSchemeFoundAsync(
            "{MD5-CRYPT}\\$1\\$abc\\$x",
            "warning weak-password-scheme MD5-CRYPT",
            "1 account has a password in this scheme, which Dovecot 2.4 refuses unless auth_allow_weak_schemes is set; one is "
                + "'other@example.net'"
        );
        await IsSchemeFoundAsync("{LANMAN}x", "error unknown-password-scheme LANMAN", "which Dovecot 2.3.");
        await IsSchemeFoundAsync("{OTP}x", null, "");
    }

    // Debian 13's directory has no strace.
    [Fact]
    public Task a_directory_that_cannot_be_read_is_found_alone() => IsUnreadableFoundAsync();
}

/// <summary>Postfix 3.10 and Dovecot 2.4.</summary>
[Trait(MailStack.OnDebian13.Trait, MailStack.OnDebian13.Value)]
public class RunningStackOnDebian13Tests(RunningMailServerOnDebian13 stack)
    : RunningStackTests(stack),
        IClassFixture<RunningMailServerOnDebian13>
{
    private const string Local = "/etc/dovecot/local.conf";

    private protected override string Queries => "/etc/dovecot/vmm-sql-2.4.conf";

    private protected override IEnumerable<(string Fault, string Finding, string Text, string? Undo)> OwnFaults =>
        [
            (
                $"sed -i 's/quota_message_count /quota_message_count, quota_rule /' {Queries} && doveadm reload",
                "error ignored-userdb-field quota_rule",
                "Dovecot 2.4",
                null
            ),
            (
                $"sed -i 's/quota_message_count /quota_message_count, mail /' {Queries} && doveadm reload",
                "error ignored-userdb-field mail",
                "mail is kept elsewhere",
                null
            ),
            (
                "sed -i '/auth_username_format/d' /etc/dovecot/conf.d/99-vmm.conf",
                "error dovecot-setting protocol lmtp: auth_username_format",
                "drops the domain",
                null
            ),
            (
                $"echo 'mail_inbox_path = /var/mail/%{{user}}' > {Local}",
                "error dovecot-setting mail_inbox_path",
                "which is not in a home",
                $"rm {Local}"
            ),
            (
                $"echo 'mail_driver = mbox' > {Local}",
                "warning dovecot-setting mail_driver",
                "it is 'mbox', but should be 'maildir'",
                $"rm {Local}"
            ),
            (
                $"printf 'mail_plugins {{\\n quota_clone = no\\n}}\\n' > {Local}",
                "warning dovecot-setting mail_plugins",
                "vmm does not see the quota usage",
                $"rm {Local}"
            ),
            (
                $"echo 'mail_path = ~/mail' > {Local}",
                "warning dovecot-setting mail_path",
                "it is '~/mail', but should be '~/Maildir'",
                $"rm {Local}"
            ),
        ];

    [Fact]
    public async Task weak_schemes_are_an_error_where_dovecot_refuses_them()
    {
        const string Finding = "weak-password-scheme MD5-CRYPT";
        await IsSchemeFoundAsync(
            "{MD5-CRYPT}\\$1\\$abc\\$x",
            "error " + Finding,
            "1 account has a password in this scheme, which Dovecot 2.4"
        );
        await IsSchemeFoundAsync(
            "{DES-CRYPT}x",
            "error weak-password-scheme DES-CRYPT",
            "refuses: they cannot log in; one is 'other@example.net'"
        );
        await IsSchemeFoundAsync("{LANMAN}x", "error unknown-password-scheme LANMAN", "does not know; one is 'other@example.net'");
        await stack.System.DoAsync($"echo 'auth_allow_weak_schemes = yes' > {Local}");
        await IsSchemeFoundAsync("{MD5-CRYPT}\\$1\\$abc\\$x", "warning " + Finding, "unless auth_allow_weak_schemes is set");
        await stack.System.DoAsync($"rm {Local}");
    }
}
