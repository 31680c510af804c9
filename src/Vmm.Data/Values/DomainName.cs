using System.Net;
using Vmm.Data.Failures;

namespace Vmm.Data.Values;

/// <summary>
/// A domain name as it is stored: A-labels in lower case, at most 253 bytes (RFC 1035, RFC 5321 section 4.5.3.1.2).
/// <see cref="Parse"/> reads a new name; <see cref="Refer"/> also accepts what an older vmm may have stored.
/// </summary>
public sealed record DomainName
{
    /// <summary>Longest name in bytes, without the final dot.</summary>
    public const int MaxLength = 253;

    private const int MaxLabel = 63;

    private DomainName(string ascii, VmmException? problem = null)
    {
        Ascii = ascii;
        Problem = problem;
    }

    /// <summary>The stored form, for example <c>xn--bcher-kva.example</c>.</summary>
    public string Ascii { get; }

    /// <summary>Why this name cannot be added; null for a valid name.</summary>
    internal VmmException? Problem { get; }

    /// <summary>
    /// The form people read, for example <c>bücher.example</c>; equal to <see cref="Ascii"/> where there is none.
    /// </summary>
    public string Unicode => Ascii.Contains("xn--", StringComparison.Ordinal) ? Idn.ToUnicode(Ascii) ?? Ascii : Ascii;

    /// <summary>Reads a new domain name (U-labels, A-labels, any case).</summary>
    /// <exception cref="VmmException">39 malformed, 40 empty, 41 too long.</exception>
    public static DomainName Parse(string text)
    {
        var name = Refer(text);
        return name.Problem is null ? name : throw name.Problem;
    }

    /// <summary>
    /// Reads a domain name that may be anybody's. Registries have given out A-labels that IDNA 2008 does not allow, such as those
    /// of emoji: mail goes there, though no such name can be added.
    /// </summary>
    /// <exception cref="VmmException">39 malformed, 40 empty, 41 too long.</exception>
    public static DomainName ParseAny(string text)
    {
        var name = Read(text, isAny: true);
        return name.Problem is null ? name : throw name.Problem;
    }

    /// <summary>
    /// Reads the name of a domain that should exist already. A name that could not be added today is kept in lower case, so that
    /// one stored by an older vmm is found. If there is no such domain, its <see cref="Problem"/> is the error to report.
    /// </summary>
    /// <exception cref="VmmException">40 empty.</exception>
    public static DomainName Refer(string text) => Read(text, isAny: false);

    private static DomainName Read(string text, bool isAny)
    {
        if (text.Length == 0)
        {
            throw Errors.DomainMissing();
        }

        var lower = text.ToLowerInvariant();
        var ascii = IsPlain(lower) ? lower : Idn.ToAscii(text);
        // A-labels of what could not be typed in U-labels are no better: libidn2 lets them pass.
        if (ascii is null || (!isAny && !IsPlain(ascii) && Idn.ToUnicode(ascii) is { } unicode && Idn.ToAscii(unicode) != ascii))
        {
            return new DomainName(lower, Errors.DomainInvalid(text, "it is not a valid internationalized name (IDNA 2008)"));
        }

        return Defect(ascii) is { } reason
            ? new DomainName(lower, Errors.DomainInvalid(text, reason, ascii.Length > MaxLength))
            : new DomainName(ascii);
    }

    /// <summary>Takes a name from the database without checks: a malformed one never breaks a list.</summary>
    public static DomainName Stored(string ascii) => new(ascii);

    /// <summary>The stored form.</summary>
    public override string ToString() => Ascii;

    /// <inheritdoc/>
    public bool Equals(DomainName? other) => other is not null && Ascii == other.Ascii;

    /// <inheritdoc/>
    public override int GetHashCode() => Ascii.GetHashCode(StringComparison.Ordinal);

    private static bool IsPlain(string text) => System.Text.Ascii.IsValid(text) && !text.Contains("xn--", StringComparison.Ordinal);

    /// <summary>
    /// What is wrong with a name, or null. libidn2 accepts <c>_</c>, blanks and empty labels, so the result is always checked here
    /// (LDH rule, RFC 5890 section 2.3.1).
    /// </summary>
    private static string? Defect(string ascii)
    {
        if (ascii.Length > MaxLength)
        {
            return $"it is longer than {MaxLength} bytes";
        }

        var labels = ascii.Split('.');
        foreach (var label in labels)
        {
            if (LabelDefect(label) is { } reason)
            {
                return reason;
            }
        }

        return labels.Length < 2 ? "it needs at least two labels"
            : IPAddress.TryParse(ascii, out _) ? "it is an address, not a name"
            : labels[^1].Length < 2 || char.IsAsciiDigit(labels[^1][0]) ? "its last label cannot be a top-level domain"
            : null;
    }

    private static string? LabelDefect(string label) =>
        label.Length == 0 ? "it has an empty label"
        : label.Length > MaxLabel ? $"a label is longer than {MaxLabel} bytes"
        : label[0] == '-' || label[^1] == '-' ? "a label begins or ends with a hyphen"
        : label.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            ? "only letters, digits, hyphens and dots are allowed"
        : null;
}
