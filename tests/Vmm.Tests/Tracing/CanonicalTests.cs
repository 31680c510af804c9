namespace Vmm.Tests.Tracing;

/// <summary>canonical_maps and recipient_canonical_maps, which replace a recipient before aliases do.</summary>
public sealed class CanonicalTests(PostgresCluster cluster)
{
    private const string Plus = "recipient_delimiter = +\n";

    [Theory]
    [InlineData("canonical_maps = inline:{old@example.com=user@example.com}", "old@example.com", "user@example.com")]
    [InlineData("recipient_canonical_maps = inline:{old@example.com=user@example.com}", "OLD@Example.com", "user@example.com")]
    [InlineData("canonical_maps = inline:{old@example.com=user@example.com}", "old+x@example.com", "user+x@example.com")]
    [InlineData("canonical_maps = inline:{@example.net=@example.com}", "user@example.net", "user@example.com")]
    [InlineData("canonical_maps = inline:{{a@example.com = b@example.com}, {b@example.com = user@example.com}}",
        "a@example.com", "user@example.com")]
    [InlineData("canonical_maps = regexp:{{/^x.*@example/ user@example.com}}", "xyz@example.com", "user@example.com")]
    public async Task a_recipient_is_replaced_and_its_mail_accepted(string main, string address, string recipient)
    {
        using var world = await ReadyAsync(main);
        var trace = await TraceWorld.TraceAsync(world, address);
        Assert.Equal("accepted", trace.Outcome);
        Assert.Equal(recipient, trace.Canonical![^1].To);
        Assert.Equal(recipient, Assert.Single(trace.Deliveries).Address);
        Assert.Equal("mailbox", trace.Deliveries[0].Outcome);
        var text = (await world.DoAsync($"trace {address}")).Split('\n')[0];
        Assert.EndsWith($"_maps)", text, StringComparison.Ordinal);
        Assert.Contains(" is replaced by ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("canonical_maps = inline:{old@example.com=user@example.com}\ncanonical_classes = envelope_sender")]
    [InlineData("recipient_canonical_maps = inline:{old@example.com=user@example.com}\n"
        + "recipient_canonical_classes = header_recipient")]
    [InlineData("sender_canonical_maps = inline:{old@example.com=user@example.com}")]
    [InlineData("canonical_maps =")]
    public async Task a_table_that_is_not_for_recipients_changes_nothing(string main)
    {
        using var world = await ReadyAsync(main);
        var trace = await TraceWorld.TraceAsync(world, "old@example.com");
        Assert.Null(trace.Canonical);
        Assert.Equal("refused", trace.Outcome);
    }

    [Fact]
    public async Task what_is_replaced_by_an_unknown_address_is_accepted_and_bounces()
    {
        using var world = await ReadyAsync("canonical_maps = inline:{user@example.com=nobody@example.com}");
        var trace = await TraceWorld.TraceAsync(world, "user@example.com");
        Assert.Equal("accepted", trace.Outcome);
        Assert.StartsWith("it bounces: 5.1.1", Assert.Single(trace.Deliveries).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_extension_stays_behind_where_it_is_not_propagated()
    {
        using var world = await ReadyAsync(
            "canonical_maps = inline:{old@example.com=user@example.com}\npropagate_unmatched_extensions = virtual");
        Assert.Equal("user@example.com", (await TraceWorld.TraceAsync(world, "old+x@example.com")).Canonical!.Single().To);
    }

    [Fact]
    public async Task two_addresses_that_replace_each_other_end_as_in_postfix()
    {
        using var world = await ReadyAsync(
            "canonical_maps = inline:{{user@example.com = other@example.com}, {other@example.com = user@example.com}}");
        var trace = await TraceWorld.TraceAsync(world, "user@example.com");
        Assert.Equal(10, trace.Canonical!.Count);
        Assert.Equal("deferred", trace.Outcome);
        Assert.EndsWith("because canonical_maps replaces it again and again", trace.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_table_that_does_not_answer_is_said()
    {
        using var world = await ReadyAsync("canonical_maps = hash:/nonexistent/table");
        var trace = await world.VmmAsync("trace", "user@example.com");
        trace.ShouldExit(0);
        Assert.StartsWith(
            "vmm: warning: what canonical maps make of 'user@example.com' is not known, because the map 'hash:/nonexistent/table'",
            trace.Error,
            StringComparison.Ordinal);
    }

    private async Task<World> ReadyAsync(string main)
    {
        var world = await World.CreateAsync(cluster);
        world.HasPostfix($"{Plus}{main}\n");
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("aliasdomainadd example.net example.com");
        await world.AddAccountAsync("user@example.com");
        return world;
    }
}
