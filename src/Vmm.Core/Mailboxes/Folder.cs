using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// An open directory below the base. Everything is reached by name from an open parent and no link is followed, so that nobody can
/// swap a directory under vmm's hands. Failures are <see cref="ErrorCode.FileSystem"/> or <see cref="ErrorCode.UnsafePath"/>.
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

    /// <summary>The text of a file of vmm's own, or null where there is none.</summary>
    /// <exception cref="VmmException">81, also when it is longer than <paramref name="maxBytes"/>.</exception>
    internal string? TryRead(string name, int maxBytes)
    {
        using var file = TryOpenFile(name);
        if (file is null)
        {
            return null;
        }

        var size = RandomAccess.GetLength(file);
        if (size > maxBytes)
        {
            throw Errors.FileSystem("read", Join(name), $"it has {size} bytes, more than {maxBytes}");
        }

        var content = new byte[size];
        return System.Text.Encoding.ASCII.GetString(content, 0, RandomAccess.Read(file, content, 0));
    }

    /// <summary>The first line of a text file of vmm's own, or null where there is none.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal string? FirstLine(string name) => ReadLines(name)?.FirstOrDefault();

    /// <summary>The lines of a text file of vmm's own, or null where there is none.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal IEnumerable<string>? ReadLines(string name) =>
        TryOpenFile(name) is { } file ? Lines(file, Join(name)) : null;

    private SafeFileHandle? TryOpenFile(string name)
    {
        var file = Posix.openat(handle, name, Posix.NoFollow | Posix.CloseOnExec | Posix.NonBlock, 0);
        return !file.IsInvalid ? file
            : Marshal.GetLastPInvokeError() == Posix.NoEntry ? null
            : throw Failed("read", Join(name));
    }

    private static IEnumerable<string> Lines(SafeFileHandle file, string path)
    {
        using var reader = new StreamReader(new FileStream(file, FileAccess.Read));
        while (true)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (IOException e)
            {
                throw Errors.FileSystem("read", path, e.Message);
            }

            if (line is null)
            {
                yield break;
            }

            yield return line;
        }
    }

    /// <summary>
    /// Marks a directory as being worked on, until it is closed or the process ends. Somebody who looks (<see cref="IsLocked"/>) is
    /// waited for; not so an owner of a home who keeps it locked.
    /// </summary>
    /// <returns>False where another process had it marked all the time.</returns>
    internal bool Lock()
    {
        for (var i = 0; i < LockTries; i++)
        {
            if (TryLock())
            {
                return true;
            }

            Thread.Sleep(1);
        }

        return false;
    }

    /// <summary>The same without waiting; false where another process has marked it.</summary>
    internal bool TryLock() =>
        Posix.flock(handle, Posix.LockExclusive | Posix.LockNoWait) == 0 || Marshal.GetLastPInvokeError() != Posix.WouldBlock;

    /// <summary>Whether another process has marked the directory. Several may ask at once.</summary>
    internal bool IsLocked =>
        Posix.flock(handle, Posix.LockShared | Posix.LockNoWait) != 0 && Marshal.GetLastPInvokeError() == Posix.WouldBlock;

    /// <summary>Owner and mode of an entry, null where nothing has that name.</summary>
    internal FileFacts? FactsOf(string name)
    {
        var facts = Posix.Facts(handle, name);
        return facts is not null || Marshal.GetLastPInvokeError() == Posix.NoEntry ? facts : throw Failed("look at", Join(name));
    }

    /// <summary>All entries.</summary>
    internal List<string> Names() => [.. ReadNames()];

    /// <summary>
    /// All entries, read in pieces: a mailbox may hold a million files. What is removed or added meanwhile is seen or not; who
    /// needs an empty directory asks again.
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

            // struct linux_dirent64: inode and offset of 8 bytes each, length of the record in 2, type in 1, then the name, ended
            // by NUL.
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

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    internal string Join(string name) => $"{Path}/{name}";

    /// <summary>The error of the last call.</summary>
    private static VmmException Failed(string doing, string path) => Failed(doing, path, Marshal.GetLastPInvokeError());

    /// <summary>The error of the last call, which set an owner.</summary>
    private static VmmException Failed(string doing, string path, long uid, long gid)
    {
        var error = Marshal.GetLastPInvokeError();
        return (error == Posix.Invalid ? IdMap.Refusal(doing, FileName.Show(path), uid, gid) : null) ?? Failed(doing, path, error);
    }

    private static VmmException Failed(string doing, string path, int error) =>
        Errors.FileSystem(doing, FileName.Show(path), Posix.Reason(error));
}
