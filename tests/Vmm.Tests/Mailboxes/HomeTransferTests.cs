using System.Text;

namespace Vmm.Tests.Mailboxes;

/// <summary>A home that moves to another domain: what an interrupted userrename leaves, and what is refused.</summary>
public class HomeTransferTests(PostgresCluster cluster)
{
    private const string Uid = "70000";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task the_repair_brings_a_home_to_where_its_row_says(bool isCommitted)
    {
        using var world = await ReadyAsync();
        var (from, to) = await DirectoriesAsync(world);
        var before = await world.TreeAsync();
        await InterruptAsync(from, to);
        (await Run.ShellAsync(isCommitted ? $"chgrp -R 70001 {to}/{Uid}" : "true")).Succeeded();
        await world.SqlAsync(isCommitted ? "UPDATE users SET gid = 70001" : "SELECT 1");
        var check = await world.VmmAsync("check");
        check.ShouldExit((int)ErrorCode.Found);
        Assert.Single(check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error\tmisplaced-home\t", check.Out, StringComparison.Ordinal);
        (await world.VmmAsync("check", "--repair", "--quiet")).Succeeded();
        var home = $"{(isCommitted ? to : from)}/{Uid}";
        Assert.Equal("mail", await File.ReadAllTextAsync($"{home}/Maildir/cur/1", TestContext.Current.CancellationToken));
        Assert.Equal("", await world.DoAsync("check"));
        var tree = await world.TreeAsync();
        Assert.Equal(!isCommitted, tree.SequenceEqual(before));
        Assert.DoesNotContain(tree, l => l.Contains(isCommitted ? "70000:70000" : "70000:70001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task while_another_vmm_is_at_work_nothing_is_found()
    {
        using var world = await ReadyAsync();
        var (from, to) = await DirectoriesAsync(world);
        await InterruptAsync(from, to);
        using var hash = Folder.OpenBase(Path.GetDirectoryName(to)!);
        using var staged = hash.TryOpen(Staging)!;
        Assert.True(staged.TryLock());
        Assert.Equal("", await world.DoAsync("check"));
        Assert.Equal("", await world.DoAsync("check --only old.example"));
    }

    [Fact]
    public async Task two_homes_of_one_account_are_left_for_somebody_to_look_at()
    {
        using var world = await ReadyAsync();
        var (from, to) = await DirectoriesAsync(world);
        await InterruptAsync(from, to);
        (await Run.ShellAsync($"cp -a {to}/{Uid} {from}/{Uid}")).Succeeded();
        var before = await world.TreeAsync();
        var repair = await world.VmmAsync("check", "--repair", "--quiet");
        Message.IsOneError(repair, (int)ErrorCode.FileSystem, "are homes of the same account");
        Assert.Equal(before, await world.TreeAsync());
    }

    /// <summary>Its directory has the only mail of an account that is in the other domain, by its row.</summary>
    [Theory]
    [InlineData("true")]
    [InlineData("rm -r {0}")]
    public async Task the_other_domain_is_not_deleted_with_it(string spoil)
    {
        using var world = await ReadyAsync();
        var (from, to) = await DirectoriesAsync(world);
        await InterruptAsync(from, to);
        (await Run.ShellAsync(
            $"chgrp -R 70001 {to}/{Uid}; "
                + spoil.Replace("{0}", $"{Path.GetDirectoryName(to)}/{Staging}", StringComparison.Ordinal))).Succeeded();
        var before = await world.TreeAsync();
        var refused = await world.VmmAsync("domaindelete", "new.example", "--force", "--delete-directory");
        Message.IsOneError(refused, 84, "is the home of 'user@old.example', which is in a different domain");
        Assert.Equal(before, await world.TreeAsync());
        Assert.Equal(2, await world.CountAsync("domain_data"));
        var check = await world.VmmAsync("check");
        Assert.DoesNotContain("rm -r", check.Out, StringComparison.Ordinal);
        Assert.Contains(spoil == "true" ? "misplaced-home" : "foreign-home", check.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rm -r {0}/70000", 81, "does not exist, so it cannot be moved")]
    [InlineData("chown 0 {0}/70000", 49, "belongs to 0:70000, not to 70000:70000")]
    [InlineData("chgrp 0 {0}/70000", 49, "belongs to 70000:0, not to 70000:70000")]
    [InlineData("mkdir {1}/70000", 81, "File exists")]
    [InlineData("chgrp 0 {1}", 36, "belongs to 0:0, not to 0:70001")]
    [InlineData("mv {0}/70000 {0}/x && ln -s x {0}/70000", 84, "a symbolic link")]
    [InlineData("mount --bind {1} {1}", 81, "on another file system than")]
    [InlineData("mount -t tmpfs -o mode=0750,gid=70001 tmpfs {1}", 81, "on another file system than")]
    public async Task what_is_not_as_it_should_be_is_refused_before_anything_changes(string change, int exit, string message)
    {
        using var world = await ReadyAsync();
        var (from, to) = await DirectoriesAsync(world);
        (await Run.ShellAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, change, from, to))).Succeeded();
        try
        {
            var before = await world.TreeAsync();
            foreach (var option in (string[])["--dry-run", "--json"])
            {
                var refused = await world.VmmAsync("userrename", "user@old.example", "user@new.example", option);
                refused.ShouldExit(exit);
                Assert.Contains(message, refused.Error, StringComparison.OrdinalIgnoreCase);
            }

            Assert.Equal(before, await world.TreeAsync());
            Assert.Equal(["70000"], await world.QueryAsync("SELECT gid FROM users"));
        }
        finally
        {
            await Run.ShellAsync($"mountpoint -q {to} && umount {to}");
        }
    }

    private const string Staging = ".vmm-new-70001-0123456789ab";

    /// <summary>As a kill between the rename and the commit leaves it; half of the files have the new group.</summary>
    private static async Task InterruptAsync(string from, string to)
    {
        var list = $"{Uid} 70000 70001 {Hex(from)} {Hex(to)}";
        var place = $"{Path.GetDirectoryName(to)}/{Staging}";
        (await Run.ShellAsync($"""
            set -e
            mkdir -m 0700 {place}
            echo '{list}' > {place}/moves
            mv {from}/{Uid} {to}/{Uid}
            chgrp -R 70001 {to}/{Uid}/Maildir/cur
            """)).Succeeded();
    }

    private static string Hex(string path) => Convert.ToHexString(Encoding.ASCII.GetBytes(path));

    private static async Task<(string From, string To)> DirectoriesAsync(World world)
    {
        var rows = await world.QueryAsync("SELECT domaindir FROM domain_data ORDER BY gid");
        return (rows[0], rows[1]);
    }

    private async Task<World> ReadyAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd old.example");
        await world.DoAsync("domainadd new.example");
        await world.AddAccountAsync("user@old.example");
        var (from, _) = await DirectoriesAsync(world);
        var mail = $"{from}/{Uid}/Maildir/cur/1";
        (await Run.ShellAsync($"printf mail > {mail} && chown 70000:70000 {mail}")).Succeeded();
        return world;
    }
}
