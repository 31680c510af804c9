namespace Vmm.Tests.Mailboxes;

/// <summary>
/// A directory gets the name of another between the look at it and its removal, as members of a domain's group can do it: what is
/// found then is given back its name, with all that is in it.
/// </summary>
public class ExchangedHomeTests(PostgresCluster cluster)
{
    private static readonly DomainPath First = new("", "g", 70000);

    [Theory]
    [InlineData("mv {0} {0}x && mv {1} {0}")]
    [InlineData("mv {0} {0}x && cp -a {0}x {0}")]
    [InlineData("mv {0} {0}x && ln -s {1} {0}")]
    [InlineData("mv {0} {0}x && echo mail > {0}")]
    public async Task a_home_that_was_exchanged_is_not_removed(string exchange)
    {
        using var world = await ReadyAsync();
        var (home, other) = ($"{world.Base}/{world.Home()}", $"{world.Base}/{world.Home(70000, 70001)}");
        await ExchangedAsync(world, new RemoveHome(First with { Base = world.Base }, 70000), exchange, home, other);
    }

    [Theory]
    [InlineData("mv {0} {0}x && mv {1} {0}")]
    [InlineData("mv {0} {0}x && ln -s {1} {0}")]
    public async Task a_domain_directory_that_was_exchanged_is_not_removed(string exchange)
    {
        using var world = await ReadyAsync();
        var (domain, other) = ($"{world.Base}/g/70000", $"{world.Base}/{Path.GetDirectoryName(world.Home(70001))}");
        await ExchangedAsync(world, new RemoveDomain(First with { Base = world.Base }), exchange, domain, other);
    }

    /// <summary>The change fails after the home is made, and somebody has put another home in its place.</summary>
    [Fact]
    public async Task a_home_that_is_taken_back_is_the_one_that_was_made()
    {
        using var world = await ReadyAsync();
        var (made, other) = ($"{world.Base}/{world.Home(70000, 70005)}", $"{world.Base}/{world.Home(70000, 70001)}");
        Assert.Throws<InvalidOperationException>(() => Session.Change<int>(
            SettingsFile.Load(world.Config),
            Author.Nobody,
            s =>
            {
                var layout = MaildirLayout.For(new MailLocation("maildir", "Maildir"), [], subscribe: true, out _);
                const UnixFileMode Private = (UnixFileMode)0b111_000_000;
                s.Mailboxes.Make(new MakeHome(First with { Base = world.Base }, 70005, Private, Private, layout));
                Assert.True(Directory.Exists($"{made}/Maildir/new"));
                Directory.Move(made, made + "x");
                Directory.Move(other, made);
                throw new InvalidOperationException();
            },
            TestContext.Current.CancellationToken));
        Assert.Equal("neighbour", await File.ReadAllTextAsync($"{made}/Maildir/new/mail", TestContext.Current.CancellationToken));
    }

    /// <summary>
    /// What took the place of a home that was to move to another domain moves back, and the neighbour's mail keeps its group.
    /// </summary>
    [Theory]
    [InlineData("mv {0} {0}x && mv {1} {0}", ErrorCode.UnsafePath, "it was exchanged while vmm was at work")]
    [InlineData("mv {0} {0}x && cp -a {0}x {0}", ErrorCode.UnsafePath, "it was exchanged while vmm was at work")]
    [InlineData("mv {0} {0}x && ln -s {1} {0}", ErrorCode.UnsafePath, "it is not a directory, or a symbolic link")]
    [InlineData("mv {0} {0}x", ErrorCode.FileSystem, "somebody removed it while vmm was at work")]
    [InlineData("mv {0} {0}x && mv {1} {1}x", ErrorCode.FileSystem, "somebody removed it while vmm was at work")]
    public async Task a_home_that_was_exchanged_is_not_moved_to_another_domain(string exchange, ErrorCode code, string message)
    {
        using var world = await ReadyAsync();
        var (home, other) = ($"{world.Base}/{world.Home()}", $"{world.Base}/{world.Home(70000, 70001)}");
        var source = First with { Base = world.Base };
        var target = DomainPath.Parse($"{world.Base}/{Path.GetDirectoryName(world.Home(70001, 70002))}", 70001);
        var (before, neighbour) = (await FilesAsync(world), await NeighbourAsync(world));
        var failure = Assert.Throws<VmmException>(() => Session.Change(
            SettingsFile.Load(world.Config),
            Author.Nobody,
            s =>
            {
                s.Tx.Execute("UPDATE users SET gid = 70001 WHERE uid = 70000");
                s.Mailboxes.Move(new MoveHome(source, target, 70000, (UnixFileMode)0b111_101_000));
                Run.ShellAsync(string.Format(null, exchange, home, other)).GetAwaiter().GetResult().Succeeded();
                return 0;
            },
            TestContext.Current.CancellationToken));
        Assert.Equal(code, failure.Code);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Equal(["70000"], await world.QueryAsync("SELECT gid FROM users WHERE uid = 70000"));
        Assert.Subset((await FilesAsync(world)).ToHashSet(), before.ToHashSet());
        Assert.Equal(neighbour, await NeighbourAsync(world));
        Assert.False(Path.Exists($"{target}/70000"));
    }

    /// <summary>All that belongs to the account beside it, by inode, owner and mode, wherever it is.</summary>
    private static async Task<string> NeighbourAsync(World world) =>
        (await Run.ShellAsync($"find {world.Base} -uid 70001 -printf '%i %y %m %U:%G\\n' | sort")).Succeeded();

    private static async Task ExchangedAsync(World world, MailboxStep step, string exchange, string path, string other)
    {
        var before = await FilesAsync(world);
        var failure = Assert.Throws<VmmException>(() => Session.Change(
            SettingsFile.Load(world.Config),
            Author.Nobody,
            s =>
            {
                Assert.True(s.Mailboxes.RemoveAfterCommit(step));
                Run.ShellAsync(string.Format(null, exchange, path, other)).GetAwaiter().GetResult().Succeeded();
                return 0;
            },
            TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.DirectoryNotRemoved, failure.Code);
        Assert.Equal(
            $"the database rows are deleted, but '{path}' could not be removed: refusing to touch '{path}': it was exchanged while "
                + "vmm was at work",
            failure.Message
        );
        // Nothing is lost, neither what was to be removed nor what took its place.
        Assert.Subset((await FilesAsync(world)).ToHashSet(), before.ToHashSet());
        Assert.DoesNotContain(await world.TreeAsync(), t => t.Contains(".vmm-", StringComparison.Ordinal));
        Assert.True(Path.Exists(path));
    }

    /// <summary>All files, by inode and content, wherever they are.</summary>
    private static async Task<string[]> FilesAsync(World world) => (
        await Run.ShellAsync($"find {world.Base} -type f -printf '%i %s %p\\n' | sed 's|/.*/||' | sort")
    ).Succeeded().Split('\n');

    private async Task<World> ReadyAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.net");
        foreach (var (address, gid, uid, text) in new[]
        {
            ("own@example.com", 70000, 70000, "own"), ("other@example.com", 70000, 70001, "neighbour"),
            ("other@example.net", 70001, 70002, "elsewhere"),
        })
        {
            await world.AddAccountAsync(address);
            var mail = $"{world.Base}/{world.Home(gid, uid)}/Maildir/new/mail";
            await File.WriteAllTextAsync(mail, text, TestContext.Current.CancellationToken);
        }

        return world;
    }
}
