namespace Vmm.Data.Sql.PostfixAdmin;

/// <summary>A row of table domain.</summary>
public sealed record SourceDomain(string Name, string? Description, string? Transport, bool IsBackup, bool IsActive);

/// <summary>A row of table alias_domain.</summary>
public sealed record SourceAliasDomain(string Name, string Target, bool IsActive);

/// <summary>A row of table mailbox.</summary>
/// <param name="Address">Column username.</param>
/// <param name="Password">The hash, with or without its scheme.</param>
/// <param name="Name">Name of the person.</param>
/// <param name="Directory">Column maildir: a path below the directory with all the mail.</param>
/// <param name="Quota">Bytes; 0 or less means no limit.</param>
/// <param name="IsActive">Whether it gets mail and its user may log in.</param>
/// <param name="MaySend">Column smtp_active of PostfixAdmin 4.</param>
public sealed record SourceMailbox(
    string Address, string Password, string? Name, string Directory, long Quota, bool IsActive, bool MaySend)
{
    /// <summary>The address, never the hash.</summary>
    public override string ToString() => Address;
}

/// <summary>A row of table alias.</summary>
/// <param name="Address">The alias; one with an empty local part is a catch-all.</param>
/// <param name="Destinations">Column goto, split into addresses.</param>
/// <param name="IsActive">Whether Postfix sees it.</param>
public sealed record SourceAlias(string Address, IReadOnlyList<string> Destinations, bool IsActive);

/// <summary>The content of PostfixAdmin's database, unchanged.</summary>
public sealed record SourceTables(
    IReadOnlyList<SourceDomain> Domains,
    IReadOnlyList<SourceAliasDomain> AliasDomains,
    IReadOnlyList<SourceMailbox> Mailboxes,
    IReadOnlyList<SourceAlias> Aliases)
{
    /// <summary>Addresses with an active automatic reply.</summary>
    public IReadOnlyList<string> Vacations { get; init; } = [];

    /// <summary>Addresses for which mail is fetched from other servers.</summary>
    public IReadOnlyList<string> Fetched { get; init; } = [];

    /// <summary>The address of each app password of PostfixAdmin 4.</summary>
    public IReadOnlyList<string> AppPasswords { get; init; } = [];

    /// <summary>Addresses with a second factor in PostfixAdmin 4.</summary>
    public IReadOnlyList<string> SecondFactors { get; init; } = [];
}
