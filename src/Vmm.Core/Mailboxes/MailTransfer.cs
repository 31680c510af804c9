using System.Globalization;
using System.Text;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// Takes mail of another program into new homes, and gives it back. A list of what is taken from where is durable before the first
/// rename and stays in the staging directory until the rows are committed: whatever happens in between, <see cref="Return"/> finds
/// the mail and brings it back as it was.
/// </summary>
internal static class MailTransfer
{
    /// <summary>
    /// Name of the list: on each line the new uid, the old owner, group and mode, the name of the mailbox in the home, and where it
    /// was, in hexadecimal.
    /// </summary>
    internal const string ListName = "mail";

    /// <summary>An entry of the list.</summary>
    internal sealed record Entry(long Uid, string Mailbox, MailMove Move);

    internal static byte[] Write(IEnumerable<Entry> entries) => Encoding.ASCII.GetBytes(string.Concat(entries.Select(e =>
        $"{e.Uid} {e.Move.Uid} {e.Move.Gid} {(int)e.Move.Mode} {Hex(e.Mailbox)} {Hex(e.Move.Source)}\n")));

    private static string Hex(string name) => Convert.ToHexString(FileName.Encode(name));

    /// <summary>The list in a staging directory; nothing where there is none.</summary>
    /// <exception cref="VmmException">81, also for a list that is none.</exception>
    internal static IReadOnlyList<Entry> Read(Folder staged) => StagedHomes.ReadList(staged, ListName, ReadEntry);

    private static Entry ReadEntry(string line) =>
        line.Split(' ') is [var uid, var owner, var group, var mode, var mailbox, var source]
        ? new Entry(
            StagedHomes.Number(uid),
            Name(mailbox, f => f.Length > 0 && !f.Contains('/', StringComparison.Ordinal)),
            new MailMove(
                Name(source, f => f.StartsWith('/')),
                StagedHomes.Number(owner),
                StagedHomes.Number(group),
                (UnixFileMode)StagedHomes.Number(mode)))
        : throw new FormatException();

    /// <summary>Moves mail into a home that is being built, and gives it to the account.</summary>
    /// <param name="staged">The staging directory; nobody but root can reach what is in it.</param>
    /// <param name="entry">What is taken.</param>
    /// <param name="gid">The new group.</param>
    /// <param name="mode">Of the mailbox.</param>
    /// <param name="isOurs">Whether a uid belongs to an account that is made together with this one.</param>
    /// <exception cref="VmmException">
    /// 81, 84, also when the maildir has another owner than when it was looked at; then part of it may have been done.
    /// </exception>
    internal static void Take(Folder staged, Entry entry, long gid, UnixFileMode mode, Func<long, bool> isOurs)
    {
        var move = entry.Move;
        var name = Path.GetFileName(move.Source);
        using var home = OpenHome(staged, entry)
            ?? throw Errors.FileSystem("find the directory", staged.Path, "somebody removed a home in it");
        using var parent = Folder.TryOpenPath(Path.GetDirectoryName(move.Source)!);
        RequireAsPlanned(parent?.FactsOf(name), move);
        if (parent is null || !parent.TryMove(name, home, entry.Mailbox))
        {
            throw Errors.FileSystem("find the directory", FileName.Show(move.Source), "somebody removed it while vmm was at work");
        }

        // Looked at once more where nobody can exchange it.
        using var mailbox = home.TryOpen(entry.Mailbox)!;
        RequireAsPlanned(mailbox.Facts, move);
        new TreeOwner((move.Uid, move.Gid), (entry.Uid, gid), isOurs).Change(mailbox);
        mailbox.SetOwnerAndMode(entry.Uid, gid, mode);
    }

    /// <summary>
    /// Brings mail back from a home in the staging directory to where it was. What was never taken, or is back already, is no
    /// failure.
    /// </summary>
    /// <returns>False where it is neither here nor there.</returns>
    /// <exception cref="VmmException">81, 84; the mail stays where it is.</exception>
    internal static bool Return(Folder staged, Entry entry)
    {
        var move = entry.Move;
        var (directory, name) = (Path.GetDirectoryName(move.Source)!, Path.GetFileName(move.Source));
        using var home = OpenHome(staged, entry);
        using var mailbox = home?.TryOpen(entry.Mailbox);
        if (home is null || mailbox is null)
        {
            // Whatever has its name there now was never taken.
            using var from = Folder.TryOpenPath(directory);
            return from?.FactsOf(name) is not null;
        }

        using var parent = Folder.TryOpenPath(directory)
            ?? throw Errors.FileSystem("find the directory", FileName.Show(directory), "somebody removed it");
        new TreeOwner((entry.Uid, home.Facts.Gid), (move.Uid, move.Gid), isOurs: null).Change(mailbox);
        // What turned out to be somebody else's was never given away.
        if (mailbox.Facts.Uid == entry.Uid || IsAsPlanned(mailbox.Facts, move))
        {
            mailbox.SetOwnerAndMode(move.Uid, move.Gid, move.Mode);
        }

        return home.TryMove(entry.Mailbox, parent, name);
    }

    private static void RequireAsPlanned(FileFacts? facts, MailMove move)
    {
        if (facts is { } found && !IsAsPlanned(found, move))
        {
            throw Errors.UnsafePath(
                FileName.Show(move.Source),
                found.IsDirectory
                    ? $"it belongs to {found.Uid}:{found.Gid} now, and to {move.Uid}:{move.Gid} when it was looked at"
                    : "it is not a directory any more");
        }
    }

    private static bool IsAsPlanned(FileFacts facts, MailMove move) =>
        facts.IsDirectory && facts.Uid == move.Uid && facts.Gid == move.Gid;

    internal static Folder? OpenHome(Folder staged, Entry entry) =>
        staged.TryOpen(entry.Uid.ToString(CultureInfo.InvariantCulture));

    private static string Name(string hex, Func<string, bool> isOne) =>
        FileName.Decode(Convert.FromHexString(hex)) is var name && isOne(name) ? name : throw new FormatException();
}
