namespace Vmm.Tests.Passwords;

public static class SchemeTests
{
    /// <summary>What vmm 0.8 promises at least.</summary>
    private const string Promised = """
        CRYPT MD5-CRYPT SHA256-CRYPT SHA512-CRYPT BLF-CRYPT ARGON2I ARGON2ID PBKDF2 SHA SHA1 SHA256 SHA512 SSHA SSHA256 SSHA512
        SMD5 PLAIN-MD4 PLAIN-MD5 LDAP-MD5 PLAIN CLEARTEXT PLAIN-TRUNC CRAM-MD5 HMAC-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256
        """;

    /// <summary>ASCII; UTF-8 with blanks at both ends and inside; 100 characters and one of three octets.</summary>
    private static readonly string[] Samples = ["s3cret+Word", " grüße 火 ", new string('x', 100) + "€"];

    /// <summary>By their definition: a client or a challenge needs the password itself, or nothing but its digest.</summary>
    private static readonly string[] Unsalted =
    [
        "CLEAR", "CLEARTEXT", "CRAM-MD5", "DIGEST-MD5", "HMAC-MD5", "LDAP-MD5", "PLAIN", "PLAIN-MD4", "PLAIN-MD5", "PLAIN-TRUNC",
        "SHA", "SHA1", "SHA256", "SHA512",
    ];

    /// <summary>Bytes that crypt(3) looks at.</summary>
    private static readonly Dictionary<string, int> Limits = new()
    {
        ["BLF-CRYPT"] = 72,
        ["CRYPT"] = 511,
        ["MD5"] = 511,
        ["MD5-CRYPT"] = 511,
        ["SHA256-CRYPT"] = 511,
        ["SHA512-CRYPT"] = 511,
    };

    public static TheoryData<string, int> LimitedSchemes
    {
        get
        {
            var schemes = new TheoryData<string, int>();
            foreach (var (scheme, bytes) in Limits)
            {
                schemes.Add(scheme, bytes);
            }

            return schemes;
        }
    }

    public static TheoryData<string> Schemes => [.. PasswordScheme.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Schemes))]
    public static async Task dovecot_verifies_what_vmm_hashes_and_nothing_else(string scheme)
    {
        // Slow by nature: one password tells as much as three.
        var passwords = scheme.StartsWith("ARGON2", StringComparison.Ordinal) ? Samples[1..2]
            : scheme == "BLF-CRYPT" ? Samples[..2]
            : Samples;
        foreach (var password in passwords)
        {
            var stored = Doveadm.Hash(scheme, password);
            Assert.StartsWith($"{{{scheme}}}", stored, StringComparison.Ordinal);
            Assert.True(await Doveadm.AcceptsAsync(stored, password), $"doveadm refuses {stored} for '{password}'");
            Assert.Equal(stored, PasswordHasher.CheckStored(stored).Stored);
        }

        Assert.False(
            await Doveadm.AcceptsAsync(Doveadm.Hash(scheme, Samples[0]), Samples[0] + "x"),
            "doveadm takes a wrong password"
        );
    }

    [Theory]
    [InlineData(".HEX")]
    [InlineData(".B64")]
    [InlineData(".BASE64")]
    public static async Task dovecot_verifies_every_scheme_in_every_encoding(string suffix)
    {
        foreach (var scheme in PasswordScheme.All.Where(s => !s.Name.StartsWith("ARGON2", StringComparison.Ordinal)))
        {
            var stored = Doveadm.Hash(scheme.Name + suffix, Samples[1]);
            Assert.StartsWith($"{{{scheme.Name}{suffix}}}", stored, StringComparison.Ordinal);
            Assert.True(await Doveadm.AcceptsAsync(stored, Samples[1]), $"doveadm refuses {stored}");
            Assert.Equal(stored, PasswordHasher.CheckStored(stored).Stored);
        }
    }

    [Fact]
    public static async Task a_hash_of_every_scheme_of_dovecot_can_be_stored()
    {
        var known = await Doveadm.SchemesAsync();
        Assert.Subset(PasswordScheme.All.Select(s => s.Name).ToHashSet(), known.Except(Doveadm.NotOurs.Keys).ToHashSet());
        foreach (var scheme in known)
        {
            var stored = await Doveadm.MakeAsync(scheme, Samples[0]);
            if (Doveadm.NotOurs.ContainsKey(scheme))
            {
                Assert.Equal(ErrorCode.VmmError, Assert.Throws<VmmException>(() => PasswordHasher.CheckStored(stored)).Code);
            }
            else
            {
                Assert.Equal(stored, PasswordHasher.CheckStored(stored).Stored);
            }
        }
    }

    [Fact]
    public static void every_promised_scheme_is_there() =>
        Assert.Subset(
            PasswordScheme.All.Select(s => s.Name).ToHashSet(),
            Promised.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToHashSet()
        );

    [Theory]
    [MemberData(nameof(Schemes))]
    public static void two_hashes_of_one_password_differ_unless_the_scheme_has_no_salt(string scheme) =>
        Assert.Equal(Unsalted.Contains(scheme), Doveadm.Hash(scheme, Samples[0]) == Doveadm.Hash(scheme, Samples[0]));

    [Fact]
    public static void crypt_and_bcrypt_are_the_schemes_that_use_a_part_of_a_long_password_only() =>
        Assert.Equal(
            Limits,
            PasswordScheme.All.Where(s => s.MaxBytes is not null).ToDictionary(s => s.Name, s => s.MaxBytes!.Value)
        );

    [Theory]
    [MemberData(nameof(LimitedSchemes))]
    public static void a_password_that_would_be_cut_off_is_refused_and_the_longest_is_not(string name, int octets)
    {
        var scheme = PasswordScheme.Parse(name);
        PasswordPolicy.Require(new string('x', octets), scheme);
        Assert.NotEmpty(Doveadm.Hash(name, new string('x', octets)));
        var error = Assert.Throws<VmmException>(() => PasswordPolicy.Require(new string('x', octets - 2) + "€", scheme));
        Assert.Equal(ErrorCode.VmmError, error.Code);
        Assert.Contains($"{octets} bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public static void a_plain_password_longer_than_the_column_is_refused()
    {
        var error = Assert.Throws<VmmException>(() => Doveadm.Hash("PLAIN", new string('x', 264)));
        Assert.Equal(ErrorCode.VmmError, error.Code);
        Assert.Equal(270, Doveadm.Hash("PLAIN", new string('x', 263)).Length);
    }

    [Theory]
    [InlineData("SHA3")]
    [InlineData("NTLM")]
    [InlineData("SHA512-CRYPT.HEX.B64")]
    [InlineData("SSHA.B32")]
    [InlineData("")]
    public static void a_scheme_that_cannot_be_had_is_an_error_never_a_weaker_one(string name) =>
        Assert.Equal(ErrorCode.VmmError, Assert.Throws<VmmException>(() => PasswordScheme.Parse(name)).Code);
}
