namespace Vmm.Data.Failures;

/// <summary>
/// Why a command failed; the number is the exit status. 20 to 71 are vmm 0.7's own numbers, by the same names; 4, and 80 and up,
/// are new.
/// 0 is success, 126 and above belong to the shell.
/// </summary>
public enum ErrorCode
{
    /// <summary>No subcommand was given.</summary>
    NoSubcommand = 1,

    /// <summary>Wrong use: unknown subcommand or option, missing or malformed argument.</summary>
    Usage = 2,

    /// <summary>Interrupted by the user (Ctrl-C, or end of input at a prompt).</summary>
    Interrupted = 3,

    /// <summary>Something was found (<c>check</c>) or differs (<c>mailconfig --diff</c>, <c>trace --live</c>).</summary>
    Found = 4,

    /// <summary>The domain still has accounts, aliases or relocated users; <c>--force</c> was not given.</summary>
    AccountAndAliasPresent = 20,

    /// <summary>There is an account with this address.</summary>
    AccountExists = 21,

    /// <summary>The name is an alias domain already.</summary>
    AliasDomainExists = 23,

    /// <summary>The name is a primary domain; an alias domain is needed.</summary>
    AliasDomainIsDomain = 24,

    /// <summary>The alias would have more destinations than Postfix expands.</summary>
    AliasExceedsExpansionLimit = 27,

    /// <summary>There is an alias with this address.</summary>
    AliasExists = 28,

    /// <summary>Aliases or catch-alls still lead to the address; <c>--force</c> was not given.</summary>
    AliasPresent = 30,

    /// <summary>The configuration file cannot be parsed, or has an unknown key or an invalid value.</summary>
    ConfigError = 31,

    /// <summary>There is no configuration file, or it cannot be read.</summary>
    ConfigMissing = 32,

    /// <summary>vmm was not started by root.</summary>
    NotRoot = 33,

    /// <summary>The mode or owner of the configuration file lets other users read or change it.</summary>
    ConfigPermission = 34,

    /// <summary>The database cannot be reached or refused a statement.</summary>
    Database = 35,

    /// <summary>The domain directory's group is not the domain's gid.</summary>
    DomainDirectoryGroup = 36,

    /// <summary>The name is an alias domain; a primary domain is needed.</summary>
    DomainIsAlias = 37,

    /// <summary>The domain exists.</summary>
    DomainExists = 38,

    /// <summary>Malformed domain name.</summary>
    DomainInvalid = 39,

    /// <summary>The address has no domain.</summary>
    DomainMissing = 40,

    /// <summary>The domain name is longer than 253 bytes.</summary>
    DomainTooLong = 41,

    /// <summary>Not exactly one @ in the address.</summary>
    InvalidAddress = 43,

    /// <summary>Malformed argument, such as an unknown configuration key or a password hash without scheme.</summary>
    InvalidArgument = 44,

    /// <summary>Malformed or missing local part.</summary>
    LocalPartInvalid = 47,

    /// <summary>The local part is longer than 64 bytes.</summary>
    LocalPartTooLong = 48,

    /// <summary>The account's home directory does not belong to the account.</summary>
    MaildirPermission = 49,

    /// <summary>mailbox.root or mailbox.format cannot be used.</summary>
    MailLocationInvalid = 50,

    /// <summary>A program named in [bin] is not executable.</summary>
    NotExecutable = 51,

    /// <summary>No account with this address or uid.</summary>
    NoSuchAccount = 52,

    /// <summary>No alias or sender grant with this address, or not with these destinations or accounts.</summary>
    NoSuchAlias = 53,

    /// <summary>No such alias domain.</summary>
    NoSuchAliasDomain = 54,

    /// <summary>A program named in [bin] does not exist.</summary>
    NoSuchBinary = 55,

    /// <summary>The base directory does not exist or is not a directory.</summary>
    NoSuchDirectory = 56,

    /// <summary>No such domain.</summary>
    NoSuchDomain = 57,

    /// <summary>No relocated user with this address.</summary>
    NoSuchRelocated = 58,

    /// <summary>A relocated user cannot move to its own address.</summary>
    RelocatedIdentical = 59,

    /// <summary>There is a relocated user with this address.</summary>
    RelocatedExists = 60,

    /// <summary>Unsupported password scheme, unusable password, or an external program failed.</summary>
    VmmError = 67,

    /// <summary>Three passwords in a row were refused at the prompt.</summary>
    TooManyFailures = 68,

    /// <summary>No password, an empty one, or no terminal to ask for one.</summary>
    MissingPassword = 69,

    /// <summary>The transport cannot deliver to the mailbox format.</summary>
    InvalidMailLocation = 70,

    /// <summary>A directory could not be removed; its account or domain is gone.</summary>
    DirectoryNotRemoved = 80,

    /// <summary>A file or directory could not be read, made or changed (disk full, read-only, permission).</summary>
    FileSystem = 81,

    /// <summary>The database has no vmm schema, or one that this vmm does not support.</summary>
    SchemaUnknown = 82,

    /// <summary>The result could not be written to standard output.</summary>
    OutputFailed = 83,

    /// <summary>A symbolic link or a foreign owner below the base directory.</summary>
    UnsafePath = 84,

    /// <summary>The alias would lead back to itself.</summary>
    AliasLoop = 85,

    /// <summary>The address would be longer than 254 bytes (RFC 5321).</summary>
    AddressTooLong = 86,

    /// <summary>Something in an older vmm's database cannot be taken over; <c>upgrade</c> changed nothing.</summary>
    NotCarriedOver = 87,

    /// <summary>vmm has no configuration for this version of Postfix or Dovecot.</summary>
    MailVersionUnsupported = 91,

    /// <summary>No file has the password of the role postfix or dovecot, or the files disagree about it.</summary>
    RolePasswordUnknown = 92,

    /// <summary>Postfix or Dovecot rejected the configuration; everything is as it was before.</summary>
    ConfigurationRejected = 93,

    /// <summary><c>mailconfig</c> would replace what is yours, or cannot restore it all; <c>--replace</c> was not given.</summary>
    NotReplaced = 94,

    /// <summary>There is no installation that <c>mailconfig --undo</c> could take back.</summary>
    NothingToUndo = 95,

    /// <summary>The journal has no change with this number.</summary>
    NoSuchChange = 96,

    /// <summary>Changes cannot be undone as things are; nothing was changed.</summary>
    NotUndone = 97,

    /// <summary>There is no such account, domain or change in the trash.</summary>
    NotInTrash = 98,

    /// <summary>A defect of vmm itself.</summary>
    Internal = 125,
}
