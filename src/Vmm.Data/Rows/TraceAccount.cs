using Vmm.Data.Values;

namespace Vmm.Data.Rows;

/// <summary>The account that gets the mail, as Dovecot sees it.</summary>
public sealed record TraceAccount
{
    /// <summary>The address by which it was found.</summary>
    public required string Address { get; init; }

    /// <summary>User id, from 70000 up.</summary>
    public required long Uid { get; init; }

    /// <summary>Group id, its domain's.</summary>
    public required long Gid { get; init; }

    /// <summary>Absolute path.</summary>
    public required string Home { get; init; }

    /// <summary>For example <c>maildir:~/Maildir</c>.</summary>
    public required string MailLocation { get; init; }

    /// <summary>Absolute path of the mailbox root.</summary>
    public required string MailDirectory { get; init; }

    /// <summary>Bytes, 0 for unlimited.</summary>
    public required long QuotaBytes { get; init; }

    /// <summary>Messages, 0 for unlimited.</summary>
    public required int QuotaMessages { get; init; }

    /// <summary>Bytes in use, as counted by Dovecot; may be negative for a moment.</summary>
    public required long UsedBytes { get; init; }

    /// <summary>Messages in use, as counted by Dovecot.</summary>
    public required int UsedMessages { get; init; }

    /// <summary>Services in force.</summary>
    public required ServiceSet Services { get; init; }

    /// <summary>
    /// What becomes of mail while the account or its domain is suspended: nologin (it is received), refuse or defer; left out if
    /// neither is.
    /// </summary>
    public string? Suspended { get; init; }

    /// <summary>
    /// The account's own transport, else its domain's. The transport that Postfix uses for the mail is in its delivery.
    /// </summary>
    public required string Transport { get; init; }

    /// <summary>Whether the transport is the domain's.</summary>
    public required bool TransportInherited { get; init; }
}
