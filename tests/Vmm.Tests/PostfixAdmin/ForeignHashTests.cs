namespace Vmm.Tests.PostfixAdmin;

/// <summary>What says its form keeps it; what only looks like one is what the administrator says.</summary>
public class ForeignHashTests
{
    [Theory]
    [InlineData("abcdefgh12345", null, "{CRYPT}abcdefgh12345")]
    [InlineData("abcdefgh12345", "PLAIN", "{PLAIN}abcdefgh12345")]
    [InlineData("0123456789abcdef0123456789abcdef", null, "{PLAIN-MD5}0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789abcdef0123456789abcdef", "PLAIN", "{PLAIN}0123456789abcdef0123456789abcdef")]
    [InlineData("{plain}secret", "CRYPT", "{PLAIN}secret")]
    [InlineData("clear", null, null)]
    public void a_form_that_a_clear_password_can_have_is_overruled_by_the_scheme(string stored, string? scheme, string? expected) =>
        Assert.Equal(expected, ForeignHash.Read(stored, scheme is null ? null : PasswordScheme.Parse(scheme))?.Stored);
}
