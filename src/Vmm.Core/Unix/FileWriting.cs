using Vmm.Data.Failures;

namespace Vmm.Core.Unix;

/// <summary>Writing by the BCL, which calls it a wrong argument when a file grows beyond a limit (EFBIG of ulimit -f).</summary>
internal static class FileWriting
{
    /// <summary>Does what writes a file and nothing else.</summary>
    /// <exception cref="IOException">As for any other failure of a file.</exception>
    internal static void Do(Action write)
    {
        try
        {
            write();
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new IOException("File too large", e);
        }
    }

    /// <summary>Makes a directory for temporary files, below $TMPDIR or /tmp: its absolute path.</summary>
    /// <exception cref="VmmException">81; the message of the BCL would not say where.</exception>
    internal static string MakeTemporaryDirectory(string prefix)
    {
        try
        {
            return Directory.CreateTempSubdirectory(prefix).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Errors.FileSystem("make a directory in", Path.TrimEndingDirectorySeparator(Path.GetTempPath()), e.Message);
        }
    }
}
