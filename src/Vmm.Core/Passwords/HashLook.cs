using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.Passwords;

/// <summary>
/// A text that looks like a hash. As a password it would let in whoever has the table that it comes from, and keep its owner out.
/// </summary>
public static class HashLook
{
    /// <summary>
    /// The scheme that Dovecot needs for a text in the form of crypt(5), or of Argon2 (the PHC string format); null for any other.
    /// </summary>
    public static string? Scheme(string text) => text switch
    {
        ['$', '1', '$', ..] => "MD5-CRYPT",
        ['$', '2', _, '$', ..] => "BLF-CRYPT",
        ['$', '5', '$', ..] => "SHA256-CRYPT",
        ['$', '6', '$', ..] => "SHA512-CRYPT",
        ['$', 'y' or '7', '$', ..] => "CRYPT",
        _ when text.StartsWith("$argon2id$", StringComparison.Ordinal) => "ARGON2ID",
        _ when text.StartsWith("$argon2i$", StringComparison.Ordinal) => "ARGON2I",
        _ => null,
    };

    /// <summary>
    /// A password or a complete hash, where both may stand: the hash is returned, null means a password.
    /// </summary>
    /// <exception cref="VmmException">
    /// 44 a hash without its scheme, a malformed one, or blanks around it; 67 a scheme that vmm does not support.
    /// </exception>
    public static PasswordHash? Read(string text)
    {
        var bare = text.Trim();
        if (Scheme(bare) is { } scheme)
        {
            throw Errors.InvalidArgument(
                "the password looks like a hash without its scheme",
                $"Write {{{scheme}}} before it, without blanks. If it is the password itself, set it with 'vmm userpassword'.");
        }

        if (Word(bare) is null)
        {
            return null;
        }

        return BlanksAround(text) is { } error ? throw error : PasswordHasher.CheckStored(text);
    }

    /// <summary>The error for blanks that do not belong to a hash; null where there are none.</summary>
    internal static VmmException? BlanksAround(string text) => text.Trim() == text
        ? null
        : Errors.InvalidArgument("there are blanks before or after the password hash", "Remove them.");

    /// <summary>Whether a text that is taken as a password looks like a hash.</summary>
    public static bool IsLikely(string text) => Scheme(text.Trim()) is not null || Word(text.Trim()) is not null;

    /// <summary>What stands in braces at the beginning, if it may be the name of a scheme.</summary>
    private static string? Word(string text) =>
        text is ['{', ..] && text.IndexOf('}', StringComparison.Ordinal) is > 1 and var end
            && text[1..end].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_')
            ? text[1..end]
            : null;
}
