using Vmm.Core.Administration;
using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <summary>Brings mail into the trash, or back from it, where a command was interrupted in between.</summary>
internal static class TrashRepair
{
    /// <summary>
    /// Waits for the transaction of a command that was killed, which may be asking for its commit still: each holds the domain.
    /// </summary>
    /// <param name="s">The session.</param>
    /// <param name="path">The directory of a change in the trash.</param>
    /// <returns>False when it is gone, or another vmm is at work on it.</returns>
    /// <exception cref="VmmException">36, 56, 81, 84.</exception>
    internal static bool Run(Session s, string path)
    {
        var baseDirectory = Path.GetDirectoryName(Path.GetDirectoryName(path))!;
        using var trash = TrashFolder.Open(baseDirectory, create: false);
        using var entry = trash?.TryOpen(Path.GetFileName(path));
        if (trash is null || entry is null || !entry.TryLock())
        {
            return false;
        }

        var items = TrashFolder.Items(entry);
        foreach (var gid in items.Select(i => i.Domain.Gid).Distinct().Order())
        {
            DomainSql.AwaitHomes(s.Tx, gid);
        }

        if (TrashContents.Header(entry) is not { } header || entry.FactsOf(TrashFolder.ItemsName) is null)
        {
            // Without mail its rows were never deleted: the lists are complete before the commit.
            return !TrashFolder.HasMail(entry) && TrashFolder.Remove(trash, Path.GetFileName(path), s.Ct);
        }

        var isKnown = TrashSql.IsKnown(s.Tx, header.Change, header.At);
        TrashFolder.Settle(trash, Path.GetFileName(path), isKnown, item => PlaceOf(s, item), s.Ct);
        return true;
    }

    /// <summary>Where the rows have the mail of an item; null where there is no row.</summary>
    internal static TrashItem? PlaceOf(Session s, TrashItem item)
    {
        var gid = item.IsDomain ? item.Id : AccountSql.ByUid(s.Tx, item.Id)?.Gid;
        return gid is { } known && UndoSql.Directories(s.Tx, [known]) is [var (_, directory)]
            && DomainPath.TryParse(DomainPath.Plain(directory), known) is { } path
            ? item with { Domain = path }
            : null;
    }
}
