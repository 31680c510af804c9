namespace Vmm.Tests.FailureModes;

/// <summary>The base directory was moved, or another one is configured.</summary>
public class MovedBaseTests(PostgresCluster cluster)
{
    [Fact]
    public async Task configset_says_how_many_domains_stay_where_they_are()
    {
        using var world = await FilledAsync();
        var moved = world.Directory + "/it's new";
        Directory.CreateDirectory(moved);
        var set = await world.VmmAsync("configset", "misc.base_directory", moved);
        set.ShouldExit(0);
        Assert.StartsWith(
            $"vmm: warning: 2 domains stay in '{world.Base}', and only new domains are made in '{moved}'; to move them too, stop",
            set.Error,
            StringComparison.Ordinal);
        Assert.Empty((await world.VmmAsync("configset", "misc.base_directory", world.Base)).Error);
        var dry = await world.VmmAsync("configset", "misc.base_directory", moved, "--dry-run");
        Assert.Contains("2 domains stay in", dry.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task without_a_database_configset_works_all_the_same()
    {
        using var world = await World.CreateAsync(cluster);
        world.Configure(host: "/nowhere");
        var set = await world.VmmAsync("configset", "misc.base_directory", world.Directory);
        set.ShouldExit(0);
        Assert.Empty(set.Error);
    }

    [Theory]
    [InlineData("moved")]
    [InlineData("it's moved")]
    public async Task the_error_says_what_the_rows_and_the_configuration_say_and_its_statement_repairs_it(string name)
    {
        using var world = await FilledAsync();
        var moved = $"{world.Directory}/{name}";
        Directory.Move(world.Base, moved);
        await world.DoAsync("configget misc.base_directory");
        (await world.VmmAsync("configset", "misc.base_directory", moved)).ShouldExit(0);
        var statement = "";
        foreach (var command in (string[])["useradd new@example.com --hash {PLAIN}x", "check"])
        {
            var said = await world.VmmAsync(command.Split(' '));
            Message.IsOneError(said, 56, $"the rows of domains say '{world.Base}', the configuration says '{moved}'\n");
            statement = said.Error.Split("run psql ")[1].Split(" to correct the rows")[0];
        }

        (await Run.ShellAsync($"PATH={Path.GetDirectoryName(cluster.Psql)}:$PATH; psql {statement}")).Succeeded();
        await world.DoAsync("check");
        await world.AddAccountAsync("new@example.com");
        var home = (await world.JsonAsync("userinfo new@example.com")).GetProperty("account").GetProperty("home").GetString();
        Assert.StartsWith($"{moved}/g/70000/", home, StringComparison.Ordinal);
        Assert.True(Directory.Exists(home));
    }

    [Fact]
    public async Task of_two_bases_one_in_the_other_only_the_rows_of_one_are_moved_also_twice()
    {
        using var world = await FilledAsync();
        var inner = $"{world.Base}/mail";
        Directory.CreateDirectory(inner);
        await world.SqlAsync(
            $"UPDATE domain_data SET domaindir = '{inner}/b/70001' WHERE gid = 70001; INSERT INTO domain_data (gid, domaindir)"
                + " VALUES (70500, '/x/70500'), (70501, '/elsewhere')");
        var said = await world.VmmAsync("configset", "misc.base_directory", inner);
        var line = Assert.Single(said.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"1 domain stays in '{world.Base}'", line, StringComparison.Ordinal);
        var command = $"psql{line.Split("then run: psql")[1]}";
        foreach (var _ in (int[])[1, 2])
        {
            (await Run.ShellAsync($"PATH={Path.GetDirectoryName(cluster.Psql)}:$PATH; {command}")).Succeeded();
            Assert.Equal(
                [$"{inner}/g/70000", $"{inner}/b/70001", "/x/70500", "/elsewhere"],
                await world.QueryAsync("SELECT domaindir FROM domain_data ORDER BY gid"));
        }
    }

    [Fact]
    public async Task with_domains_in_two_bases_check_is_clean_and_sees_orphans_of_both()
    {
        using var world = await FilledAsync();
        var other = world.Directory + "/other";
        (await Run.ShellAsync($"install -d -m 0771 {other}")).Succeeded();
        (await world.VmmAsync("configset", "misc.base_directory", other)).ShouldExit(0);
        await world.DoAsync("domainadd new.example");
        await world.AddAccountAsync("user@new.example");
        var home = (await world.JsonAsync("userinfo user@new.example")).GetProperty("account").GetProperty("home").GetString()!;
        Assert.StartsWith($"{other}/", home, StringComparison.Ordinal);
        Assert.Equal("", await world.DoAsync("check"));
        string[] orphans = [$"{world.Base}/x/70500", $"{world.Base}/{world.Home(70000, 70600)}", $"{other}/y/70700", home + "9"];
        foreach (var orphan in orphans)
        {
            Directory.CreateDirectory(orphan);
        }

        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        Assert.Equal(
            orphans.Order(StringComparer.Ordinal),
            check.Out.Split('\n')
                .Select(l => l.Split('\t'))
                .Where(f => f.Length == 5 && f[1] == "orphan-directory")
                .Select(f => f[2])
                .Order(StringComparer.Ordinal));
    }

    private async Task<World> FilledAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.net");
        await world.AddAccountAsync("user@example.com");
        return world;
    }
}
