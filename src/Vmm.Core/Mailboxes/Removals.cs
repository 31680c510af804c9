using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// Directories that go after the commit. Each is checked and locked before it, and stays open until it is removed: there is no row
/// any more then, and 'vmm check' takes what is locked for work in progress.
/// </summary>
internal sealed class Removals
{
    private const string Aside = "move what is in it aside by hand";

    private readonly List<(MailboxStep Step, FileFacts Facts, TrashDeposit? Deposit)> planned = [];
    private readonly List<Folder> held = [];

    /// <summary>Of the directories that are removed for good.</summary>
    internal IEnumerable<string> Paths => planned.Where(r => r.Deposit is null).Select(r => r.Step.Path);

    /// <summary>Of the directories that go into the trash, with their place there.</summary>
    internal IEnumerable<(string Path, string Target)> Discarded =>
        planned.Where(r => r.Deposit is not null).Select(r => (r.Step.Path, r.Deposit!.Entry.Join(Item(r.Step).Name)));

    /// <summary>Checks and locks a directory. Nothing is changed.</summary>
    /// <param name="step">What is removed.</param>
    /// <param name="deposit">Where it goes; null to remove it for good.</param>
    /// <returns>False when there is no such directory.</returns>
    /// <exception cref="VmmException">36 or 49 wrong owner, 81 read-only or mounted, 84 links.</exception>
    internal bool Plan(MailboxStep step, TrashDeposit? deposit)
    {
        var path = step.Domain;
        using var hash = MailboxPaths.OpenHash(path, create: false);
        using var domain = hash is null ? null : MailboxPaths.OpenDomain(hash, path);
        var target = step is RemoveHome home ? domain?.TryOpen(home.Uid.ToString()) : hash?.TryOpen(path.Gid.ToString());
        if (target is null)
        {
            return false;
        }

        held.Add(target);
        var found = target.Facts;
        if (step is RemoveHome h && (found.Uid != h.Uid || found.Gid != path.Gid))
        {
            throw new VmmException(
                ErrorCode.MaildirPermission,
                $"the home '{step.Path}' belongs to {found.Uid}:{found.Gid}, not to {h.Uid}:{path.Gid}",
                $"Nothing was deleted. Look who changed it, or {(deposit is null ? "leave out --delete-directory" : Aside)}.");
        }

        if (step is RemoveDomain && domain is not null)
        {
            MailboxPaths.RequireOwnHomes(domain, path.Gid);
        }

        hash!.RequireWritable();
        // A subvolume of btrfs that is mounted nowhere can be moved itself; nothing can be moved out of it.
        var place = hash.Facts;
        var from = step is RemoveHome ? domain!.Facts : place;
        if (found.Mount != place.Mount || !from.IsBeside(place) || (deposit is not null && !from.IsBeside(deposit.Entry.Facts)))
        {
            throw new VmmException(
                ErrorCode.FileSystem,
                $"'{step.Path}' and '{deposit?.Path ?? hash.Path}' are on different file systems",
                "Nothing was deleted. The directory of a domain, or a home, cannot be a file system of its own: "
                + $"{(deposit is null ? "leave out --delete-directory, then delete what is in it by hand" : Aside)}.");
        }

        target.Lock();
        // Each takes a file number, of which a process may have a thousand; more are known by their inodes alone.
        if (held.Count > MailStore.MostHeld)
        {
            target.Dispose();
        }

        planned.Add((step, found, deposit));
        deposit?.Expect(Item(step));
        return true;
    }

    private static TrashItem Item(MailboxStep step) =>
        step is RemoveHome home ? new TrashItem(false, home.Uid, step.Domain) : new TrashItem(true, step.Domain.Gid, step.Domain);

    /// <summary>Does the removals, after COMMIT. Each is tried; the first failure is reported.</summary>
    /// <exception cref="VmmException">80, naming what is left.</exception>
    internal void Run(CancellationToken ct)
    {
        VmmException? failure = null;
        foreach (var (step, facts, deposit) in planned)
        {
            try
            {
                if (deposit is null)
                {
                    Remove(step, facts, ct);
                }
                else
                {
                    Discard(step, facts, deposit);
                }
            }
            catch (VmmException e)
            {
                failure ??= deposit is not null ? Errors.NotInTrash(step.Path, e.Message)
                    : e.Code == ErrorCode.DirectoryNotRemoved ? e
                    : Errors.DirectoryNotRemoved(step.Path, e.Message);
            }
        }

        foreach (var group in planned.Where(p => p.Deposit is not null).GroupBy(p => p.Deposit!))
        {
            try
            {
                group.Key.Entry.SyncFileSystem();
            }
            catch (VmmException e)
            {
                failure ??= Errors.NotInTrashDurably(group.First().Step.Path, e.Message);
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <summary>Moves the directory into the trash, and makes sure that it is the expected one.</summary>
    /// <exception cref="VmmException">81, 84; it stays, and its list with it, for 'vmm check --repair'.</exception>
    private static void Discard(MailboxStep step, FileFacts expected, TrashDeposit deposit)
    {
        var item = Item(step);
        TrashFolder.PutIn(deposit.Entry, item, entry => RequireSame(entry, item.Name, expected, step.Path));
    }

    /// <summary>Moves the directory out of its name, makes sure that it is the expected one, and removes it.</summary>
    /// <exception cref="VmmException">80 it is partly removed, under another name; 81, 84.</exception>
    internal static void Remove(MailboxStep step, FileFacts expected, CancellationToken ct)
    {
        var path = step.Domain;
        var name = System.IO.Path.GetFileName(step.Path);
        using var hash = MailboxPaths.OpenHash(path, create: false);
        using var domain = hash is null || step is RemoveDomain ? null : MailboxPaths.OpenDomain(hash, path);
        var parent = step is RemoveDomain ? hash : domain;
        var doomed = MailStore.TemporaryName(MailStore.RemovalPrefix, name);
        if (hash is null || parent is null || !parent.TryMove(name, hash, doomed))
        {
            // Gone: with its domain, or by hand.
            return;
        }

        // Looked at where nobody can exchange it any more; users may write to the directory that it comes from.
        try
        {
            RequireSame(hash, doomed, expected, step.Path);
        }
        catch
        {
            hash.TryMove(doomed, parent, name);
            throw;
        }

        try
        {
            TreeRemoval.Run(hash, doomed, ct);
        }
        catch (VmmException e)
        {
            throw Errors.RemovalNotFinished(hash.Join(doomed), e);
        }

        try
        {
            hash.SyncFileSystem();
        }
        catch (VmmException e)
        {
            throw Errors.RemovalNotDurable(step.Path, e.Message);
        }
    }

    private static void RequireSame(Folder folder, string name, FileFacts expected, string path)
    {
        var found = folder.FactsOf(name);
        if (found is not { IsDirectory: true } || found.Value.Inode != expected.Inode || found.Value.Device != expected.Device)
        {
            throw Errors.UnsafePath(path, "it was exchanged while vmm was at work");
        }
    }

    /// <summary>Lets go of all directories.</summary>
    internal void Close() => held.ForEach(f => f.Dispose());
}
