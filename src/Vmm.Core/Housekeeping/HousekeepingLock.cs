using System.Runtime.InteropServices;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Housekeeping;

/// <summary>
/// One housekeeping at a time: it locks a file beside what the last one found, which only root can open. A lock needs no more than
/// the privilege to read, and anyone could keep that of the directory.
/// </summary>
public static class HousekeepingLock
{
    /// <summary>Locks until it is disposed of; the end of the process unlocks too.</summary>
    /// <exception cref="VmmException">81, also while another one is at work.</exception>
    public static IDisposable Take(Settings settings)
    {
        var path = settings.Value(SettingOptions.HousekeepingStateFile) + ".lock";
        var directory = Path.GetDirectoryName(path)!;
        try
        {
#pragma warning disable RS0030 // no mail is in it
            Directory.CreateDirectory(directory);
#pragma warning restore RS0030
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Errors.FileSystem("make", directory, e.Message.ReplaceLineEndings(" ").TrimEnd('.'));
        }

        var file = Posix.open(path, Posix.ReadWrite | Posix.Create | Posix.NoFollow | Posix.CloseOnExec, 0b110_000_000);
        PrivateFile.Require(!file.IsInvalid, "open", path);
        if (Posix.flock(file, Posix.LockExclusive | Posix.LockNoWait) == 0)
        {
            return file;
        }

        var error = Marshal.GetLastPInvokeError();
        file.Dispose();
        throw error != Posix.WouldBlock
            ? Errors.FileSystem("lock", path, Posix.Reason(error))
            : new VmmException(
                ErrorCode.FileSystem,
                "another 'vmm housekeeping' is at work",
                $"Wait for its end. It has locked '{path}'.");
    }
}
