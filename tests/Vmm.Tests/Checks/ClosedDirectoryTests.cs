namespace Vmm.Tests.Checks;

/// <summary>
/// Dovecot reads mail with the ids of the account, which belong to no one above the domain: a directory that others cannot enter
/// stops all mail below it.
/// </summary>
public sealed class ClosedDirectoryTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("chmod 0770 {0}", "error", "{0}")]
    [InlineData("chmod 0700 {0}", "error", "{0}")]
    [InlineData("chown :mail {0} && chmod 0770 {0}", "warning", "{0}")]
    [InlineData("chmod 0700 {1}", "error", "{1}")]
    [InlineData("chown :mail {1} && chmod 0750 {1}", "warning", "{1}")]
    [InlineData("chmod 0750 {2}", "error", "{2}")]
    public async Task a_directory_that_accounts_cannot_enter_is_found(string command, string severity, string named)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var hash = $"{world.Base}/{world.Home().Split('/')[0]}";
        (await Run.ShellAsync(string.Format(null, command, world.Base, hash, world.Directory))).Succeeded();
        var place = string.Format(null, named, world.Base, hash, world.Directory);
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        var line = Assert.Single(check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"{severity}\tclosed-directory\t{place}\t", line, StringComparison.Ordinal);
        Assert.EndsWith($"chmod o+x {place}", line, StringComparison.Ordinal);
        (await world.VmmAsync("check", "--repair")).ShouldExit(4);
        (await Run.ShellAsync(line.Split('\t')[^1])).Succeeded();
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task where_nobody_has_mail_nothing_is_closed()
    {
        using var world = await World.CreateAsync(cluster);
        (await Run.ProgramAsync("chmod", ["0770", world.Base])).Succeeded();
        Assert.Equal("", await world.DoAsync("check"));
    }
}
