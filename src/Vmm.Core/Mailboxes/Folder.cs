using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vmm.Core.Unix;
using Vmm.Data;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// An open directory below the base. Everything is reached by name from an open parent and no link is followed, so that nobody can swap a
/// directory under vmm's hands. NpgsqlErrors are <see cref="ErrorCode.FileSystem"/> or <see cref="ErrorCode.UnsafePath"/>.
/// </summary>
internal sealed partial class Folder : IDisposable
{
    private const int ReadSize = 64 * 1024;
    private const int LockTries = 100;
    private readonly SafeFileHandle handle;

    private Folder(SafeFileHandle handle, string path)
    {
        this.handle = handle;
        Path = path;
    }

    /// <summary>For messages.</summary>
    internal string Path { get; }

    internal FileFacts Facts => Posix.Facts(handle) ?? throw Failed("look at", Path);

    /// <summary>Opens the base directory; a missing one may be a disk that is not mounted, so it is not made.</summary>
    internal static Folder OpenBase(string path)
    {
        var handle = Posix.open(path, Posix.Directory | Posix.NoFollow | Posix.CloseOnExec, 0);
        if (handle.IsInvalid)
        {
            var reason = Posix.Reason(Marshal.GetLastPInvokeError());
            throw new FileInfo(path).LinkTarget is { } target
                ? new VmmException(
                    ErrorCode.NoSuchDirectory,
                    $"the base directory '{path}' is a symbolic link",
                    $"Links to mail are not followed. Make it a directory, and mount the other one there with 'mount --bind {FileName.Quote(target)} {FileName.Quote(path)}'.")
                : new VmmException(
                    ErrorCode.NoSuchDirectory,
                    $"the base directory '{path}' cannot be opened: {reason}",
                    $"Is the disk mounted? Otherwise make it with 'install -d -m 0771 {FileName.Quote(path)}'.");
        }

        var folder = new Folder(handle, path);
        return folder.Facts.Uid == 0 ? folder : throw Errors.UnsafePath(path, $"it belongs to uid {folder.Facts.Uid}, not to root");
    }

    /// <summary>Opens a subdirectory, or gives null where nothing has that name.</summary>
    internal Folder? TryOpen(string name)
    {
        var child = Posix.openat(handle, name, Posix.Directory | Posix.NoFollow | Posix.CloseOnExec, 0);
        if (!child.IsInvalid)
        {
            return new Folder(child, Join(name));
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Posix.NoEntry => null,
            Posix.NotDirectory or Posix.TooManyLinks => throw Errors.UnsafePath(FileName.Show(Join(name)), "it is not a directory, or a symbolic link"),
            _ => throw Failed("open", Join(name)),
        };
    }

    /// <summary>Makes a subdirectory with exactly this owner and mode, whatever the umask.</summary>
    internal Folder Make(string name, long uid, long gid, UnixFileMode mode)
    {
        if (Posix.mkdirat(handle, name, 0) != 0)
        {
            throw Failed("make the directory", Join(name));
        }

        var child = TryOpen(name) ?? throw Failed("open", Join(name));
        child.Own(uid, gid, mode);
        return child;
    }

    /// <summary>
    /// Makes a directory by its path from here, where nobody but root can come, with exactly this owner and mode, and does not open it.
    /// </summary>
    internal void MakeOwned(string path, long uid, long gid, UnixFileMode mode)
    {
        if (Posix.mkdirat(handle, path, (uint)mode) != 0
            || Posix.fchownat(handle, path, (uint)uid, (uint)gid, Posix.SymlinkNoFollow) != 0
            || ((mode & Posix.Umask) != 0 && Posix.fchmodat(handle, path, (uint)mode, 0) != 0))
        {
            throw Failed("make the directory", Join(path));
        }
    }

    /// <summary>The text of a file of vmm's own, or null where there is none.</summary>
    /// <exception cref="VmmException">81, also when it is longer than <paramref name="maxBytes"/>.</exception>
    internal string? TryRead(string name, int maxBytes)
    {
        using var file = Posix.openat(handle, name, Posix.NoFollow | Posix.CloseOnExec | Posix.NonBlock, 0);
        if (file.IsInvalid)
        {
            return Marshal.GetLastPInvokeError() == Posix.NoEntry ? null : throw Failed("read", Join(name));
        }

        var size = RandomAccess.GetLength(file);
        if (size > maxBytes)
        {
            throw Errors.FileSystem("read", Join(name), $"it has {size} octets, more than {maxBytes}");
        }

        var content = new byte[size];
        return System.Text.Encoding.ASCII.GetString(content, 0, RandomAccess.Read(file, content, 0));
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
        using var file = Posix.openat(handle, name, Posix.WriteOnly | Posix.Create | Posix.Exclusive | Posix.NoFollow | Posix.CloseOnExec, 0);
        if (file.IsInvalid
            || Posix.fchown(file, (uint)uid, (uint)gid) != 0
            || Posix.fchmod(file, (uint)mode) != 0
            || (content.Length > 0 && Posix.write(file, content, content.Length) != content.Length)
            || (durable && Posix.fsync(file) != 0))
        {
            throw Failed("write", Join(name));
        }
    }

    /// <summary>Sets owner and mode; the mode last, since a change of owner clears bits.</summary>
    internal void Own(long uid, long gid, UnixFileMode mode)
    {
        if (Posix.fchown(handle, (uint)uid, (uint)gid) != 0 || Posix.fchmod(handle, (uint)mode) != 0)
        {
            throw Failed("set owner and mode of", Path);
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

        return Marshal.GetLastPInvokeError() switch
        {
            Posix.NoEntry when FactsOf(name) is null => false,
            Posix.Invalid => MovePlainly(name, target, newName),
            _ => throw Failed($"move '{FileName.Show(Join(name))}' to", target.Join(newName)),
        };
    }

    /// <summary>
    /// For file systems that cannot refuse an existing target by themselves (NFS). Between the look and the move only an empty directory could be
    /// replaced: rename(2) refuses a directory with something in it, and a file or link where a directory is moved.
    /// </summary>
    internal bool MovePlainly(string name, Folder target, string newName)
    {
        if (target.FactsOf(newName) is not null)
        {
            throw Errors.FileSystem($"move '{FileName.Show(Join(name))}' to", FileName.Show(target.Join(newName)), Posix.Reason(Posix.Exists));
        }

        return Posix.renameat(handle, name, target.handle, newName) == 0
            ? true
            : throw Failed($"move '{FileName.Show(Join(name))}' to", target.Join(newName));
    }

    /// <summary>Makes everything on this file system durable, also what is not ours: one flush in place of one for each directory.</summary>
    internal void SyncFileSystem()
    {
        if (Posix.syncfs(handle) != 0)
        {
            throw Failed("sync", Path);
        }
    }

    /// <summary>
    /// Marks a directory as being worked on, until it is closed or the process ends. Somebody who looks (<see cref="IsLocked"/>) is waited for; not so an owner
    /// of a home who keeps it locked.
    /// </summary>
    internal void Lock()
    {
        for (var i = 0; i < LockTries && !TryLock(); i++)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>The same without waiting; false where another process has marked it.</summary>
    internal bool TryLock() => Posix.flock(handle, Posix.LockExclusive | Posix.LockNoWait) == 0 || Marshal.GetLastPInvokeError() != Posix.WouldBlock;

    /// <summary>Whether another process has marked the directory. Several may ask at once.</summary>
    internal bool IsLocked => Posix.flock(handle, Posix.LockShared | Posix.LockNoWait) != 0 && Marshal.GetLastPInvokeError() == Posix.WouldBlock;

    /// <summary>Owner and mode of an entry, null where nothing has that name.</summary>
    internal FileFacts? FactsOf(string name)
    {
        var facts = Posix.Facts(handle, name);
        return facts is not null || Marshal.GetLastPInvokeError() == Posix.NoEntry ? facts : throw Failed("look at", Join(name));
    }

    /// <summary>All entries.</summary>
    internal List<string> Names() => [.. ReadNames()];

    /// <summary>
    /// All entries, read in pieces: a mailbox may hold a million files. What is removed or added meanwhile is seen or not; who needs an empty
    /// directory asks again.
    /// </summary>
    internal IEnumerable<string> ReadNames()
    {
        // A descriptor of its own begins at the first entry, and stays with this directory, wherever it is moved to.
        using var reading = Posix.openat(handle, ".", Posix.Directory | Posix.NoFollow | Posix.CloseOnExec, 0);
        var buffer = new byte[ReadSize];
        while (true)
        {
            var read = reading.IsInvalid ? -1 : Posix.getdents64(reading, buffer, buffer.Length);
            if (read <= 0)
            {
                if (read < 0)
                {
                    throw Failed("read the directory", Path);
                }

                yield break;
            }

            // struct linux_dirent64: inode and offset of 8 bytes each, length of the record in 2, type in 1, then the name, ended by NUL.
            for (var at = 0; at < read; at += BitConverter.ToUInt16(buffer, at + 16))
            {
                var name = buffer.AsSpan(at + 19);
                if (FileName.Decode(name[..name.IndexOf((byte)0)]) is not ("." or "..") and var decoded)
                {
                    yield return decoded;
                }
            }
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

        return Marshal.GetLastPInvokeError() switch
        {
            Posix.NoEntry => true,
            Posix.IsDirectory => false,
            Posix.NotPermitted when FactsOf(name) is { IsDirectory: true } => false,
            _ => throw Failed("remove", Join(name)),
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

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    internal string Join(string name) => $"{Path}/{name}";

    private static VmmException Failed(string doing, string path) =>
        Errors.FileSystem(doing, FileName.Show(path), Posix.Reason(Marshal.GetLastPInvokeError()));
}
