namespace Vmm.Tests.Commands;

/// <summary>Addresses that vmm accepts and Postfix's defaults reject.</summary>
public class RefusedAddressTests(PostgresCluster cluster)
{
    private const string Syntax = "501 5.1.3 Bad recipient address syntax";
    private const string Denied = "554 5.7.1 Relay access denied";

    [Theory]
    [InlineData("-x", $"({Syntax}), because it begins with a hyphen")]
    [InlineData("--", $"({Syntax}), because it begins with a hyphen")]
    [InlineData("a!b", $"({Denied}), because Postfix reads the ! in it as a route")]
    [InlineData("a%b", $"({Denied}), because Postfix reads the % in it as a route")]
    public async Task every_command_that_adds_such_an_address_warns(string localPart, string reason)
    {
        using var world = await ReadyAsync();
        foreach (var command in (string[][])
            [
                ["useradd", "--hash", "{PLAIN}x", "--", $"{localPart}@one.example"],
                ["aliasadd", "--", $"{localPart}@two.example", "user@example.com"],
                ["relocatedadd", "--", $"{localPart}@three.example", "user@example.com"],
            ])
        {
            var added = await world.VmmAsync(command);
            added.ShouldExit(0);
            Assert.Matches(
                $"^vmm: warning: Postfix rejects mail to '{localPart}@[a-z]*.example' ",
                added.Error
            );
            Assert.Contains(reason, added.Error, StringComparison.Ordinal);
        }

        var file = await world.VmmWithInputAsync($"{localPart}@example.com\t{{PLAIN}}x\n", "useradd", "--from-file", "-");
        Assert.Contains(reason, file.Error, StringComparison.Ordinal);
        var trace = await world.VmmAsync("trace", "--", $"{localPart}@one.example");
        Assert.Contains("Result\n------\n\tPostfix refuses it: 5", trace.Out, StringComparison.Ordinal);
        Assert.Contains(reason.Split(')')[0][1..], trace.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_destination_with_a_hyphen_is_warned_of_and_the_trace_says_that_it_bounces()
    {
        using var world = await ReadyAsync();
        var added = await world.VmmAsync("aliasadd", "out@example.com", "--", "-f@example.org");
        added.ShouldExit(0);
        Assert.Equal(
            "vmm: warning: mail to the destination '-f@example.org' bounces (5.1.3 bad address syntax), because it begins with a "
                + "hyphen\n",
            added.Error
        );
        Assert.Contains(
            "* -f@example.org: it bounces: 5.1.3 bad address syntax, because it begins with a hyphen\n",
            await world.DoAsync("trace out@example.com"),
            StringComparison.Ordinal
        );
        // An alias is replaced before Postfix looks at the address.
        await world.VmmAsync("aliasadd", "--", "-a@example.com", "user@example.com");
        Assert.Equal("", (await world.VmmAsync("aliasadd", "in@example.com", "--", "-a@example.com")).Error);
        Assert.Contains("it goes to the mailbox", await world.DoAsync("trace in@example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task what_main_cf_allows_is_not_warned_of()
    {
        using var world = await ReadyAsync();
        world.HasPostfix("allow_min_user = yes\nallow_untrusted_routing = yes\n");
        foreach (var localPart in (string[])["-x", "a!b", "a%b"])
        {
            var added = await world.VmmAsync("aliasadd", "--", $"{localPart}@example.com", "user@example.com", "-f@example.org");
            Assert.Equal((0, ""), (added.ExitCode, added.Error));
        }

        Assert.DoesNotContain("unreachable-address", (await world.VmmAsync("check")).Out, StringComparison.Ordinal);
        Assert.Contains(
            "Postfix accepts mail to it",
            (await world.VmmAsync("trace", "--", "-x@example.com")).Out,
            StringComparison.Ordinal
        );
    }

    private async Task<World> ReadyAsync()
    {
        var world = await World.CreateAsync(cluster);
        foreach (var domain in (string[])["example.com", "one.example", "two.example", "three.example"])
        {
            await world.DoAsync($"domainadd {domain}");
        }

        await world.AddAccountAsync("user@example.com");
        return world;
    }
}
