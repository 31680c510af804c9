using Microsoft.Win32.SafeHandles;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <content>Mail of another program that becomes an account's.</content>
internal sealed partial class Folder
{
    private const string CopyName = ".vmm-copy";

    /// <summary>Gives an entry, a link itself, to another owner; it must still be what was looked at.</summary>
    internal void SetOwner(string name, FileFacts expected, long uid, long gid)
    {
        using var entry = OpenSame(name, expected, Posix.PathOnly, "open", out _);
        // A change of owner clears bits of the mode, but only of programs.
        if (Posix.fchownat(entry, "", (uint)uid, (uint)gid, Posix.EmptyPath) != 0)
        {
            throw Failed("set the owner of", Join(name), uid, gid);
        }
    }

    /// <summary>What <see cref="ReplaceByCopy"/> leaves when it is stopped.</summary>
    internal void RemoveHalfCopy() => TryUnlink(CopyName);

    /// <summary>
    /// Replaces a file by a copy with another owner; mode and times, which Maildir keeps the day of arrival in, stay.
    /// </summary>
    internal void ReplaceByCopy(string name, FileFacts expected, long uid, long gid)
    {
        using var original = OpenSame(name, expected, Posix.NonBlock, "read", out var facts);
        TryUnlink(CopyName);
        using var copy = Posix.openat(handle, CopyName, Posix.ReadWrite | NewFile, 0);
        if (copy.IsInvalid)
        {
            throw Failed("write", Join(CopyName));
        }

        CopyContent(original, copy, name);
        if (Posix.fchown(copy, (uint)uid, (uint)gid) != 0
            || Posix.fchmod(copy, (uint)facts.Mode) != 0
            || Posix.renameat(handle, CopyName, handle, name) != 0)
        {
            throw Failed("write", Join(name), uid, gid);
        }
    }

    private void CopyContent(SafeFileHandle original, SafeFileHandle copy, string name)
    {
        try
        {
            var buffer = new byte[ReadSize];
            for (long at = 0, count; (count = RandomAccess.Read(original, buffer, at)) > 0; at += count)
            {
                FileWriting.Do(() => RandomAccess.Write(copy, buffer.AsSpan(0, (int)count), at));
            }

            File.SetLastWriteTimeUtc(copy, File.GetLastWriteTimeUtc(original));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What undoes the rest looks for this kind of error, and its message names the file.
            throw Errors.FileSystem("copy", FileName.Show(Join(name)), Posix.Reason(e));
        }
    }

    /// <summary>Opens an entry, which must still be what was looked at; its mode may be another one.</summary>
    private SafeFileHandle OpenSame(string name, FileFacts expected, int how, string doing, out FileFacts facts)
    {
        var entry = Posix.openat(handle, name, how | Posix.NoFollow | Posix.CloseOnExec, 0);
        try
        {
            facts = (entry.IsInvalid ? null : Posix.Facts(entry)) ?? throw Failed(doing, Join(name));
            return facts.IsSame(expected)
                ? entry
                : throw Errors.UnsafePath(FileName.Show(Join(name)), "it was exchanged while vmm was at work");
        }
        catch
        {
            entry.Dispose();
            throw;
        }
    }
}
