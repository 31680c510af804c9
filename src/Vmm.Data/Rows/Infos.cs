using Vmm.Data.Values;




namespace Vmm.Data.Rows;

/// <summary>What <c>domaininfo</c> tells.</summary>
public sealed record DomainInfo
{
    /// <summary>Primary name, A-labels.</summary>
    public required string Domain { get; init; }

    /// <summary>Primary name, U-labels.</summary>
    public required string Unicode { get; init; }

    /// <summary>Group id.</summary>
    public required long Gid { get; init; }

    /// <summary>Absolute path.</summary>
    public required string Directory { get; init; }

    /// <summary>Default quota of an account in octets, 0 for unlimited.</summary>
    public required long QuotaBytes { get; init; }

    /// <summary>Default quota of an account in messages, 0 for unlimited.</summary>
    public required int QuotaMessages { get; init; }

    /// <summary>Default services of an account.</summary>
    public required ServiceSet Services { get; init; }

    /// <summary>Default transport.</summary>
    public required string Transport { get; init; }

    /// <summary>Free text, or null.</summary>
    public string? Note { get; init; }

    /// <summary>Number of alias domain names.</summary>
    public required long AliasDomainCount { get; init; }

    /// <summary>Number of accounts.</summary>
    public required long AccountCount { get; init; }

    /// <summary>Number of alias addresses.</summary>
    public required long AliasCount { get; init; }

    /// <summary>Number of relocated users.</summary>
    public required long RelocatedCount { get; init; }

    /// <summary>Number of catch-all destinations.</summary>
    public required long CatchAllCount { get; init; }

    /// <summary>Its other names; only when asked for with <c>--details</c>, as the next four.</summary>
    public IReadOnlyList<string>? AliasDomains { get; init; }

    /// <summary>Addresses of the accounts.</summary>
    public IReadOnlyList<string>? Accounts { get; init; }

    /// <summary>Addresses of the aliases.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>Addresses of the relocated users.</summary>
    public IReadOnlyList<string>? Relocated { get; init; }

    /// <summary>Destinations of the catch-all.</summary>
    public IReadOnlyList<string>? CatchAll { get; init; }
}

/// <summary>What <c>userinfo</c> tells.</summary>
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

    /// <summary>Octets, 0 for unlimited.</summary>
    public required long QuotaBytes { get; init; }

    /// <summary>Messages, 0 for unlimited.</summary>
    public required int QuotaMessages { get; init; }

    /// <summary>Whether the quota is the domain's.</summary>
    public required bool QuotaInherited { get; init; }

    /// <summary>Octets in use, as Dovecot counted; may be negative for a moment.</summary>
    public required long UsedBytes { get; init; }

    /// <summary>Messages in use, as Dovecot counted.</summary>
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

    /// <summary>What the mailbox takes on disk, as <c>du -hs</c> says it, or null when not asked for.</summary>
    public string? DiskUsage { get; init; }

    /// <summary>Aliases that point here, or null when not asked for.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }
}

/// <summary>What <c>getuser</c> tells.</summary>
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
