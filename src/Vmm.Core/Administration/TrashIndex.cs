using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core.Administration;

/// <summary>What is in the trash of all base directories.</summary>
internal sealed class TrashIndex
{
    private readonly Dictionary<(bool IsDomain, long Id), TrashPlace> mail = [];

    private readonly VmmException? unread;

    private TrashIndex(IReadOnlyList<TrashChange> changes, VmmException? unread = null)
    {
        this.unread = unread;
        Changes = changes;
        // The latest change comes first: it had the account last.
        foreach (var place in changes.SelectMany(c => c.Mail))
        {
            mail.TryAdd((place.Item.IsDomain, place.Item.Id), place);
        }
    }

    /// <summary>The latest first.</summary>
    internal IReadOnlyList<TrashChange> Changes { get; }

    /// <summary>Where the mail of an account, or of a whole domain, is; null where it is not in the trash.</summary>
    internal TrashPlace? Find(bool isDomain, long id) => mail.GetValueOrDefault((isDomain, id));

    /// <summary>What follows the words that something is not there, which is only certain where all could be read.</summary>
    internal string Doubt => unread is null ? "" : $", as far as it can be read: {unread.Message}";

    /// <summary>The error that something is not there.</summary>
    internal VmmException Missing(VmmException notThere) =>
        unread is null ? notThere : new VmmException(notThere.Code, notThere.Message + Doubt, unread.Hint, unread);

    /// <summary>What this one change put there.</summary>
    internal static TrashIndex Of(TrashChange change) => new([change]);

    /// <summary>
    /// What these changes put there. Numbers may have been given out twice, when the database came from a backup: the mail of
    /// another change with the same number is somebody else's, as is that of another account with the same uid.
    /// </summary>
    /// <exception cref="VmmException">56, 81, 84.</exception>
    internal static TrashIndex Of(Session s, IReadOnlyCollection<long> changes) => new(
        [.. Read(s, changes.Contains, out var unread).Where(c => TrashSql.IsKnown(s.Tx, c.Header.Change, c.Header.At))], unread);

    /// <exception cref="VmmException">56, 81, 84.</exception>
    internal static TrashIndex Read(Session s) => new(Read(s, _ => true, out var unread), unread);

    private static List<TrashChange> Read(Session s, Predicate<long> wanted, out VmmException? unread)
    {
        unread = null;
        var parts = new List<(TrashHeader Header, TrashPart Part)>();
        foreach (var path in Bases(s))
        {
            using var trash = TrashFolder.Open(path, create: false);
            foreach (var name in trash is null ? [] : TrashFolder.Entries(trash).Where(n => wanted(TrashFolder.Change(n)!.Value)))
            {
                try
                {
                    if (Part(trash!, path, name) is { } part)
                    {
                        parts.Add(part);
                    }
                }
                catch (VmmException e) when (e.Code is ErrorCode.FileSystem or ErrorCode.UnsafePath)
                {
                    // One that is damaged must not keep the others from being found.
                    s.Warn($"{e.Message}; it is passed over");
                    unread ??= e;
                }
            }
        }

        return
        [
            .. parts.GroupBy(p => p.Header).Select(g => new TrashChange(g.Key, [.. g.Select(p => p.Part)]))
                .OrderByDescending(c => c.Header.Change)
                .ThenByDescending(c => c.Header.At, StringComparer.Ordinal),
        ];
    }

    /// <summary>All base directories in which vmm has put something, each once.</summary>
    internal static IEnumerable<string> Bases(Session s) =>
        TrashSql.Bases(s.Tx).Append(s.Settings.BaseDirectory).Select(DomainPath.Plain).Distinct().Where(Directory.Exists);

    /// <returns>Null where another vmm is at work on it, or it has no manifest: that is for 'vmm check --repair'.</returns>
    private static (TrashHeader Header, TrashPart Part)? Part(Folder trash, string path, string name)
    {
        using var entry = trash.TryOpen(name);
        if (entry is null || entry.IsLocked || TrashContents.Header(entry) is not { } header)
        {
            return null;
        }

        var places = TrashFolder.Items(entry).Where(i => entry.FactsOf(i.Name) is not null).DistinctBy(i => i.Name)
            .Select(i => new TrashPlace(path, name, i));
        return (header, new TrashPart(path, name, [.. places]));
    }
}
