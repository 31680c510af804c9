namespace Vmm.Tests.Crash;

/// <summary>What a command says when one of its last calls fails: the change is made, but not everything about it.</summary>
public sealed class LastCallTests(PostgresCluster cluster)
{
    [Fact]
    public async Task a_setting_that_may_not_be_on_disk_is_reported_as_changed()
    {
        using var world = await World.CreateAsync(cluster);
        var calls = await Strace.RecordAsync(world, ["configset", "domain.pop3", "off"]);
        var sync = calls.Last(c => c.Name == "fsync" && c.Text.Contains($"<{world.Directory}>", StringComparison.Ordinal));
        var said = await Strace.InjectAsync(world, ["configset", "domain.pop3", "on"], new Injection(sync, "EIO"));
        Message.IsOneError(
            said!,
            81,
            $"'{world.Config}' is changed, but perhaps not on disk: cannot sync '{world.Directory}': input/output error"
        );
        Assert.Equal("domain.pop3 = True\n", await world.DoAsync("configget domain.pop3"));
    }

    [Fact]
    public async Task a_removal_that_may_not_be_on_disk_is_reported_as_done()
    {
        using var world = await AccountsAsync();
        var calls = await Strace.RecordAsync(world, ["userdelete", "first@example.com", "--delete-directory"]);
        var said = await Strace.InjectAsync(
            world,
            ["userdelete", "other@example.com", "--delete-directory"],
            new Injection(calls.Last(c => c.Name == "syncfs"), "EIO")
        );
        Message.IsOneError(
            said!,
            80,
            $"the database rows are deleted and '{world.Base}/g/70000/70001' is removed, but perhaps not on disk: "
        );
        Assert.False(Directory.Exists($"{world.Base}/g/70000/70001"));
    }

    /// <summary>The last directory is never empty, as if another program wrote into it faster than vmm removes.</summary>
    [Fact]
    public async Task a_home_that_fills_again_and_again_is_left_for_a_repair()
    {
        using var world = await AccountsAsync();
        var calls = await Strace.RecordAsync(world, ["userdelete", "first@example.com", "--delete-directory"]);
        var last = calls.Last(c => c.Name == "unlinkat" && c.Text.Contains("\".vmm-del-", StringComparison.Ordinal));
        var said = await Strace.InjectAsync(
            world,
            ["userdelete", "other@example.com", "--delete-directory"],
            new Injection(last, "ENOTEMPTY")
        );
        Message.IsOneError(said!, 80, "': something is put into it again and again\n");
        Assert.Contains(await world.TreeAsync(), l => l.Contains("/.vmm-del-70001-", StringComparison.Ordinal));
        await world.VmmAsync("check", "--repair");
        Assert.DoesNotContain(await world.TreeAsync(), l => l.Contains("/.vmm-del-", StringComparison.Ordinal));
    }

    private async Task<World> AccountsAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("first@example.com");
        await world.AddAccountAsync("other@example.com");
        return world;
    }
}
