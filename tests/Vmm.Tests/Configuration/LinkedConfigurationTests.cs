namespace Vmm.Tests.Configuration;

/// <summary>configset with a configuration that is named by a relative path, or by links.</summary>
public class LinkedConfigurationTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData(".", "vmm.toml")]
    [InlineData(".", "./vmm.toml")]
    [InlineData("deep", "../vmm.toml")]
    [InlineData(".", "to-deep.toml")]
    [InlineData("deep", "l.toml")]
    [InlineData("deep", "chain.toml")]
    [InlineData("deep", "absolute.toml")]
    [InlineData(".", "elsewhere/../from-parent.toml")]
    public async Task any_path_that_leads_to_the_file_changes_it_and_the_link_stays(string directory, string path)
    {
        using var world = await World.CreateAsync(cluster);
        await Run.ShellAsync(
            $"""
            cd {world.Directory} && mkdir -p deep far/near && cp -p vmm.toml deep/real.toml && cp -p vmm.toml far/vmm.toml
            ln -s deep/real.toml to-deep.toml && ln -s real.toml deep/l.toml && ln -s ../to-deep.toml deep/chain.toml
            ln -s {world.Config} deep/absolute.toml && ln -s far/near elsewhere && ln -s vmm.toml far/from-parent.toml
            """);
        var set = await Run.ShellAsync(
            $"cd {world.Directory}/{directory} && ls -l > ../before && readlink {path} > {world.Directory}/link;"
            + $" {Repository.Binary} --config {path} configset domain.imap false"
            + $" && {Repository.Binary} --config {path} configget domain.imap");
        Assert.Equal("domain.imap = False\n", set.Succeeded()[^"domain.imap = False\n".Length..]);
        var link = await Run.ShellAsync($"cd {world.Directory}/{directory} && readlink {path} | cmp - {world.Directory}/link");
        link.ShouldExit(0);
        Assert.Empty(Directory.EnumerateFiles(world.Directory, ".*.new", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task a_link_to_nothing_and_a_link_to_itself_are_one_error()
    {
        using var world = await World.CreateAsync(cluster);
        foreach (var target in (string[])["gone.toml", "loop.toml"])
        {
            var set = $"{Repository.Binary} --config loop.toml configset domain.imap false";
            var said = await Run.ShellAsync($"cd {world.Directory} && ln -sf {target} loop.toml && {set}");
            Message.IsOneError(said, 32, "'loop.toml'");
        }
    }
}
