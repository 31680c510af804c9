using CsCheck;

namespace Vmm.Tests.Values;

public static class EmailAddressTests
{
    [Theory]
    [InlineData("User@Example.COM", "user@example.com")]
    [InlineData("o'brien+tag@example.com", "o'brien+tag@example.com")]
    [InlineData("a.b/c=d%e@bücher.example", "a.b/c=d%e@xn--bcher-kva.example")]
    public static void an_address_is_stored_in_lower_case(string typed, string stored) =>
        Assert.Equal(stored, EmailAddress.Parse(typed).ToString());

    [Theory]
    [InlineData("user", ErrorCode.InvalidAddress)]
    [InlineData("a@b@example.com", ErrorCode.InvalidAddress)]
    [InlineData("@example.com", ErrorCode.LocalPartInvalid)]
    [InlineData("user@", ErrorCode.DomainMissing)]
    [InlineData("us er@example.com", ErrorCode.LocalPartInvalid)]
    [InlineData("us\ner@example.com", ErrorCode.LocalPartInvalid)]
    [InlineData("üser@example.com", ErrorCode.LocalPartInvalid)]
    [InlineData("a,b@example.com", ErrorCode.LocalPartInvalid)]
    [InlineData("\"a\"@example.com", ErrorCode.LocalPartInvalid)]
    [InlineData("a\\b@example.com", ErrorCode.LocalPartInvalid)]
    [InlineData(".a@example.com", ErrorCode.LocalPartInvalid)]
    [InlineData("a.@example.com", ErrorCode.LocalPartInvalid)]
    [InlineData("a..b@example.com", ErrorCode.LocalPartInvalid)]
    [InlineData("../../x@example.com", ErrorCode.LocalPartInvalid)]
    [InlineData("user@foo..com", ErrorCode.DomainInvalid)]
    [InlineData("user@localhost", ErrorCode.DomainInvalid)]
    public static void a_malformed_address_is_refused_with_its_own_code(string typed, ErrorCode code) =>
        Assert.Equal(code, Assert.Throws<VmmException>(() => EmailAddress.Parse(typed)).Code);

    [Fact]
    public static void lengths_are_those_of_rfc_5321()
    {
        var local = new string('a', 64);
        Assert.Equal(64, EmailAddress.Parse(local + "@example.com").LocalPart.Length);
        Assert.Equal(
            ErrorCode.LocalPartTooLong,
            Assert.Throws<VmmException>(() => EmailAddress.Parse("a" + local + "@example.com")).Code
        );
        var domain = string.Concat(Enumerable.Repeat(new string('d', 45) + ".", 4)) + "exam.org";
        Assert.Equal(ErrorCode.AddressTooLong, Assert.Throws<VmmException>(() => EmailAddress.Parse($"{local}@{domain}")).Code);
    }

    [Theory]
    [InlineData("Foo@Other.Example", "Foo@other.example")]
    [InlineData("user@localhost", "user@localhost")]
    [InlineData("%n+%d@example.org", "%n+%d@example.org")]
    public static void a_destination_keeps_the_case_of_its_local_part_only(string typed, string stored) =>
        Assert.Equal(stored, Destination.Parse(typed).ToString());

    [Fact]
    public static void reading_any_text_ends_in_an_address_or_an_error_for_the_user() =>
        Gen.Select(Gen.String, Pick.From("", "@", "@example.com", "@bücher.example"), Gen.String).Sample((a, at, b) =>
        {
            try
            {
                var address = EmailAddress.Parse(a + at + b);
                Assert.Equal(address, EmailAddress.Parse(address.ToString()));
                Assert.InRange(address.ToString().Length, 6, EmailAddress.MaxLength);
            }
            catch (VmmException e)
            {
                Assert.True((int)e.Code is >= 39 and <= 48 or 86);
            }
        });
}
