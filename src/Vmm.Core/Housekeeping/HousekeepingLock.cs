using System.Runtime.InteropServices;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Housekeeping;

/// <summary>One housekeeping at a time: it locks the directory of what the last one found.</summary>
public static class HousekeepingLock
{
    /// <summary>Locks until it is disposed of; the end of the process unlocks too.</summary>
    /// <exception cref="VmmException">81, also while another one is at work.</exception>
    public static IDisposable Take(Settings settings)
    {
        var directory = Path.GetDirectoryName(settings.Value(SettingOptions.HousekeepingStateFile))!;
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

        var folder = Posix.open(directory, Posix.Directory | Posix.CloseOnExec, 0);
        PrivateFile.Require(!folder.IsInvalid, "open", directory);
        if (Posix.flock(folder, Posix.LockExclusive | Posix.LockNoWait) == 0)
        {
            return folder;
        }

        var error = Marshal.GetLastPInvokeError();
        folder.Dispose();
        throw error != Posix.WouldBlock
            ? Errors.FileSystem("lock", directory, Posix.Reason(error))
            : new VmmException(
                ErrorCode.FileSystem,
                "another 'vmm housekeeping' is at work",
                $"Wait for its end. It has locked '{directory}'.");
    }
}
