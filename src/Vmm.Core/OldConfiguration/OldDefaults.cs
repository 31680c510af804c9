namespace Vmm.Core.OldConfiguration;

/// <summary>The defaults of an old vmm.</summary>
internal static class OldDefaults
{
    private const string Folders = "Drafts:Sent:Templates:Trash";

    /// <summary>The defaults of a release, in the notation of the old file, by the new option.</summary>
    internal static IReadOnlyDictionary<string, string> List(OldRelease release) => release switch
    {
        OldRelease.V06 => Late("dovecot:"),
        OldRelease.V07 => Late("lmtp:unix:private/dovecot-lmtp"),
        _ => Early(release),
    };

    /// <summary>Options without which the release does not work.</summary>
    internal static IReadOnlyList<string> Required(OldRelease release) => release >= OldRelease.V06
        ? ["database.user", "database.pass"]
        : ["database.host", "database.user", "database.pass", "database.name", "misc.base_directory"];

    /// <summary>From 0.6 on, defaults apply to options that are not in the file.</summary>
    private static Dictionary<string, string> Late(string transport) => new()
    {
        ["account.delete_directory"] = "false",
        ["account.directory_mode"] = "448",
        ["account.disk_usage"] = "false",
        ["account.password_length"] = "8",
        ["account.random_password"] = "false",
        ["bin.du"] = "/usr/bin/du",
        ["bin.postconf"] = "/usr/sbin/postconf",
        ["database.host"] = "localhost",
        ["database.name"] = "mailsys",
        ["database.port"] = "5432",
        ["database.sslmode"] = "prefer",
        ["domain.auto_postmaster"] = "true",
        ["domain.delete_directory"] = "false",
        ["domain.directory_mode"] = "504",
        ["domain.force_deletion"] = "false",
        ["domain.imap"] = "true",
        ["domain.pop3"] = "true",
        ["domain.sieve"] = "true",
        ["domain.smtp"] = "true",
        ["domain.quota_bytes"] = "0",
        ["domain.quota_messages"] = "0",
        ["domain.transport"] = transport,
        ["mailbox.folders"] = Folders,
        ["mailbox.format"] = "maildir",
        ["mailbox.root"] = "Maildir",
        ["mailbox.subscribe"] = "true",
        ["misc.base_directory"] = "/srv/mail",
        ["misc.crypt_blowfish_rounds"] = "5",
        ["misc.crypt_sha256_rounds"] = "5000",
        ["misc.crypt_sha512_rounds"] = "5000",
        ["misc.password_scheme"] = "CRAM-MD5",
    };

    /// <summary>
    /// Up to 0.5 every option had to be in the file; these are the values of the shipped file. They include what those releases did
    /// without an option: domainadd added no postmaster; 0.3 and 0.4 made a fixed set of folders, and no list of subscriptions.
    /// </summary>
    private static Dictionary<string, string> Early(OldRelease release) => new()
    {
        ["account.delete_directory"] = "false",
        ["account.directory_mode"] = "448",
        ["account.disk_usage"] = "false",
        ["bin.du"] = "/usr/bin/du",
        ["bin.postconf"] = "/usr/sbin/postconf",
        ["domain.auto_postmaster"] = "false",
        ["domain.delete_directory"] = "false",
        ["domain.directory_mode"] = "504",
        ["domain.force_deletion"] = "false",
        ["domain.imap"] = "true",
        ["domain.pop3"] = "true",
        ["domain.sieve"] = "true",
        ["domain.smtp"] = "true",
        ["domain.transport"] = "dovecot:",
        ["mailbox.folders"] = Folders,
        ["mailbox.format"] = "maildir",
        ["mailbox.root"] = "Maildir",
        ["mailbox.subscribe"] = release >= OldRelease.V05 ? "true" : "false",
        ["misc.password_scheme"] = release == OldRelease.V03 ? "CRAM-MD5" : "PLAIN",
    };
}
