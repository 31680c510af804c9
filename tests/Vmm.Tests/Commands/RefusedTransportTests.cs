namespace Vmm.Tests.Commands;

/// <summary>A transport beyond ASCII is an answer that Postfix cannot read: no command stores one.</summary>
public class RefusedTransportTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("domainadd new.example -t TEXT")]
    [InlineData("domainadd new.example TEXT")]
    [InlineData("domainadd --from-file -")]
    [InlineData("domaintransport example.com TEXT")]
    [InlineData("usertransport user@example.com TEXT")]
    [InlineData("configset domain.transport TEXT")]
    public async Task a_transport_that_is_not_ascii_is_refused_by_every_way(string command)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var config = await File.ReadAllTextAsync(world.Config, TestContext.Current.CancellationToken);
        var before = await world.QueryAsync("SELECT transport FROM transport");
        foreach (var (text, hint) in ((string, string)[])
            [
                ("smtp:[mail.łódź.example]", "smtp:[mail.xn--d-uga0v4h.example]"),
                ("smtp:[mail.müller.example]", "smtp:[mail.xn--mller-kva.example]"),
                ("error:5.2.1 geschlossen – bitte anrufen", "ASCII only"),
            ])
        {
            var line = command.Split(' ').Select(w => w == "TEXT" ? text : w).ToArray();
            var refused = await world.VmmWithInputAsync($"new.example\t{text}\n", line);
            refused.ShouldExit(command.StartsWith("configset", StringComparison.Ordinal) ? 31 : 44);
            Assert.Contains("transport", refused.Error, StringComparison.Ordinal);
            Assert.Contains(hint, refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, await world.QueryAsync("SELECT transport FROM transport"));
        Assert.Equal(1, await world.CountAsync("domain_name"));
        Assert.Equal(config, await File.ReadAllTextAsync(world.Config, TestContext.Current.CancellationToken));
    }
}
