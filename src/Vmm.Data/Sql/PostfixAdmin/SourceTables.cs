using Vmm.Data.Values;




namespace Vmm.Data.Sql.PostfixAdmin;

/// <summary>A row of table domain.</summary>
public sealed record SourceDomain(string Name, string? Description, string? Transport, bool IsBackup, bool IsActive);

/// <summary>A row of table alias_domain.</summary>
public sealed record SourceAliasDomain(string Name, string Target, bool IsActive);

/// <summary>A row of table mailbox.</summary>
/// <param name="Address">Column username.</param>
/// <param name="Password">The hash, with or without its scheme.</param>
/// <param name="Name">Of the person.</param>
/// <param name="Directory">Column maildir: relative to where the mail is.</param>
/// <param name="Quota">Octets; not above 0 for no limit.</param>
/// <param name="IsActive">Whether it gets mail and may log in.</param>
/// <param name="MaySend">Column smtp_active of PostfixAdmin 4.</param>
public sealed record SourceMailbox(string Address, string Password, string? Name, string Directory, long Quota, bool IsActive, bool MaySend)
{
    /// <summary>Never the hash.</summary>
    public override string ToString() => Address;
}

/// <summary>A row of table alias.</summary>
/// <param name="Address">With an empty local part it is a catch-all.</param>
/// <param name="Destinations">Column goto, taken apart.</param>
/// <param name="IsActive">Whether Postfix sees it.</param>
public sealed record SourceAlias(string Address, IReadOnlyList<string> Destinations, bool IsActive);

/// <summary>What PostfixAdmin's database holds, as it is there.</summary>
public sealed record SourceTables(
    IReadOnlyList<SourceDomain> Domains,
    IReadOnlyList<SourceAliasDomain> AliasDomains,
    IReadOnlyList<SourceMailbox> Mailboxes,
    IReadOnlyList<SourceAlias> Aliases)
{
    /// <summary>Addresses with an automatic reply that is switched on.</summary>
    public IReadOnlyList<string> Vacations { get; init; } = [];

    /// <summary>Addresses that mail is fetched for.</summary>
    public IReadOnlyList<string> Fetched { get; init; } = [];
}
