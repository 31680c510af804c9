using System.Runtime.InteropServices;
using System.Text;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Configuration;

/// <summary>Writes a vmm.toml that was not there before, as a whole or not at all.</summary>
internal static class NewSettings
{
    private const UnixFileMode Allowed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>
    /// An old file is replaced only when that is wanted; it is kept as vmm.toml.bak then, and the new one has its owner and mode.
    /// </summary>
    /// <exception cref="VmmException">81, or 34 for an old one that others may read or change; nothing was changed.</exception>
    internal static void Write(string path, string text, uint gid, UnixFileMode mode, bool overwrite)
    {
        if (overwrite && File.Exists(path))
        {
            using var old = LockedSettings.Open(path);
            old.Replace(text);
            return;
        }

        var target = Path.GetFullPath(path);
        var (directory, name) = (Path.GetDirectoryName(target)!, Path.GetFileName(target));
        using var folder = Posix.open(directory, Posix.Directory | Posix.CloseOnExec, 0);
        PrivateFile.Require(!folder.IsInvalid, "open", directory);
        // Two that write at once would else use the same temporary name.
        PrivateFile.Require(Posix.flock(folder, Posix.LockExclusive | Posix.LockNoWait) == 0, "lock", directory);
        var temporary = $".{name}.new";
        try
        {
            var allowed = (mode & Allowed) | UnixFileMode.UserRead;
            PrivateFile.Write(folder, directory, temporary, 0, gid, allowed, Encoding.UTF8.GetBytes(text));
            if (Posix.renameat2(folder, temporary, folder, name, Posix.NoReplace) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                throw error == Posix.Exists
                    ? new VmmException(
                        ErrorCode.FileSystem,
                        $"'{path}' exists already",
                        "With --overwrite it is replaced and kept with '.bak' after its name; --output names another file.")
                    : Errors.FileSystem("write", path, Posix.Reason(error));
            }
        }
        catch
        {
            Posix.unlinkat(folder, temporary, 0);
            throw;
        }

        PrivateFile.Require(Posix.fsync(folder) == 0, "sync", directory);
    }
}
