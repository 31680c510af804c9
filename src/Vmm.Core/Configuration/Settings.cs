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
        Value(SettingOptions.DatabaseHost),
        (int)Value(SettingOptions.DatabasePort),
        Value(SettingOptions.DatabaseName),
        Value(SettingOptions.DatabaseUser),
        Value(SettingOptions.DatabasePass),
        Value(SettingOptions.DatabaseSslmode));

    /// <summary>Where the mail directories are.</summary>
    public string BaseDirectory => Value(SettingOptions.MiscBaseDirectory);

    /// <summary>Quota of accounts in a new domain.</summary>
    public Quota NewDomainQuota => new(Value(SettingOptions.DomainQuotaBytes), (int)Value(SettingOptions.DomainQuotaMessages));

    /// <summary>Services of accounts in a new domain.</summary>
    public ServiceSet NewDomainServices =>
        (Value(SettingOptions.DomainSmtp) ? ServiceSet.Smtp : 0)
        | (Value(SettingOptions.DomainPop3) ? ServiceSet.Pop3 : 0)
        | (Value(SettingOptions.DomainImap) ? ServiceSet.Imap : 0)
        | (Value(SettingOptions.DomainSieve) ? ServiceSet.Sieve : 0);

    /// <summary>Where a new account keeps its mail.</summary>
    /// <exception cref="VmmException">50 when mailbox.root cannot be used.</exception>
    public MailLocation NewMailLocation()
    {
        var root = Value(SettingOptions.MailboxRoot);
        return !IsMailboxRoot(root)
            ? throw new VmmException(
                ErrorCode.MailLocationInvalid,
                $"mailbox.root '{root}' cannot be used",
                "Give the name of one directory, 1 to 20 characters, without '/'.")
            : new MailLocation(Value(SettingOptions.MailboxFormat), root);
    }

    internal static bool IsMailboxRoot(string root) =>
        root.Length is > 0 and <= 20 && !root.Contains('/', StringComparison.Ordinal) && root is not ("." or "..");

    /// <summary>Cost of password hashes.</summary>
    public HashCost HashCost => new(
        (int)Value(SettingOptions.MiscCryptBlowfishRounds),
        (int)Value(SettingOptions.MiscCryptSha256Rounds),
        (int)Value(SettingOptions.MiscCryptSha512Rounds));

    /// <summary>Whether a text, path or choice is what it is without the file.</summary>
    internal bool IsDefault(SettingOption<string> option) => Value(option) == (string)option.Default;

    /// <summary>The folders of a new mailbox.</summary>
    public IReadOnlyList<string> Folders => Value(SettingOptions.MailboxFolders);

    /// <summary>The value of an option that is known by its name.</summary>
    public T Value<T>(SettingOption<T> option)
        where T : notnull => (T)values[option.Key];

    /// <summary>The value of any option, in the form of <see cref="SettingOption.Default"/>.</summary>
    public object Value(SettingOption option) => values[option.Key];
}
