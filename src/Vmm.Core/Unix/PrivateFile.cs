using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vmm.Data.Failures;

namespace Vmm.Core.Unix;

/// <summary>Writes new files that hold a secret.</summary>
internal static class PrivateFile
{
    /// <summary>Writes a new file, owner and mode last: nobody else may read it before. What a crash left under the name is removed.</summary>
    internal static void Write(SafeFileHandle folder, string directory, string name, uint uid, uint gid, UnixFileMode mode, params ReadOnlySpan<byte[]> parts)
    {
        Posix.unlinkat(folder, name, 0);
        using var handle = Posix.openat(folder, name, Posix.WriteOnly | Posix.Create | Posix.Exclusive | Posix.NoFollow | Posix.CloseOnExec, 0);
        Require(!handle.IsInvalid, "write", $"{directory}/{name}");
        foreach (var part in parts)
        {
            for (var written = 0; written < part.Length;)
            {
                var count = (int)Posix.write(handle, part.AsSpan(written), part.Length - written);
                Require(count > 0, "write", $"{directory}/{name}");
                written += count;
            }
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
