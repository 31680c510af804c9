using System.Globalization;
using System.Text;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// A home that moves into the directory of another domain, by one rename. A list that names both places is durable before it, in a
/// staging directory that stays until the rows are committed: whatever happens in between, <see cref="Place"/> brings the home to
/// where its row says.
/// </summary>
internal sealed class HomeTransfer : IDisposable
{
    /// <summary>Name of the list: on each line the uid, both gids, and the directories of both domains in hexadecimal.</summary>
    internal const string ListName = "moves";

    private const UnixFileMode AllBits = (UnixFileMode)0xfff;

    private readonly string name;
    private readonly Folder hash;
    private readonly Folder home;
    private readonly Folder staged;
    private bool isBegun;

    /// <summary>Looks at both places, and writes the list.</summary>
    /// <exception cref="VmmException">36, 49, 81, 84; nothing was changed.</exception>
    internal HomeTransfer(MoveHome step)
    {
        Step = step;
        name = MailStore.TemporaryName(MailStore.StagingPrefix, step.Domain.Gid.ToString());
        try
        {
            hash = Found(MailboxPaths.OpenHash(step.Domain, create: false), step.Path);
            home = OpenHome(step);
            home.Lock();
            staged = hash.Make(name, MailStore.Private);
            staged.Lock();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What is done.</summary>
    internal MoveHome Step { get; }

    /// <summary>The file systems of the list and of the mail, and what makes them durable.</summary>
    internal IEnumerable<(ulong Device, Action Sync)> Devices =>
        [(staged.Facts.Device, staged.SyncFileSystem), (home.Facts.Device, home.SyncFileSystem)];

    private static string Id(long uid) => uid.ToString(CultureInfo.InvariantCulture);

    private Folder OpenHome(MoveHome step)
    {
        using var target = Found(MailboxPaths.OpenDomain(hash, step.Domain), step.Domain.ToString());
        using var oldHash = MailboxPaths.OpenHash(step.From, create: false);
        using var source = oldHash is null ? null : MailboxPaths.OpenDomain(oldHash, step.From);
        var found = source?.TryOpen(Id(step.Uid)) ?? throw RenameErrors.NoHome(step.Source);
        var facts = found.Facts;
        var refusal = facts.Uid != step.Uid || facts.Gid != step.From.Gid
            ? RenameErrors.ForeignHome(step.Source, $"{facts.Uid}:{facts.Gid}", $"{step.Uid}:{step.From.Gid}")
            : !facts.IsBeside(target.Facts)
            ? RenameErrors.OtherFileSystem(step.Source, step.Domain.ToString())
            : target.FactsOf(Id(step.Uid)) is not null
            ? Errors.FileSystem($"move '{step.Source}' to", step.Path, Posix.Reason(Posix.Exists))
            : null;
        if (refusal is not null)
        {
            found.Dispose();
            throw refusal;
        }

        return found;
    }

    private static Folder Found(Folder? folder, string path) =>
        folder ?? throw Errors.FileSystem("find the directory", path, "somebody removed it");

    /// <summary>Writes the list, which is to be durable before <see cref="Run"/>.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal void Announce()
    {
        var entry = new Entry(Step.Uid, Step.From, Step.Domain);
        StagedHomes.WriteList(staged, ListName, Encoding.ASCII.GetBytes(entry.Text));
    }

    /// <summary>
    /// Moves the home. All that is in it gets the new group before, which takes long but does not keep its user from the mail;
    /// after it only what was delivered meanwhile.
    /// </summary>
    /// <exception cref="VmmException">81, 84.</exception>
    internal void Run()
    {
        isBegun = true;
        var facts = home.Facts;
        new TreeOwner((Step.Uid, Step.From.Gid), (Step.Uid, Step.Domain.Gid), isOurs: null).Change(home);
        using var oldHash = MailboxPaths.OpenHash(Step.From, create: false);
        using var source = oldHash is null ? null : MailboxPaths.OpenDomain(oldHash, Step.From);
        using var target = MailboxPaths.OpenDomain(hash, Step.Domain);
        if (source is null || target is null || !source.TryMove(Id(Step.Uid), target, Id(Step.Uid)))
        {
            throw Errors.FileSystem("find the directory", Step.Source, "somebody removed it while vmm was at work");
        }

        // Where accounts may write to the directory of their domain, it can be another one than the one that was looked at.
        using var moved = target.TryOpen(Id(Step.Uid));
        if (moved is null || moved.Facts.Inode != facts.Inode)
        {
            throw Errors.UnsafePath(Step.Source, "it was exchanged while vmm was at work");
        }

        Give(moved, Step.Uid, Step.From.Gid, Step.Domain.Gid);
    }

    /// <summary>Brings the home back.</summary>
    /// <exception cref="VmmException">81, 84; the list stays for 'vmm check --repair'.</exception>
    internal void Undo()
    {
        if (isBegun)
        {
            Place(new Entry(Step.Uid, Step.From, Step.Domain), isMoved: false);
        }

        Finish();
    }

    /// <summary>After the commit: the list has done its work.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal void Finish() => StagedHomes.Remove(hash, staged, name, CancellationToken.None);

    /// <summary>Brings a home to one of its two places, from wherever it is. May be done again after it was stopped.</summary>
    /// <returns>False where it is in neither.</returns>
    /// <exception cref="VmmException">36, 81, 84.</exception>
    internal static bool Place(Entry entry, bool isMoved)
    {
        var (wanted, other) = isMoved ? (entry.To, entry.From) : (entry.From, entry.To);
        using var wantedHash = MailboxPaths.OpenHash(wanted, create: false);
        using var wantedDomain = wantedHash is null ? null : MailboxPaths.OpenDomain(wantedHash, wanted);
        using var otherHash = MailboxPaths.OpenHash(other, create: false);
        using var otherDomain = otherHash is null ? null : MailboxPaths.OpenDomain(otherHash, other);
        var id = Id(entry.Uid);
        if (otherDomain?.FactsOf(id) is not null)
        {
            if (wantedDomain is null)
            {
                throw Errors.FileSystem("find the directory", wanted.ToString(), "somebody removed it");
            }

            if (wantedDomain.FactsOf(id) is not null)
            {
                throw new VmmException(
                    ErrorCode.FileSystem,
                    $"'{other}/{id}' and '{wanted}/{id}' are homes of the same account",
                    $"Move the mail of '{other}/{id}' into the other one and remove it; then run 'vmm check --repair'.");
            }

            otherDomain.TryMove(id, wantedDomain, id);
        }

        using var found = wantedDomain?.TryOpen(id);
        if (found is null)
        {
            return false;
        }

        Give(found, entry.Uid, other.Gid, wanted.Gid);
        found.SyncFileSystem();
        return true;
    }

    private static void Give(Folder folder, long uid, long from, long to)
    {
        new TreeOwner((uid, from), (uid, to), isOurs: null).Change(folder);
        if (folder.Facts is var facts && facts.Uid == uid && facts.Gid == from)
        {
            folder.SetOwnerAndMode(uid, to, facts.Mode & AllBits);
        }
    }

    /// <summary>The list in a staging directory; nothing where there is none.</summary>
    /// <exception cref="VmmException">81, also for a list that is none.</exception>
    internal static IReadOnlyList<Entry> Read(Folder staged) => StagedHomes.ReadList(staged, ListName, Entry.Parse);

    /// <inheritdoc/>
    public void Dispose()
    {
        staged?.Dispose();
        home?.Dispose();
        hash?.Dispose();
    }

    /// <summary>A line of the list.</summary>
    internal sealed record Entry(long Uid, DomainPath From, DomainPath To)
    {
        /// <summary>The line with its end.</summary>
        internal string Text => $"{Uid} {From.Gid} {To.Gid} {Hex(From)} {Hex(To)}\n";

        private static string Hex(DomainPath path) => Convert.ToHexString(FileName.Encode(path.ToString()));

        /// <exception cref="FormatException">It is none.</exception>
        internal static Entry Parse(string line) => line.Split(' ') is
            [var uid, var from, var to, var source, var target]
            ? new Entry(StagedHomes.Number(uid), PathOf(source, from), PathOf(target, to))
            : throw new FormatException();

        private static DomainPath PathOf(string hex, string gid) =>
            DomainPath.TryParse(FileName.Decode(Convert.FromHexString(hex)), StagedHomes.Number(gid))
            ?? throw new FormatException();
    }
}
