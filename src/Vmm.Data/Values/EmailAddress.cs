using System.Text;
using Vmm.Data.Failures;

namespace Vmm.Data.Values;

/// <summary>
/// An address that vmm stores: local part in lower case, at most 64 bytes; the whole at most 254 bytes (RFC 5321 section 4.5.3.1).
/// </summary>
public sealed record EmailAddress
{
    /// <summary>Longest local part in bytes.</summary>
    public const int MaxLocalPart = 64;

    /// <summary>Longest address in bytes.</summary>
    public const int MaxLength = 254;

    private const string AtextSymbols = "!#$%&'*+-/=?^_`{|}~";

    private EmailAddress(string localPart, DomainName domain)
    {
        LocalPart = localPart;
        Domain = domain;
    }

    /// <summary>The part before the @.</summary>
    public string LocalPart { get; }

    /// <summary>The part after the @.</summary>
    public DomainName Domain { get; }

    /// <summary>Reads a new address: a dot-atom of RFC 5321 section 4.1.2, without quoted strings and without UTF-8.</summary>
    /// <exception cref="VmmException">43, 47, 48, 86 and those of <see cref="DomainName.Parse"/>.</exception>
    public static EmailAddress Parse(string text)
    {
        var (localPart, domain) = Split(text);
        return localPart.Length == 0
            ? throw Errors.LocalPartMissing(text, domain)
            : Checked(text, localPart.ToLowerInvariant(), DomainName.Parse(domain));
    }

    /// <summary>
    /// Reads an address that should exist already. An older vmm may have stored one that could not be added today.
    /// </summary>
    /// <exception cref="VmmException">43, and 47 for an empty local part.</exception>
    public static EmailAddress Refer(string text)
    {
        var (localPart, domain) = Split(text);
        return localPart.Length == 0
            ? throw Errors.LocalPartMissing(text, domain)
            : new EmailAddress(localPart.ToLowerInvariant(), DomainName.Refer(domain));
    }

    /// <summary>Takes an address from the database without checks.</summary>
    public static EmailAddress Stored(string localPart, string domain) => new(localPart, DomainName.Stored(domain));

    /// <summary>The same local part under another name of the domain.</summary>
    public EmailAddress At(DomainName domain) => new(LocalPart, domain);

    /// <summary>The stored form.</summary>
    public override string ToString() => $"{LocalPart}@{Domain.Ascii}";

    /// <summary>The checks of a new local part; also used for destinations.</summary>
    internal static void CheckLocalPart(string text, string localPart)
    {
        if (localPart.Length == 0)
        {
            throw Errors.LocalPartMissing(text);
        }

        var bad = localPart.EnumerateRunes().Where(r => !IsAtext(r) && r.Value != '.').Distinct().ToList();
        if (bad.Count > 0)
        {
            throw Errors.LocalPartInvalid(
                localPart, $"it has characters that are not allowed: {string.Join(' ', bad.Select(Printable))}");
        }

        if (localPart.Length > MaxLocalPart)
        {
            throw Errors.LocalPartTooLong(localPart, MaxLocalPart);
        }

        if (localPart[0] == '.' || localPart[^1] == '.' || localPart.Contains("..", StringComparison.Ordinal))
        {
            throw Errors.LocalPartInvalid(localPart, "a dot cannot be first, last or next to another dot");
        }
    }

    private static EmailAddress Checked(string text, string localPart, DomainName domain)
    {
        CheckLocalPart(text, localPart);
        var address = new EmailAddress(localPart, domain);
        return address.ToString().Length > MaxLength ? throw Errors.AddressTooLong(address.ToString(), MaxLength) : address;
    }

    /// <summary>Splits an address at its only @.</summary>
    internal static (string LocalPart, string Domain) Split(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at < 0 || at != text.LastIndexOf('@') ? throw Errors.InvalidAddress(text) : (text[..at], text[(at + 1)..]);
    }

    private static bool IsAtext(Rune r) =>
        r.IsAscii && (char.IsAsciiLetterOrDigit((char)r.Value) || AtextSymbols.Contains((char)r.Value, StringComparison.Ordinal));

    private static string Printable(Rune r) => Rune.IsControl(r) || Rune.IsWhiteSpace(r) ? $"U+{r.Value:X4}" : $"'{r}'";
}
