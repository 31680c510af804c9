namespace Vmm.Core.Configuration;

/// <summary>
/// Every option that vmm.toml may hold: those of vmm 0.7 by their names, with 0.7's defaults where they are still right. Each is a
/// typed key for <see cref="Settings.Value{T}"/>, named after section and name.
/// </summary>
public static class SettingOptions
{
    private const long MaxMessages = int.MaxValue;

    // Before the options: they put themselves in.
    private static readonly List<SettingOption> Declared = [];

    /// <summary><c>account.delete_directory</c>.</summary>
    public static SettingOption<bool> AccountDeleteDirectory { get; } = Declare(new SettingOption<bool>(
        "account", "delete_directory", SettingKind.Boolean, false, "userdelete always removes the home directory"));

    /// <summary><c>account.directory_mode</c>.</summary>
    public static SettingOption<long> AccountDirectoryMode { get; } = Declare(new SettingOption<long>(
        "account", "directory_mode", SettingKind.Mode, 0b111_000_000L, "permission bits of a home and of everything in it"));

    /// <summary><c>account.disk_usage</c>.</summary>
    public static SettingOption<bool> AccountDiskUsage { get; } = Declare(new SettingOption<bool>(
        "account", "disk_usage", SettingKind.Boolean, false, "userinfo always measures the disk usage"));

    /// <summary><c>account.on_delete</c>.</summary>
    public static SettingOption<string> AccountOnDelete { get; } = Declare(new SettingOption<string>(
        "account",
        "on_delete",
        SettingKind.Choice,
        "keep",
        "what userdelete and domaindelete do with mail: it goes into the trash, stays where it is, or is removed at once")
    {
        Words = ["trash", "keep", "remove"],
    });

    /// <summary><c>account.password_length</c>.</summary>
    public static SettingOption<long> AccountPasswordLength { get; } = Declare(new SettingOption<long>(
        "account", "password_length", SettingKind.Number, 16L, "length of a generated password")
    { Min = 8, Max = 128 });

    /// <summary><c>account.random_password</c>.</summary>
    public static SettingOption<bool> AccountRandomPassword { get; } = Declare(new SettingOption<bool>(
        "account", "random_password", SettingKind.Boolean, false, "generate a password when none is given"));

    /// <summary><c>account.trash_days</c>.</summary>
    public static SettingOption<long> AccountTrashDays { get; } = Declare(new SettingOption<long>(
        "account", "trash_days", SettingKind.Number, 30L, "days after which trashpurge removes what was deleted; 0 for never")
    { Max = 36500 });

    /// <summary><c>bin.doveadm</c>.</summary>
    public static SettingOption<string> BinDoveadm { get; } = Declare(new SettingOption<string>(
        "bin", "doveadm", SettingKind.Path, "/usr/bin/doveadm", "Dovecot's administration program"));

    /// <summary><c>bin.doveconf</c>.</summary>
    public static SettingOption<string> BinDoveconf { get; } = Declare(new SettingOption<string>(
        "bin", "doveconf", SettingKind.Path, "/usr/bin/doveconf", "tells Dovecot's version and checks its configuration"));

    /// <summary><c>bin.du</c>.</summary>
    public static SettingOption<string> BinDu { get; } = Declare(new SettingOption<string>(
        "bin", "du", SettingKind.Path, "/usr/bin/du", "measures disk usage"));

    /// <summary><c>bin.postconf</c>.</summary>
    public static SettingOption<string> BinPostconf { get; } = Declare(new SettingOption<string>(
        "bin", "postconf", SettingKind.Path, "/usr/sbin/postconf",
        "tells and changes the parameters of Postfix; postmap is expected beside it"));

    /// <summary><c>bin.sendmail</c>.</summary>
    public static SettingOption<string> BinSendmail { get; } = Declare(new SettingOption<string>(
        "bin", "sendmail", SettingKind.Path, "/usr/sbin/sendmail", "sends the mail of housekeeping"));

    /// <summary><c>check.dkim_selector</c>.</summary>
    public static SettingOption<string> CheckDkimSelector { get; } = Declare(new SettingOption<string>(
        "check", "dkim_selector", SettingKind.Text, "", "selector of the key for DKIM that check --dns looks for; empty for any")
    {
        MayBeEmpty = true,
    });

    /// <summary><c>check.resolver</c>.</summary>
    public static SettingOption<string> CheckResolver { get; } = Declare(new SettingOption<string>(
        "check", "resolver", SettingKind.Server, "",
        "whom check --dns asks, as an address with a port if it is not 53; empty for the system's resolver"));

    /// <summary><c>check.state_file</c>.</summary>
    public static SettingOption<string> CheckStateFile { get; } = Declare(new SettingOption<string>(
        "check", "state_file", SettingKind.Path, "/var/lib/vmm/check.json", "what the last check with --show-changes found"));

    /// <summary><c>database.host</c>.</summary>
    public static SettingOption<string> DatabaseHost { get; } = Declare(new SettingOption<string>(
        "database", "host", SettingKind.Text, "localhost", "host name, address, or directory of a Unix socket"));

    /// <summary><c>database.name</c>.</summary>
    public static SettingOption<string> DatabaseName { get; } = Declare(new SettingOption<string>(
        "database", "name", SettingKind.Text, "mailsys", "name of the database"));

    /// <summary><c>database.pass</c>.</summary>
    public static SettingOption<string> DatabasePass { get; } = Declare(new SettingOption<string>(
        "database", "pass", SettingKind.Secret, "", "password of the role; empty where the server asks for none")
    {
        MayBeEmpty = true,
    });

    /// <summary><c>database.port</c>.</summary>
    public static SettingOption<long> DatabasePort { get; } = Declare(new SettingOption<long>(
        "database", "port", SettingKind.Number, 5432L, "port of the server")
    { Min = 1, Max = 65535 });

    /// <summary><c>database.sslmode</c>.</summary>
    public static SettingOption<string> DatabaseSslmode { get; } = Declare(new SettingOption<string>(
        "database", "sslmode", SettingKind.Choice, "prefer", "whether the connection is encrypted, in libpq's words")
    {
        Words = ["disable", "disabled", "allow", "prefer", "require", "verify-ca", "verify-full"],
    });

    /// <summary><c>database.user</c>.</summary>
    public static SettingOption<string> DatabaseUser { get; } = Declare(new SettingOption<string>(
        "database", "user", SettingKind.Text, "vmm", "role that owns the tables"));

    /// <summary><c>domain.auto_postmaster</c>.</summary>
    public static SettingOption<bool> DomainAutoPostmaster { get; } = Declare(new SettingOption<bool>(
        "domain", "auto_postmaster", SettingKind.Boolean, true, "domainadd also adds the account postmaster@DOMAIN"));

    /// <summary><c>domain.delete_directory</c>.</summary>
    public static SettingOption<bool> DomainDeleteDirectory { get; } = Declare(new SettingOption<bool>(
        "domain", "delete_directory", SettingKind.Boolean, false, "domaindelete always removes the domain's directory"));

    /// <summary><c>domain.directory_mode</c>.</summary>
    public static SettingOption<long> DomainDirectoryMode { get; } = Declare(new SettingOption<long>(
        "domain", "directory_mode", SettingKind.Mode, 0b111_101_000L, "permission bits of a domain's directory"));

    /// <summary><c>domain.force_deletion</c>.</summary>
    public static SettingOption<bool> DomainForceDeletion { get; } = Declare(new SettingOption<bool>(
        "domain", "force_deletion", SettingKind.Boolean, false, "domaindelete acts as with --force"));

    /// <summary><c>domain.imap</c>.</summary>
    public static SettingOption<bool> DomainImap { get; } = Declare(new SettingOption<bool>(
        "domain", "imap", SettingKind.Boolean, true, "accounts of a new domain may use IMAP"));

    /// <summary><c>domain.pop3</c>.</summary>
    public static SettingOption<bool> DomainPop3 { get; } = Declare(new SettingOption<bool>(
        "domain", "pop3", SettingKind.Boolean, true, "accounts of a new domain may use POP3"));

    /// <summary><c>domain.sieve</c>.</summary>
    public static SettingOption<bool> DomainSieve { get; } = Declare(new SettingOption<bool>(
        "domain", "sieve", SettingKind.Boolean, true, "accounts of a new domain may use ManageSieve"));

    /// <summary><c>domain.smtp</c>.</summary>
    public static SettingOption<bool> DomainSmtp { get; } = Declare(new SettingOption<bool>(
        "domain", "smtp", SettingKind.Boolean, true, "accounts of a new domain may send mail"));

    /// <summary><c>domain.quota_bytes</c>.</summary>
    public static SettingOption<long> DomainQuotaBytes { get; } = Declare(new SettingOption<long>(
        "domain", "quota_bytes", SettingKind.Size, 0L, "quota of each account of a new domain; 0 means unlimited"));

    /// <summary><c>domain.quota_messages</c>.</summary>
    public static SettingOption<long> DomainQuotaMessages { get; } = Declare(new SettingOption<long>(
        "domain", "quota_messages", SettingKind.Number, 0L, "the same as a number of messages")
    { Max = MaxMessages });

    /// <summary><c>domain.transport</c>.</summary>
    public static SettingOption<string> DomainTransport { get; } = Declare(new SettingOption<string>(
        "domain", "transport", SettingKind.Text, "lmtp:unix:private/dovecot-lmtp", "transport of a new domain")
    {
        IsAscii = true,
    });

    /// <summary><c>dovecot.after_change</c>.</summary>
    public static SettingOption<string> DovecotAfterChange { get; } = Declare(new SettingOption<string>(
        "dovecot",
        "after_change",
        SettingKind.Choice,
        "kick",
        "what vmm tells Dovecot when an account's password, services or quota change, or it is deleted")
    {
        Words = ["kick", "flush", "nothing"],
    });

    /// <summary><c>dovecot.auth_socket</c>.</summary>
    public static SettingOption<string> DovecotAuthSocket { get; } = Declare(new SettingOption<string>(
        "dovecot",
        "auth_socket",
        SettingKind.Path,
        "/run/dovecot/auth-master",
        "where Dovecot's authentication cache is flushed; empty for doveadm")
    {
        MayBeEmpty = true,
    });

    /// <summary><c>housekeeping.mail_to</c>.</summary>
    public static SettingOption<string> HousekeepingMailTo { get; } = Declare(new SettingOption<string>(
        "housekeeping", "mail_to", SettingKind.Text, "",
        "who gets mail about what is newly found: an address, a local user, or several with commas; empty for nobody")
    { MayBeEmpty = true, IsAscii = true });

    /// <summary><c>housekeeping.state_file</c>.</summary>
    public static SettingOption<string> HousekeepingStateFile { get; } = Declare(new SettingOption<string>(
        "housekeeping", "state_file", SettingKind.Path, "/var/lib/vmm/housekeeping.json", "what the last housekeeping found"));

    /// <summary><c>journal.days</c>.</summary>
    public static SettingOption<long> JournalDays { get; } = Declare(new SettingOption<long>(
        "journal", "days", SettingKind.Number, 400L, "days after which housekeeping removes changes from the journal; 0 for never")
    { Max = 36500 });

    /// <summary><c>journal.secret_days</c>.</summary>
    public static SettingOption<long> JournalSecretDays { get; } = Declare(new SettingOption<long>(
        "journal", "secret_days", SettingKind.Number, 7L,
        "days for which the journal keeps replaced and deleted password hashes; 0 for never")
    { Max = 3650 });

    /// <summary><c>mailbox.folders</c>.</summary>
    public static SettingOption<string[]> MailboxFolders { get; } = Declare(new SettingOption<string[]>(
        "mailbox", "folders", SettingKind.Folders, ["Drafts", "Sent", "Templates", "Trash"], "folders of a new mailbox"));

    /// <summary><c>mailbox.format</c>.</summary>
    public static SettingOption<string> MailboxFormat { get; } = Declare(new SettingOption<string>(
        "mailbox", "format", SettingKind.Choice, "maildir", "format of a new mailbox")
    { Words = ["maildir", "mdbox", "sdbox"] });

    /// <summary><c>mailbox.root</c>.</summary>
    public static SettingOption<string> MailboxRoot { get; } = Declare(new SettingOption<string>(
        "mailbox", "root", SettingKind.Text, "Maildir", "name of the mailbox directory in the home, at most 20 characters")
    {
        MayBeEmpty = true,
    });

    /// <summary><c>mailbox.subscribe</c>.</summary>
    public static SettingOption<bool> MailboxSubscribe { get; } = Declare(new SettingOption<bool>(
        "mailbox", "subscribe", SettingKind.Boolean, true, "a new mailbox is subscribed to its folders"));

    /// <summary><c>misc.alias_expansion_limit</c>.</summary>
    public static SettingOption<long> MiscAliasExpansionLimit { get; } = Declare(new SettingOption<long>(
        "misc", "alias_expansion_limit", SettingKind.Number, 0L, "most addresses an alias may expand to; 0 asks Postfix")
    {
        Max = MaxMessages,
    });

    /// <summary><c>misc.base_directory</c>.</summary>
    public static SettingOption<string> MiscBaseDirectory { get; } = Declare(new SettingOption<string>(
        "misc", "base_directory", SettingKind.Path, "/srv/mail", "where the mail directories are"));

    /// <summary><c>misc.crypt_blowfish_rounds</c>.</summary>
    public static SettingOption<long> MiscCryptBlowfishRounds { get; } = Declare(new SettingOption<long>(
        "misc", "crypt_blowfish_rounds", SettingKind.Number, 10L, "cost of BLF-CRYPT, a power of two")
    { Min = 4, Max = 31 });

    /// <summary><c>misc.crypt_sha256_rounds</c>.</summary>
    public static SettingOption<long> MiscCryptSha256Rounds { get; } = Declare(new SettingOption<long>(
        "misc", "crypt_sha256_rounds", SettingKind.Number, 5000L, "rounds of SHA256-CRYPT")
    { Min = 1000, Max = 999_999_999 });

    /// <summary><c>misc.crypt_sha512_rounds</c>.</summary>
    public static SettingOption<long> MiscCryptSha512Rounds { get; } = Declare(new SettingOption<long>(
        "misc", "crypt_sha512_rounds", SettingKind.Number, 5000L, "rounds of SHA512-CRYPT")
    { Min = 1000, Max = 999_999_999 });

    /// <summary><c>misc.dovecot_version</c>.</summary>
    public static SettingOption<string> MiscDovecotVersion { get; } = Declare(new SettingOption<string>(
        "misc", "dovecot_version", SettingKind.Text, "", "kept for configurations of vmm 0.7; vmm needs no version here")
    {
        MayBeEmpty = true,
    });

    /// <summary><c>misc.password_scheme</c>.</summary>
    public static SettingOption<string> MiscPasswordScheme { get; } = Declare(new SettingOption<string>(
        "misc", "password_scheme", SettingKind.Scheme, "SHA512-CRYPT", "scheme of new passwords"));

    /// <summary><c>log.file</c>.</summary>
    public static SettingOption<string> LogFile { get; } = Declare(new SettingOption<string>(
        "log", "file", SettingKind.Path, "/var/log/vmm.log", "operations log, one JSON object a line; empty for none")
    {
        MayBeEmpty = true,
    });

    /// <summary><c>log.syslog</c>.</summary>
    public static SettingOption<bool> LogSyslog { get; } = Declare(new SettingOption<bool>(
        "log", "syslog", SettingKind.Boolean, false, "operations also go to syslog, facility mail"));

    /// <summary>In the order in which they are documented.</summary>
    public static IReadOnlyList<SettingOption> All => Declared;

    /// <summary>The names of the tables.</summary>
    public static IEnumerable<string> Sections => All.Select(o => o.Section).Distinct();

    /// <summary>Finds an option by <c>section.name</c>.</summary>
    public static SettingOption? Find(string section, string name) =>
        All.FirstOrDefault(o => o.Section == section && o.Name == name);

    private static SettingOption<T> Declare<T>(SettingOption<T> option)
        where T : notnull
    {
        Declared.Add(option);
        return option;
    }
}
