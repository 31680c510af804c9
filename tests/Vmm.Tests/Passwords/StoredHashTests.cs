using CsCheck;

namespace Vmm.Tests.Passwords;

/// <summary>What --hash takes and what it refuses.</summary>
public static class StoredHashTests
{
    /// <summary>
    /// The password itself; libcrypt's own business; and digests of a length that whoever made them has chosen.
    /// </summary>
    private static readonly string[] OfAnyLength = ["CLEAR", "CLEARTEXT", "PLAIN", "PLAIN-TRUNC", "CRYPT", "ARGON2I", "ARGON2ID"];

    [Theory]
    [InlineData("secret")]
    [InlineData("{}x")]
    [InlineData("SHA512-CRYPT}x")]
    [InlineData("{SHA512-CRYPT")]
    [InlineData("{SHA512-CRYPT}")]
    [InlineData("{SHA512-CRYPT}not-a-hash")]
    [InlineData("{SHA512-CRYPT}$6$salt$short")]
    [InlineData("{SSHA256}bm90IGxvbmcgZW5vdWdo")]
    [InlineData("{CRAM-MD5}0123")]
    [InlineData("{PBKDF2}$1$salt$0$0123456789012345678901234567890123456789")]
    [InlineData("{SCRAM-SHA-256}4096,c2FsdA==,AAAA,AAAA")]
    [InlineData("{PLAIN}tab\there")]
    [InlineData("{PLAIN}two\nlines")]
    [InlineData("{PLAIN.HEX}6g")]
    public static void what_is_no_hash_of_its_scheme_is_refused_as_44(string text) =>
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<VmmException>(() => PasswordHasher.CheckStored(text)).Code);

    [Fact]
    public static void the_refusal_does_not_show_the_hash()
    {
        var error = Assert.Throws<VmmException>(() => PasswordHasher.CheckStored("{SHA512-CRYPT}opensesame"));
        Assert.DoesNotContain("opensesame", error.Message + error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public static void a_lower_case_scheme_is_taken_as_it_is() =>
        Assert.Equal("{plain}x", PasswordHasher.CheckStored("{plain}x").Stored);

    [Fact]
    public static void a_broken_hash_is_refused_and_never_an_unexpected_error()
    {
        // Removing, adding or replacing a character: of a hash with fixed length and alphabet nothing but a hash of the same form
        // may pass.
        string[] originals = [.. SchemesOfOneLength.Select(s => Doveadm.Hash(s.Data, "secret"))];
        Gen.Select(Pick.From(originals), Gen.Int[0, 1000], Gen.Char, Gen.Int[0, 2])
            .Sample(
                (original, at, c, kind) =>
                {
                    var i = at % original.Length;
                    var mutated = kind switch
                    {
                        0 => original.Remove(i, 1),
                        1 => original.Insert(i, c.ToString()),
                        _ => original.Remove(i, 1).Insert(i, c.ToString()),
                    };
                    try
                    {
                        var stored = PasswordHasher.CheckStored(mutated).Stored;
                        return stored == mutated && mutated.All(x => x is > ' ' and < '\x7f');
                    }
                    catch (VmmException e)
                    {
                        return e.Code is ErrorCode.InvalidArgument or ErrorCode.VmmError;
                    }
                },
                iter: 20000
            );
    }

    public static TheoryData<string> SchemesOfOneLength =>
        [.. PasswordScheme.All.Select(s => s.Name).Except(OfAnyLength), "SHA256.HEX", "SHA512.B64", "CRAM-MD5.BASE64"];

    [Theory]
    [MemberData(nameof(SchemesOfOneLength))]
    public static void a_hash_with_one_character_less_is_refused(string scheme) =>
        Assert.Throws<VmmException>(() => PasswordHasher.CheckStored(Doveadm.Hash(scheme, "secret")[..^1]));
}
