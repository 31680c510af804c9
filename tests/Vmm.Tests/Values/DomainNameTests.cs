using CsCheck;

namespace Vmm.Tests.Values;

public static class DomainNameTests
{
    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("EXAMPLE.Com", "example.com")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("straße.example", "xn--strae-oqa.example")]
    [InlineData("例え。jp", "xn--r8jz45g.jp")]
    [InlineData("e\u0301xample.org", "xn--xample-9ua.org")]
    [InlineData("a.xn--p1ai", "a.xn--p1ai")]
    public static void a_name_is_stored_as_lower_case_a_labels(string typed, string stored) =>
        Assert.Equal(stored, DomainName.Parse(typed).Ascii);

    [Theory]
    [InlineData("foo..com")]
    [InlineData("-foo.com")]
    [InlineData("foo-.com")]
    [InlineData("example.com\n")]
    [InlineData("example.com.")]
    [InlineData("exa_mple.com")]
    [InlineData("exa mple.com")]
    [InlineData("localhost")]
    [InlineData("example.c")]
    [InlineData("192.0.2.1")]
    [InlineData("xn--zzzzzzzz--99.example")]
    [InlineData("xn--.example")]
    [InlineData("xn--a.example")]
    [InlineData("😀.example")]
    [InlineData("a\u200db.example")]
    [InlineData("☃.example")]
    [InlineData("xn--n3h.example")]
    [InlineData("XN--N3H.example")]
    [InlineData("xn--e28h.example")]
    [InlineData("xn--bcher-KVA.xn--n3h.example")]
    [InlineData("*.example.com")]
    [InlineData("../etc")]
    public static void a_malformed_name_is_refused_with_39(string typed) =>
        Assert.Equal(ErrorCode.DomainInvalid, Assert.Throws<VmmException>(() => DomainName.Parse(typed)).Code);

    [Fact]
    public static void a_label_over_63_octets_is_refused_with_39() =>
        Assert.Equal(
            ErrorCode.DomainInvalid,
            Assert.Throws<VmmException>(() => DomainName.Parse(new string('a', 64) + ".com")).Code
        );

    [Fact]
    public static void a_name_over_253_octets_is_refused_with_41()
    {
        var name = string.Concat(Enumerable.Repeat(new string('a', 49) + ".", 5)) + "com";
        Assert.Equal(253, DomainName.Parse(name).Ascii.Length);
        Assert.Equal(ErrorCode.DomainTooLong, Assert.Throws<VmmException>(() => DomainName.Parse("a" + name)).Code);
    }

    [Fact]
    public static void mail_may_go_to_a_name_that_cannot_be_added() =>
        Assert.Equal("me@xn--n3h.example", Destination.Parse("me@XN--n3h.example").ToString());

    [Fact]
    public static void a_malformed_stored_name_never_breaks_a_list()
    {
        Assert.Equal("xn--zzzzzzzz--99.example", DomainName.Stored("xn--zzzzzzzz--99.example").Unicode);
        Assert.Equal("foo_bar.example", DomainName.Refer("FOO_bar.example").Ascii);
        Assert.Equal("xn--n3h.example", DomainName.Refer("XN--n3h.example").Ascii);
    }

    [Fact]
    public static void reading_any_text_ends_in_a_name_or_an_error_for_the_user() => Gen.String.Sample(text =>
    {
        try
        {
            var name = DomainName.Parse(text);
            Assert.Equal(name, DomainName.Parse(name.Ascii));
            Assert.InRange(name.Ascii.Length, 4, DomainName.MaxLength);
        }
        catch (VmmException e)
        {
            Assert.InRange((int)e.Code, 39, 41);
        }
    });

    [Fact]
    public static void a_name_means_the_same_in_any_case_and_form() =>
        Gen.Select(
                Pick.From("bücher", "straße", "example", "mañana", "пример", "例え"),
                Pick.From("example", "org", "xn--p1ai")
            )
            .Sample(
                (label, top) =>
                {
                    var name = DomainName.Parse($"{label}.{top}");
                    Assert.Equal(name, DomainName.Parse(name.Unicode));
                    Assert.Equal(name, DomainName.Parse(name.Ascii.ToUpperInvariant()));
                }
            );
}
