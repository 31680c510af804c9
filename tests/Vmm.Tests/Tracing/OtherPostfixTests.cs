using static Vmm.Tests.Tracing.TraceWorld;

namespace Vmm.Tests.Tracing;

/// <summary>A trace goes by the parameters of the Postfix of this machine, not by the usual ones.</summary>
public class OtherPostfixTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("recipient_delimiter = -_\n", "user-list", "user-list@example.com mailbox")]
    [InlineData("recipient_delimiter = -_\n", "user_list", "user_list@example.com mailbox")]
    [InlineData("recipient_delimiter = -_\n", "user+list", null)]
    [InlineData("recipient_delimiter =\n", "user+list", null)]
    [InlineData("recipient_delimiter = -\n", "owner-user", null)]
    public async Task an_extension_begins_where_postfix_has_its_delimiter(string main, string localPart, string? end)
    {
        using var world = await ReadyAsync(main);
        var trace = await TraceAsync(world, $"{localPart}@example.com");
        Assert.Equal(end is null ? "refused" : "accepted", trace.Outcome);
        Assert.Equal(end is null ? [] : [end], Ends(trace));
        Assert.All(trace.Deliveries, d => Assert.Equal("user@example.com", d.Account?.Address));
    }

    [Theory]
    [InlineData("recipient_delimiter = -\n", "team-x", "user-x@example.com mailbox")]
    [InlineData("recipient_delimiter = -\npropagate_unmatched_extensions = canonical\n", "team-x", "user@example.com mailbox")]
    [InlineData(
        "recipient_delimiter = -\npropagate_unmatched_extensions = canonical, virtual\n",
        "team-x",
        "user-x@example.com mailbox"
    )]
    [InlineData("recipient_delimiter = +\npropagate_unmatched_extensions =\n", "team+x", "user@example.com mailbox")]
    public async Task an_extension_goes_along_where_postfix_propagates_it(string main, string localPart, string end)
    {
        using var world = await ReadyAsync(main);
        await AliasAsync(world, "team", "user@example.com");
        Assert.Equal([end], Ends(await TraceAsync(world, $"{localPart}@example.com")));
    }

    [Theory]
    [InlineData("virtual_alias_expansion_limit = 3\n", "wide", "more than 3 recipients (virtual_alias_expansion_limit)")]
    [InlineData("virtual_alias_recursion_limit = 3\n", "deep", "replaced 3 times in a row (virtual_alias_recursion_limit)")]
    [InlineData(
        "recipient_delimiter = +\nvirtual_alias_address_length_limit = 60\n",
        "long",
        "more than 60 bytes (virtual_alias_address_length_limit)"
    )]
    public async Task an_expansion_ends_at_the_limits_of_postfix(string main, string localPart, string reason)
    {
        using var world = await ReadyAsync(main);
        await AliasAsync(world, "wide", "a@example.org", "b@example.org", "c@example.org", "d@example.org");
        await AliasAsync(world, "narrow", "a@example.org", "b@example.org", "c@example.org");
        await AliasAsync(world, "deep", "deep1@example.com");
        await AliasAsync(world, "deep1", "deep2@example.com");
        await AliasAsync(world, "deep2", "deep3@example.com");
        await AliasAsync(world, "deep3", "deep4@example.com");
        await AliasAsync(world, "deep4", "user@example.com");
        await AliasAsync(world, "long", "long+x@example.com");
        var trace = await TraceAsync(world, $"{localPart}@example.com");
        Assert.Equal("deferred", trace.Outcome);
        Assert.Contains(reason, trace.Text, StringComparison.Ordinal);
        Assert.Equal("accepted", (await TraceAsync(world, "narrow@example.com")).Outcome);
        Assert.Equal("accepted", (await TraceAsync(world, "deep3@example.com")).Outcome);
    }

    /// <summary>For a Postfix on another machine, or a stricter limit than its own.</summary>
    [Fact]
    public async Task a_limit_of_the_configuration_is_stronger_than_that_of_postfix()
    {
        using var world = await ReadyAsync("virtual_alias_expansion_limit = 3\n");
        await AliasAsync(world, "wide", "a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org");
        Assert.Equal("deferred", (await TraceAsync(world, "wide@example.com")).Outcome);
        var config = await File.ReadAllTextAsync(world.Config, TestContext.Current.CancellationToken);
        foreach (var (limit, outcome) in new[] { (4, "deferred"), (5, "accepted") })
        {
            await File.WriteAllTextAsync(
                world.Config,
                config.Replace("[misc]\n", $"[misc]\nalias_expansion_limit = {limit}\n", StringComparison.Ordinal),
                TestContext.Current.CancellationToken
            );
            Assert.Equal(outcome, (await TraceAsync(world, "wide@example.com")).Outcome);
        }
    }

    private static IEnumerable<string> Ends(TraceResult trace) => trace.Deliveries.Select(d => $"{d.Address} {d.Outcome}");

    private async Task<World> ReadyAsync(string main)
    {
        var world = await TraceWorld.CreateAsync(cluster);
        world.HasPostfix(main);
        return world;
    }
}
