using CsCheck;

namespace Vmm.Tests.Values;

public static class QuotaTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("500M", 524288000L)]
    [InlineData(" 5 m ", 5242880L)]
    [InlineData("2g", 2147483648L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("1T", 1L << 40)]
    [InlineData("1.5G", 3L << 29)]
    [InlineData("500MB", 524288000L)]
    [InlineData("500 mib", 524288000L)]
    [InlineData("5GB", 5L << 30)]
    [InlineData("0.5k", 512L)]
    [InlineData("Unlimited", 0L)]
    public static void sizes_have_binary_suffixes(string text, long octets) => Assert.Equal(octets, Quota.ParseSize(text));

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("1.5b")]
    [InlineData("1,5G")]
    [InlineData("5GX")]
    [InlineData("5BB")]
    [InlineData("1.5.5G")]
    [InlineData("8388608T")]
    [InlineData("0.0001k")]
    [InlineData("0.0000000001G")]
    [InlineData("9223372036854775808")]
    [InlineData("9007199254740992k")]
    public static void a_malformed_or_too_large_size_is_refused(string text) => Assert.Null(Quota.ParseSize(text));

    [Theory]
    [InlineData(0L, "0")]
    [InlineData(1023L, "1023")]
    [InlineData(1073741824L, "1.00 GiB")]
    [InlineData(123456789L, "117.74 MiB")]
    [InlineData(-2048L, "-2.00 KiB")]
    public static void sizes_are_printed_as_vmm_0_7_does(long octets, string text) => Assert.Equal(text, Quota.FormatSize(octets));

    [Fact]
    public static void any_number_of_octets_can_be_read_back() =>
        Gen.Long[0, long.MaxValue].Sample(n => Assert.Equal(n, Quota.ParseSize($"{n}")));

    [Fact]
    public static void any_text_is_read_without_an_exception() =>
        Gen.String.Sample(text => Assert.True(Quota.ParseSize(text) is null or >= 0));
}
