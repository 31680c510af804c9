namespace Vmm.Tests.Mailboxes;

/// <summary>
/// The base directory is a link, as /srv/mail often leads to the disk with the mail: vmm says what works instead.
/// </summary>
public sealed class LinkedBaseTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("elsewhere/mail")]
    [InlineData("{0}/elsewhere/mail")]
    [InlineData("other-link")]
    public async Task the_hint_names_the_real_directory_by_its_whole_path(string target)
    {
        using var world = await World.CreateAsync(cluster);
        await LinkAsync(world, target);
        var outcome = await world.VmmAsync("domainadd", "example.com");
        outcome.ShouldExit(56);
        Assert.Contains(
            $"rm {world.Base} && install -d -m 0771 {world.Base} && mount --bind {world.Directory}/elsewhere/mail {world.Base}",
            outcome.Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("ln -s nowhere mail")]
    [InlineData("ln -s mail mail")]
    public async Task a_link_that_leads_nowhere_is_told_as_one(string command)
    {
        using var world = await World.CreateAsync(cluster);
        (await Run.ShellAsync($"cd {world.Directory} && mv mail elsewhere && {command}")).Succeeded();
        var outcome = await world.VmmAsync("domainadd", "example.com");
        outcome.ShouldExit(56);
        Assert.Contains("It leads nowhere", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_upgrade_tells_it_beforehand_and_calls_nothing_below_it_missing()
    {
        var database = await Upgrade.Origin.Of("0.7").MakeAsync(cluster);
        using var world = World.On(cluster, database);
        await cluster.ExecuteAsync(database, "vmm", $"UPDATE domain_data SET domaindir = '{world.Base}/a/' || gid");
        await LinkAsync(world, "elsewhere/mail");
        foreach (var command in (string[])["upgrade --dry-run", "upgrade --yes --no-dump"])
        {
            var findings = (await world.JsonAsync(command)).GetProperty("findings").EnumerateArray();
            var finding = Assert.Single(findings, f => f.GetProperty("code").GetString() != "closed-directory");
            Assert.Equal("unsafe-path", finding.GetProperty("code").GetString());
            Assert.Equal(world.Base, finding.GetProperty("subject").GetString());
            Assert.Contains("mount --bind", finding.GetProperty("remedy").GetString()!, StringComparison.Ordinal);
        }
    }

    private static async Task LinkAsync(World world, string target) => (
        await Run.ShellAsync(
            $"cd {world.Directory} && mkdir elsewhere && mv mail elsewhere/ && ln -s elsewhere/mail other-link && ln -s "
                + $"{string.Format(null, target, world.Directory)} mail"
        )
    ).Succeeded();
}
