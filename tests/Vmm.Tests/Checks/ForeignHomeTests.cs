namespace Vmm.Tests.Checks;

/// <summary>
/// Where the accounts of a domain may write to its directory, one can rename the homes of others. The name of a directory then says
/// nothing about whose it is.
/// </summary>
public sealed class ForeignHomeTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("mv 70000 x && mv 70001 70000 && mv x 70001", "70000 70001")]
    [InlineData("mv 70000 away && cp -a 70001 70000 && rm -r 70001 && mv away 70001", "70000 70001")]
    [InlineData(
        "rm -r 70000/Maildir && mv 70001/Maildir 70000/ && mkdir -m 0700 70001/Maildir && chown 70001:70000 70001/Maildir",
        "70000/Maildir"
    )]
    [InlineData("chown 70002 70000", "70000")]
    public async Task what_belongs_to_another_account_is_given_to_no_one(string command, string found)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.net");
        await world.AddAccountAsync("a@example.com");
        await world.AddAccountAsync("b@example.com");
        await world.AddAccountAsync("c@example.net");
        var domain = Path.GetDirectoryName($"{world.Base}/{world.Home()}")!;
        (await Run.ShellAsync($"cd {domain} && {command}")).Succeeded();
        var before = await world.TreeAsync();

        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        var lines = check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            found.Split(' ').Select(f => $"error\tforeign-home\t{domain}/{f}"),
            lines.Select(l => string.Join('\t', l.Split('\t')[..3]))
        );
        Assert.Contains("a@example.com", lines[0], StringComparison.Ordinal);
        Assert.Contains(found == "70000" ? "c@example.net" : "b@example.com", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("chown", check.Out, StringComparison.Ordinal);
        Assert.Equal(check.Out, (await world.VmmAsync("check", "--only", "example.com")).Out);
        (await world.VmmAsync("check", "--repair")).ShouldExit(4);
        Assert.Equal(before, await world.TreeAsync());
    }

    [Fact]
    public async Task an_owner_that_is_no_account_is_still_repaired()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("a@example.com");
        var before = await world.TreeAsync();
        (await Run.ShellAsync($"chown 4711 {world.Base}/{world.Home()}")).Succeeded();
        await world.DoAsync("check --repair");
        Assert.Equal(before, await world.TreeAsync());
    }
}
