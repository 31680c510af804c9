using Vmm.Core.MailServers.Postfix;

namespace Vmm.Tests.Tracing;

public static class MailLogTests
{
    [Theory]
    [InlineData("postfix/lmtp[1]: 4F: to=<u@example.com>, relay=x", true)]
    [InlineData("postfix/lmtp[1]: 4F: to=<U@Example.com>, orig_to=<all@example.com>", true)]
    [InlineData("dovecot: lmtp(u@example.com)<1><x>: saved", true)]
    [InlineData("warning: no such user: u@example.com.", true)]
    [InlineData("sasl_username=u@example.com", true)]
    [InlineData("u@example.com", true)]
    [InlineData("to=<uu@example.com>, to=<u@example.com>", true)]
    [InlineData("to=<uu@example.com>,", false)]
    [InlineData("to=<a.u@example.com>,", false)]
    [InlineData("to=<u@example.com.example>,", false)]
    [InlineData("to=<u@example.community>,", false)]
    [InlineData("", false)]
    public static void a_line_names_an_address_as_a_whole(string line, bool names) =>
        Assert.Equal(names, MailLog.Names(line, "u@example.com"));
}
