using System.Globalization;

namespace Vmm;

/// <summary>What a crash may leave of <see cref="HomeBatch"/>: homes under their names, and the list of them in the staging directory.</summary>
internal static class StagedHomes
{
    /// <summary>A longer list is none of ours.</summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>The uids of the list in a staging directory; none where there is no list.</summary>
    internal static IReadOnlyList<long> Read(Folder staged)
    {
        var text = staged.TryRead(HomeBatch.ListName, MaxBytes);
        return text is null ? [] : [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => long.Parse(l, NumberStyles.None, CultureInfo.InvariantCulture))];
    }

    /// <summary>The gid that the name of a staging directory begins with; null for a name that is none of ours.</summary>
    internal static long? Gid(string name) => name.StartsWith(MailboxRoom.StagingPrefix, StringComparison.Ordinal)
        && long.TryParse(name[MailboxRoom.StagingPrefix.Length..].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var gid) ? gid : null;

    /// <summary>Brings mail that came from elsewhere back from homes that have no row. What cannot be brought back stays in the staging directory.</summary>
    /// <exception cref="VmmException">81, 84 for the first that cannot be brought back; all others are.</exception>
    internal static void ReturnMail(Folder staged, IEnumerable<long> uids)
    {
        VmmException? failure = null;
        var wanted = uids.ToHashSet();
        foreach (var entry in MailTransfer.Read(staged).Where(e => wanted.Contains(e.Uid)))
        {
            try
            {
                MailTransfer.Return(staged, entry);
            }
            catch (VmmException e)
            {
                failure ??= e;
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <summary>Moves homes that have no row back to where they were built.</summary>
    internal static void TakeBack(Folder hash, Folder staged, DomainPath path, IEnumerable<long> uids)
    {
        using var domain = MailboxPaths.OpenDomain(hash, path);
        foreach (var home in uids.Select(u => u.ToString(CultureInfo.InvariantCulture)))
        {
            if (domain is not null && staged.FactsOf(home) is null)
            {
                domain.TryMove(home, staged, home);
            }
        }
    }
}
