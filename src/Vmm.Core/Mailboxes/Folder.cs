using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vmm;

/// <summary>
/// An open directory below the base. Everything is reached by name from an open parent and no link is followed, so that nobody can swap a
/// directory under vmm's hands. Failures are <see cref="ErrorCode.FileSystem"/> or <see cref="ErrorCode.UnsafePath"/>.
/// </summary>
internal sealed class Folder : IDisposable
{
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
        return !handle.IsInvalid ? new Folder(handle, path) : throw new VmmException(
            ErrorCode.NoSuchDirectory,
            $"the base directory '{path}' cannot be opened: {Posix.Reason(Marshal.GetLastPInvokeError())}",
            $"Is the disk mounted? Otherwise make it with 'install -d -m 0771 {path}'.");
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
            Posix.NotDirectory or Posix.TooManyLinks => throw Errors.UnsafePath(Join(name), "it is not a directory, or a symbolic link"),
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

    /// <summary>Makes a file that was not there, durable once this returns.</summary>
    internal void Write(string name, ReadOnlySpan<byte> content, long uid, long gid, UnixFileMode mode)
    {
        using var file = Posix.openat(handle, name, Posix.WriteOnly | Posix.Create | Posix.Exclusive | Posix.NoFollow | Posix.CloseOnExec, 0);
        if (file.IsInvalid
            || Posix.fchown(file, (uint)uid, (uint)gid) != 0
            || Posix.fchmod(file, (uint)mode) != 0
            || (content.Length > 0 && Posix.write(file, content, content.Length) != content.Length)
            || (content.Length > 0 && Posix.fsync(file) != 0))
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

    /// <summary>Moves an entry to another directory of the same file system; an existing target is refused.</summary>
    internal void Move(string name, Folder target, string newName)
    {
        if (Posix.renameat2(handle, name, target.handle, newName, Posix.NoReplace) != 0)
        {
            throw Failed($"move '{Join(name)}' to", target.Join(newName));
        }
    }

    /// <summary>Makes the entries of this directory durable.</summary>
    internal void Sync()
    {
        if (Posix.fsync(handle) != 0)
        {
            throw Failed("sync", Path);
        }
    }

    /// <summary>Owner and mode of an entry, null where nothing has that name.</summary>
    internal FileFacts? FactsOf(string name) => Posix.Facts(handle, name);

    /// <summary>All entries. Read through /proc, so that it is this directory, wherever it has been moved to.</summary>
    internal List<string> Names()
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries($"/proc/self/fd/{handle.DangerousGetHandle()}").Select(p => System.IO.Path.GetFileName(p))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Errors.FileSystem("read the directory", Path, e.Message);
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

    /// <summary>Removes an empty subdirectory.</summary>
    internal void RemoveDirectory(string name)
    {
        if (Posix.unlinkat(handle, name, Posix.RemoveDirectory) != 0)
        {
            throw Failed("remove the directory", Join(name));
        }
    }

    /// <summary>Removes a subdirectory with all it holds; links are removed, not followed, and other file systems are not entered.</summary>
    internal void RemoveTree(string name)
    {
        using (var child = TryOpen(name))
        {
            if (child is null)
            {
                return;
            }

            if (child.Facts.Device != Facts.Device)
            {
                throw Errors.FileSystem("remove", child.Path, "another file system is mounted there");
            }

            foreach (var entry in child.Names().Where(entry => !child.TryUnlink(entry)))
            {
                child.RemoveTree(entry);
            }
        }

        RemoveDirectory(name);
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    internal string Join(string name) => $"{Path}/{name}";

    private static VmmException Failed(string doing, string path) => Errors.FileSystem(doing, path, Posix.Reason(Marshal.GetLastPInvokeError()));
}
