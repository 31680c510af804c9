using System.Text;

namespace Vmm.Tests.Mailboxes;

public sealed class StagedHomesTests : IDisposable
{
    private readonly TempDirectory directory = new();
    private readonly Folder hash;
    private readonly Folder staged;

    public StagedHomesTests()
    {
        hash = Folder.OpenBase(directory.Path);
        staged = hash.Make("staged", (UnixFileMode)0b111_000_000);
    }

    [Fact]
    public void a_list_that_could_not_be_read_again_is_not_written()
    {
        var refused = Assert.Throws<VmmException>(() =>
            StagedHomes.WriteList(staged, MailTransfer.ListName, new byte[(64 * 1024 * 1024) + 1])
        );
        Assert.Equal(ErrorCode.InvalidArgument, refused.Code);
        Assert.Empty(staged.Names());
    }

    [Fact]
    public void a_list_that_is_too_long_is_not_read()
    {
        using (var list = File.Create($"{directory.Path}/staged/{MailTransfer.ListName}"))
        {
            list.SetLength((64 * 1024 * 1024) + 1);
        }

        var refused = Assert.Throws<VmmException>(() => StagedHomes.Read(staged));
        Assert.EndsWith("/staged/mail': it has 67108865 bytes, more than 67108864", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_list_is_read_as_it_was_written_whatever_the_names()
    {
        var entries = new[] { Entry(70000, "/var/mail/a b\n\udcffc"), Entry(70001, "/ü/Maildir") };
        StagedHomes.WriteList(staged, MailTransfer.ListName, MailTransfer.Write(entries));
        Assert.Equal(entries, MailTransfer.Read(staged));
        Assert.Equal([70000, 70001], StagedHomes.Read(staged));
        Assert.Equal(["mail"], staged.Names());
    }

    [Theory]
    [InlineData("70000 8 8 448 4D 2F61")]
    [InlineData("70000 8 8 448 4D\n")]
    [InlineData("70000 8 8 448 4D 2F6\n")]
    [InlineData("70000 8 8 448 4D 61\n")]
    [InlineData("70000 8 8 448 2F 2F61\n")]
    [InlineData("70000 8 -8 448 4D 2F61\n")]
    [InlineData("\n")]
    [InlineData("")]
    public void a_list_that_is_none_is_an_error_that_names_it(string text)
    {
        staged.Write(MailTransfer.ListName, Encoding.ASCII.GetBytes(text), 0, 0, (UnixFileMode)0b110_000_000);
        var refused = Assert.Throws<VmmException>(() => StagedHomes.Read(staged));
        Assert.Equal(
            (ErrorCode.FileSystem, $"the list '{directory.Path}/staged/mail' is damaged"),
            (refused.Code, refused.Message)
        );
    }

    [Fact]
    public void what_holds_mail_from_elsewhere_is_not_removed()
    {
        StagedHomes.WriteList(
            staged,
            MailTransfer.ListName,
            MailTransfer.Write([Entry(70000, "/var/vmail/a"), Entry(70001, "/var/vmail/b")])
        );
        Directory.CreateDirectory($"{directory.Path}/staged/70000");
        Directory.CreateDirectory($"{directory.Path}/staged/70001/M");
        var refused = Assert.Throws<VmmException>(() =>
            StagedHomes.Remove(hash, staged, "staged", TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            $"the mail of '/var/vmail/b' is in '{directory.Path}/staged/70001/M': it was not brought back, so nothing is removed",
            refused.Message
        );
        Assert.True(Directory.Exists($"{directory.Path}/staged/70000"));

        Directory.Delete($"{directory.Path}/staged/70001/M");
        StagedHomes.Remove(hash, staged, "staged", TestContext.Current.CancellationToken);
        Assert.False(Directory.Exists($"{directory.Path}/staged"));
    }

    [Fact]
    public void mail_that_is_neither_there_nor_here_keeps_its_list()
    {
        StagedHomes.WriteList(
            staged,
            MailTransfer.ListName,
            MailTransfer.Write([Entry(70000, directory["a"]), Entry(70001, directory["b"])])
        );
        Directory.CreateDirectory(directory["b"]);
        var path = new DomainPath(directory.Path, "0", 70000);
        var lost = Assert.Throws<VmmException>(() => StagedHomes.TakeBack(hash, staged, path, [70000, 70001]));
        Assert.Equal($"the mail of '{directory["a"]}' is neither there nor in '{path}/70000/M'", lost.Message);
        Assert.Empty(lost.Others);
        Assert.Equal(["mail"], staged.Names());
    }

    public void Dispose()
    {
        staged.Dispose();
        hash.Dispose();
        directory.Dispose();
    }

    private static MailTransfer.Entry Entry(long uid, string source) =>
        new(uid, "M", new MailMove(source, 8, 8, (UnixFileMode)0b111_000_000));
}
