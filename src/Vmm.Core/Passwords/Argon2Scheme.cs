using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace Vmm.Core.Passwords;

/// <summary>
/// Argon2 (RFC 9106) in the text form that libsodium, and so Dovecot,
/// verifies. It has one lane, because libsodium accepts no other number.
/// </summary>
internal static partial class Argon2Scheme
{
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>libsodium's interactive limits.</summary>
    internal static byte[] MakeId(HashInput i) => Make(i, "argon2id", Argon2Parameters.Argon2id, memoryKiB: 65536, passes: 2);

    /// <inheritdoc cref="MakeId"/>
    internal static byte[] MakeI(HashInput i) => Make(i, "argon2i", Argon2Parameters.Argon2i, memoryKiB: 32768, passes: 4);

    internal static bool IsWellFormed(byte[] hash) => Form().IsMatch(Encoding.UTF8.GetString(hash));

    private static byte[] Make(HashInput i, string name, int type, int memoryKiB, int passes)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var generator = new Argon2BytesGenerator();
        generator.Init(new Argon2Parameters.Builder(type)
            .WithVersion(Argon2Parameters.Version13)
            .WithMemoryAsKB(memoryKiB)
            .WithIterations(passes)
            .WithParallelism(1)
            .WithSalt(salt)
            .Build());
        var hash = new byte[HashBytes];
        generator.GenerateBytes(i.Password, hash);
        return Encoding.ASCII.GetBytes($"${name}$v=19$m={memoryKiB},t={passes},p=1${Unpadded(salt)}${Unpadded(hash)}");
    }

    private static string Unpadded(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    [GeneratedRegex(@"^\$argon2(id|i)\$v=19\$m=\d{1,10},t=\d{1,10},p=\d{1,3}\$[+/0-9A-Za-z]{11,}\$[+/0-9A-Za-z]{16,}\z")]
    private static partial Regex Form();
}
