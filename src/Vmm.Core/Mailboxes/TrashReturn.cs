using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// Brings mail that one change put into the trash to where its rows will say, by one rename each before the commit. Taken back, it
/// is in the trash again. What a crash leaves in between, <see cref="TrashFolder.Settle"/> brings to where it belongs.
/// </summary>
internal sealed class TrashReturn : IDisposable
{
    private readonly Folder trash;
    private readonly Folder entry;
    private readonly List<(TrashItem From, TrashItem To)> moves = [];
    private int begun;

    /// <exception cref="VmmException">56, 81, 84; nothing was changed.</exception>
    internal TrashReturn(string baseDirectory, string name)
    {
        (BaseDirectory, Name) = (baseDirectory, name);
        trash = Found(TrashFolder.Open(baseDirectory, create: false), baseDirectory);
        try
        {
            entry = Found(trash.TryOpen(name), trash.Join(name));
        }
        catch
        {
            trash.Dispose();
            throw;
        }

        var isOurs = entry.Lock();
        if (!isOurs || trash.FactsOf(name)?.Inode != entry.Facts.Inode)
        {
            Dispose();
            throw Errors.FileSystem(
                "use the directory", trash.Join(name), isOurs ? "'vmm trashpurge' removes it" : "another vmm is at work on it");
        }
    }

    /// <summary>Whose trash it is in.</summary>
    internal string BaseDirectory { get; }

    /// <summary>Of the directory of the change.</summary>
    internal string Name { get; }

    /// <summary>Absolute paths: in the trash, and where it goes.</summary>
    internal IEnumerable<(string From, string To)> Moves => moves.Select(m => (entry.Join(m.From.Name), m.To.Place));

    /// <summary>The file system of both, and what makes it durable.</summary>
    internal (ulong Device, Action Sync) Device => (entry.Facts.Device, entry.SyncFileSystem);

    private static Folder Found(Folder? folder, string path) =>
        folder ?? throw Errors.FileSystem("find the directory", path, "somebody removed it");

    /// <summary>Looks at both places of an item.</summary>
    /// <exception cref="VmmException">36, 56, 81, 84; nothing was changed.</exception>
    internal void Add(TrashItem from, TrashItem to)
    {
        var source = entry.FactsOf(from.Name);
        if (source is null || TrashFolder.IsAtPlace(to))
        {
            throw Errors.FileSystem(
                $"move '{entry.Join(from.Name)}' to", to.Place, Posix.Reason(source is null ? Posix.NoEntry : Posix.Exists));
        }

        moves.Add((from, to));
    }

    /// <summary>Moves all that is not moved yet.</summary>
    /// <exception cref="VmmException">36, 56, 81, 84.</exception>
    internal void Run()
    {
        var elsewhere = moves.Skip(begun).Where(m => m.To != m.From).ToList();
        foreach (var (from, to) in elsewhere)
        {
            entry.WriteLines(TrashFolder.TargetPrefix + from.Name, [to.Line], TrashFolder.FileMode);
        }

        if (elsewhere.Count > 0)
        {
            entry.SyncFileSystem();
        }

        foreach (var (_, to) in moves.Skip(begun))
        {
            begun++;
            TrashFolder.TakeOut(entry, to);
        }
    }

    /// <summary>Brings it back into the trash.</summary>
    /// <exception cref="VmmException">81, 84; the lists stay for 'vmm check --repair'.</exception>
    internal void Undo()
    {
        foreach (var (_, to) in moves.Take(begun).Where(m => entry.FactsOf(m.From.Name) is null))
        {
            TrashFolder.PutIn(entry, to);
        }

        if (begun > 0)
        {
            entry.SyncFileSystem();
        }
    }

    /// <summary>After the commit: a directory of a change that has no mail any more has done its work.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal void Finish()
    {
        if (TrashFolder.Items(entry).All(i => entry.FactsOf(i.Name) is null))
        {
            TrashFolder.Remove(trash, Name, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        entry.Dispose();
        trash.Dispose();
    }
}
