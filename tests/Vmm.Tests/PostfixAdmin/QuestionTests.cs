namespace Vmm.Tests.PostfixAdmin;

/// <summary>The question before an import, on a real terminal.</summary>
public class QuestionTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("y\n")]
    [InlineData("Yes\n")]
    public async Task a_yes_imports(string answer)
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateFilledAsync(cluster, world, 1);
        using var terminal = await AskedAsync(old);
        Assert.Contains($"{old.Mail}/example.com/u0 -> u0@example.com", terminal.Seen, StringComparison.Ordinal);
        Assert.Equal(0, await world.CountAsync("domain_data"));
        terminal.Type(answer);
        Assert.Equal(0, await terminal.EndAsync());
        Assert.Contains(
            "imported: 1 domain, 0 alias domains, 1 account, 0 aliases, 0 catch-alls; mail moved: 1 directory",
            terminal.Seen,
            StringComparison.Ordinal
        );
        Assert.Equal(3, Directory.GetFiles($"{await old.HomeAsync("u0@example.com")}/Maildir/new").Length);
    }

    [Theory]
    [InlineData("n\n", "vmm: error: not confirmed\r\nvmm: hint: Nothing was changed.")]
    [InlineData("\n", "vmm: error: not confirmed\r\nvmm: hint: Nothing was changed.")]
    [InlineData("yess\n", "vmm: error: not confirmed\r\nvmm: hint: Nothing was changed.")]
    [InlineData("\u0003", "vmm: error: interrupted")]
    [InlineData("\u0004", "vmm: error: ")]
    public async Task anything_else_changes_nothing(string answer, string message)
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateFilledAsync(cluster, world, 1);
        var (mail, tree) = (await old.SnapshotAsync(), await world.TreeAsync());
        using var terminal = await AskedAsync(old);
        terminal.Type(answer);
        Assert.Equal((int)ErrorCode.Interrupted, await terminal.EndAsync());
        Assert.Contains(message, terminal.Seen, StringComparison.Ordinal);
        Assert.Equal((mail, 0), (await old.SnapshotAsync(), await world.CountAsync("domain_data")));
        Assert.Equal(tree, await world.TreeAsync());
    }

    /// <summary>Between the plan and the moves a person may take time.</summary>
    [Theory]
    [InlineData("chown 9:9 {0}", "it belongs to 9:9 now, and to 8:8 when it was looked at")]
    [InlineData("mv {0} {0}x; ln -s {0}x {0}; chown -h 8:8 {0}", "it is not a directory any more")]
    public async Task a_maildir_that_was_exchanged_while_vmm_asked_is_left_as_it_is(string change, string message)
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateFilledAsync(cluster, world, 2);
        using var terminal = await AskedAsync(old);
        (await Run.ShellAsync(change.Replace("{0}", $"{old.Mail}/example.com/u1", StringComparison.Ordinal))).Succeeded();
        var mail = await old.SnapshotAsync();
        terminal.Type("y\n");
        Assert.Equal((int)ErrorCode.UnsafePath, await terminal.EndAsync());
        Assert.Contains($"refusing to touch '{old.Mail}/example.com/u1': {message}", terminal.Seen, StringComparison.Ordinal);
        Assert.Equal((mail, 0), (await old.SnapshotAsync(), await world.CountAsync("users")));
        Assert.Equal("", await world.DoAsync("check"));
    }

    private static async Task<PseudoTerminal> AskedAsync(OldServer old)
    {
        var terminal = PseudoTerminal.Start(
            old.World,
            $"import-postfixadmin --source \"{old.Source}\" --mail-directory {old.Mail}"
        );
        await terminal.WaitForAsync("Import this? [y/N] ", last: true, secret: false);
        return terminal;
    }
}
