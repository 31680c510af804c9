using Vmm.Data.Failures;

namespace Vmm.Data.Values;

/// <summary>
/// Where an alias, catch-all or relocated user points to. The domain is in lower case. The local part keeps its case until the
/// domain is known to be local (RFC 5321 section 2.4). <c>%n</c>, <c>%d</c> and <c>%=</c> in the local part are placeholders that
/// alias lookups fill in.
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

    /// <summary>The part before the @.</summary>
    public string LocalPart { get; }

    /// <summary>The part after the @.</summary>
    public DomainName Domain { get; }

    /// <summary>Whether lookups replace parts of it.</summary>
    public bool HasPlaceholder => IsReplaced(LocalPart);

    /// <summary>Whether lookups would replace parts of this local part, if it were that of a destination.</summary>
    public static bool IsReplaced(string localPart) =>
        localPart.Contains("%n", StringComparison.Ordinal) || localPart.Contains("%d", StringComparison.Ordinal)
        || localPart.Contains("%=", StringComparison.Ordinal);

    /// <summary>Reads a destination.</summary>
    /// <exception cref="VmmException">Those of <see cref="EmailAddress.Parse"/>.</exception>
    public static Destination Parse(string text)
    {
        var (localPart, domain) = EmailAddress.Split(text);
        EmailAddress.CheckLocalPart(text, localPart);
        var isLocalhost = domain.Equals(Localhost, StringComparison.OrdinalIgnoreCase);
        var name = isLocalhost ? DomainName.Stored(Localhost) : DomainName.ParseAny(domain);
        var destination = new Destination(localPart, name);
        return destination.ToString().Length > EmailAddress.MaxLength
            ? throw Errors.AddressTooLong(destination.ToString(), EmailAddress.MaxLength)
            : destination;
    }

    /// <summary>
    /// Reads a destination that should exist already. An older vmm may have stored one that could not be added today.
    /// </summary>
    /// <exception cref="VmmException">40, 43, and 47 for an empty local part.</exception>
    public static Destination Refer(string text)
    {
        var (localPart, domain) = EmailAddress.Split(text);
        return localPart.Length == 0 ? throw Errors.LocalPartMissing(text) : new Destination(localPart, DomainName.Refer(domain));
    }

    /// <summary>The form that is stored when the domain is local.</summary>
    public Destination Own() => new(LocalPart.ToLowerInvariant(), Domain);

    /// <summary>The stored form.</summary>
    public override string ToString() => $"{LocalPart}@{Domain.Ascii}";
}
