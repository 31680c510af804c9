using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Configuration;

/// <summary>
/// Reads the configuration, which holds the database password: nobody but root and one group may read it, nobody but root may write
/// it.
/// </summary>
internal static class ProtectedFile
{
    /// <summary>Editors of other systems begin a file with it.</summary>
    internal const char ByteOrderMark = '\ufeff';

    private const UnixFileMode Allowed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>What is checked is what is read: both go by the open file, so nobody can exchange it in between.</summary>
    /// <exception cref="VmmException">31 not UTF-8, 32 missing or not readable, 34 mode or owner.</exception>
    internal static string Read(string path)
    {
        // Without waiting: opening a pipe that nobody writes to would block.
        using var handle = Posix.open(path, Posix.NonBlock | Posix.CloseOnExec, 0);
        if (handle.IsInvalid)
        {
            throw CannotOpen(path, Marshal.GetLastPInvokeError());
        }

        RequireProtected(path, handle);
        return Decode(path, Content(path, handle)).TrimStart(ByteOrderMark);
    }

    /// <summary>Checks an open file.</summary>
    /// <exception cref="VmmException">32 a directory, 34 mode or owner.</exception>
    internal static FileFacts RequireProtected(string path, SafeFileHandle handle)
    {
        var facts = Posix.Facts(handle) ?? throw CannotOpen(path, Marshal.GetLastPInvokeError());
        if (facts.IsDirectory)
        {
            throw CannotOpen(path, Posix.IsDirectory);
        }

        RequireProtection(path, facts);
        return facts;
    }

    private static void RequireProtection(string path, FileFacts facts)
    {
        if ((facts.Mode & ~Allowed) != 0)
        {
            throw new VmmException(
                ErrorCode.ConfigPermission,
                $"the configuration '{path}' has mode 0{Convert.ToString((int)facts.Mode, 8)}, at most 0640 is safe",
                $"Run 'chmod 0640 {path}'.");
        }

        if (facts.Uid != 0)
        {
            throw new VmmException(
                ErrorCode.ConfigPermission, $"the configuration '{path}' does not belong to root", $"Run 'chown root {path}'.");
        }
    }

    /// <summary>Everything in an open file, which stays open.</summary>
    /// <exception cref="VmmException">32.</exception>
    internal static byte[] Content(string path, SafeFileHandle handle)
    {
        try
        {
            using var borrowed = new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false);
            using var stream = new FileStream(borrowed, FileAccess.Read);
            if (!stream.CanSeek)
            {
                throw new VmmException(
                    ErrorCode.ConfigMissing,
                    $"the configuration '{path}' is not a file",
                    "Name a file with --config or VMM_CONFIG.");
            }

            using var content = new MemoryStream();
            stream.CopyTo(content);
            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VmmException(
                ErrorCode.ConfigMissing, $"cannot read the configuration '{path}': {e.Message.TrimEnd('.')}", null, e);
        }
    }

    /// <summary>As text, with a byte order mark where there is one.</summary>
    /// <exception cref="VmmException">31.</exception>
    internal static string Decode(string path, byte[] content)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException e)
        {
            var line = content.Take(e.Index).Count(b => b == '\n');
            throw SettingsFile.Wrong(path, line, "this is not valid UTF-8", "Save the file in the encoding UTF-8.");
        }
    }

    private static VmmException CannotOpen(string path, int error) => error == Posix.NoEntry
        ? new(
            ErrorCode.ConfigMissing,
            $"there is no configuration '{path}'",
            "Run install.sh, or name the file with --config or VMM_CONFIG.")
        : new(
            ErrorCode.ConfigMissing,
            $"cannot read the configuration '{path}': {Posix.Reason(error)}",
            "Name a file with --config or VMM_CONFIG.");
}
