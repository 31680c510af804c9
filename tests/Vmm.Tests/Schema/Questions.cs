namespace Vmm.Tests.Schema;

/// <summary>Every look-up of Postfix and Dovecot. {l}, {d}: local part and domain of the address that is asked for.</summary>
internal static class Questions
{
    /// <summary>
    /// The queries of vmm 0.4's installation text (its two for Dovecot verbatim), one for each of the eight views.
    /// </summary>
    public static readonly string[] Views =
    [
        """SELECT "user", password FROM dovecot_password WHERE "user"='{l}@{d}' AND imap""",
        """SELECT "user", password FROM dovecot_password WHERE "user"='{l}@{d}' AND managesieve""",
        "SELECT home, uid, gid, 'maildir:'||mail AS mail FROM dovecot_user WHERE userid = '{l}@{d}'",
        "SELECT destination FROM postfix_alias WHERE address = '{l}@{d}'",
        "SELECT gid FROM postfix_gid WHERE domainname = '{d}'",
        "SELECT maildir FROM postfix_maildir WHERE address = '{l}@{d}'",
        "SELECT destination FROM postfix_relocated WHERE address = '{l}@{d}'",
        "SELECT transport FROM postfix_transport WHERE address = '{l}@{d}'",
        "SELECT uid FROM postfix_uid WHERE address = '{l}@{d}'",
    ];

    public static readonly string[] Functions =
    [
        "SELECT userid, password FROM dovecotpassword('{l}', '{d}') WHERE imap",
        "SELECT * FROM dovecotuser('{l}', '{d}')",
        "SELECT * FROM dovecotquotauser('{l}', '{d}')",
        "SELECT destination FROM postfix_virtual_alias_map('{l}', '{d}')",
        "SELECT maildir FROM postfix_virtual_mailbox_map('{l}', '{d}')",
        "SELECT destination FROM postfix_relocated_map('{l}', '{d}')",
        "SELECT transport FROM postfix_transport_map('{l}', '{d}')",
        "SELECT uid FROM postfix_virtual_uid_map('{l}', '{d}')",
        "SELECT login FROM postfix_smtpd_sender_login_map('{l}', '{d}')",
    ];

    /// <summary>The map of domains, as it is shipped.</summary>
    public const string Domains = "SELECT domainname FROM domain_name WHERE domainname = vmm_stored_name('{d}')";

    public static IEnumerable<string> All => [.. Views, .. Functions, Domains];

    public static TheoryData<string> ForTheory => [.. All];

    public static string About(this string question, string localPart, string domain) => question
        .Replace("{l}", localPart.Replace("'", "''", StringComparison.Ordinal), StringComparison.Ordinal)
        .Replace("{d}", domain.Replace("'", "''", StringComparison.Ordinal), StringComparison.Ordinal);
}
