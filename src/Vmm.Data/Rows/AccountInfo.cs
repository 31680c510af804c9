using Vmm.Data.Values;

namespace Vmm.Data.Rows;

/// <summary>What <c>userinfo</c> shows.</summary>
public sealed record AccountInfo
{
    /// <summary>Under the primary domain name.</summary>
    public required string Address { get; init; }

    /// <summary>Real name, or null.</summary>
    public string? Name { get; init; }

    /// <summary>User id.</summary>
    public required long Uid { get; init; }

    /// <summary>Group id.</summary>
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

    /// <summary>Whether the quota is the domain's.</summary>
    public required bool QuotaInherited { get; init; }

    /// <summary>Bytes in use, as counted by Dovecot; may be negative for a moment.</summary>
    public required long UsedBytes { get; init; }

    /// <summary>Messages in use, as counted by Dovecot.</summary>
    public required int UsedMessages { get; init; }

    /// <summary>Transport in force.</summary>
    public required string Transport { get; init; }

    /// <summary>Whether the transport is the domain's.</summary>
    public required bool TransportInherited { get; init; }

    /// <summary>Services in force.</summary>
    public required ServiceSet Services { get; init; }

    /// <summary>Whether the services are the domain's.</summary>
    public required bool ServicesInherited { get; init; }

    /// <summary>Free text, or null.</summary>
    public string? Note { get; init; }

    /// <summary>When the password was changed last, UTC; null where that is not known.</summary>
    public DateTime? PasswordChanged { get; init; }

    /// <summary>What it may send as because it was granted; left out if there is nothing.</summary>
    public IReadOnlyList<SendAs>? SenderGrants { get; init; }

    /// <summary>Disk usage of the mailbox, as <c>du -hs</c> prints it; only when asked for.</summary>
    public string? DiskUsage { get; init; }

    /// <summary>Aliases that point here, or null when not asked for.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>Its own suspension, if it is suspended.</summary>
    public Suspension? Suspension { get; init; }

    /// <summary>That of its domain, if that is suspended. The stricter of the two applies.</summary>
    public Suspension? DomainSuspension { get; init; }
}

/// <summary>What <c>getuser</c> shows.</summary>
public sealed record AccountByUid
{
    /// <summary>Under the primary domain name.</summary>
    public required string Address { get; init; }

    /// <summary>User id.</summary>
    public required long Uid { get; init; }

    /// <summary>Group id.</summary>
    public required long Gid { get; init; }

    /// <summary>Free text, or null.</summary>
    public string? Note { get; init; }
}
