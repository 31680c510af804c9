namespace Vmm.Tests.Upgrade;

/// <summary>Transports with letters that Postfix cannot read are carried over, and named.</summary>
public sealed class TransportTests(PostgresCluster server)
{
    private const string Added = "INSERT INTO transport (transport) VALUES ('{0}')";

    private const string Told = "its transport 'smtp:[łódź.example]' has characters that are not ASCII, and Postfix cannot use it: "
        + "set it again in ASCII, a name with its A-labels (xn--): vmm ";

    private const string OfDomain = $"example.com: {Told}domaintransport example.com TRANSPORT.";

    private const string OfAccount = $"alice@example.com: {Told}usertransport alice@example.com TRANSPORT.";

    [Theory]
    [InlineData("0.3", "UPDATE domains SET transport = '{0}' WHERE gid = 70000", OfDomain)]
    [InlineData("0.4", Added + "; UPDATE domains SET tid = lastval() WHERE gid = 70000", OfDomain)]
    [InlineData("0.7", Added + "; UPDATE domain_data SET tid = lastval() WHERE gid = 70000", OfDomain)]
    [InlineData("0.7", Added + "; UPDATE users SET tid = lastval() WHERE uid = 70000", OfAccount)]
    [InlineData("0.7", Added, null)]
    public async Task what_is_not_ascii_is_named(string origin, string change, string? advice)
    {
        using var world = World.On(server, await Origin.Of(origin).MakeAsync(server));
        await world.SqlAsync(string.Format(null, change, "smtp:[łódź.example]"));
        foreach (var command in (string[])["upgrade --dry-run", "upgrade --yes --no-dump"])
        {
            var told = (await world.JsonAsync(command)).GetProperty("advice").EnumerateArray().Select(a => a.GetString());
            Assert.Equal(
                advice is null ? [] : [advice],
                told.Where(a => a!.Contains("not ASCII", StringComparison.Ordinal)));
        }

        Assert.Single(await world.QueryAsync("SELECT FROM transport WHERE transport = 'smtp:[łódź.example]'"));
    }
}
