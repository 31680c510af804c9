using System.Text;
using Vmm.Data.Failures;

namespace Vmm.Data.Values;

/// <summary>What senders are answered while mail is refused or deferred.</summary>
public static class RefusalText
{
    /// <summary>Longest text in characters: with what stands before it, a transport of this text fits its column.</summary>
    public const int MaxLength = 250;

    /// <summary>Reads a text; an empty one is none.</summary>
    /// <exception cref="VmmException">44 too long, or not printable ASCII, which is all that SMTP can say.</exception>
    public static string? Parse(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null
        : text.Length > MaxLength ? throw Errors.InvalidArgument($"the text is longer than {MaxLength} characters")
        : text.Any(char.IsControl) ? throw Errors.InvalidArgument("the text has control characters")
        : !Ascii.IsValid(text)
            ? throw Errors.InvalidArgument(
                "the text has characters that are not ASCII", "Postfix sends such a text in ASCII only.")
        : text.Trim();
}
