namespace Vmm.Core.Unix;

/// <summary>
/// Where a path leads to. A relative path is relative to the working directory, a relative link to its own directory.
/// </summary>
internal static class LinkedPath
{
    /// <summary>As many links in a row as the kernel follows.</summary>
    private const int MostLinks = 40;

    private const int LongestPath = 4096;

    /// <summary>
    /// The absolute path of a file, or of the last target of a link, which need not exist. Directories on the way may be links, so
    /// ".." stays: it means the parent of where the link leads to.
    /// </summary>
    internal static string Resolve(string path)
    {
        var whole = Below(Environment.CurrentDirectory, path);
        for (var i = 0; i < MostLinks && Target(whole) is { } target; i++)
        {
            whole = Below(Path.GetDirectoryName(whole) ?? "/", target);
        }

        return whole;
    }

    private static string Below(string directory, string path) => path.StartsWith('/') ? path : $"{directory.TrimEnd('/')}/{path}";

    /// <summary>What a link holds; null for anything that is no link.</summary>
    private static string? Target(string path)
    {
        var buffer = new byte[LongestPath];
        var length = Posix.readlink(path, buffer, buffer.Length);
        return length <= 0 ? null : FileName.Decode(buffer.AsSpan(0, (int)length));
    }
}
