using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// Directories that go after the commit. Each is checked and locked before it, and stays open until it is removed: there is no row
/// any more then, and 'vmm check' takes what is locked for work in progress.
/// </summary>
internal sealed class Removals
{
    private readonly List<(MailboxStep Step, FileFacts Facts)> planned = [];
    private readonly List<Folder> held = [];

    /// <summary>Of the directories.</summary>
    internal IEnumerable<string> Paths => planned.Select(r => r.Step.Path);

    /// <summary>Checks and locks a directory. Nothing is changed.</summary>
    /// <returns>False when there is no such directory.</returns>
    /// <exception cref="VmmException">36 or 49 wrong owner, 81 read-only or mounted, 84 links.</exception>
    internal bool Plan(MailboxStep step)
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
                "Nothing was deleted. Look who changed it, or leave out --delete-directory.");
        }

        if (step is RemoveDomain && domain is not null)
        {
            MailboxPaths.RequireOwnHomes(domain, path.Gid);
        }

        hash!.RequireWritable();
        // A subvolume of btrfs that is mounted nowhere can be moved itself; nothing can be moved out of it.
        var place = hash.Facts;
        if (found.Mount != place.Mount || (step is RemoveHome && !domain!.Facts.IsBeside(place)))
        {
            throw new VmmException(
                ErrorCode.FileSystem,
                $"'{step.Path}' and '{hash.Path}' are on different file systems",
                "Nothing was deleted. The directory of a domain, or a home, cannot be a file system of its own: leave out"
                + " --delete-directory, then delete what is in it by hand.");
        }

        target.Lock();
        planned.Add((step, found));
        return true;
    }

    /// <summary>Does the removals, after COMMIT. Each is tried; the first failure is reported.</summary>
    /// <exception cref="VmmException">80, naming what is left.</exception>
    internal void Run(CancellationToken ct)
    {
        VmmException? failure = null;
        foreach (var (step, facts) in planned)
        {
            try
            {
                Remove(step, facts, ct);
            }
            catch (VmmException e)
            {
                failure ??= e.Code == ErrorCode.DirectoryNotRemoved ? e : Errors.DirectoryNotRemoved(step.Path, e.Message);
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
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
        var found = hash.FactsOf(doomed);
        if (found is not { IsDirectory: true } || found.Value.Inode != expected.Inode || found.Value.Device != expected.Device)
        {
            hash.TryMove(doomed, parent, name);
            throw Errors.UnsafePath(step.Path, "it was exchanged while vmm was at work");
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

    /// <summary>Lets go of all directories.</summary>
    internal void Close() => held.ForEach(f => f.Dispose());
}
