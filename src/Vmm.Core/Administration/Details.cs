namespace Vmm.Core.Administration;

/// <summary>What is shown of an account beside its row.</summary>
[Flags]
public enum AccountDetails
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The aliases that lead to it.</summary>
    Aliases = 1,

    /// <summary>How much space its mail takes.</summary>
    DiskUsage = 2,

    /// <summary>Everything.</summary>
    All = Aliases | DiskUsage,
}

/// <summary>What is shown of a domain beside its row.</summary>
[Flags]
public enum DomainDetails
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its accounts.</summary>
    Accounts = 1,

    /// <summary>Its other names.</summary>
    AliasDomains = 2,

    /// <summary>Its aliases.</summary>
    Aliases = 4,

    /// <summary>The destinations of its catch-all.</summary>
    CatchAll = 8,

    /// <summary>Its relocated users.</summary>
    Relocated = 16,

    /// <summary>Everything.</summary>
    All = Accounts | AliasDomains | Aliases | CatchAll | Relocated,
}
