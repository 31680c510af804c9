using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vmm.Data.Failures;

namespace Vmm.Core.Unix;

/// <summary>Writes new files that contain a secret.</summary>
internal static class PrivateFile
{
    /// <summary>
    /// Writes a new file. Its owner and mode are set last, so that no other user can read it before. A file of that name, which a
    /// crash may have left, is removed.
    /// </summary>
    internal static void Write(
        SafeFileHandle folder,
        string directory,
        string name,
        uint uid,
        uint gid,
        UnixFileMode mode,
        params ReadOnlySpan<byte[]> parts)
    {
        const int Flags = Posix.WriteOnly | Posix.Create | Posix.Exclusive | Posix.CloseOnExec;
        Posix.unlinkat(folder, name, 0);
        using var handle = Posix.openat(folder, name, Flags | Posix.NoFollow, 0);
        Require(!handle.IsInvalid, "write", $"{directory}/{name}");
        foreach (var part in parts)
        {
            Require(Posix.WriteAll(handle, part), "write", $"{directory}/{name}");
        }

        Require(Posix.fchown(handle, uid, gid) == 0, "set the owner of", $"{directory}/{name}");
        Require(Posix.fchmod(handle, (uint)mode) == 0, "set the mode of", $"{directory}/{name}");
        Require(Posix.fsync(handle) == 0, "sync", $"{directory}/{name}");
    }

    /// <exception cref="VmmException">81 with the reason of the last call.</exception>
    internal static void Require(bool success, string doing, string path)
    {
        if (!success)
        {
            throw Errors.FileSystem(doing, path, Posix.Reason(Marshal.GetLastPInvokeError()));
        }
    }
}
