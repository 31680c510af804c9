using Vmm.Data.Values;

namespace Vmm.Data.Rows;

/// <summary>What <c>domaininfo</c> shows.</summary>
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

    /// <summary>Default quota of an account in bytes, 0 for unlimited.</summary>
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

    /// <summary>Whether the accounts that an alias ends in may send as the alias.</summary>
    public required bool AliasSenders { get; init; }

    /// <summary>Number of sender grants of its addresses.</summary>
    public required long SenderGrantCount { get; init; }

    /// <summary>The suspension of all its accounts, if it is suspended.</summary>
    public Suspension? Suspension { get; init; }

    /// <summary>Its alias domain names. This and the next four appear only with <c>--details</c>.</summary>
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
