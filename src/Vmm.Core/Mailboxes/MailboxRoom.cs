using System.Security.Cryptography;

namespace Vmm;

/// <summary>
/// The only code that changes mail directories. The crash rule: make before commit, unmake after commit. A crash leaves at most a directory
/// without a row, never a row without its directory. What is made appears under its name complete and durable, by one rename; what is
/// removed leaves its name first, by one rename.
/// </summary>
public sealed class MailboxRoom
{
    /// <summary>Begins the name of a directory in a hash directory that is not finished yet.</summary>
    internal const string StagingPrefix = ".vmm-new-";

    /// <summary>Begins the name of a directory in a hash directory that is being removed.</summary>
    internal const string RemovalPrefix = ".vmm-del-";

    /// <summary>A hash directory: others may pass through, only root may look.</summary>
    internal const UnixFileMode HashMode = (UnixFileMode)0b111_101_001;

    private const UnixFileMode Private = (UnixFileMode)0b111_000_000;
    private const UnixFileMode PrivateFile = (UnixFileMode)0b110_000_000;

    private readonly List<MailboxStep> made = [];
    private readonly List<(MailboxStep Step, ulong Inode)> removals = [];

    /// <summary>Makes a domain's directory now.</summary>
    /// <exception cref="VmmException">56, 81 or 84; nothing is left behind.</exception>
    public void Make(MakeDomain step)
    {
        using var hash = OpenHash(step.Domain, create: true)!;
        using (Publish(hash, step.Domain.Gid.ToString(), hash, staged => staged.Own(0, step.Domain.Gid, step.Mode), () => made.Add(step)))
        {
            hash.Sync();
        }
    }

    /// <summary>Makes a home with its mailbox now; a missing domain directory is made with it.</summary>
    /// <exception cref="VmmException">56, 81 or 84; nothing is left behind.</exception>
    public void Make(MakeHome step)
    {
        using var hash = OpenHash(step.Domain, create: true)!;
        if (hash.FactsOf(step.Domain.Gid.ToString()) is null)
        {
            Make(new MakeDomain(step.Domain, step.DomainMode));
        }

        using var domain = OpenDomain(hash, step.Domain)!;
        using (Publish(hash, step.Uid.ToString(), domain, staged => Fill(staged, step), () => made.Add(step)))
        {
            domain.Sync();
            hash.Sync();
        }
    }

    /// <summary>Checks now, and removes after the commit.</summary>
    /// <returns>False when there is no such directory.</returns>
    /// <exception cref="VmmException">36 or 49 wrong owner, 84 links; nothing was changed.</exception>
    public bool RemoveAfterCommit(MailboxStep step)
    {
        var path = DomainOf(step);
        using var hash = OpenHash(path, create: false);
        using var domain = hash is null ? null : OpenDomain(hash, path);
        using var target = step is RemoveHome home ? domain?.TryOpen(home.Uid.ToString()) : null;
        var facts = step is RemoveHome ? target?.Facts : domain?.Facts;
        if (facts is not { } found)
        {
            return false;
        }

        if (step is RemoveHome h && (found.Uid != h.Uid || found.Gid != path.Gid))
        {
            throw new VmmException(
                ErrorCode.MaildirPermission,
                $"the home '{step.Path}' belongs to {found.Uid}:{found.Gid}, not to {h.Uid}:{path.Gid}",
                "Nothing was deleted. Look who changed it, or leave out --delete-directory.");
        }

        removals.Add((step, found.Inode));
        return true;
    }

    /// <summary>Takes back what was made. Only before COMMIT was sent: afterwards the rows may be there.</summary>
    public void Undo()
    {
        foreach (var step in Enumerable.Reverse(made))
        {
            try
            {
                Remove(step, null);
            }
            catch (VmmException)
            {
                // The first error is the one to report; what stays is a directory without a row, which 'vmm check' lists.
            }
        }

        made.Clear();
    }

    /// <summary>Does the removals, after COMMIT. Each is tried; the first failure is reported.</summary>
    /// <exception cref="VmmException">80, naming what is left.</exception>
    public void Finish()
    {
        VmmException? failure = null;
        foreach (var (step, inode) in removals)
        {
            try
            {
                Remove(step, inode);
            }
            catch (VmmException e)
            {
                failure ??= Errors.DirectoryNotRemoved(step.Path, e.Message);
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    private static DomainPath DomainOf(MailboxStep step) => step switch
    {
        MakeDomain s => s.Domain,
        MakeHome s => s.Domain,
        RemoveHome s => s.Domain,
        RemoveDomain s => s.Domain,
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private static Folder? OpenHash(DomainPath path, bool create)
    {
        using var root = Folder.OpenBase(path.Base);
        var hash = root.TryOpen(path.Hash);
        if (hash is null && create)
        {
            hash = root.Make(path.Hash, 0, 0, HashMode);
            root.Sync();
        }

        return hash is null ? null
            : hash.Facts.Uid == 0 ? hash
            : throw Errors.UnsafePath(hash.Path, $"it belongs to uid {hash.Facts.Uid}, not to root");
    }

    private static Folder? OpenDomain(Folder hash, DomainPath path)
    {
        var domain = hash.TryOpen(path.Gid.ToString());
        return domain is null || (domain.Facts.Uid == 0 && domain.Facts.Gid == path.Gid) ? domain : throw new VmmException(
            ErrorCode.DomainDirectoryGroup,
            $"the domain directory '{domain.Path}' belongs to {domain.Facts.Uid}:{domain.Facts.Gid}, not to 0:{path.Gid}",
            $"Nothing was changed. When this is the right directory: chown 0:{path.Gid} {domain.Path}");
    }

    /// <summary>
    /// Builds a directory in the hash directory, where nobody but root can reach it, and gives it its name when it is complete.
    /// </summary>
    private static Folder Publish(Folder hash, string name, Folder parent, Action<Folder> fill, Action published)
    {
        var staging = $"{StagingPrefix}{name}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var staged = hash.Make(staging, 0, 0, Private);
        try
        {
            fill(staged);
            staged.Sync();
            hash.Move(staging, parent, name);
            published();
            return staged;
        }
        catch
        {
            staged.Dispose();
            Discard(hash, staging);
            throw;
        }
    }

    private static void Discard(Folder hash, string name)
    {
        try
        {
            hash.RemoveTree(name);
        }
        catch (VmmException)
        {
            // The error that led here is the one to report; 'vmm check' lists what stays.
        }
    }

    private static void Fill(Folder home, MakeHome step)
    {
        var gid = step.Domain.Gid;
        using (var mailbox = home.Make(step.Layout.Root, step.Uid, gid, step.Mode))
        {
            FillMaildir(mailbox, step);
            foreach (var name in step.Layout.Folders)
            {
                using var folder = mailbox.Make("." + name, step.Uid, gid, step.Mode);
                FillMaildir(folder, step);
                folder.Write("maildirfolder", [], step.Uid, gid, PrivateFile);
                folder.Sync();
            }

            if (step.Layout.Subscribe && step.Layout.Folders.Count > 0)
            {
                mailbox.Write("subscriptions", step.Layout.Subscriptions, step.Uid, gid, PrivateFile);
            }

            mailbox.Sync();
        }

        home.Own(step.Uid, gid, step.Mode);
    }

    private static void FillMaildir(Folder maildir, MakeHome step)
    {
        foreach (var name in (string[])["cur", "new", "tmp"])
        {
            using var made = maildir.Make(name, step.Uid, step.Domain.Gid, step.Mode);
            made.Sync();
        }
    }

    private static void Remove(MailboxStep step, ulong? inode)
    {
        var path = DomainOf(step);
        using var hash = OpenHash(path, create: false);
        using var domain = hash is null || step is MakeDomain or RemoveDomain ? null : OpenDomain(hash, path);
        var parent = step is MakeDomain or RemoveDomain ? hash : domain;
        var name = step is MakeHome or RemoveHome ? System.IO.Path.GetFileName(step.Path) : path.Gid.ToString();
        if (hash is null || parent?.FactsOf(name) is not { } found)
        {
            return;
        }

        if (inode is not null && found.Inode != inode)
        {
            throw Errors.UnsafePath(step.Path, "it was exchanged while vmm was at work");
        }

        var doomed = $"{RemovalPrefix}{name}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        parent.Move(name, hash, doomed);
        parent.Sync();
        hash.RemoveTree(doomed);
        hash.Sync();
    }
}
