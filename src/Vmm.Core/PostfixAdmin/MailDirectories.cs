using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.PostfixAdmin;

/// <summary>Mail that was found for a mailbox.</summary>
/// <param name="Move">Its maildir.</param>
/// <param name="Bytes">Size of all files in it, in bytes.</param>
/// <param name="Others">
/// Files of the user that are not mail: programs look for them in the home, not in the maildir, or they stay behind.
/// </param>
internal sealed record FoundMail(MailMove Move, long Bytes, IReadOnlyList<string> Others);

/// <summary>
/// Looks for maildirs below the old base directory of Postfix and Dovecot. It finds everything that could prevent the move before
/// anything is done.
/// </summary>
internal sealed class MailDirectories : IDisposable
{
    private static readonly string[] Parts = ["cur", "new", "tmp"];

    private readonly string root;
    private readonly Folder top;
    private readonly string mailbox;

    /// <summary>Opens the directory; the path may be a link.</summary>
    /// <exception cref="VmmException">
    /// 56 no such directory; 44 not on the file system of the homes, or the mailbox format is not maildir.
    /// </exception>
    internal MailDirectories(string path, Settings settings)
    {
        var location = settings.NewMailLocation();
        mailbox = location.Directory;
        root = Path.GetFullPath(LinkedPath.Resolve(path));
        top = Folder.TryOpenPath(root) ?? throw new VmmException(
            ErrorCode.NoSuchDirectory,
            $"there is no directory '{path}'",
            "Pass the directory above PostfixAdmin's maildirs.");
        using var homes = Folder.OpenBase(settings.BaseDirectory);
        var reason = location.Format != "maildir"
            ? $"mailbox.format is {location.Format}, but PostfixAdmin's mail is in maildirs"
            : homes.Facts.Device != top.Facts.Device
            ? $"'{path}' and '{settings.BaseDirectory}' are on different file systems, so that a rename cannot move it"
            : null;
        if (reason is not null)
        {
            top.Dispose();
            throw new VmmException(
                ErrorCode.InvalidArgument,
                $"the mail cannot be moved: {reason}",
                "Leave out --mail-directory and copy the mail afterwards, or change misc.base_directory or mailbox.format.");
        }
    }

    /// <summary>Looks for a maildir at the path in column maildir, or in that directory as in a home.</summary>
    /// <returns>Null where there is nothing.</returns>
    /// <exception cref="VmmException">44, 84 something there cannot be moved.</exception>
    internal FoundMail? Find(string relative)
    {
        var steps = relative.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (steps.Length == 0 || steps.Any(s => s is "." or ".." || s.Any(char.IsControl)))
        {
            throw Errors.InvalidArgument($"'{relative}' is not a valid path of a maildir");
        }

        using var directory = Folder.TryOpenPath($"{root}/{string.Join('/', steps)}");
        if (directory is null)
        {
            return null;
        }

        if (IsMaildir(directory))
        {
            var scripts = directory.Names().Where(n => n is "sieve" or ".dovecot.sieve");
            return Describe(directory, [.. scripts.Order(StringComparer.Ordinal)]);
        }

        using var inner = directory.FactsOf(mailbox) is { IsDirectory: true } ? directory.TryOpen(mailbox) : null;
        return inner is not null && IsMaildir(inner)
            ? Describe(inner, [.. directory.Names().Where(n => n != mailbox).Order(StringComparer.Ordinal)])
            : throw Errors.InvalidArgument($"'{directory.Path}' is not a maildir");
    }

    /// <inheritdoc/>
    public void Dispose() => top.Dispose();

    private static bool IsMaildir(Folder directory) => Parts.All(p => directory.FactsOf(p) is { IsDirectory: true });

    private FoundMail Describe(Folder maildir, List<string> others)
    {
        var facts = maildir.Facts;
        return facts.Uid == 0
            ? throw Errors.UnsafePath(maildir.Path, "it belongs to root, but mail never does")
            : new FoundMail(new MailMove(maildir.Path, facts.Uid, facts.Gid, facts.Mode), Measure(maildir, facts, 0), others);
    }

    /// <summary>
    /// Adds up the size of all files. Everything in the directory must belong to its owner and be on its file system.
    /// </summary>
    private long Measure(Folder directory, FileFacts owner, int depth)
    {
        var bytes = 0L;
        foreach (var name in directory.Names())
        {
            if (directory.FactsOf(name) is not { } facts)
            {
                continue;
            }

            var reason = facts.Uid != owner.Uid || facts.Gid != owner.Gid
                ? $"it belongs to {facts.Uid}:{facts.Gid}, not to {owner.Uid}:{owner.Gid} as the maildir"
                : facts.Device != top.Facts.Device ? "it is on a different file system"
                : depth > TreeOwner.MaxDepth ? $"it is deeper than {TreeOwner.MaxDepth} directories"
                : null;
            if (reason is not null)
            {
                throw Errors.UnsafePath(FileName.Show(directory.Join(name)), reason);
            }

            using var child = facts.IsDirectory ? directory.TryOpen(name) : null;
            bytes += child is null ? facts.Octets : Measure(child, owner, depth + 1);
        }

        return bytes;
    }
}
