using System.Globalization;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// The trash of a base directory, which only root may enter: <c>BASE/.trash/CHANGE</c> has what one change put there, each home and
/// each directory of a domain under a name of its own, with a list of them, all rows that went with them, and their passwords. The
/// list is durable before the rows are gone, and nothing is moved before that: <see cref="Settle"/> finds each home from it.
/// </summary>
internal static class TrashFolder
{
    /// <summary>Its name in the base directory.</summary>
    internal const string Name = ".trash";

    /// <summary>Lists what is in the directory of a change, or belongs there: one <see cref="TrashItem"/> a line.</summary>
    internal const string ItemsName = "items";

    /// <summary>Begins the name of a list of where an item is being brought, if that is not where it was.</summary>
    internal const string TargetPrefix = "target-";

    /// <summary>The change, and the objects that it deleted, one JSON object a line.</summary>
    internal const string ManifestName = "manifest";

    /// <summary>uid, time of the last change and password hash of each account, separated by tabs.</summary>
    internal const string PasswordsName = "passwords";

    internal const UnixFileMode FileMode = (UnixFileMode)0b110_000_000;

    /// <summary>Opens it.</summary>
    /// <returns>Null where there is none, and <paramref name="create"/> is false.</returns>
    /// <exception cref="VmmException">56, 81, 84 somebody else could change what is in it.</exception>
    internal static Folder? Open(string baseDirectory, bool create)
    {
        using var root = Folder.OpenBase(baseDirectory);
        var trash = create ? root.OpenOrMake(Name, MailStore.Private) : root.TryOpen(Name);
        if (trash is null)
        {
            return null;
        }

        var facts = trash.Facts;
        var reason = facts.Uid != 0 ? $"it belongs to uid {facts.Uid}, not to root"
            : (facts.Mode & ~MailStore.Private & (UnixFileMode)0b111_111_111) != 0 ? "not only root may enter it"
            : null;
        if (reason is not null)
        {
            trash.Dispose();
            throw Errors.UnsafePath($"{baseDirectory}/{Name}", reason);
        }

        return trash;
    }

    /// <summary>The directories of changes, the latest first; what is being removed is left out.</summary>
    internal static IEnumerable<string> Entries(Folder trash) => trash.Names()
        .Where(n => Change(n) is not null)
        .OrderByDescending(n => Change(n))
        .ThenBy(n => n, StringComparer.Ordinal);

    /// <summary>The number of the change that the name of a directory begins with; null for a name that is not ours.</summary>
    internal static long? Change(string name) =>
        long.TryParse(name.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var change) ? change : null;

    /// <summary>What the lists in the directory of a change name: an item more than once if it was brought elsewhere.</summary>
    /// <exception cref="VmmException">81, also for a list that is none.</exception>
    internal static List<TrashItem> Items(Folder entry) =>
    [
        .. StagedHomes.ReadList(entry, ItemsName, TrashItem.Parse),
        .. entry.Names()
            .Where(n => n.StartsWith(TargetPrefix, StringComparison.Ordinal) && !n.EndsWith(".new", StringComparison.Ordinal))
            .SelectMany(n => StagedHomes.ReadList(entry, n, TrashItem.Parse)),
    ];

    /// <summary>The directory in which an item has its place; null where there is none.</summary>
    private static Folder? Parent(TrashItem item)
    {
        var hash = MailboxPaths.OpenHash(item.Domain, create: false);
        if (hash is null || item.IsDomain)
        {
            return hash;
        }

        using (hash)
        {
            return MailboxPaths.OpenDomain(hash, item.Domain);
        }
    }

    /// <summary>Whether an item has its name at its place.</summary>
    internal static bool IsAtPlace(TrashItem item)
    {
        using var parent = Parent(item);
        return parent?.FactsOf(item.Id.ToString(CultureInfo.InvariantCulture)) is { IsDirectory: true } facts
            && facts.Gid == item.Domain.Gid && facts.Uid == (item.IsDomain ? 0 : item.Id);
    }

    /// <summary>Moves an item from its place into the directory of its change.</summary>
    /// <returns>False when it is not at its place.</returns>
    /// <exception cref="VmmException">36, 81, 84.</exception>
    internal static bool PutIn(Folder entry, TrashItem item, Action<Folder>? verify = null)
    {
        using var parent = Parent(item);
        var name = item.Id.ToString(CultureInfo.InvariantCulture);
        if (parent is null || !parent.TryMove(name, entry, item.Name))
        {
            return false;
        }

        // Looked at where nobody can exchange it any more; users may write to the directory that it comes from.
        try
        {
            verify?.Invoke(entry);
        }
        catch
        {
            entry.TryMove(item.Name, parent, name);
            throw;
        }

        return true;
    }

    /// <summary>Moves an item from the directory of its change to its place, which must be free.</summary>
    /// <exception cref="VmmException">36, 56, 81, 84.</exception>
    internal static void TakeOut(Folder entry, TrashItem item)
    {
        using var hash = MailboxPaths.OpenHash(item.Domain, create: true)!;
        using var domain = item.IsDomain ? null : MailboxPaths.OpenDomain(hash, item.Domain)
            ?? throw Errors.FileSystem("find the directory", item.Domain.ToString(), "somebody removed it");
        if (!item.IsDomain)
        {
            using var home = entry.TryOpen(item.Name);
            if (home?.Facts is { } facts && facts.Gid != item.Domain.Gid)
            {
                new TreeOwner((item.Id, facts.Gid), (item.Id, item.Domain.Gid), isOurs: null).Change(home);
                home.SetOwnerAndMode(item.Id, item.Domain.Gid, facts.Mode & (UnixFileMode)0xfff);
            }
        }

        if (!entry.TryMove(item.Name, domain ?? hash, item.Id.ToString(CultureInfo.InvariantCulture)))
        {
            throw Errors.FileSystem("find the directory", entry.Join(item.Name), "somebody removed it");
        }
    }

    /// <summary>
    /// Brings what a crash left in between to where its rows say: with a row it is at its place, without one in the trash. A
    /// directory of a change that has nothing left goes.
    /// </summary>
    /// <param name="trash">The trash.</param>
    /// <param name="name">Of the directory of a change, which no other vmm is at work on.</param>
    /// <param name="isKnown">
    /// Whether this database made the change. Where it comes from a backup, a uid may be another account's by now: then nothing is
    /// taken out.
    /// </param>
    /// <param name="placeOf">Where the rows have the mail of an item; null where there is no row.</param>
    /// <param name="ct">Cancelled when the user interrupts.</param>
    /// <exception cref="VmmException">36, 56, 81, 84.</exception>
    internal static void Settle(
        Folder trash, string name, bool isKnown, Func<TrashItem, TrashItem?> placeOf, CancellationToken ct)
    {
        using var entry = trash.TryOpen(name);
        if (entry is null)
        {
            return;
        }

        var items = Items(entry);
        foreach (var item in items)
        {
            var isIn = entry.FactsOf(item.Name) is not null;
            if (placeOf(item) is not { } place)
            {
                _ = !isIn && IsAtPlace(item) && PutIn(entry, item);
            }
            else if (isIn && isKnown)
            {
                TakeOut(entry, place);
            }
        }

        entry.SyncFileSystem();
        if (items.All(i => entry.FactsOf(i.Name) is null) && items.Any(i => placeOf(i) is not null))
        {
            Remove(trash, name, ct);
        }
    }

    /// <summary>Whether there is mail in the directory of a change, or anything else that vmm has not written.</summary>
    internal static bool HasMail(Folder entry) => Directories(entry).Any();

    /// <summary>
    /// Removes the directory of a change with all that is in it. It leaves its name first, so that nobody takes half of it.
    /// </summary>
    /// <param name="trash">The trash.</param>
    /// <param name="name">Of the directory of a change.</param>
    /// <param name="ct">Cancelled when the user interrupts.</param>
    /// <param name="homeIsGone">Told of each home that is removed.</param>
    /// <returns>False where it was gone.</returns>
    /// <exception cref="VmmException">81; 3 when it was cancelled: then the next purge goes on.</exception>
    internal static bool Remove(Folder trash, string name, CancellationToken ct, Action? homeIsGone = null)
    {
        var doomed = MailStore.TemporaryName(MailStore.RemovalPrefix, name);
        if (!trash.TryMove(name, trash, doomed))
        {
            return false;
        }

        using (var entry = trash.TryOpen(doomed)!)
        {
            foreach (var item in Directories(entry))
            {
                RemoveHomes(entry, item, homeIsGone, ct);
            }
        }

        TreeRemoval.Run(trash, doomed, ct);
        return true;
    }

    private static void RemoveHomes(Folder entry, string item, Action? homeIsGone, CancellationToken ct)
    {
        if (item.StartsWith("domain-", StringComparison.Ordinal))
        {
            using var domain = entry.TryOpen(item)!;
            foreach (var home in Directories(domain))
            {
                TreeRemoval.Run(domain, home, ct);
                homeIsGone?.Invoke();
            }
        }
        else
        {
            TreeRemoval.Run(entry, item, ct);
            homeIsGone?.Invoke();
        }
    }

    private static IEnumerable<string> Directories(Folder folder) =>
        folder.Names().Where(n => folder.FactsOf(n) is { IsDirectory: true });
}
