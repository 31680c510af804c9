using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.Passwords;

/// <summary>
/// One of Dovecot's password schemes, with the encoding that a suffix asks for (<c>SSHA256.HEX</c>).
/// See doc.dovecot.org, "Password Schemes".
/// </summary>
public sealed record PasswordScheme
{
    private PasswordScheme(string name, HashEncoding natural, Func<HashInput, byte[]> make, Func<byte[], bool> isWellFormed)
    {
        Name = name;
        Natural = natural;
        Make = make;
        IsWellFormed = isWellFormed;
    }

    /// <summary>Every scheme that vmm supports.</summary>
    public static IReadOnlyList<PasswordScheme> All { get; } =
    [
        Text("ARGON2I", Argon2Scheme.MakeI, Argon2Scheme.IsWellFormed),
        Text("ARGON2ID", Argon2Scheme.MakeId, Argon2Scheme.IsWellFormed),
        Text("BLF-CRYPT", CryptScheme.MakeBlowfish, CryptScheme.IsBlowfish) with { MaxBytes = 72 },
        Text("CLEAR", i => i.Password, _ => true),
        Text("CLEARTEXT", i => i.Password, _ => true),
        new("CRAM-MD5", HashEncoding.Hex, i => Md5State.Hmac(i.Password), b => b.Length == 32),
        Text("CRYPT", CryptScheme.MakeSha512, CryptScheme.IsAny) with { MaxBytes = CryptScheme.MaxBytes },
        new("DIGEST-MD5", HashEncoding.Hex, DigestScheme.MakeDigestMd5, b => b.Length == 16) { ContainsAddress = true },
        new("HMAC-MD5", HashEncoding.Hex, i => Md5State.Hmac(i.Password), b => b.Length == 32) { IsWeak = true },
        new("LDAP-MD5", HashEncoding.Base64, DigestScheme.MakeMd5, b => b.Length == 16) { IsWeak = true },
        Text("MD5", CryptScheme.MakeMd5, CryptScheme.IsMd5) with { IsWeak = true, MaxBytes = CryptScheme.MaxBytes },
        Text("MD5-CRYPT", CryptScheme.MakeMd5, CryptScheme.IsMd5) with { IsWeak = true, MaxBytes = CryptScheme.MaxBytes },
        Text("PBKDF2", DerivedKeyScheme.MakePbkdf2, DerivedKeyScheme.IsPbkdf2),
        Text("PLAIN", i => i.Password, _ => true),
        new("PLAIN-MD4", HashEncoding.Hex, DigestScheme.MakeMd4, b => b.Length == 16) { IsWeak = true },
        new("PLAIN-MD5", HashEncoding.Hex, DigestScheme.MakeMd5, b => b.Length == 16) { IsWeak = true },
        Text("PLAIN-TRUNC", DigestScheme.MakePlainTrunc, _ => true),
        Text("SCRAM-SHA-1", DerivedKeyScheme.MakeScramSha1, b => DerivedKeyScheme.IsScram(b, 20)),
        Text("SCRAM-SHA-256", DerivedKeyScheme.MakeScramSha256, b => DerivedKeyScheme.IsScram(b, 32)),
        new("SHA", HashEncoding.Base64, DigestScheme.MakeSha1, b => b.Length == 20),
        new("SHA1", HashEncoding.Base64, DigestScheme.MakeSha1, b => b.Length == 20),
        new("SHA256", HashEncoding.Base64, DigestScheme.MakeSha256, b => b.Length == 32),
        Text("SHA256-CRYPT", CryptScheme.MakeSha256, CryptScheme.IsSha256) with { MaxBytes = CryptScheme.MaxBytes },
        new("SHA512", HashEncoding.Base64, DigestScheme.MakeSha512, b => b.Length == 64),
        Text("SHA512-CRYPT", CryptScheme.MakeSha512, CryptScheme.IsSha512) with { MaxBytes = CryptScheme.MaxBytes },
        new("SMD5", HashEncoding.Base64, DigestScheme.MakeSaltedMd5, b => b.Length > 16) { IsWeak = true },
        new("SSHA", HashEncoding.Base64, DigestScheme.MakeSaltedSha1, b => b.Length > 20),
        new("SSHA256", HashEncoding.Base64, DigestScheme.MakeSaltedSha256, b => b.Length > 32),
        new("SSHA512", HashEncoding.Base64, DigestScheme.MakeSaltedSha512, b => b.Length > 64),
    ];

    /// <summary>Upper case, without the suffix.</summary>
    public string Name { get; }

    /// <summary>The suffix with its dot, in upper case; empty for the scheme's own form.</summary>
    public string Suffix { get; private init; } = "";

    /// <summary>Whether Dovecot 2.4 refuses it unless auth_allow_weak_schemes is set.</summary>
    public bool IsWeak { get; private init; }

    /// <summary>Number of bytes of the password that are used; more would be ignored silently. Null for no limit.</summary>
    public int? MaxBytes { get; private init; }

    /// <summary>Whether its hashes contain the address, so that they are worthless under another one.</summary>
    public bool ContainsAddress { get; private init; }

    /// <summary>The names of all schemes whose hashes contain the address.</summary>
    internal static IEnumerable<string> WithAddress => All.Where(s => s.ContainsAddress).Select(s => s.Name);

    internal HashEncoding Natural { get; }

    internal Func<HashInput, byte[]> Make { get; }

    internal Func<byte[], bool> IsWellFormed { get; }

    /// <summary>The encoding in force.</summary>
    internal HashEncoding Encoding => Suffix switch
    {
        ".HEX" => HashEncoding.Hex,
        ".B64" or ".BASE64" => HashEncoding.Base64,
        _ => Natural,
    };

    /// <summary>
    /// Finds a scheme by its name, in any case, with an optional suffix .HEX,
    /// .B64 or .BASE64; null for one that vmm does not support.
    /// </summary>
    public static PasswordScheme? Find(string text)
    {
        var parts = text.ToUpperInvariant().Split('.');
        var scheme = All.FirstOrDefault(s => s.Name == parts[0]);
        return parts switch
        {
            [_] => scheme,
            [_, "HEX" or "B64" or "BASE64"] => scheme is null ? null : scheme with { Suffix = "." + parts[1] },
            _ => null,
        };
    }

    /// <summary>The scheme of a stored hash, if it contains the address; else null.</summary>
    internal static string? WithAddressIn(string stored)
    {
        var end = stored.IndexOf('}', StringComparison.Ordinal);
        return stored.StartsWith('{') && end > 1 && Find(stored[1..end]) is { ContainsAddress: true } scheme ? scheme.Name : null;
    }

    /// <summary>As <see cref="Find"/>, for what an administrator wrote.</summary>
    /// <exception cref="VmmException">67 a scheme or suffix that vmm does not support.</exception>
    public static PasswordScheme Parse(string text) => Find(text) ?? throw Unknown(text, text.ToUpperInvariant().Split('.')[0]);

    private static VmmException Unknown(string text, string name)
    {
        if (All.Any(s => s.Name == name))
        {
            return new(
                ErrorCode.VmmError,
                $"the encoding of the password scheme '{text}' is not supported",
                "The suffixes are .HEX, .B64 and .BASE64.");
        }

        var nearest = Suggestion.Nearest(name, All.Select(s => s.Name));
        return new(
            ErrorCode.VmmError,
            $"the password scheme '{text}' is not supported",
            nearest is null ? $"There are: {string.Join(", ", All.Select(s => s.Name))}." : $"Did you mean '{nearest}'?");
    }

    /// <summary>As Dovecot writes it, without braces.</summary>
    public override string ToString() => Name + Suffix;

    /// <inheritdoc/>
    public bool Equals(PasswordScheme? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static PasswordScheme Text(string name, Func<HashInput, byte[]> make, Func<byte[], bool> isWellFormed) =>
        new(name, HashEncoding.None, make, isWellFormed);
}
