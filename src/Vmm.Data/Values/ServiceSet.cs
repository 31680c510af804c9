namespace Vmm.Data.Values;

/// <summary>The services that an account may use; the columns of table service_set.</summary>
[Flags]
public enum ServiceSet
{
    /// <summary>No service at all.</summary>
    None = 0,

    /// <summary>Sending mail (SASL at the submission port).</summary>
    Smtp = 1,

    /// <summary>Reading mail by POP3.</summary>
    Pop3 = 2,

    /// <summary>Reading mail by IMAP.</summary>
    Imap = 4,

    /// <summary>Managing filters by ManageSieve.</summary>
    Sieve = 8,

    /// <summary>All services: the default of vmm 0.7.</summary>
    All = Smtp | Pop3 | Imap | Sieve,
}

/// <summary>A change of services: some are switched on or off, the others stay as they are.</summary>
/// <param name="On">Services to allow.</param>
/// <param name="Off">Services to forbid.</param>
public sealed record ServiceChange(ServiceSet On, ServiceSet Off)
{
    /// <summary>Applies the change to a set.</summary>
    public ServiceSet Apply(ServiceSet services) => (services | On) & ~Off;
}
