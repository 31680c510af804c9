
namespace Vmm.Core.Configuration;

/// <summary>Every option that vmm.toml may hold: those of vmm 0.7 by their names, with 0.7's defaults where they are still right.</summary>
public static class SettingOptions
{
    private const long MaxMessages = int.MaxValue;

    /// <summary>In the order in which they are documented.</summary>
    public static IReadOnlyList<SettingOption> All { get; } =
    [
        new("account", "delete_directory", SettingKind.Boolean, false, "userdelete always removes the home directory"),
        new("account", "directory_mode", SettingKind.Mode, 0b111_000_000L, "permission bits of a home and of everything in it"),
        new("account", "disk_usage", SettingKind.Boolean, false, "userinfo always measures the disk usage"),
        new("account", "password_length", SettingKind.Number, 16L, "length of a generated password") { Min = 8, Max = 128 },
        new("account", "random_password", SettingKind.Boolean, false, "generate a password when none is given"),

        new("bin", "doveadm", SettingKind.Path, "/usr/bin/doveadm", "Dovecot's administration program"),
        new("bin", "doveconf", SettingKind.Path, "/usr/bin/doveconf", "tells Dovecot's version and checks its configuration"),
        new("bin", "du", SettingKind.Path, "/usr/bin/du", "measures disk usage"),
        new("bin", "postconf", SettingKind.Path, "/usr/sbin/postconf", "tells and changes the parameters of Postfix; postmap is expected beside it"),

        new("check", "dkim_selector", SettingKind.Text, "", "selector of the key for DKIM that check --dns looks for; empty for any") { MayBeEmpty = true },
        new("check", "resolver", SettingKind.Server, "", "whom check --dns asks, as an address with a port if it is not 53; empty for the system's resolver"),
        new("check", "state_file", SettingKind.Path, "/var/lib/vmm/check.json", "what the last check with --show-changes found"),

        new("database", "host", SettingKind.Text, "localhost", "host name, address, or directory of a Unix socket"),
        new("database", "name", SettingKind.Text, "mailsys", "name of the database"),
        new("database", "pass", SettingKind.Secret, "", "password of the role; empty where the server asks for none") { MayBeEmpty = true },
        new("database", "port", SettingKind.Number, 5432L, "port of the server") { Min = 1, Max = 65535 },
        new("database", "sslmode", SettingKind.Choice, "prefer", "whether the connection is encrypted, in libpq's words")
        {
            Words = ["disable", "disabled", "allow", "prefer", "require", "verify-ca", "verify-full"],
        },
        new("database", "user", SettingKind.Text, "vmm", "role that owns the tables"),

        new("domain", "auto_postmaster", SettingKind.Boolean, true, "domainadd also adds the account postmaster@DOMAIN"),
        new("domain", "delete_directory", SettingKind.Boolean, false, "domaindelete always removes the domain's directory"),
        new("domain", "directory_mode", SettingKind.Mode, 0b111_111_000L, "permission bits of a domain's directory"),
        new("domain", "force_deletion", SettingKind.Boolean, false, "domaindelete acts as with --force"),
        new("domain", "imap", SettingKind.Boolean, true, "accounts of a new domain may use IMAP"),
        new("domain", "pop3", SettingKind.Boolean, true, "accounts of a new domain may use POP3"),
        new("domain", "sieve", SettingKind.Boolean, true, "accounts of a new domain may use ManageSieve"),
        new("domain", "smtp", SettingKind.Boolean, true, "accounts of a new domain may send mail"),
        new("domain", "quota_bytes", SettingKind.Size, 0L, "quota of each account of a new domain; 0 means unlimited"),
        new("domain", "quota_messages", SettingKind.Number, 0L, "the same as a number of messages") { Max = MaxMessages },
        new("domain", "transport", SettingKind.Text, "lmtp:unix:private/dovecot-lmtp", "transport of a new domain"),

        new("dovecot", "after_change", SettingKind.Choice, "kick", "what Dovecot is told when an account's password, services or quota change, or it is deleted")
        {
            Words = ["kick", "flush", "nothing"],
        },
        new("dovecot", "auth_socket", SettingKind.Path, "/run/dovecot/auth-master", "where Dovecot's authentication cache is flushed; empty for doveadm")
        {
            MayBeEmpty = true,
        },

        new("mailbox", "folders", SettingKind.Folders, (string[])["Drafts", "Sent", "Templates", "Trash"], "folders of a new mailbox"),
        new("mailbox", "format", SettingKind.Choice, "maildir", "format of a new mailbox") { Words = ["maildir", "mdbox", "sdbox"] },
        new("mailbox", "root", SettingKind.Text, "Maildir", "name of the mailbox directory in the home, at most 20 characters") { MayBeEmpty = true },
        new("mailbox", "subscribe", SettingKind.Boolean, true, "a new mailbox is subscribed to its folders"),

        new("misc", "alias_expansion_limit", SettingKind.Number, 0L, "most addresses an alias may expand to; 0 asks Postfix") { Max = MaxMessages },
        new("misc", "base_directory", SettingKind.Path, "/srv/mail", "where the mail directories are"),
        new("misc", "crypt_blowfish_rounds", SettingKind.Number, 10L, "cost of BLF-CRYPT, a power of two") { Min = 4, Max = 31 },
        new("misc", "crypt_sha256_rounds", SettingKind.Number, 5000L, "rounds of SHA256-CRYPT") { Min = 1000, Max = 999_999_999 },
        new("misc", "crypt_sha512_rounds", SettingKind.Number, 5000L, "rounds of SHA512-CRYPT") { Min = 1000, Max = 999_999_999 },
        new("misc", "dovecot_version", SettingKind.Text, "", "kept for configurations of vmm 0.7; vmm needs no version here") { MayBeEmpty = true },
        new("misc", "password_scheme", SettingKind.Scheme, "SHA512-CRYPT", "scheme of new passwords"),

        new("log", "file", SettingKind.Path, "/var/log/vmm.log", "operations log, one JSON object a line; empty for none") { MayBeEmpty = true },
        new("log", "syslog", SettingKind.Boolean, false, "operations also go to syslog, facility mail"),
    ];

    /// <summary>Finds an option by <c>section.name</c>.</summary>
    public static SettingOption? Find(string section, string name) => All.FirstOrDefault(o => o.Section == section && o.Name == name);

    /// <summary>The names of the tables.</summary>
    public static IEnumerable<string> Sections => All.Select(o => o.Section).Distinct();
}
