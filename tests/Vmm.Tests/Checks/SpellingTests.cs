namespace Vmm.Tests.Checks;

/// <summary>
/// vmm 0.3 to 0.5.2 joined paths as text: a base directory that was configured with a slash at its end gave rows with two. The file
/// system knows one directory, whatever a row calls it.
/// </summary>
public sealed class SpellingTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("{0}//{1}/70000")]
    [InlineData("{0}/{1}//70000")]
    [InlineData("/{0}/{1}/70000")]
    [InlineData("{0}/./{1}/70000")]
    [InlineData("{0}/{1}/70000/")]
    public async Task another_spelling_of_a_directory_is_the_same_directory(string spelling)
    {
        using var world = await ReadyAsync();
        var home = $"{world.Base}/{world.Home()}";
        await RenameAsync(world, spelling, world.Base);
        Assert.Equal("", await world.DoAsync("check"));
        await world.AddAccountAsync("second@example.com");
        await world.DoAsync("useradd third@example.com --hash {PLAIN}x");
        Assert.Equal("", await world.DoAsync("check"));
        Assert.True(Directory.Exists(home));
        await world.DoAsync("userdelete user@example.com --delete-directory");
        Assert.False(Directory.Exists(home));
        Assert.Equal("", await world.DoAsync("check"));
        await world.DoAsync("domaindelete example.com --force --delete-directory");
        Assert.False(Directory.Exists(Path.GetDirectoryName(home)));
    }

    [Fact]
    public async Task what_is_missing_is_named_as_the_row_means_it()
    {
        using var world = await ReadyAsync();
        var domain = Path.GetDirectoryName($"{world.Base}/{world.Home()}")!;
        await RenameAsync(world, "{0}//{1}/70000", world.Base);
        Directory.Delete(domain, recursive: true);
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        Assert.Contains($"error\tmissing-directory\t{domain}\t", check.Out, StringComparison.Ordinal);
        Assert.Single(check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Through a link above the base, through a link to the base, and by a way that vmm does not take.</summary>
    [Theory]
    [InlineData("{2}/above/mail/{1}/70000", "")]
    [InlineData("{2}/link/{1}/70000", "unsafe-path")]
    [InlineData("{0}/../mail/{1}/70000", "unsafe-path")]
    [InlineData("{2}/of.one/70000", "unsafe-path")]
    public async Task a_directory_that_a_row_reaches_by_another_way_is_no_orphan(string spelling, string code)
    {
        using var world = await ReadyAsync();
        (
            await Run.ShellAsync(
                $"cd {world.Directory} && ln -s . above && ln -s mail link && ln -s mail/{world.Home().Split('/')[0]} of.one"
            )
        ).Succeeded();
        await RenameAsync(world, spelling, world.Base);
        var check = await world.VmmAsync("check");
        Assert.DoesNotContain("orphan", check.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("rm -r", check.Out, StringComparison.Ordinal);
        Assert.Equal(code.Length == 0 ? 0 : 4, check.ExitCode);
        Assert.Contains(code, check.Out, StringComparison.Ordinal);
    }

    private static Task RenameAsync(World world, string spelling, string root) => world.SqlAsync(
        $"UPDATE domain_data SET domaindir = '{string.Format(null, spelling, root, world.Home().Split('/')[0], world.Directory)}'");

    private async Task<World> ReadyAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        return world;
    }
}
