namespace Vmm.Tests.Mailboxes;

/// <summary>A link or a foreign owner at every level of base/c/gid/uid.</summary>
public class ForeignOwnerTests(PostgresCluster cluster)
{
    private static readonly string[] Levels = ["base", "hash", "domain", "home"];

    public static IEnumerable<TheoryDataRow<string, string, string, int>> Cases()
    {
        foreach (var (command, exits) in new[]
        {
            // A new home does not exist yet: what is in its way is an entry that is not a directory.
            ("useradd", new[] { 56, 84, 84, 81, 84, 84, 36, 81 }),
            ("userdelete", [56, 84, 84, 84, 84, 84, 36, 49]),
            ("domaindelete", [56, 84, 84, 84, 84, 84, 36, 84]),
            ("check", [56, 4, 4, 4, 84, 4, 4, 4]),
        })
        {
            for (var i = 0; i < exits.Length; i++)
            {
                yield return (command, i < 4 ? "link" : "owner", Levels[i % 4], exits[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task a_link_or_a_foreign_owner_is_refused_and_nothing_changes(string command, string kind, string level, int exit)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        await world.DoAsync("domainadd other.example");
        var path = level switch
        {
            "base" => world.Base,
            "hash" => Path.GetDirectoryName(Path.GetDirectoryName($"{world.Base}/{world.Home()}"))!,
            "domain" => Path.GetDirectoryName($"{world.Base}/{world.Home()}")!,
            _ => $"{world.Base}/{world.Home(70000, command == "useradd" ? 70001 : 70000)}",
        };
        var spoil = kind == "owner"
            ? $"mkdir -p {path}; chown 1234:1234 {path}"
            : $"mkdir -p {path}; mv {path} {world.Directory}/moved; ln -s {world.Directory}/moved {path}";
        (await Run.ShellAsync(spoil)).Succeeded();
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
        Assert.Equal(before, await EverythingAsync(world));
        Assert.Equal(["user"], await world.QueryAsync("SELECT local_part FROM users"));
    }

    /// <summary>
    /// Without --delete-directory nobody looks at directories: an account can be shut out whatever is the matter with its disk.
    /// </summary>
    [Fact]
    public async Task an_account_is_deleted_without_a_look_at_its_directory()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        Directory.Move(world.Base, world.Base + ".away");
        await world.DoAsync("userdelete user@example.com");
    }

    private static async Task<string> EverythingAsync(World world) =>
        (await Run.ProgramAsync("find", [world.Directory, "-name", "vmm.log", "-o", "-printf", "%y %m %U:%G %p %l\n"])).Succeeded();
}
