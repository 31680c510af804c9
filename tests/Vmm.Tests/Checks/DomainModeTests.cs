namespace Vmm.Tests.Checks;

/// <summary>Who may write to the directory of a domain: an account that may can rename the home of another.</summary>
public sealed class DomainModeTests(PostgresCluster cluster)
{
    private const string Renamed = ", so that one account of a domain can rename the home of another";

    [Fact]
    public async Task an_account_of_a_new_domain_cannot_rename_the_home_of_another()
    {
        using var world = await ReadyAsync("");
        await world.AddAccountAsync("other@example.com");
        var rename = $"setpriv --reuid 70001 --regid 70000 --clear-groups mv {Domain(world)}/70000 {Domain(world)}/mine";
        (await Run.ShellAsync(rename)).ShouldExit(1);
        (await Run.ShellAsync($"chmod 0770 {Domain(world)} && {rename}")).ShouldExit(0);
    }

    [Fact]
    public async Task a_directory_of_an_old_release_is_found_with_the_reason_and_repaired()
    {
        using var world = await ReadyAsync("");
        (await Run.ProgramAsync("chmod", ["0770", Domain(world)])).Succeeded();
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        Assert.Equal(
            $"warning\twrong-mode\t{Domain(world)}\tit has mode 0770, not 0750{Renamed}\tchmod 0750 {Domain(world)}\n",
            check.Out);
        (await world.VmmAsync("check", "--repair")).ShouldExit(0);
        Assert.Contains("d 750 0:70000 g/70000", await world.TreeAsync());
    }

    [Theory]
    [InlineData("chmod 0755 {0}", "0755, not 0750", "chmod 0750 {0}")]
    [InlineData("chmod 0700 {0}", "0700, not 0750", "chmod 0750 {0}")]
    [InlineData("chmod 0770 {0}/70000", "0770, not 0700", "chmod 0700 {0}/70000")]
    public async Task other_modes_have_no_such_reason(string change, string message, string remedy)
    {
        using var world = await ReadyAsync("");
        (await Run.ShellAsync(string.Format(change, Domain(world)))).Succeeded();
        var check = await world.VmmAsync("check");
        Assert.EndsWith($"\tit has mode {message}\t{string.Format(remedy, Domain(world))}\n", check.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0770", "0750")]
    [InlineData("0777", "0755")]
    [InlineData("0771", "0751")]
    public async Task a_configured_mode_is_obeyed_and_explained_and_the_remedy_ends_it(string mode, string narrow)
    {
        using var world = await ReadyAsync($"[domain]\nauto_postmaster = false\ndirectory_mode = \"{mode}\"");
        Assert.Contains($"d {mode[1..]} 0:70000 g/70000", await world.TreeAsync());
        var remedy = $"vmm configset domain.directory_mode {narrow} && vmm check --repair";
        Assert.Equal(
            $"warning\twritable-directories\tdomain.directory_mode\tit is {mode}{Renamed}\t{remedy}\n",
            (await world.VmmAsync("check")).Out);
        // As vmm 0.6 and 0.7 made it, under a umask: that is no other finding.
        (await Run.ProgramAsync("chmod", [narrow, Domain(world)])).Succeeded();
        Assert.Single((await world.VmmAsync("check")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (await Run.ProgramAsync("chmod", [mode, Domain(world)])).Succeeded();
        (await Run.ShellAsync(remedy, world.ShellEnvironment)).Succeeded();
        Assert.Equal("", await world.DoAsync("check"));
        Assert.Contains($"d {narrow[1..]} 0:70000 g/70000", await world.TreeAsync());
    }

    private static string Domain(World world) => $"{world.Base}/g/70000";

    private async Task<World> ReadyAsync(string extra)
    {
        var world = await World.CreateAsync(cluster, extra);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        return world;
    }
}
