using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <content>What changes a directory and what is in it.</content>
internal sealed partial class Folder
{
    private const int LinesAtOnce = 500;

    /// <summary>A file that does not exist yet, wherever its name may lead.</summary>
    private static int NewFile => Posix.Create | Posix.Exclusive | Posix.NoFollow | Posix.CloseOnExec;

    /// <summary>Opens a subdirectory, and makes it where it is not there.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal Folder OpenOrMake(string name, UnixFileMode mode)
    {
        if (TryOpen(name) is { } there)
        {
            return there;
        }

        try
        {
            return Make(name, mode);
        }
        catch (VmmException) when (FactsOf(name) is not null)
        {
            // Somebody else was quicker.
            return TryOpen(name)!;
        }
    }

    /// <summary>
    /// Makes a subdirectory of root's with exactly this mode, whatever the umask. It has the mode from the beginning where the
    /// umask allows it: a hash directory that a crash leaves stays, and accounts must be able to pass through.
    /// </summary>
    /// <exception cref="VmmException">81; there is no such directory then.</exception>
    internal Folder Make(string name, UnixFileMode mode)
    {
        if (Posix.mkdirat(handle, name, (uint)mode) != 0)
        {
            throw Failed("make the directory", Join(name));
        }

        try
        {
            return OpenMade(name, mode);
        }
        catch
        {
            Posix.unlinkat(handle, name, Posix.RemoveDirectory);
            throw;
        }
    }

    private Folder OpenMade(string name, UnixFileMode mode)
    {
        var child = TryOpen(name)
            ?? throw Errors.FileSystem("open", FileName.Show(Join(name)), "somebody removed it while vmm was at work");
        try
        {
            child.SetOwnerAndMode(0, 0, mode);
            return child;
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes a directory by its path from here, where nobody but root can come, with exactly this owner and mode, and does not open
    /// it.
    /// </summary>
    internal void MakeOwned(string path, long uid, long gid, UnixFileMode mode)
    {
        if (Posix.mkdirat(handle, path, (uint)mode) != 0
            || Posix.fchownat(handle, path, (uint)uid, (uint)gid, Posix.SymlinkNoFollow) != 0
            || ((mode & Posix.Umask) != 0 && Posix.fchmodat(handle, path, (uint)mode, 0) != 0))
        {
            throw Failed("make the directory", Join(path), uid, gid);
        }
    }

    /// <summary>Makes a file of root's that appears under its name complete and durable.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal void WriteWhole(string name, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var temporary = name + ".new";
        Write(temporary, content, 0, 0, mode, durable: true);
        TryMove(temporary, this, name);
    }

    /// <summary>Makes a file that was not there.</summary>
    internal void Write(string name, ReadOnlySpan<byte> content, long uid, long gid, UnixFileMode mode, bool durable = false)
    {
        using var file = Create(name, uid, gid, mode);
        if (!Posix.WriteAll(file, content) || (durable && Posix.fsync(file) != 0))
        {
            throw Failed("write", Join(name), uid, gid);
        }
    }

    private SafeFileHandle Create(string name, long uid, long gid, UnixFileMode mode)
    {
        var file = Posix.openat(handle, name, Posix.WriteOnly | NewFile, 0);
        return !file.IsInvalid && Posix.fchown(file, (uint)uid, (uint)gid) == 0 && Posix.fchmod(file, (uint)mode) == 0 ? file
            : throw Failed("write", Join(name), uid, gid);
    }

    /// <summary>
    /// Writes lines into a file of root's, which is complete and durable when it has its name; one that is there, also one that a
    /// crash left unfinished, goes.
    /// </summary>
    /// <exception cref="VmmException">81.</exception>
    internal void WriteLines(string name, IEnumerable<string> lines, UnixFileMode mode)
    {
        var temporary = name + ".new";
        TryUnlink(name);
        TryUnlink(temporary);
        using (var file = Create(temporary, 0, 0, mode))
        {
            foreach (var piece in lines.Chunk(LinesAtOnce))
            {
                if (!Posix.WriteAll(file, Encoding.UTF8.GetBytes(string.Concat(piece.Select(l => l + "\n")))))
                {
                    throw Failed("write", Join(temporary));
                }
            }

            if (Posix.fsync(file) != 0)
            {
                throw Failed("write", Join(temporary));
            }
        }

        TryMove(temporary, this, name);
    }

    /// <summary>Sets owner and mode; the mode last, since a change of owner clears bits.</summary>
    internal void SetOwnerAndMode(long uid, long gid, UnixFileMode mode)
    {
        if (Posix.fchown(handle, (uint)uid, (uint)gid) != 0 || Posix.fchmod(handle, (uint)mode) != 0)
        {
            throw Failed("set owner and mode of", Path, uid, gid);
        }
    }

    /// <summary>Refuses a directory of a file system that is mounted read-only, before anything depends on it.</summary>
    internal void RequireWritable()
    {
        if (Posix.faccessat(handle, ".", Posix.WriteAccess, 0) != 0)
        {
            throw Failed("change the directory", Path);
        }
    }

    /// <summary>Moves an entry to another directory of the same file system; an existing target is refused.</summary>
    /// <returns>False when there is no such entry.</returns>
    internal bool TryMove(string name, Folder target, string newName)
    {
        if (Posix.renameat2(handle, name, target.handle, newName, Posix.NoReplace) == 0)
        {
            return true;
        }

        // Another call may follow before it is told.
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            Posix.NoEntry when FactsOf(name) is null => false,
            Posix.Invalid => MovePlainly(name, target, newName),
            Posix.OtherFileSystem => throw new VmmException(
                ErrorCode.FileSystem,
                $"'{FileName.Show(target.Path)}' and '{FileName.Show(Path)}' are on different file systems",
                "A mailbox is made and removed beside the directory of its domain, which therefore cannot be a file system of"
                + " its own. Mount that at the base directory, or at a directory above it. Nothing was changed."),
            _ => throw Failed($"move '{FileName.Show(Join(name))}' to", target.Join(newName), error),
        };
    }

    /// <summary>
    /// For file systems that cannot refuse an existing target by themselves (NFS). Between the look and the move only an empty
    /// directory could be replaced: rename(2) refuses a directory with something in it, and a file or link where a directory is
    /// moved.
    /// </summary>
    internal bool MovePlainly(string name, Folder target, string newName)
    {
        if (target.FactsOf(newName) is not null)
        {
            throw Errors.FileSystem(
                $"move '{FileName.Show(Join(name))}' to", FileName.Show(target.Join(newName)), Posix.Reason(Posix.Exists));
        }

        return Posix.renameat(handle, name, target.handle, newName) == 0
            ? true
            : throw Failed($"move '{FileName.Show(Join(name))}' to", target.Join(newName));
    }

    /// <summary>
    /// Makes everything on this file system durable, also what is not ours: one flush in place of one for each directory.
    /// </summary>
    internal void SyncFileSystem()
    {
        if (Posix.syncfs(handle) != 0)
        {
            throw Failed("sync", Path);
        }
    }

    /// <summary>Removes a file or link itself.</summary>
    /// <returns>False when it is a directory.</returns>
    internal bool TryUnlink(string name)
    {
        if (Posix.unlinkat(handle, name, 0) == 0)
        {
            return true;
        }

        // Another call may follow before it is told.
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            Posix.NoEntry => true,
            Posix.IsDirectory => false,
            Posix.NotPermitted when FactsOf(name) is { IsDirectory: true } => false,
            _ => throw Failed("remove", Join(name), error),
        };
    }

    /// <summary>Removes a subdirectory.</summary>
    /// <returns>False when it is not empty.</returns>
    internal bool TryRemoveDirectory(string name) =>
        Posix.unlinkat(handle, name, Posix.RemoveDirectory) == 0 || Marshal.GetLastPInvokeError() switch
        {
            Posix.NoEntry => true,
            Posix.NotEmpty or Posix.Exists => false,
            _ => throw Failed("remove the directory", Join(name)),
        };
}
