using Vmm.Core.Passwords;
using Vmm.Data.Failures;
using Vmm.Data.Values;




namespace Vmm.Core.Configuration;

/// <summary>The configuration as it is in force: what the file says, and defaults for the rest. Immutable.</summary>
public sealed class Settings
{
    private readonly Dictionary<string, object> values;

    internal Settings(string file, Dictionary<string, object> values)
    {
        File = file;
        this.values = values;
    }

    /// <summary>Path of the file it was read from.</summary>
    public string File { get; }

    /// <summary>Where the database is.</summary>
    public DatabaseOptions Database => new(
        Text("database.host"), (int)Number("database.port"), Text("database.name"), Text("database.user"), Text("database.pass"), Text("database.sslmode"));

    /// <summary>Where the mail directories are.</summary>
    public string BaseDirectory => Text("misc.base_directory");

    /// <summary>Quota of accounts in a new domain.</summary>
    public Quota NewDomainQuota => new(Number("domain.quota_bytes"), (int)Number("domain.quota_messages"));

    /// <summary>Services of accounts in a new domain.</summary>
    public ServiceSet NewDomainServices =>
        (Flag("domain.smtp") ? ServiceSet.Smtp : 0) | (Flag("domain.pop3") ? ServiceSet.Pop3 : 0)
        | (Flag("domain.imap") ? ServiceSet.Imap : 0) | (Flag("domain.sieve") ? ServiceSet.Sieve : 0);

    /// <summary>Where a new account keeps its mail.</summary>
    /// <exception cref="VmmException">50 when mailbox.root cannot be used.</exception>
    public MailLocation NewMailLocation()
    {
        var root = Text("mailbox.root");
        return !IsMailboxRoot(root)
            ? throw new VmmException(
                ErrorCode.MailLocationInvalid, $"mailbox.root '{root}' cannot be used", "Give the name of one directory, 1 to 20 characters, without '/'.")
            : new MailLocation(Text("mailbox.format"), root);
    }

    internal static bool IsMailboxRoot(string root) =>
        root.Length is > 0 and <= 20 && !root.Contains('/', StringComparison.Ordinal) && root is not ("." or "..");

    /// <summary>Cost of password hashes.</summary>
    public HashCost HashCost => new(
        (int)Number("misc.crypt_blowfish_rounds"), (int)Number("misc.crypt_sha256_rounds"), (int)Number("misc.crypt_sha512_rounds"));

    /// <summary>A yes-or-no option by <c>section.name</c>.</summary>
    public bool Flag(string key) => (bool)values[key];

    /// <summary>A number, size or mode by <c>section.name</c>.</summary>
    public long Number(string key) => (long)values[key];

    /// <summary>A text, path or choice by <c>section.name</c>.</summary>
    public string Text(string key) => (string)values[key];

    /// <summary>Whether a text, path or choice is what it is without the file.</summary>
    internal bool IsDefault(string key) => Text(key) == (string)SettingOptions.All.First(o => o.Key == key).Default;

    /// <summary>The folders of a new mailbox.</summary>
    public IReadOnlyList<string> Folders => (string[])values["mailbox.folders"];

    /// <summary>The value of any option.</summary>
    public object Value(SettingOption option) => values[option.Key];
}
