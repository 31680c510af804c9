namespace Vmm.Tests.Mailboxes;

/// <summary>A link, a foreign owner or group, or a directory for everybody at each level of base/c/gid/uid.</summary>
public class ForeignOwnerTests(PostgresCluster cluster)
{
    private static readonly string[] Commands = ["useradd", "userdelete", "domaindelete", "check"];

    /// <summary>What is wrong, where, and the exit status of each command.</summary>
    public static TheoryData<string, string, int[]> Cases { get; } = new()
    {
        { "link", "base", [56, 56, 56, 56] },
        { "link", "hash", [84, 84, 84, 4] },
        { "link", "domain", [84, 84, 84, 4] },
        // A new home does not exist yet: what is in its way is an entry that is not a directory.
        { "link", "home", [81, 84, 84, 4] },
        { "owner", "base", [84, 84, 84, 84] },
        { "owner", "hash", [84, 84, 84, 4] },
        { "owner", "domain", [36, 36, 36, 4] },
        { "owner", "home", [81, 49, 84, 4] },
        { "uid", "base", [84, 84, 84, 84] },
        { "uid", "hash", [84, 84, 84, 4] },
        { "uid", "domain", [36, 36, 36, 4] },
        { "uid", "home", [81, 49, 84, 4] },
        { "gid", "domain", [36, 36, 36, 4] },
        { "gid", "home", [81, 49, 84, 4] },
        { "open", "hash", [84, 84, 84, 4] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task what_is_not_as_it_was_made_is_refused_and_nothing_changes(string kind, string level, int[] exits)
    {
        using var world = await ReadyAsync();
        foreach (var (command, exit) in Commands.Zip(exits))
        {
            var isNew = command == "useradd" && level == "home";
            var home = $"{world.Base}/{world.Home(70000, isNew ? 70001 : 70000)}";
            var domain = Path.GetDirectoryName(home)!;
            var (path, owner) = level switch
            {
                "base" => (world.Base, "0:0"),
                "hash" => (Path.GetDirectoryName(domain)!, "0:0"),
                "domain" => (domain, "0:70000"),
                _ => (home, isNew ? "70001:70000" : "70000:70000"),
            };
            var moved = $"{world.Directory}/moved";
            var (spoil, restore) = kind switch
            {
                "link" => ($"mv {path} {moved} && ln -s {moved} {path}", $"rm {path} && mv {moved} {path}"),
                "open" => ($"chmod o+w {path}", $"chmod o-w {path}"),
                _ => (
                    $"chown {(kind == "uid" ? "1234" : kind == "gid" ? ":1234" : "1234:1234")} {path}", $"chown {owner} {path}"),
            };
            // A home that is wrong in one thing alone is right in all others.
            var make = isNew ? $"mkdir -m 0700 {path} && chown {owner} {path} && " : "";
            (await Run.ShellAsync(make + spoil)).Succeeded();
            var before = await EverythingAsync(world);

            string[] arguments = command switch
            {
                "useradd" => ["useradd", "new@example.com", "--hash", "{PLAIN}secret"],
                "userdelete" => ["userdelete", "user@example.com", "--delete-directory"],
                "domaindelete" => ["domaindelete", "example.com", "--force", "--delete-directory"],
                _ => ["check"],
            };
            var outcome = await world.VmmAsync(arguments);
            outcome.ShouldExit(exit);
            Assert.Contains(path, exit == 4 ? outcome.Out : outcome.Error, StringComparison.Ordinal);
            if (kind == "open" && command != "check")
            {
                Message.IsOneError(outcome, exit, $"refusing to touch '{path}': everybody may write to it");
            }

            Assert.Equal(before, await EverythingAsync(world));
            Assert.Equal(["user"], await world.QueryAsync("SELECT local_part FROM users"));
            (await Run.ShellAsync(restore + (isNew ? $" && rmdir {path}" : ""))).Succeeded();
        }
    }

    [Fact]
    public async Task the_group_of_the_base_and_of_a_hash_directory_is_the_administrators_business()
    {
        using var world = await ReadyAsync();
        var hash = $"{world.Base}/{world.Home().Split('/')[0]}";
        (await Run.ProgramAsync("chgrp", ["1234", world.Base, hash])).Succeeded();
        await world.AddAccountAsync("new@example.com");
        Assert.Equal("", await world.DoAsync("check"));
        await world.DoAsync("userdelete new@example.com --delete-directory");
        await world.DoAsync("domaindelete example.com --force --delete-directory");
        Assert.Empty(Directory.GetFileSystemEntries(hash));
    }

    /// <summary>
    /// Without --delete-directory nobody looks at directories: an account can be shut out whatever is the matter with its disk.
    /// </summary>
    [Fact]
    public async Task an_account_is_deleted_without_a_look_at_its_directory()
    {
        using var world = await ReadyAsync();
        Directory.Move(world.Base, world.Base + ".away");
        await world.DoAsync("userdelete user@example.com");
    }

    private static async Task<string> EverythingAsync(World world) =>
        (await Run.ProgramAsync("find", [world.Directory, "-name", "vmm.log", "-o", "-printf", "%y %m %U:%G %p %l\n"])).Succeeded();

    private async Task<World> ReadyAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        return world;
    }
}
