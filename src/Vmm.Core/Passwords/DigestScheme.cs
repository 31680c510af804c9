using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Digests;
using Vmm.Data.Values;

namespace Vmm.Core.Passwords;

/// <summary>Digests, plain and salted, and the other one-step schemes.</summary>
internal static class DigestScheme
{
    /// <summary>vmm 0.7 used 4 bytes.</summary>
    private const int SaltBytes = 16;

    internal static byte[] MakeMd5(HashInput i) => MD5.HashData(i.Password);

    internal static byte[] MakeSha1(HashInput i) => SHA1.HashData(i.Password);

    internal static byte[] MakeSha256(HashInput i) => SHA256.HashData(i.Password);

    internal static byte[] MakeSha512(HashInput i) => SHA512.HashData(i.Password);

    internal static byte[] MakeSaltedMd5(HashInput i) => Salted(i, b => MD5.HashData(b));

    internal static byte[] MakeSaltedSha1(HashInput i) => Salted(i, b => SHA1.HashData(b));

    internal static byte[] MakeSaltedSha256(HashInput i) => Salted(i, b => SHA256.HashData(b));

    internal static byte[] MakeSaltedSha512(HashInput i) => Salted(i, b => SHA512.HashData(b));

    internal static byte[] MakeMd4(HashInput i)
    {
        var digest = new MD4Digest();
        digest.BlockUpdate(i.Password, 0, i.Password.Length);
        var result = new byte[digest.GetDigestSize()];
        digest.DoFinal(result, 0);
        return result;
    }

    /// <summary>RFC 2831: user, realm and password; the realm is the domain.</summary>
    internal static byte[] MakeDigestMd5(HashInput i) =>
        MD5.HashData([.. Encoding.UTF8.GetBytes($"{i.Address.LocalPart}:{i.Address.Domain}:"), .. i.Password]);

    /// <summary>
    /// A length, a hyphen, the password. A password of exactly that length counts as truncated, so the length here is out of reach.
    /// </summary>
    internal static byte[] MakePlainTrunc(HashInput i) => [.. Encoding.ASCII.GetBytes($"{PasswordHash.MaxLength}-"), .. i.Password];

    private static byte[] Salted(HashInput i, Func<byte[], byte[]> digest)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return [.. digest([.. i.Password, .. salt]), .. salt];
    }
}
