using Vmm.Core.Unix;

namespace Vmm.Core.Mailboxes;

/// <summary>The directories on the way to a home.</summary>
internal static class DirectoriesAbove
{
    /// <summary>A directory and all above it.</summary>
    internal static IEnumerable<string> Of(string directory)
    {
        for (var path = directory; path is not null; path = Path.GetDirectoryName(path))
        {
            yield return path;
        }
    }

    /// <summary>
    /// Those that accounts cannot enter. They reach their homes with no group but that of their domain, so everything above the
    /// domain's directory must be open to others. What does not exist is not closed.
    /// </summary>
    internal static IEnumerable<(string Path, FileFacts Facts)> Closed(string directory)
    {
        foreach (var path in Of(directory))
        {
            if (Posix.FactsAt(path) is { IsDirectory: true } facts && (facts.Mode & UnixFileMode.OtherExecute) == 0)
            {
                yield return (path, facts);
            }
        }
    }

    /// <summary>Whether a closed one may be open after all, to accounts that Dovecot gives the directory's group.</summary>
    internal static bool IsForGroup(FileFacts facts) => (facts.Mode & UnixFileMode.GroupExecute) != 0 && facts.Gid != 0;
}
