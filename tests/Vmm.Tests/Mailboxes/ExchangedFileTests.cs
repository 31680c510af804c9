namespace Vmm.Tests.Mailboxes;

/// <summary>
/// What is given to another owner must be what was looked at. Only root can give files away, so the tests need root.
/// </summary>
[Trait(Needs.Trait, Needs.TheSystem)]
public sealed class ExchangedFileTests : IDisposable
{
    private readonly TempDirectory directory = new();
    private readonly Folder folder;

    public ExchangedFileTests()
    {
        folder = Folder.OpenBase(directory.Path);
        foreach (var name in (string[])["file", "other"])
        {
            folder.Write(name, "text"u8, 8, 9, (UnixFileMode)0b110_000_000);
        }

        folder.Make("outside", (UnixFileMode)0b111_000_000).Dispose();
        folder.MakeOwned("away", 8, 9, (UnixFileMode)0b111_000_000);
    }

    public static TheoryData<string> Exchanges { get; } = new(
        "mv file away/ && mv other file",
        "mv file away/ && ln other file",
        "mv file away/ && ln -s other file",
        "mv file away/ && ln -s other file && chown -h 8:9 file",
        "mv file away/ && mkdir file && chown 8:9 file",
        "chown 10 file",
        "chgrp 10 file"
    );

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task what_was_exchanged_gets_no_other_owner(string exchange)
    {
        var facts = folder.FactsOf("file")!.Value;
        await DoAsync(exchange);
        var before = await EverythingAsync();
        var refused = Assert.Throws<VmmException>(() => folder.SetOwner("file", facts, 70000, 70001));
        Assert.Equal(
            $"refusing to touch '{directory.Path}/file': it was exchanged while vmm was at work",
            refused.Message
        );
        Assert.Equal(before, await EverythingAsync());
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task what_was_exchanged_is_not_copied(string exchange)
    {
        var facts = folder.FactsOf("file")!.Value;
        await DoAsync(exchange);
        var before = await EverythingAsync();
        var refused = Assert.Throws<VmmException>(() => folder.ReplaceByCopy("file", facts, 70000, 70001));
        // A link is not even opened.
        var isLink = exchange.Contains("ln -s", StringComparison.Ordinal);
        Assert.Equal(isLink ? ErrorCode.FileSystem : ErrorCode.UnsafePath, refused.Code);
        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task what_was_not_exchanged_gets_its_owner_also_as_a_copy_and_as_a_link()
    {
        await DoAsync("ln -s outside link && chown -h 8:9 link && touch -d 2020-02-02 other && chmod 0640 other");
        folder.SetOwner("file", folder.FactsOf("file")!.Value, 70000, 70001);
        folder.SetOwner("link", folder.FactsOf("link")!.Value, 70000, 70001);
        folder.ReplaceByCopy("other", folder.FactsOf("other")!.Value, 70002, 70001);
        Assert.Equal(
            "file 70000:70001 600\nlink 70000:70001 777\nother 70002:70001 640\noutside 0:0 700\n",
            (await Run.ShellAsync($"cd {directory.Path} && stat -c '%n %u:%g %a' file link other outside")).Out
        );
        Assert.Equal(2020, File.GetLastWriteTimeUtc(directory["other"]).Year);
        Assert.Equal("text", await File.ReadAllTextAsync(directory["other"], TestContext.Current.CancellationToken));
    }

    /// <summary>One half of the owner that is another's is enough to be somebody else's.</summary>
    [Theory]
    [InlineData("chown 10 away/file", "10:9")]
    [InlineData("chgrp 10 away/file", "8:10")]
    [InlineData("chown 70000 away/file", "70000:9")]
    [InlineData("chgrp 70001 away/file", "8:70001")]
    public async Task what_is_somebody_elses_is_refused_or_left_where_nobody_is_asked(string change, string owner)
    {
        await DoAsync($"mv file away/ && {change}");
        using var away = folder.TryOpen("away")!;
        var before = await EverythingAsync();
        var refused = Assert.Throws<VmmException>(() => new TreeOwner((8, 9), (70000, 70001), _ => false).Change(away));
        Assert.Equal(
            $"refusing to touch '{directory.Path}/away/file': it belongs to {owner}, not to 8:9 as the mail around it",
            refused.Message
        );
        new TreeOwner((8, 9), (70000, 70001), isOurs: null).Change(away);
        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task what_is_deeper_than_any_mailbox_is_refused()
    {
        await DoAsync($"mkdir -p away/{string.Join('/', Enumerable.Repeat("d", TreeOwner.MaxDepth + 1))} && chown -R 8:9 away");
        using var away = folder.TryOpen("away")!;
        var refused = Assert.Throws<VmmException>(() => new TreeOwner((8, 9), (70000, 70001), _ => false).Change(away));
        Assert.EndsWith("': it is deeper than 100 directories", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Somebody changes a maildir after it was planned to move it.</summary>
    [Theory]
    [InlineData("chown 10 away", "it belongs to 10:9 now, and to 8:9 when it was looked at")]
    [InlineData("chgrp 10 away", "it belongs to 8:10 now, and to 8:9 when it was looked at")]
    [InlineData("rmdir away && ln -s outside away && chown -h 8:9 away", "it is not a directory any more")]
    public async Task a_maildir_that_is_not_as_planned_is_not_taken(string change, string reason)
    {
        using var staged = folder.Make("staged", (UnixFileMode)0b111_000_000);
        staged.MakeOwned("70000", 70000, 70001, (UnixFileMode)0b111_000_000);
        await DoAsync(change);
        var before = await EverythingAsync();
        var entry = new MailTransfer.Entry(70000, "Maildir", new MailMove(directory["away"], 8, 9, (UnixFileMode)0b111_000_000));
        var refused = Assert.Throws<VmmException>(
            () => MailTransfer.Take(staged, entry, 70001, (UnixFileMode)0b111_000_000, _ => false));
        Assert.Equal($"refusing to touch '{directory["away"]}': {reason}", refused.Message);
        Assert.Equal(before, await EverythingAsync());
    }

    public void Dispose()
    {
        folder.Dispose();
        directory.Dispose();
    }

    private async Task DoAsync(string script) => (await Run.ShellAsync($"cd {directory.Path} && {script}")).Succeeded();

    private async Task<string> EverythingAsync() =>
        (await Run.ProgramAsync("find", [directory.Path, "-printf", "%p %y %i %U:%G %m %s %l\n"])).Succeeded();
}
