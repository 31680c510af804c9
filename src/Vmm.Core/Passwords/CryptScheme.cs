using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Vmm.Data.Failures;

namespace Vmm.Core.Passwords;

/// <summary>The crypt(3) family, by the system's libcrypt; see crypt(5).</summary>
internal static partial class CryptScheme
{
    /// <summary>libxcrypt accepts no longer password (CRYPT_MAX_PASSPHRASE_SIZE).</summary>
    internal const int MaxBytes = 511;

    private const int DefaultShaRounds = 5000;
    private const int SaltBytes = 16;

    /// <summary>sizeof(struct crypt_data) of libxcrypt.</summary>
    private const int DataSize = 32768;
    private const int SettingSize = 192;

    static CryptScheme()
    {
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), Resolve);
    }

    internal static byte[] MakeBlowfish(HashInput i) => Crypt(i.Password, "$2y$", i.Cost.BlowfishRounds);

    internal static byte[] MakeMd5(HashInput i) => Crypt(i.Password, "$1$", 0);

    internal static byte[] MakeSha256(HashInput i) => Crypt(i.Password, "$5$", Rounds(i.Cost.Sha256Rounds));

    internal static byte[] MakeSha512(HashInput i) => Crypt(i.Password, "$6$", Rounds(i.Cost.Sha512Rounds));

    internal static bool IsBlowfish(byte[] hash) => Blowfish().IsMatch(Encoding.UTF8.GetString(hash));

    internal static bool IsMd5(byte[] hash) => Md5().IsMatch(Encoding.UTF8.GetString(hash));

    internal static bool IsSha256(byte[] hash) => Sha256().IsMatch(Encoding.UTF8.GetString(hash));

    internal static bool IsSha512(byte[] hash) => Sha512().IsMatch(Encoding.UTF8.GetString(hash));

    /// <summary>Any hash that crypt(3) may support: with a $ prefix, or traditional DES.</summary>
    internal static bool IsAny(byte[] hash) => Any().IsMatch(Encoding.UTF8.GetString(hash));

    /// <summary>With 0, libcrypt leaves the rounds out of the hash.</summary>
    private static int Rounds(int rounds) => rounds == DefaultShaRounds ? 0 : rounds;

    /// <summary>A null result and one that begins with '*' are both failures (crypt(3)); neither may ever be stored.</summary>
    private static byte[] Crypt(byte[] password, string prefix, int count)
    {
        var salt = System.Security.Cryptography.RandomNumberGenerator.GetBytes(SaltBytes);
        var setting = new byte[SettingSize];
        var data = new byte[DataSize];
        byte[] phrase = [.. password, 0];
        try
        {
            if (crypt_gensalt_rn(prefix, new CULong((uint)count), salt, salt.Length, setting, setting.Length) == 0
                || crypt_rn(phrase, setting, data, data.Length) == 0
                || data[0] is (byte)'*' or 0)
            {
                throw new VmmException(
                    ErrorCode.VmmError,
                    $"libcrypt cannot make a hash with the prefix {prefix}",
                    "Choose a different password scheme.");
            }

            return data[..Array.IndexOf(data, (byte)0)];
        }
        catch (DllNotFoundException e)
        {
            throw new VmmException(ErrorCode.VmmError, "the library libcrypt is missing", "Install Debian's package libcrypt1.", e);
        }
        finally
        {
            Array.Clear(phrase);
            Array.Clear(data);
        }
    }

    /// <summary>Debian has libcrypt.so.1, other systems only libcrypt.so.2; both have these functions.</summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "libcrypt"
        && (NativeLibrary.TryLoad("libcrypt.so.1", out var library) || NativeLibrary.TryLoad("libcrypt.so.2", out library))
            ? library
            : 0;

    [GeneratedRegex(@"^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./0-9A-Za-z]{53}\z")]
    private static partial Regex Blowfish();

    [GeneratedRegex(@"^\$1\$[^$:\s]{1,8}\$[./0-9A-Za-z]{22}\z")]
    private static partial Regex Md5();

    [GeneratedRegex(@"^\$5\$(rounds=\d{1,9}\$)?[^$:\s]{1,16}\$[./0-9A-Za-z]{43}\z")]
    private static partial Regex Sha256();

    [GeneratedRegex(@"^\$6\$(rounds=\d{1,9}\$)?[^$:\s]{1,16}\$[./0-9A-Za-z]{86}\z")]
    private static partial Regex Sha512();

    [GeneratedRegex(@"^(\$[0-9a-z]{1,8}\$[!-9;-~]{20,}|[./0-9A-Za-z]{13})\z")]
    private static partial Regex Any();

    [LibraryImport("libcrypt", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint crypt_gensalt_rn(
        string prefix, CULong count, byte[] random, int randomLength, byte[] output, int outputSize);

    [LibraryImport("libcrypt")]
    private static partial nint crypt_rn(byte[] phrase, byte[] setting, byte[] data, int size);
}
