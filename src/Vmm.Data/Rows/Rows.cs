using Vmm.Data.Values;

namespace Vmm.Data.Rows;

/// <summary>A domain that was found by one of its names.</summary>
/// <param name="Gid">Group id of its mail directories, from 70000 up.</param>
/// <param name="Name">Its primary name.</param>
/// <param name="IsPrimary">Whether the name it was found by is the primary one.</param>
/// <param name="Directory">Absolute path of its mail directory.</param>
public sealed record DomainRow(long Gid, DomainName Name, bool IsPrimary, string Directory);

/// <summary>The columns of a new domain.</summary>
internal sealed record NewDomainRow(long Gid, long QuotaId, long ServiceId, long TransportId, string Directory, string? Note);

/// <summary>A new account among many.</summary>
internal sealed record NewAccountRow(
    string LocalPart,
    PasswordHash Password,
    string? Name,
    long Uid,
    long Gid,
    long MailLocationId,
    string? Note,
    long? QuotaId,
    long? ServicesId);

/// <summary>What an address is.</summary>
internal sealed record KnownAddress(string Address, AddressKind Kind);

/// <summary>An account that was found.</summary>
/// <param name="Uid">User id of its mailbox, from 70000 up.</param>
/// <param name="Gid">Its domain's gid.</param>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="DomainDirectory">Absolute path of its domain's mail directory.</param>
public sealed record AccountRow(long Uid, long Gid, EmailAddress Address, string DomainDirectory);

/// <summary>One name in a list of domains.</summary>
/// <param name="Domain">The name, A-labels.</param>
/// <param name="Unicode">The same in U-labels.</param>
/// <param name="IsPrimary">False for an alias domain.</param>
public sealed record DomainListItem(string Domain, string Unicode, bool IsPrimary)
{
    /// <summary>
    /// What becomes of mail while it is suspended: nologin (it is received), refuse or defer; left out if it is not.
    /// </summary>
    public string? Suspended { get; init; }
}

/// <summary>One address in a list.</summary>
/// <param name="Address">local-part@domain.</param>
/// <param name="Kind">account, alias or relocated.</param>
/// <param name="IsAliasDomain">Whether its domain is an alias domain name.</param>
public sealed record AddressListItem(string Address, AddressKind Kind, bool IsAliasDomain)
{
    /// <summary>More about an account; only with <c>listusers --long</c> and <c>--over-quota</c>.</summary>
    public AccountListDetails? Details { get; init; }

    /// <summary>
    /// What becomes of mail while the account or its domain is suspended: nologin (it is received), refuse or defer; left out if
    /// neither is.
    /// </summary>
    public string? Suspended { get; init; }
}

/// <summary>What the long list says of an account.</summary>
/// <param name="Uid">User id.</param>
/// <param name="QuotaBytes">Bytes, 0 for unlimited.</param>
/// <param name="QuotaMessages">Messages, 0 for unlimited.</param>
/// <param name="UsedBytes">Bytes in use, as counted by Dovecot; may be negative for a moment.</param>
/// <param name="UsedMessages">Messages in use, as counted by Dovecot.</param>
/// <param name="Services">Services in force.</param>
/// <param name="Name">Real name, or null.</param>
/// <param name="Note">Free text, or null.</param>
public sealed record AccountListDetails(
    long Uid,
    long QuotaBytes,
    int QuotaMessages,
    long UsedBytes,
    int UsedMessages,
    ServiceSet Services,
    string? Name,
    string? Note)
{
    /// <summary>
    /// How much of its quota the account uses, in whole percent: of bytes or messages, whichever is more; null if unlimited.
    /// </summary>
    public long? UsedPercent => new Quota(QuotaBytes, QuotaMessages).UsedPercent(UsedBytes, UsedMessages);
}

/// <summary>How much of its quota an account uses, as Dovecot has written it to the database.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Uid">User id.</param>
/// <param name="QuotaBytes">Bytes, 0 for unlimited.</param>
/// <param name="QuotaMessages">Messages, 0 for unlimited.</param>
/// <param name="QuotaInherited">Whether the quota is the domain's.</param>
/// <param name="UsedBytes">Bytes in use, as counted by Dovecot; may be negative for a moment.</param>
/// <param name="UsedMessages">Messages in use, as counted by Dovecot.</param>
public sealed record AccountUsage(
    string Address, long Uid, long QuotaBytes, int QuotaMessages, bool QuotaInherited, long UsedBytes, int UsedMessages)
{
    /// <summary>
    /// How much of its quota the account uses, in whole percent: of bytes or messages, whichever is more; null if unlimited.
    /// </summary>
    public long? UsedPercent => new Quota(QuotaBytes, QuotaMessages).UsedPercent(UsedBytes, UsedMessages);
}

/// <summary>LIKE patterns of a list, null for everything.</summary>
public sealed record AddressPattern(string? LocalPart, string? Domain);

/// <summary>One step of alias expansion.</summary>
internal sealed record AliasStep(string? Source, string Target);

/// <summary>A domain directory that must exist.</summary>
public sealed record ExpectedDomain(long Gid, string Directory, string Name);

/// <summary>A home directory that must exist.</summary>
public sealed record ExpectedAccount(long Uid, long Gid, string LocalPart, string MailDirectory);

/// <summary>One row as JSON, as the server writes it. It may contain a password hash.</summary>
internal sealed record RowText(string Table, string Json);

/// <summary>A transport that is not ASCII.</summary>
/// <param name="Domain">Primary name of the domain.</param>
/// <param name="LocalPart">Of the first account that has it; null where it is the domain's.</param>
/// <param name="Accounts">Number of accounts that have it as their own.</param>
/// <param name="Text">The transport.</param>
internal sealed record ForeignTransport(string Domain, string? LocalPart, long Accounts, string Text);
