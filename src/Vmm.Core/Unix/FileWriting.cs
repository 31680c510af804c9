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
}
