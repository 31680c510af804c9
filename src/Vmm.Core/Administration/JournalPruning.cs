using System.Text.Json.Serialization;
using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>What was removed from the journal.</summary>
/// <param name="Changes">Number of changes that were older than journal.days.</param>
/// <param name="Entries">What these had done: number of entries.</param>
/// <param name="Passwords">Number of replaced and deleted passwords, also of those older than journal.secret_days.</param>
/// <param name="LastBegan">When the last of the changes began, UTC; left out if there was none.</param>
public sealed record PrunedJournal(long Changes, long Entries, long Passwords, DateTime? LastBegan)
{
    /// <summary>Whether nothing was old enough.</summary>
    [JsonIgnore]
    public bool IsEmpty => Changes == 0 && Passwords == 0;
}

/// <summary>
/// Removes what is too old from the journal: a part at a time, each in a transaction of its own, so that nobody waits for long and
/// an interruption loses nothing.
/// </summary>
public static class JournalPruning
{
    /// <summary>A tenth of a second of work.</summary>
    private const int EntriesAtOnce = 10_000;

    /// <summary>
    /// Changes of which the trash has something stay, and of each former base directory one change: the trash finds it by that,
    /// also while its disk is not there.
    /// </summary>
    /// <param name="settings">The configuration in force.</param>
    /// <param name="author">Who prunes.</param>
    /// <param name="isDry">Only tells what would go.</param>
    /// <param name="progress">Hears how many changes of how many are removed.</param>
    /// <param name="ct">Cancelled when the user interrupts.</param>
    /// <exception cref="VmmException">35, 81, 84.</exception>
    public static PrunedJournal Run(
        Settings settings, Author author, bool isDry, Action<string, long, long> progress, CancellationToken ct)
    {
        var (days, secretDays) =
            ((int)settings.Value(SettingOptions.JournalDays), (int)settings.Value(SettingOptions.JournalSecretDays));
        var (stay, all) = Session.Read(
            settings,
            s =>
            {
                var inTrash = InTrash(s).Concat(TrashSql.BaseChanges(s.Tx, settings.BaseDirectory)).ToHashSet();
                return (inTrash, PruneSql.Count(s.Tx, days, secretDays, inTrash));
            },
            ct);
        var done = new PrunedJournal(0, 0, 0, null);
        if (isDry || all is { Changes: 0, Passwords: 0 })
        {
            return isDry ? new PrunedJournal(all.Changes, all.Entries, all.Passwords, all.LastBegan) : done;
        }

        PrunedRows some;
        do
        {
            some = Part(settings, author, s => PruneSql.Changes(s.Tx, days, stay, done.LastBegan, EntriesAtOnce), ct);
            done = new PrunedJournal(
                done.Changes + some.Changes,
                done.Entries + some.Entries,
                done.Passwords + some.Passwords,
                some.LastBegan ?? done.LastBegan);
            progress("pruning the journal", Math.Min(done.Changes, all.Changes), all.Changes);
        }
        while (some.Changes > 0);

        int passwords;
        do
        {
            passwords = Part(settings, author, s => PruneSql.Passwords(s.Tx, secretDays, EntriesAtOnce), ct);
            done = done with { Passwords = done.Passwords + passwords };
        }
        while (passwords > 0);

        return done;
    }

    /// <summary>No undo is at work meanwhile: it would see the half of what it needs.</summary>
    private static T Part<T>(Settings settings, Author author, Func<Session, T> remove, CancellationToken ct) => Session.Change(
        settings,
        author,
        s =>
        {
            PruneSql.Lock(s.Tx);
            return remove(s);
        },
        ct);

    /// <summary>The names of directories are enough: of one that is damaged, or that another vmm is at work on, too.</summary>
    private static IEnumerable<long> InTrash(Session s)
    {
        foreach (var path in TrashIndex.Bases(s))
        {
            using var trash = TrashFolder.Open(path, create: false);
            foreach (var name in trash is null ? [] : TrashFolder.Entries(trash))
            {
                yield return TrashFolder.Change(name)!.Value;
            }
        }
    }
}
