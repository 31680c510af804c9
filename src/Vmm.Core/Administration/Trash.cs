using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>What one change put into the trash.</summary>
/// <param name="Change">Number of the change in the journal.</param>
/// <param name="At">When it was made, UTC.</param>
/// <param name="By">The administrator.</param>
/// <param name="Command">The command line; left out where vmm was not used.</param>
/// <param name="Object">The domain or account; of many the first.</param>
/// <param name="Domains">Number of domains.</param>
/// <param name="Accounts">Number of accounts, those of the domains included.</param>
/// <param name="Until">When a purge takes it; left out if none does unless it is asked to.</param>
/// <param name="Path">Absolute path of its directory; of several the first.</param>
public sealed record TrashInfo(
    long Change,
    DateTime At,
    string By,
    string? Command,
    string Object,
    long Domains,
    long Accounts,
    DateTime? Until,
    string Path);

/// <summary>What one change put into the trash, with its rows.</summary>
/// <param name="Deleted">When and by whom.</param>
/// <param name="Objects">What was deleted, with its properties: address or name, kind, and a JSON object.</param>
public sealed record TrashDetails(TrashInfo Deleted, IReadOnlyList<JournalEntry> Objects);

/// <summary>What was removed from the trash.</summary>
/// <param name="Removed">The changes that had put it there.</param>
public sealed record PurgedTrash(IReadOnlyList<TrashInfo> Removed);

/// <summary>Which of the trash goes.</summary>
/// <param name="What">An address, a domain, or the number of a change; null for what the rest says.</param>
/// <param name="All">Everything.</param>
/// <param name="IsDry">Only tells what would go.</param>
public sealed record PurgeRequest(string? What, bool All, bool IsDry);

/// <summary>Deleted accounts and domains, with their mail.</summary>
public static class Trash
{
    private const int LinesAtOnce = 1000;

    /// <summary>The latest first.</summary>
    /// <exception cref="VmmException">56, 81, 84.</exception>
    public static IEnumerable<TrashInfo> List(Session s, long? limit) =>
        TrashIndex.Read(s).Changes.Take((int)Math.Min(limit ?? int.MaxValue, int.MaxValue)).Select(c => Info(s, c));

    /// <summary>The rows that went with it, without passwords.</summary>
    /// <exception cref="VmmException">56, 81, 84, 98.</exception>
    public static TrashDetails Show(Session s, string what)
    {
        var (change, _) = Find(s, what);
        return new TrashDetails(Info(s, change), [.. TrashContents.Entries(change)]);
    }

    /// <summary>Brings back what a change deleted, or of that one account, with its mail.</summary>
    /// <param name="s">The session.</param>
    /// <param name="what">An address, a domain, or the number of a change.</param>
    /// <param name="as">For an account: another address; null for the one that it had.</param>
    /// <exception cref="VmmException">2, 21, 27, 28, 36, 49, 57, 60, 81, 84, 85, 97, 98.</exception>
    public static Undone Restore(Session s, string what, EmailAddress? @as)
    {
        // Before anything is read: another restore may be at work, or the journal be pruned.
        NameLocks.TakeAllDomains(s);
        PruneSql.Hold(s.Tx);
        var (found, uid) = Find(s, what);
        HashSet<long>? uids = uid is { } one ? [one] : found.Header.IsDomain ? null : [.. found.Uids];
        var number = found.Header.Change;
        if (!TrashSql.IsKnown(s.Tx, number, found.Header.At))
        {
            number = TrashSql.AddChange(s.Tx, found.Header.At, found.Header.By, found.Header.Command);
            foreach (var lines in TrashContents.Rows(found).Chunk(LinesAtOnce))
            {
                TrashSql.AddEntries(s.Tx, number, lines);
            }
        }

        TrashSql.AddPasswords(
            s.Tx, number, TrashContents.Passwords(found).Where(p => uids is null || uids.Contains(p.Uid)));
        var trash = TrashIndex.Of(found);
        var undone = @as is null
            ? Undo.Run(s, [number], uids, trash)
            : RestoreAs.Run(s, number, uid ?? throw TrashErrors.NoAccount(what), @as, trash);
        return undone with { Changes = [found.Header.Change] };
    }

    /// <summary>
    /// Removes mail and rows for good. That can take hours, so it is done without a transaction; interrupted, it goes on with the
    /// next run.
    /// </summary>
    /// <param name="settings">The configuration in force.</param>
    /// <param name="request">What is removed.</param>
    /// <param name="progress">Hears how many accounts of how many are removed.</param>
    /// <param name="ct">Cancelled when the user interrupts.</param>
    /// <returns>What was removed; what another vmm is at work on is left for the next purge.</returns>
    /// <exception cref="VmmException">3, 56, 81, 84, 98.</exception>
    public static PurgedTrash Purge(
        Settings settings, PurgeRequest request, Action<string, long, long> progress, CancellationToken ct)
    {
        var (changes, bases) = Session.Read(settings, s => (Doomed(s, request), TrashIndex.Bases(s).ToList()), ct);
        if (request.IsDry)
        {
            return new PurgedTrash([.. changes.Select(c => c.Info)]);
        }

        var (done, total) = (0L, changes.Sum(c => c.Change.Accounts));
        var removed = new List<TrashInfo>();
        foreach (var (change, info) in changes)
        {
            var isRemoved = false;
            foreach (var part in change.Parts)
            {
                using var trash = TrashFolder.Open(part.BaseDirectory, create: false);
                using var entry = trash?.TryOpen(part.Entry);
                if (entry?.TryLock() == true)
                {
                    isRemoved |= TrashFolder.Remove(
                        trash!, part.Entry, ct, () => progress("removing deleted mail", ++done, total));
                }
            }

            if (isRemoved)
            {
                removed.Add(info);
            }
        }

        foreach (var path in bases)
        {
            using var trash = TrashFolder.Open(path, create: false);
            foreach (var name in trash?.Names().Where(n => n.StartsWith(MailStore.RemovalPrefix, StringComparison.Ordinal)) ?? [])
            {
                TreeRemoval.Run(trash!, name, ct);
            }
        }

        return new PurgedTrash(removed);
    }

    private static List<(TrashChange Change, TrashInfo Info)> Doomed(Session s, PurgeRequest request)
    {
        var chosen = request.What is { } what
            ? [Single(s, what)]
            : TrashIndex.Read(s).Changes.Where(c => request.All || IsOver(s, c));
        return [.. chosen.Select(c => (c, Info(s, c)))];
    }

    /// <summary>By a name only what was deleted alone goes, and nothing that the name does not say.</summary>
    private static TrashChange Single(Session s, string what)
    {
        var change = Find(s, what).Change;
        var others = change.Header.IsDomain ? change.Header.Domains : change.Accounts;
        return others <= 1 || Journal.IsNumber(what) ? change : throw TrashErrors.Several(what, change.Header.Change);
    }

    private static bool IsOver(Session s, TrashChange change) => Until(s, change) is { } until && until <= DateTime.UtcNow;

    private static DateTime? Until(Session s, TrashChange change) =>
        s.Settings.Value(SettingOptions.AccountTrashDays) is > 0 and var days
            ? TrashContents.At(change.Header).AddDays(days)
            : null;

    private static TrashInfo Info(Session s, TrashChange change)
    {
        var h = change.Header;
        return new TrashInfo(
            h.Change, TrashContents.At(h), h.By, h.Command, h.Object, h.Domains, change.Accounts, Until(s, change),
            change.Parts[0].Path);
    }

    /// <summary>The latest that has it, and the uid where it is an account.</summary>
    private static (TrashChange Change, long? Uid) Find(Session s, string what)
    {
        var trash = TrashIndex.Read(s);
        var changes = trash.Changes;
        if (Journal.IsNumber(what))
        {
            var change = changes.FirstOrDefault(c => $"{c.Header.Change}" == what)
                ?? throw trash.Missing(TrashErrors.NotThere(what));
            return (change, change.Header.IsDomain || change.Uids.ToList() is not [var only] ? null : only);
        }

        if (!what.Contains('@', StringComparison.Ordinal))
        {
            var name = DomainName.Refer(what).Ascii;
            var change = changes.FirstOrDefault(c => c.Header.IsDomain && c.Header.Object == name);
            return (change ?? throw trash.Missing(TrashErrors.NotThere(name)), null);
        }

        var address = EmailAddress.Refer(what);
        var gid = DomainSql.Find(s.Tx, address.Domain)?.Gid;
        foreach (var change in changes.Where(c => !c.Header.IsDomain))
        {
            if (TrashContents.Uid(change, address.ToString(), gid) is { } uid && change.Uids.Contains(uid))
            {
                return (change, uid);
            }
        }

        var domain = changes.FirstOrDefault(c => c.Header.IsDomain && c.Header.Object == address.Domain.Ascii);
        throw domain is not null && TrashContents.Uid(domain, address.ToString(), gid) is not null
            ? TrashErrors.WithItsDomain(address, domain.Header.Change)
            : trash.Missing(TrashErrors.NotThere(address.ToString()));
    }
}
