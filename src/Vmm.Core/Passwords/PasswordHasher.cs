using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.Passwords;

/// <summary>Makes hashes that Dovecot verifies. It works in this process, so that no child process ever sees a password.</summary>
public static class PasswordHasher
{
    /// <summary>Hashes a password that <see cref="PasswordPolicy"/> accepted.</summary>
    /// <exception cref="VmmException">
    /// 67 the system does not support this scheme, or the result is too long to be stored.
    /// </exception>
    public static PasswordHash Hash(PasswordScheme scheme, string password, EmailAddress address, HashCost cost)
    {
        var bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            var text = $"{{{scheme}}}{Encode(scheme.Make(new HashInput(bytes, address, cost)), scheme.Encoding)}";
            return text.Length <= PasswordHash.MaxLength ? new PasswordHash(text) : throw new VmmException(
                ErrorCode.VmmError,
                $"the password is too long to be stored as {scheme}",
                $"The database stores {PasswordHash.MaxLength} characters; use a scheme that hashes.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>
    /// Takes a complete hash that a different program made: its scheme must be known, and the rest must look like a hash of it.
    /// </summary>
    /// <exception cref="VmmException">44 no scheme or malformed, 67 unknown scheme.</exception>
    public static PasswordHash CheckStored(string text)
    {
        var end = text.IndexOf('}', StringComparison.Ordinal);
        if (!text.StartsWith('{') || end < 2)
        {
            throw HashLook.BlanksAround(text) ?? Errors.InvalidArgument(
                "the password hash has no scheme", "Write it as '{SCHEME}hash', as 'doveadm pw' prints it.");
        }

        var scheme = PasswordScheme.Parse(text[1..end]);
        return TryCheckStored(text, out var hash) ? hash : throw HashLook.BlanksAround(text) ?? Errors.InvalidArgument(
            $"this is not a hash of the scheme {scheme}",
            $"Write it as 'doveadm pw -s {scheme}' prints it, at most {PasswordHash.MaxLength} characters.");
    }

    /// <summary>The same, where an invalid hash is not an error.</summary>
    internal static bool TryCheckStored(string text, [NotNullWhen(true)] out PasswordHash? stored)
    {
        var end = text.IndexOf('}', StringComparison.Ordinal);
        var scheme = text.StartsWith('{') && end > 1 ? PasswordScheme.Find(text[1..end]) : null;
        var hash = text[(end + 1)..];
        var isGood = scheme is not null && hash.Length > 0 && text.Length <= PasswordHash.MaxLength
            && !text.Any(c => char.IsControl(c) || c == '\ufffd') && IsWellFormed(scheme, hash);
        stored = isGood ? new PasswordHash(text) : null;
        return isGood;
    }

    private static string Encode(byte[] hash, HashEncoding encoding) => encoding switch
    {
        HashEncoding.Hex => Convert.ToHexStringLower(hash),
        HashEncoding.Base64 => Convert.ToBase64String(hash),
        _ => Encoding.UTF8.GetString(hash),
    };

    /// <summary>Without a suffix Dovecot accepts a digest in hexadecimal and in Base64.</summary>
    private static bool IsWellFormed(PasswordScheme scheme, string hash) => scheme switch
    {
        { Suffix: "", Natural: HashEncoding.None } => scheme.IsWellFormed(Encoding.UTF8.GetBytes(hash)),
        { Suffix: "" } => Fits(scheme, FromHex(hash)) || Fits(scheme, FromBase64(hash)),
        { Encoding: HashEncoding.Hex } => Fits(scheme, FromHex(hash)),
        _ => Fits(scheme, FromBase64(hash)),
    };

    private static bool Fits(PasswordScheme scheme, byte[]? bytes) => bytes is not null && scheme.IsWellFormed(bytes);

    private static byte[]? FromHex(string text) =>
        text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;

    /// <summary>Strict: the BCL alone would accept blanks and line ends in the text.</summary>
    internal static byte[]? FromBase64(string text)
    {
        var buffer = new byte[text.Length];
        return !text.Any(char.IsWhiteSpace) && Convert.TryFromBase64String(text, buffer, out var length)
            ? buffer[..length]
            : null;
    }
}
