using Vmm.Core.Passwords;
using Vmm.Data.Values;

namespace Vmm.Core.PostfixAdmin;

/// <summary>
/// Password hashes of other programs, often without a scheme. Their form determines the scheme that Dovecot needs.
/// </summary>
public static class ForeignHash
{
    private const string CryptSigns = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private const int DesLength = 13;
    private const int Md5HexLength = 32;

    /// <summary>Reads a hash, and adds its scheme.</summary>
    /// <param name="text">As it is stored.</param>
    /// <param name="scheme">
    /// The scheme of hashes that have none and no recognizable prefix; null when there are no such hashes. It takes precedence over
    /// a guess by the length of the text, because a clear-text password may have that length too.
    /// </param>
    /// <returns>Null for a hash that Dovecot cannot verify.</returns>
    public static PasswordHash? Read(string text, PasswordScheme? scheme)
    {
        var complete = Name(text) ?? (scheme is not null ? text.StartsWith('{') ? null : $"{{{scheme}}}{text}" : ByLength(text));
        return complete is not null && PasswordHasher.TryCheckStored(complete, out var hash) ? hash : null;
    }

    private static string? Name(string text) => text switch
    {
        // Courier's names, in any case, of schemes that have different names in Dovecot.
        _ when Rest(text, "{md5raw}") is { } hex => $"{{PLAIN-MD5}}{hex}",
        _ when Rest(text, "{md5}") is { } base64 && !base64.StartsWith('$') => $"{{LDAP-MD5}}{base64}",
        ['{', ..] when text.IndexOf('}', StringComparison.Ordinal) is > 1 and var end =>
            text[..end].ToUpperInvariant() + text[end..],
        _ when HashLook.Scheme(text) is { } scheme => $"{{{scheme}}}{text}",
        _ => null,
    };

    private static string? ByLength(string text) => text.Length switch
    {
        Md5HexLength when text.All(char.IsAsciiHexDigit) => $"{{PLAIN-MD5}}{text}",
        DesLength when text.All(c => CryptSigns.Contains(c, StringComparison.Ordinal)) => $"{{CRYPT}}{text}",
        _ => null,
    };

    private static string? Rest(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? text[prefix.Length..] : null;
}
