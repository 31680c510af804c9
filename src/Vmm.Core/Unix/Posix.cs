using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vmm.Core.Unix;

/// <summary>
/// The system calls that the BCL lacks: relative to an open directory, and without following links. The numbers are Linux's (man 2
/// of each call).
/// </summary>
internal static partial class Posix
{
    /// <summary>What a umask of 022 takes away from a mode; vmm 0.6 and 0.7 had that one.</summary>
    internal const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    internal const int NotPermitted = 1;
    internal const int NoEntry = 2;
    internal const int WouldBlock = 11;
    internal const int Busy = 16;
    internal const int Exists = 17;
    internal const int OtherFileSystem = 18;
    internal const int NotDirectory = 20;
    internal const int IsDirectory = 21;
    internal const int Invalid = 22;
    internal const int TooManyOpenFiles = 24;
    internal const int NotEmpty = 39;
    internal const int TooManyLinks = 40;

    internal const int CloseOnExec = 0x80000;
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int Append = 0x400;
    internal const int NonBlock = 0x800;
    internal const int PathOnly = 0x200000;
    internal const int RemoveDirectory = 0x200;
    internal const int NoReplace = 1;
    internal const int WriteAccess = 2;
    internal const int LockShared = 1;
    internal const int LockExclusive = 2;
    internal const int LockNoWait = 4;

    internal const int SymlinkNoFollow = 0x100;
    internal const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const uint MountId = 0x1000;
    private const int TypeBits = 0xf000;
    private const int OpenFiles = 7;
    private const int FileSizeSignal = 25;
    private const nint Ignore = 1;

    /// <summary>The two flags whose values differ between processors.</summary>
    internal static int Directory { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    /// <inheritdoc cref="Directory"/>
    internal static int NoFollow { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>
    /// The bits that the system removes from the mode of new files. It can be read only by setting it twice (umask(2)).
    /// </summary>
    internal static UnixFileMode Umask { get; } = ReadUmask();

    /// <summary>Raises the limit of open files from the shell's 1024 to what the system allows.</summary>
    internal static void AllowManyOpenFiles()
    {
        if (getrlimit(OpenFiles, out var limit) == 0 && limit.Now < limit.Most)
        {
            limit.Now = limit.Most;
            // If it fails, fewer domains fit into one run, which is reported then.
            _ = setrlimit(OpenFiles, in limit);
        }
    }

    internal static void IgnoreFileSizeSignal() => _ = signal(FileSizeSignal, Ignore);

    private static UnixFileMode ReadUmask()
    {
        var mask = umask(0b111_111_111);
        _ = umask(mask);
        return (UnixFileMode)mask;
    }

    /// <summary>The text of an error, for messages, with what it often means for mail directories.</summary>
    internal static string Reason(int error) => Marshal.GetPInvokeErrorMessage(error).ToLowerInvariant() + error switch
    {
        NotPermitted => " (is it immutable? see lsattr)",
        Busy => " (is another file system mounted there?)",
        _ => "",
    };

    /// <summary>The same of an error that the BCL reports: without the path, which a message has in another place.</summary>
    internal static string Reason(Exception error)
    {
        var text = error.Message.Split(" : '")[0].ReplaceLineEndings(" ").TrimEnd('.');
        return text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    /// <summary>
    /// Owner, group, mode and identity of an open file, or of an entry in an open directory (the link itself, where it is one);
    /// null when the call fails.
    /// </summary>
    internal static FileFacts? Facts(SafeFileHandle handle, string name = "")
    {
        var flags = name.Length == 0 ? EmptyPath : SymlinkNoFollow;
        return statx(handle, name, flags, BasicStats | MountId, out var stat) != 0 ? null : new FileFacts(
            stat.Uid,
            stat.Gid,
            (UnixFileMode)(stat.Mode & 0xfff),
            stat.Inode,
            ((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor,
            stat.Mode & TypeBits,
            (long)stat.Size,
            stat.Mount);
    }

    /// <summary>The same of whatever a path leads to, over links or not; null where it leads nowhere.</summary>
    internal static FileFacts? FactsAt(string path, bool follow = true)
    {
        using var handle = open(path, PathOnly | CloseOnExec | (follow ? 0 : NoFollow), 0);
        return handle.IsInvalid ? null : Facts(handle);
    }

    /// <summary>
    /// Writes all of it. A disk that fills up takes a part first and refuses the rest, so only the next call has the reason.
    /// </summary>
    /// <returns>False when that fails; the reason is that of the last call.</returns>
    internal static bool WriteAll(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = (int)write(file, bytes, bytes.Length);
            if (count <= 0)
            {
                return false;
            }

            bytes = bytes[count..];
        }

        return true;
    }

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);

    [LibraryImport(
        "libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(FileName))]
    internal static partial SafeFileHandle open(string path, int flags, uint mode);

    [LibraryImport(
        "libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(FileName))]
    internal static partial SafeFileHandle openat(SafeFileHandle directory, string name, int flags, uint mode);

    [LibraryImport(
        "libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(FileName))]
    internal static partial int mkdirat(SafeFileHandle directory, string name, uint mode);

    [LibraryImport(
        "libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(FileName))]
    internal static partial nint readlink(string path, Span<byte> target, nint size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int faccessat(SafeFileHandle directory, string name, int access, int flags);

    [LibraryImport(
        "libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(FileName))]
    internal static partial int fchownat(SafeFileHandle directory, string name, uint uid, uint gid, int flags);

    [LibraryImport(
        "libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(FileName))]
    internal static partial int fchmodat(SafeFileHandle directory, string name, uint mode, int flags);

    [LibraryImport("libc")]
    internal static partial void _exit(int status);

    [LibraryImport("libc")]
    private static partial uint umask(uint mask);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchown(SafeFileHandle file, uint uid, uint gid);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchmod(SafeFileHandle file, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int syncfs(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, out Limit limit);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, in Limit limit);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint getdents64(SafeFileHandle directory, Span<byte> entries, nint size);

    [LibraryImport(
        "libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(FileName))]
    internal static partial int unlinkat(SafeFileHandle directory, string name, int flags);

    [LibraryImport(
        "libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(FileName))]
    internal static partial int linkat(
        SafeFileHandle directory, string name, SafeFileHandle newDirectory, string newName, int flags);

    [LibraryImport(
        "libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(FileName))]
    internal static partial int renameat2(
        SafeFileHandle directory, string name, SafeFileHandle newDirectory, string newName, uint flags);

    [LibraryImport(
        "libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(FileName))]
    internal static partial int renameat(SafeFileHandle directory, string name, SafeFileHandle newDirectory, string newName);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int file, int command);

    [LibraryImport("libc")]
    internal static partial int ioctl(int file, nuint request, out WindowSize size);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(SafeFileHandle file, ReadOnlySpan<byte> bytes, nint count);

    [LibraryImport(
        "libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(FileName))]
    private static partial int statx(SafeFileHandle directory, string name, int flags, uint mask, out Statx result);

    /// <summary>struct statx of the kernel: the same on every processor, which struct stat is not.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(20)]
        internal uint Uid;
        [FieldOffset(24)]
        internal uint Gid;
        [FieldOffset(28)]
        internal ushort Mode;
        [FieldOffset(32)]
        internal ulong Inode;
        [FieldOffset(40)]
        internal ulong Size;
        [FieldOffset(136)]
        internal uint DeviceMajor;
        [FieldOffset(140)]
        internal uint DeviceMinor;
        [FieldOffset(144)]
        internal ulong Mount;
    }
}

/// <summary>rlimit of getrlimit(2): the present limit of this process, and how far it may raise it itself.</summary>
internal struct Limit
{
    internal ulong Now;
    internal ulong Most;
}

/// <summary>winsize of ioctl_tty(2): four numbers, of which one matters here.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct WindowSize
{
    [FieldOffset(2)]
    internal ushort Columns;
}

/// <summary>The properties of a file that matter here.</summary>
/// <remarks>Mount is 0 before Linux 5.8. Nothing can be moved from one to another, also where both show the same device.</remarks>
internal readonly record struct FileFacts(
    long Uid, long Gid, UnixFileMode Mode, ulong Inode, ulong Device, int Type, long Octets, ulong Mount)
{
    /// <summary>What makes it one file, under whatever name.</summary>
    internal (ulong Device, ulong Inode) Identity => (Device, Inode);

    /// <summary>Whether what is in it could be moved into the other. Subvolumes of btrfs have devices of their own.</summary>
    internal bool IsBeside(FileFacts other) => (Mount, Device) == (other.Mount, other.Device);

    internal bool IsDirectory => Type == 0x4000;

    internal bool IsLink => Type == 0xa000;

    internal bool IsFile => Type == 0x8000;

    /// <summary>Whether it is the same file, with the same owner.</summary>
    internal bool IsSame(FileFacts other) => (Inode, Device, Uid, Gid) == (other.Inode, other.Device, other.Uid, other.Gid);
}
