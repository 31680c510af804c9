using System.Globalization;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// What a crash may leave of <see cref="HomeBatch"/>: homes under their names, and lists of them and of their mail in the staging
/// directory. The lists are complete or not there, and nothing is moved before they are.
/// </summary>
internal static class StagedHomes
{
    /// <summary>
    /// Of a list, in bytes: a million homes, or some hundred thousand maildirs. A longer one is refused before anything is moved.
    /// </summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    private const UnixFileMode ListMode = (UnixFileMode)0b110_000_000;

    /// <summary>Writes a list into a staging directory.</summary>
    /// <exception cref="VmmException">44 it is too long; 81.</exception>
    internal static void WriteList(Folder staged, string name, byte[] content)
    {
        if (content.Length > MaxBytes)
        {
            throw Errors.InvalidArgument(
                $"there are too many accounts for one run: their list '{name}' would have {content.Length} bytes, "
                + $"and {MaxBytes} is the most",
                "Nothing was changed. Add some of them first, then the others.");
        }

        staged.WriteWhole(name, content, ListMode);
    }

    /// <summary>The lines of a list in a staging directory; none where there is no list.</summary>
    /// <param name="staged">The staging directory.</param>
    /// <param name="name">Of the list.</param>
    /// <param name="read">Reads a line, or throws a <see cref="FormatException"/>.</param>
    /// <exception cref="VmmException">81, also for a list that is none.</exception>
    internal static IReadOnlyList<T> ReadList<T>(Folder staged, string name, Func<string, T> read)
    {
        var text = staged.TryRead(name, MaxBytes);
        try
        {
            return text is null ? []
                : text.EndsWith('\n') ? [.. text[..^1].Split('\n').Select(read)]
                : throw new FormatException();
        }
        catch (FormatException e)
        {
            throw new VmmException(
                ErrorCode.FileSystem,
                $"the list '{staged.Join(name)}' is damaged",
                $"Look for mail in '{staged.Path}' and in homes without an account, which 'vmm check' lists; "
                + "when none is left, remove that directory.",
                e);
        }
    }

    /// <summary>A whole number of a list.</summary>
    internal static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException();

    /// <summary>The uids of the lists in a staging directory; none where there is no list.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal static IReadOnlyList<long> Read(Folder staged) =>
        [.. ReadList(staged, HomeBatch.ListName, Number).Union(MailTransfer.Read(staged).Select(e => e.Uid))];

    /// <summary>The gid that the name of a staging directory begins with; null for a name that is not ours.</summary>
    internal static long? Gid(string name)
    {
        if (!name.StartsWith(MailStore.StagingPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        var number = name[MailStore.StagingPrefix.Length..].Split('-')[0];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var gid) ? gid : null;
    }

    /// <summary>
    /// Moves homes that have no row back to where they were built, and mail that came from elsewhere back from there. What cannot
    /// be brought back stays where it is.
    /// </summary>
    /// <exception cref="VmmException">56, 81, 84 for each that cannot be brought back; all others are.</exception>
    internal static void TakeBack(Folder hash, Folder staged, DomainPath path, IEnumerable<long> uids)
    {
        var failures = new List<VmmException>();
        var mail = MailTransfer.Read(staged).ToLookup(e => e.Uid);
        foreach (var uid in uids)
        {
            try
            {
                var home = uid.ToString(CultureInfo.InvariantCulture);
                if (staged.FactsOf(home) is null)
                {
                    using var domain = MailboxPaths.OpenDomain(hash, path);
                    domain?.TryMove(home, staged, home);
                }

                var lost = mail[uid].Where(entry => !MailTransfer.Return(staged, entry));
                failures.AddRange(lost.Select(entry => Lost(staged, path, entry)));
            }
            catch (VmmException e)
            {
                failures.Add(mail[uid].FirstOrDefault() is { } entry ? Left(staged, path.ToString(), entry, e) : e);
            }
        }

        if (failures.Count > 0)
        {
            throw VmmException.Of(failures);
        }
    }

    /// <summary>
    /// Whether a home under its own name has more in it than it was made with. Then its account was there, whose row is deleted by
    /// now, and what it got is for somebody to look at. Mail that came from elsewhere is brought back instead.
    /// </summary>
    /// <exception cref="VmmException">81, 84.</exception>
    internal static bool IsUsed(Folder hash, Folder staged, DomainPath path, long uid)
    {
        if (MailTransfer.Read(staged).Any(e => e.Uid == uid))
        {
            return false;
        }

        using var domain = MailboxPaths.OpenDomain(hash, path);
        using var home = domain?.TryOpen(uid.ToString(CultureInfo.InvariantCulture));
        return home is not null && HoldsMore(home, MaildirLayout.Depth);
    }

    private static bool HoldsMore(Folder folder, int depth)
    {
        foreach (var name in folder.Names().Where(n => !MaildirLayout.IsOwnFile(n)))
        {
            if (depth == 0 || folder.FactsOf(name) is not { IsDirectory: true })
            {
                return true;
            }

            using var below = folder.TryOpen(name);
            if (below is not null && HoldsMore(below, depth - 1))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Removes a staging directory, unless mail that came from elsewhere is still in it.</summary>
    /// <exception cref="VmmException">81; 3 when it was cancelled.</exception>
    internal static void Remove(Folder hash, Folder staged, string name, CancellationToken ct)
    {
        foreach (var entry in MailTransfer.Read(staged))
        {
            using var home = MailTransfer.OpenHome(staged, entry);
            if (home?.FactsOf(entry.Mailbox) is not null)
            {
                var reason = new VmmException(ErrorCode.FileSystem, "it was not brought back, so nothing is removed");
                throw Left(staged, staged.Path, entry, reason);
            }
        }

        TreeRemoval.Run(hash, name, ct);
    }

    private static VmmException Lost(Folder staged, DomainPath path, MailTransfer.Entry entry) => new(
        ErrorCode.FileSystem,
        $"the mail of '{FileName.Show(entry.Move.Source)}' is neither there "
        + $"nor in '{FileName.Show($"{path}/{entry.Uid}/{entry.Mailbox}")}'",
        $"Look for it. When nobody misses it, remove '{FileName.Show(staged.Path)}', whose list names it.");

    /// <summary>Tells where mail is that is neither where it was nor an account's.</summary>
    private static VmmException Left(Folder staged, string domain, MailTransfer.Entry entry, VmmException reason)
    {
        var home = entry.Uid.ToString(CultureInfo.InvariantCulture);
        var place = staged.FactsOf(home) is null ? domain : staged.Path;
        return new VmmException(
            reason.Code,
            $"the mail of '{FileName.Show(entry.Move.Source)}' is in "
            + $"'{FileName.Show($"{place}/{home}/{entry.Mailbox}")}': {reason.Message}",
            "Repair that, then run 'vmm check --repair', which brings it back.",
            reason);
    }
}
