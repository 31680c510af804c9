namespace Vmm.Tests.Mailboxes;

/// <summary>Trees whose files belong to other users: only root can make them.</summary>
[Trait(Needs.Trait, Needs.TheSystem)]
public sealed class TreeRemovalTests : IDisposable
{
    private readonly TempDirectory directory = new();
    private readonly Folder parent;

    public TreeRemovalTests()
    {
        parent = Folder.OpenBase(directory.Path);
        using var doomed = MakeUsers(parent, "doomed");
    }

    [Fact]
    public void a_tree_of_twenty_thousand_levels_is_removed()
    {
        var deepest = parent.TryOpen("doomed")!;
        for (var i = 0; i < 20_000; i++)
        {
            var next = MakeUsers(deepest, "d");
            deepest.Dispose();
            deepest = next;
        }

        deepest.Write("mail", "text"u8, 70000, 70000, (UnixFileMode)0b110_000_000);
        deepest.Dispose();
        Removed();
    }

    [Fact]
    public async Task names_that_are_not_utf8_and_names_of_255_bytes_are_removed()
    {
        await DoAsync(
            """
            cd doomed; long=$(printf 'x%.0s' {1..255})
            mkdir -p $'\xff\xfe' $'\xff\xfe'/$'\xc3' "$long" 'new'$'\n''line'
            : > $'\xff\xfe'/$'\xc3\x28'; : > $'\xed\xa0\x80'; : > "$long/$long"; : > "-rf"
            """
        );
        Removed();
    }

    [Fact]
    public async Task names_that_removal_itself_uses_do_no_harm()
    {
        await DoAsync("cd doomed; mkdir -p {1..5}/{1..5}/{1..5}; for d in */*/*; do : > $d/mail; done");
        Removed();
    }

    [Fact]
    public async Task links_are_removed_and_what_they_lead_to_stays()
    {
        await DoAsync(
            "mkdir -m 750 outside; echo kept > outside/file; ln outside/file doomed/hard; ln -s ../outside doomed/soft; ln -s "
                + "/nowhere doomed/dangling; mkfifo doomed/pipe"
        );
        Removed();
        Assert.Equal("kept\n", await File.ReadAllTextAsync(directory["outside/file"], TestContext.Current.CancellationToken));
        Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(directory["outside"]));
    }

    [Fact]
    public async Task ten_thousand_files_in_one_directory_are_removed()
    {
        await DoAsync(
            "cd doomed; mkdir many; cd many; seq 10000 | xargs touch; mkdir d{1..300}; for i in {1..300}; do : > d$i/f; done"
        );
        Removed();
    }

    [Fact]
    public async Task a_cancelled_removal_leaves_the_rest_and_says_so()
    {
        await DoAsync("touch doomed/file");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.Equal(
            ErrorCode.Interrupted,
            Assert.Throws<VmmException>(() => TreeRemoval.Run(parent, "doomed", cancelled.Token)).Code
        );
        Assert.True(File.Exists(directory["doomed/file"]));
    }

    [Fact]
    public void a_link_in_place_of_the_tree_is_refused()
    {
        File.CreateSymbolicLink(directory["link"], directory["doomed"]);
        Assert.Equal(
            ErrorCode.UnsafePath,
            Assert.Throws<VmmException>(() => TreeRemoval.Run(parent, "link", TestContext.Current.CancellationToken)).Code
        );
        Assert.True(Directory.Exists(directory["doomed"]));
    }

    /// <summary>As on a file system whose rename cannot refuse an existing target.</summary>
    [Fact]
    public void a_plain_move_refuses_an_existing_target_too()
    {
        parent.Make("other", (UnixFileMode)0b111_000_000).Dispose();
        Assert.Equal(ErrorCode.FileSystem, Assert.Throws<VmmException>(() => parent.MovePlainly("doomed", parent, "other")).Code);
        Assert.True(parent.MovePlainly("doomed", parent, "third"));
        Assert.Equal(["other", "third"], parent.Names().Order());
    }

    public void Dispose()
    {
        parent.Dispose();
        directory.Dispose();
    }

    private async Task DoAsync(string script) => (await Run.ShellAsync($"cd {directory.Path} && {script}")).Succeeded();

    private void Removed()
    {
        TreeRemoval.Run(parent, "doomed", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("doomed", parent.Names());
    }

    private static Folder MakeUsers(Folder parent, string name)
    {
        var folder = parent.Make(name, (UnixFileMode)0b111_000_000);
        folder.SetOwnerAndMode(70000, 70000, (UnixFileMode)0b111_000_000);
        return folder;
    }
}
