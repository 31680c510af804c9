using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Configuration;

/// <summary>
/// vmm.toml while it is changed: no other vmm changes it meanwhile, and it is replaced as a whole, so that at any instant the old
/// or the new one is there. What was there before is kept as vmm.toml.bak. A symbolic link stays; the file that it leads to is
/// replaced.
/// </summary>
internal sealed class LockedSettings : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string directory;
    private readonly string name;
    private readonly SafeFileHandle folder;
    private readonly SafeFileHandle file;
    private readonly FileFacts facts;
    private readonly byte[] content;
    private readonly bool marked;

    private LockedSettings(string path, string target, SafeFileHandle folder, SafeFileHandle file, FileFacts facts)
    {
        directory = Path.GetDirectoryName(target)!;
        name = Path.GetFileName(target);
        (this.folder, this.file, this.facts) = (folder, file, facts);
        content = ProtectedFile.Content(path, file);
        var text = ProtectedFile.Decode(path, content);
        Text = text.TrimStart(ProtectedFile.ByteOrderMark);
        marked = Text.Length < text.Length;
    }

    /// <summary>The content, without a byte order mark.</summary>
    internal string Text { get; }

    /// <summary>Waits for others that change the file.</summary>
    /// <exception cref="VmmException">
    /// 31 not UTF-8, 32 no file, 34 mode or owner, 81 not writable, or locked for too long.
    /// </exception>
    internal static LockedSettings Open(string path)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (TryOpen(path) is { } locked)
            {
                return locked;
            }

            if (clock.Elapsed > Patience)
            {
                throw new VmmException(
                    ErrorCode.FileSystem,
                    $"cannot lock '{path}': another program has locked it",
                    $"Nothing was changed. Find it with 'fuser -v {path}', and run the command again when it has ended.");
            }

            Thread.Sleep(10);
        }
    }

    /// <summary>Replaces the content.</summary>
    /// <exception cref="VmmException">81; the file is as it was, unless the message says that it is changed.</exception>
    internal void Replace(string text)
    {
        var (temporary, backup) = ($".{name}.new", $".{name}.bak.new");
        try
        {
            Write(temporary, new UTF8Encoding(marked).GetPreamble(), Encoding.UTF8.GetBytes(text));
            Write(backup, [], content);
            Rename(backup, name + ".bak");
            Rename(temporary, name);
        }
        catch
        {
            Posix.unlinkat(folder, temporary, 0);
            Posix.unlinkat(folder, backup, 0);
            throw;
        }

        if (Posix.fsync(folder) != 0)
        {
            throw Errors.NotDurable(
                $"{directory}/{name}", $"cannot sync '{directory}': {Posix.Reason(Marshal.GetLastPInvokeError())}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        folder.Dispose();
    }

    /// <returns>Null while somebody else has the lock, or has just replaced the file.</returns>
    private static LockedSettings? TryOpen(string path)
    {
        var target = LinkedPath.Resolve(path);
        var folder = Posix.open(Path.GetDirectoryName(target)!, Posix.Directory | Posix.CloseOnExec, 0);
        PrivateFile.Require(!folder.IsInvalid, "open", Path.GetDirectoryName(target)!);
        // For writing, since locks on NFS need it; and what cannot be written is better known before anything is asked.
        var how = Posix.ReadWrite | Posix.NonBlock | Posix.NoFollow | Posix.CloseOnExec;
        var file = Posix.openat(folder, Path.GetFileName(target), how, 0);
        var done = false;
        try
        {
            PrivateFile.Require(!file.IsInvalid, "change", path);
            var facts = ProtectedFile.RequireProtected(path, file);
            var locked = Posix.flock(file, Posix.LockExclusive | Posix.LockNoWait) == 0;
            PrivateFile.Require(locked || Marshal.GetLastPInvokeError() == Posix.WouldBlock, "lock", path);
            // The process that had the lock before may have put another file in this one's place.
            done = locked && Posix.Facts(folder, Path.GetFileName(target)) is { } now
                && (now.Inode, now.Device) == (facts.Inode, facts.Device);
            return done ? new LockedSettings(path, target, folder, file, facts) : null;
        }
        finally
        {
            if (!done)
            {
                file.Dispose();
                folder.Dispose();
            }
        }
    }

    /// <summary>Writes a new file with owner and mode of the old one.</summary>
    private void Write(string temporary, params ReadOnlySpan<byte[]> parts) =>
        PrivateFile.Write(folder, directory, temporary, (uint)facts.Uid, (uint)facts.Gid, facts.Mode, parts);

    private void Rename(string from, string to) =>
        PrivateFile.Require(Posix.renameat(folder, from, folder, to) == 0, "replace", $"{directory}/{to}");
}
