using System.Globalization;

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

    private readonly List<(MailboxStep Step, FileFacts Facts)> made = [];
    private readonly List<(MailboxStep Step, FileFacts Facts)> removals = [];

    /// <summary>Makes a domain's directory now.</summary>
    /// <exception cref="VmmException">56, 81 or 84; nothing is left behind.</exception>
    public void Make(MakeDomain step)
    {
        using var hash = OpenHash(step.Domain, create: true)!;
        Publish(step, hash, hash, step.Domain.Gid, staged => staged.Own(0, step.Domain.Gid, step.Mode));
    }

    /// <summary>Makes a home with its mailbox now; a missing domain directory is made with it.</summary>
    /// <exception cref="VmmException">36, 56, 81 or 84; nothing is left behind.</exception>
    public void Make(MakeHome step)
    {
        using var hash = OpenHash(step.Domain, create: true)!;
        if (hash.FactsOf(step.Domain.Gid.ToString()) is null)
        {
            try
            {
                Make(new MakeDomain(step.Domain, step.DomainMode));
            }
            catch (VmmException) when (hash.FactsOf(step.Domain.Gid.ToString()) is not null)
            {
                // Somebody else who adds an account to the domain was quicker.
            }
        }

        using var domain = OpenDomain(hash, step.Domain)!;
        Publish(step, hash, domain, step.Uid, staged => MaildirLayout.Fill(staged, step));
    }

    /// <summary>Makes durable what was made: the last thing before the commit. One flush for all of it (25 directories one by one take ten times longer).</summary>
    /// <exception cref="VmmException">81.</exception>
    public void Sync()
    {
        var devices = new HashSet<ulong>();
        foreach (var (step, facts) in made)
        {
            using var hash = devices.Add(facts.Device) ? OpenHash(DomainOf(step), create: false) : null;
            hash?.SyncFileSystem();
        }
    }

    /// <summary>Checks now, and removes after the commit.</summary>
    /// <returns>False when there is no such directory.</returns>
    /// <exception cref="VmmException">36 or 49 wrong owner, 81 read-only, 84 links; nothing was changed.</exception>
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

        if (step is RemoveDomain && domain is not null)
        {
            RequireOwnHomes(domain, path.Gid);
        }

        hash!.RequireWritable();
        removals.Add((step, found));
        return true;
    }

    /// <summary>Takes back what was made. Only before COMMIT was sent: afterwards the rows may be there.</summary>
    public void Undo()
    {
        foreach (var (step, facts) in Enumerable.Reverse(made))
        {
            try
            {
                if (step is MakeDomain)
                {
                    // Only if it is empty: others may have put homes into a directory that was missing and that we made anew.
                    using var hash = OpenHash(DomainOf(step), create: false);
                    hash?.TryRemoveDirectory(DomainOf(step).Gid.ToString());
                }
                else
                {
                    Remove(step, facts, CancellationToken.None);
                }
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
    public void Finish(CancellationToken ct)
    {
        VmmException? failure = null;
        foreach (var (step, facts) in removals)
        {
            try
            {
                Remove(step, facts, ct);
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
        var hash = root.TryOpen(path.Hash) ?? (create ? MakeHash(root, path.Hash) : null);
        if (hash?.Facts is { } facts)
        {
            // Homes are built and taken down here, so nobody else may change what is in it.
            var reason = facts.Uid != 0 ? $"it belongs to uid {facts.Uid}, not to root"
                : (facts.Mode & UnixFileMode.OtherWrite) != 0 ? "everybody may write to it"
                : null;
            return reason is null ? hash : throw Errors.UnsafePath(hash.Path, reason);
        }

        return null;
    }

    private static Folder? MakeHash(Folder root, string name)
    {
        try
        {
            return root.Make(name, 0, 0, HashMode);
        }
        catch (VmmException) when (root.FactsOf(name) is not null)
        {
            // Somebody else who adds a domain was quicker.
            return root.TryOpen(name);
        }
    }

    private static Folder? OpenDomain(Folder hash, DomainPath path)
    {
        var domain = hash.TryOpen(path.Gid.ToString());
        return domain is null || (domain.Facts.Uid == 0 && domain.Facts.Gid == path.Gid) ? domain : throw new VmmException(
            ErrorCode.DomainDirectoryGroup,
            $"the domain directory '{domain.Path}' belongs to {domain.Facts.Uid}:{domain.Facts.Gid}, not to 0:{path.Gid}",
            $"Nothing was changed. When this is the right directory: chown 0:{path.Gid} {domain.Path}");
    }

    /// <summary>A link, or what belongs to somebody else, is put there by somebody who had a reason; the mail behind it would be forgotten.</summary>
    private static void RequireOwnHomes(Folder domain, long gid)
    {
        foreach (var name in domain.ReadNames())
        {
            if (domain.FactsOf(name) is { } facts)
            {
                var path = FileName.Show(domain.Join(name));
                var owner = long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var uid) ? uid : facts.Uid;
                _ = facts.IsLink ? throw Errors.UnsafePath(path, "it is a symbolic link")
                    : facts.Gid != gid || facts.Uid != owner ? throw Errors.UnsafePath(path, $"it belongs to {facts.Uid}:{facts.Gid}, not to {owner}:{gid}")
                    : facts;
            }
        }
    }

    /// <summary>
    /// Builds a directory in the hash directory, where nobody but root can reach it, and gives it its name when it is complete.
    /// </summary>
    private void Publish(MailboxStep step, Folder hash, Folder parent, long id, Action<Folder> fill)
    {
        var staging = TemporaryName(StagingPrefix, id.ToString());
        using var staged = hash.Make(staging, 0, 0, Private);
        try
        {
            staged.Lock();
            fill(staged);
            if (!hash.TryMove(staging, parent, id.ToString()))
            {
                throw Errors.FileSystem("find the directory", staged.Path, "somebody removed it while vmm was at work");
            }

            made.Add((step, staged.Facts));
        }
        catch
        {
            Discard(hash, staging);
            throw;
        }
    }

    /// <summary>Not to be guessed is not needed here, only to be free: no start of a cryptographic library for it.</summary>
    private static string TemporaryName(string prefix, string name) => $"{prefix}{name}-{Guid.NewGuid().ToString("N")[..12]}";

    private static void Discard(Folder hash, string name)
    {
        try
        {
            TreeRemoval.Run(hash, name, CancellationToken.None);
        }
        catch (VmmException)
        {
            // The error that led here is the one to report; 'vmm check' lists what stays.
        }
    }

    private static void Remove(MailboxStep step, FileFacts expected, CancellationToken ct)
    {
        var path = DomainOf(step);
        var name = System.IO.Path.GetFileName(step.Path);
        using var hash = OpenHash(path, create: false);
        using var domain = hash is null || step is RemoveDomain ? null : OpenDomain(hash, path);
        var parent = step is RemoveDomain ? hash : domain;
        var doomed = TemporaryName(RemovalPrefix, name);
        if (hash is null || parent is null || !parent.TryMove(name, hash, doomed))
        {
            // Gone: with its domain, or by hand.
            return;
        }

        // Looked at where nobody can exchange it any more; users may write to the directory that it comes from.
        if (hash.FactsOf(doomed) is not { IsDirectory: true } found || found.Inode != expected.Inode || found.Device != expected.Device)
        {
            hash.TryMove(doomed, parent, name);
            throw Errors.UnsafePath(step.Path, "it was exchanged while vmm was at work");
        }

        TreeRemoval.Run(hash, doomed, ct);
        hash.SyncFileSystem();
    }
}
