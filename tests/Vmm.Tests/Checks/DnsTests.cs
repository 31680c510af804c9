namespace Vmm.Tests.Checks;

/// <summary>What vmm check --dns tells of the records that a real name server answers with.</summary>
public sealed class DnsTests(PostgresCluster cluster)
{
    private const string Mx = "@ IN MX 10 mail\nmail IN A 127.0.0.1\n";
    private const string Spf = "@ IN TXT \"v=spf1 mx -all\"\n";
    private const string Dmarc = "_dmarc IN TXT \"v=DMARC1; p=none\"\n";
    private const string Dkim = "s1._domainkey IN TXT \"v=DKIM1; p=abc\"\n";

    /// <summary>The records of a domain, and what is found: severity and code.</summary>
    public static TheoryData<string, string> Zones => new()
    {
        { Mx + Spf + Dmarc + Dkim, "" },
        // A text of several strings is one; others may stand beside it; case does not matter.
        { Mx + "@ IN TXT \"V=SPF1 mx\" \" -all\"\n@ IN TXT \"v=spf10\"\n@ IN TXT \"site-verification=1\"\n" + Dmarc + Dkim, "" },
        { "@ IN MX 10 mail\nmail IN AAAA ::1\n" + Spf + Dmarc + Dkim, "" },
        { "@ IN MX 10 mail\nmail IN CNAME ns\n" + Spf + Dmarc + Dkim, "" },
        { Spf + Dmarc + Dkim, "error missing-mx" },
        { "@ IN A 127.0.0.1\n" + Spf + Dmarc + Dkim, "warning missing-mx" },
        { "@ IN MX 0 .\n" + Spf + Dmarc + Dkim, "error missing-mx" },
        { "@ IN MX 10 mail\n" + Spf + Dmarc + Dkim, "error unreachable-mx" },
        { Mx + "@ IN MX 20 backup\n" + Spf + Dmarc + Dkim, "warning unreachable-mx" },
        { Mx + Dmarc + Dkim, "warning missing-spf" },
        { Mx + Spf + "@ IN TXT \"v=spf1 a -all\"\n" + Dmarc + Dkim, "error several-spf" },
        { Mx + Spf + "_dmarc IN TXT \"v=spf1\"\n" + Dkim, "warning missing-dmarc" },
        { Mx + Spf + Dmarc, "warning missing-dkim" },
    };

    [Theory]
    [MemberData(nameof(Zones))]
    public async Task what_a_zone_lacks_is_found_and_nothing_else(string zone, string finding)
    {
        using var server = await NameServer.StartAsync(("example.com", zone));
        using var world = await WorldAsync(server.Address);
        await world.DoAsync("domainadd example.com");
        Assert.Equal("", await world.DoAsync("check"));
        Assert.Equal(finding.Length == 0 ? [] : [finding + " example.com"], await FoundAsync(world, "check", "--dns"));
    }

    [Fact]
    public async Task a_domain_below_another_has_its_policy_and_each_name_is_looked_at()
    {
        using var server = await NameServer.StartAsync(
            (
                "example.com",
                Mx + Spf + Dmarc + Dkim + "sub IN MX 10 mail\nsub IN TXT \"v=spf1 -all\"\ns2._domainkey.sub IN TXT \"p=abc\"\n"
            ),
            ("xn--mnchen-3ya.example", Mx + Spf + Dmarc),
            ("alias.example", Mx)
        );
        using var world = await WorldAsync(server.Address);
        await world.DoAsync("domainadd sub.example.com");
        await world.DoAsync("domainadd münchen.example");
        await world.DoAsync("aliasdomainadd alias.example sub.example.com");
        Assert.Equal(
            [
                "warning missing-spf alias.example",
                "warning missing-dmarc alias.example",
                "warning missing-dkim alias.example",
                "warning missing-dkim xn--mnchen-3ya.example",
            ],
            await FoundAsync(world, "check", "--dns")
        );
        Assert.Equal(
            ["warning missing-dkim xn--mnchen-3ya.example"],
            await FoundAsync(world, "check", "--dns", "--only", "münchen.example")
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("s2._domainkey IN TXT \"hello\"\n")]
    [InlineData("s2._domainkey IN TXT \"v=spf1 -all\"\n")]
    public async Task a_selector_that_is_named_must_have_a_key(string other)
    {
        using var server = await NameServer.StartAsync(("example.com", Mx + Spf + Dmarc + Dkim + other));
        using var world = await WorldAsync(server.Address, "dkim_selector = \"s1\"\n");
        await world.DoAsync("domainadd example.com");
        Assert.Equal("", await world.DoAsync("check --dns"));
        await world.DoAsync("configset check.dkim_selector s2");
        var check = await world.VmmAsync("check", "--dns");
        check.ShouldExit(4);
        Assert.Contains("publish it as s2._domainkey.example.com\n", check.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task who_does_not_answer_is_named_once()
    {
        using var server = await NameServer.StartAsync(("example.com", Mx + Spf + Dmarc + Dkim));
        using var world = await WorldAsync(server.Address);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.net");
        Assert.Equal(["warning unanswered-dns example.net"], await FoundAsync(world, "check", "--dns"));
        await world.DoAsync("configset check.resolver 127.0.0.1:9");
        Assert.Equal(["warning unanswered-dns 127.0.0.1:9"], await FoundAsync(world, "check", "--dns"));
    }

    [Theory]
    [InlineData("resolver.example")]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1:99999")]
    public async Task a_resolver_is_an_address(string text)
    {
        using var world = await World.CreateAsync(cluster);
        var refused = await world.VmmAsync("configset", "check.resolver", text);
        refused.ShouldExit((int)ErrorCode.ConfigError);
        Assert.Contains("an address with or without a port", refused.Error, StringComparison.Ordinal);
        await world.DoAsync("configset check.resolver [::1]:5353");
    }

    private Task<World> WorldAsync(string resolver, string more = "") =>
        World.CreateAsync(cluster, $"[check]\nresolver = \"{resolver}\"\n{more}");

    private static async Task<List<string>> FoundAsync(World world, params string[] arguments)
    {
        var check = await world.VmmAsync(arguments);
        Assert.Equal("", check.Error);
        check.ShouldExit(check.Out.Length == 0 ? 0 : 4);
        return [.. check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => string.Join(' ', l.Split('\t')[..3]))];
    }
}
