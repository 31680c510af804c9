using Vmm.Data.Failures;

namespace Vmm.Data.Values;

/// <summary>What a sender grant is about: an address, which need not exist, or all addresses of a domain.</summary>
public sealed record SenderAddress
{
    private SenderAddress(string localPart, DomainName domain)
    {
        LocalPart = localPart;
        Domain = domain;
    }

    /// <summary>The part before the @; empty for all addresses of the domain.</summary>
    public string LocalPart { get; }

    /// <summary>The part after the @.</summary>
    public DomainName Domain { get; }

    /// <summary>Whether it stands for all addresses of the domain.</summary>
    public bool IsDomain => LocalPart.Length == 0;

    /// <summary>Reads an address, or a domain with @ before it or without.</summary>
    /// <exception cref="VmmException">Those of <see cref="EmailAddress.Parse"/>.</exception>
    public static SenderAddress Parse(string text) => Read(text, EmailAddress.Parse);

    /// <summary>Reads one that may be stored already, also in a form that could not be added today.</summary>
    /// <exception cref="VmmException">Those of <see cref="EmailAddress.Refer"/>.</exception>
    public static SenderAddress Refer(string text) => Read(text, EmailAddress.Refer);

    private static SenderAddress Read(string text, Func<string, EmailAddress> read)
    {
        var name = text.StartsWith('@') ? text[1..] : text;
        if (!name.Contains('@', StringComparison.Ordinal))
        {
            return new SenderAddress("", DomainName.Refer(name));
        }

        var address = read(text);
        return new SenderAddress(address.LocalPart, address.Domain);
    }

    /// <summary>The same under another name of the domain.</summary>
    public SenderAddress At(DomainName domain) => new(LocalPart, domain);

    /// <summary>The stored form; of a domain with @ before it.</summary>
    public override string ToString() => $"{LocalPart}@{Domain.Ascii}";
}
