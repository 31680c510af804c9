using Vmm.Data.Failures;

namespace Vmm.Cli.Interaction;

/// <summary>Opens files that the command line names.</summary>
internal static class InputFile
{
    /// <param name="path">As it was given.</param>
    /// <param name="code">Of the error.</param>
    /// <param name="what">Precedes the path in the error: empty, or a noun with a space.</param>
    /// <exception cref="VmmException">It cannot be read.</exception>
    internal static FileStream Open(string path, ErrorCode code, string what = "")
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var reason = e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : Directory.Exists(path) ? "it is a directory"
                : (e.InnerException ?? e).Message.TrimEnd('.').ToLowerInvariant();
            throw new VmmException(code, $"cannot read {what}'{path}': {reason}", null, e);
        }
    }
}
