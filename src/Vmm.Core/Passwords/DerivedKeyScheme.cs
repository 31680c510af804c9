using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Vmm.Core.Passwords;

/// <summary>PBKDF2 and the verifiers of SCRAM (RFC 5802, RFC 7677).</summary>
internal static partial class DerivedKeyScheme
{
    /// <summary>Dovecot's default, which its own hashes carry.</summary>
    private const int Pbkdf2Rounds = 5000;
    private const int Pbkdf2Bytes = 20;
    private const int ScramRounds = 4096;
    private const int SaltBytes = 16;

    /// <summary><c>$1$salt$rounds$hex</c>; the salt is used as text.</summary>
    internal static byte[] MakePbkdf2(HashInput i)
    {
        var salt = RandomNumberGenerator.GetHexString(SaltBytes, lowercase: true);
        var key = Rfc2898DeriveBytes.Pbkdf2(
            i.Password, Encoding.ASCII.GetBytes(salt), Pbkdf2Rounds, HashAlgorithmName.SHA1, Pbkdf2Bytes);
        return Encoding.ASCII.GetBytes($"$1${salt}${Pbkdf2Rounds}${Convert.ToHexStringLower(key)}");
    }

    internal static byte[] MakeScramSha1(HashInput i) =>
        Scram(i, HashAlgorithmName.SHA1, 20, HMACSHA1.HashData, b => SHA1.HashData(b));

    internal static byte[] MakeScramSha256(HashInput i) =>
        Scram(i, HashAlgorithmName.SHA256, 32, HMACSHA256.HashData, b => SHA256.HashData(b));

    internal static bool IsPbkdf2(byte[] hash) => Pbkdf2().IsMatch(Encoding.UTF8.GetString(hash));

    internal static bool IsScram(byte[] hash, int size)
    {
        var parts = Encoding.UTF8.GetString(hash).Split(',');
        return parts.Length == 4
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
            && rounds > 0
            && IsBase64(parts[1], null)
            && IsBase64(parts[2], size)
            && IsBase64(parts[3], size);
    }

    /// <summary>Rounds, salt, StoredKey, ServerKey (RFC 5802 section 3).</summary>
    private static byte[] Scram(
        HashInput i, HashAlgorithmName algorithm, int size, Func<byte[], byte[], byte[]> hmac, Func<byte[], byte[]> digest)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var salted = Rfc2898DeriveBytes.Pbkdf2(i.Password, salt, ScramRounds, algorithm, size);
        var storedKey = digest(hmac(salted, "Client Key"u8.ToArray()));
        var serverKey = hmac(salted, "Server Key"u8.ToArray());
        return Encoding.ASCII.GetBytes(
            $"{ScramRounds},{Convert.ToBase64String(salt)}"
            + $",{Convert.ToBase64String(storedKey)},{Convert.ToBase64String(serverKey)}");
    }

    private static bool IsBase64(string text, int? size) =>
        PasswordHasher.FromBase64(text) is { Length: > 0 } bytes && (size is null || bytes.Length == size);

    [GeneratedRegex(@"^\$1\$[!-#%-~]{1,64}\$[1-9]\d{0,8}\$[0-9a-fA-F]{40}\z")]
    private static partial Regex Pbkdf2();
}
