namespace Vmm.Core.Mailboxes;

/// <summary>
/// Makes a home with its mailbox by name from a directory that nobody but root can reach, so that two system calls for each
/// directory are enough and no part needs to be opened: for an account as for 100,000.
/// </summary>
internal static class MailboxTree
{
    private const UnixFileMode PrivateFile = (UnixFileMode)0b110_000_000;

    /// <param name="parent">Private to root, with all that leads to it from the staging directory down.</param>
    /// <param name="home">Name of the home in it.</param>
    /// <param name="uid">Owner.</param>
    /// <param name="gid">Group.</param>
    /// <param name="mode">Of all directories.</param>
    /// <param name="layout">What the mailbox holds.</param>
    internal static void Make(Folder parent, string home, long uid, long gid, UnixFileMode mode, MaildirLayout layout)
    {
        parent.MakeOwned(home, uid, gid, mode);
        Fill(parent, home + "/", uid, gid, mode, layout);
    }

    /// <summary>The same in a home that is there; <paramref name="prefix"/> is empty or ends with a slash.</summary>
    internal static void Fill(Folder parent, string prefix, long uid, long gid, UnixFileMode mode, MaildirLayout layout)
    {
        foreach (var directory in layout.Directories)
        {
            parent.MakeOwned(prefix + directory, uid, gid, mode);
        }

        foreach (var (file, content) in layout.Files)
        {
            parent.Write(prefix + file, content, uid, gid, PrivateFile);
        }
    }
}
