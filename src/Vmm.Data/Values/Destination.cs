using Vmm.Data.Failures;




namespace Vmm.Data.Values;

/// <summary>
/// Where an alias, catch-all or relocated user points to. The domain is in lower case; the local part keeps its case until it is known to be
/// one of our own domains (RFC 5321 section 2.4). <c>%n</c>, <c>%d</c> and <c>%=</c> in the local part are placeholders of alias look-ups.
/// </summary>
public sealed record Destination
{
    /// <summary>The one host name that needs no dot, as in vmm 0.7.</summary>
    public const string Localhost = "localhost";

    private Destination(string localPart, DomainName domain)
    {
        LocalPart = localPart;
        Domain = domain;
    }

    /// <summary>What stands before the @.</summary>
    public string LocalPart { get; }

    /// <summary>What stands after the @.</summary>
    public DomainName Domain { get; }

    /// <summary>Whether look-ups replace parts of it.</summary>
    public bool HasPlaceholder =>
        LocalPart.Contains("%n", StringComparison.Ordinal) || LocalPart.Contains("%d", StringComparison.Ordinal)
        || LocalPart.Contains("%=", StringComparison.Ordinal);

    /// <summary>Reads a destination.</summary>
    /// <exception cref="VmmException">Those of <see cref="EmailAddress.Parse"/>.</exception>
    public static Destination Parse(string text)
    {
        var (localPart, domain) = EmailAddress.Split(text);
        EmailAddress.CheckLocalPart(text, localPart);
        var name = domain.Equals(Localhost, StringComparison.OrdinalIgnoreCase) ? DomainName.Stored(Localhost) : DomainName.Parse(domain);
        var destination = new Destination(localPart, name);
        return destination.ToString().Length > EmailAddress.MaxLength ? throw Errors.AddressTooLong(destination.ToString(), EmailAddress.MaxLength) : destination;
    }

    /// <summary>Reads a destination that should be there: also one that an older vmm stored and that could not be added today.</summary>
    /// <exception cref="VmmException">40, 43, and 47 for an empty local part.</exception>
    public static Destination Refer(string text)
    {
        var (localPart, domain) = EmailAddress.Split(text);
        return localPart.Length == 0 ? throw Errors.LocalPartMissing(text) : new Destination(localPart, DomainName.Refer(domain));
    }

    /// <summary>The form that is stored when the domain is one of ours.</summary>
    public Destination Own() => new(LocalPart.ToLowerInvariant(), Domain);

    /// <summary>The stored form.</summary>
    public override string ToString() => $"{LocalPart}@{Domain.Ascii}";
}
