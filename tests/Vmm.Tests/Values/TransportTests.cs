namespace Vmm.Tests.Values;

public class TransportTests
{
    [Theory]
    [InlineData("smtp:[mail.łódź.example]", "Write 'smtp:[mail.xn--d-uga0v4h.example]'.")]
    [InlineData("smtp:[mail.müller.example]:2525", "Write 'smtp:[mail.xn--mller-kva.example]:2525'.")]
    [InlineData("error:5.2.1 Konto geschlossen – bitte anrufen", "Postfix sends such a text, or such a name, in ASCII only.")]
    [InlineData("smtp:[mail.\ufffd.example]", "Postfix sends such a text, or such a name, in ASCII only.")]
    public void a_transport_is_ascii(string text, string hint)
    {
        var error = Assert.Throws<VmmException>(() => Transport.Parse(text));
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Equal(hint, error.Hint);
    }

    [Theory]
    [InlineData("lmtp:unix:private/dovecot-lmtp")]
    [InlineData("error:5.2.1 closed, call us")]
    [InlineData("smtp:[mail.xn--d-uga0v4h.example]:25")]
    public void ascii_is_kept_as_it_is(string text) => Assert.Equal(text, Transport.Parse(text).Text);
}
