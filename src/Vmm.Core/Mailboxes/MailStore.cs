using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// The only code that changes mail directories. The crash rule: make before commit, unmake after commit. A crash leaves at most a
/// directory without a row, never a row without its directory. What is made appears under its name complete and durable, by one
/// rename; what is removed leaves its name first, by one rename.
/// </summary>
public sealed partial class MailStore
{
    /// <summary>Begins the name of a directory in a hash directory that is not finished yet.</summary>
    internal const string StagingPrefix = ".vmm-new-";

    /// <summary>Begins the name of a directory in a hash directory that is being removed.</summary>
    internal const string RemovalPrefix = ".vmm-del-";

    /// <summary>A hash directory: others may pass through, only root may look.</summary>
    internal const UnixFileMode HashMode = (UnixFileMode)0b111_101_001;

    internal const UnixFileMode Private = (UnixFileMode)0b111_000_000;

    // Of thousands of new domains only these are kept open.
    internal const int MostHeld = 50;

    // Each stays open, and so locked, until the change is kept or taken back: there is no row yet, and 'vmm check' takes what is
    // locked for work in progress.
    private readonly List<(MailboxStep Step, FileFacts Facts)> made = [];
    private readonly Removals removals = new();
    private readonly List<Folder> held = [];
    private readonly List<HomeBatch> batches = [];
    private readonly List<HomeTransfer> transfers = [];
    private readonly List<string> left = [];

    /// <summary>Warnings about mail of another program that <see cref="Undo"/> could not bring back.</summary>
    public IReadOnlyList<string> Left => left;

    /// <summary>Paths of the directories that were made.</summary>
    public IEnumerable<string> Made => made.Select(m => m.Step.Path).Concat(batches.SelectMany(b => b.Paths));

    /// <summary>Homes that move to another domain.</summary>
    public IEnumerable<MoveHome> Moved => transfers.Select(t => t.Step);

    /// <summary>Paths of the directories that will be removed after the commit.</summary>
    public IEnumerable<string> Removals => removals.Paths;

    /// <summary>Makes a domain's directory now.</summary>
    /// <exception cref="VmmException">56, 81 or 84; nothing is left behind.</exception>
    public void Make(MakeDomain step)
    {
        using var hash = MailboxPaths.OpenHash(step.Domain, create: true)!;
        Publish(step, hash, hash, step.Domain.Gid, staged => staged.SetOwnerAndMode(0, step.Domain.Gid, step.Mode));
    }

    /// <summary>Makes a home with its mailbox now; a missing domain directory is made with it.</summary>
    /// <exception cref="VmmException">36, 56, 81 or 84; nothing is left behind.</exception>
    public void Make(MakeHome step)
    {
        using var hash = MailboxPaths.OpenHash(step.Domain, create: true)!;
        RequireDomain(hash, step.Domain, step.DomainMode);
        using var domain = MailboxPaths.OpenDomain(hash, step.Domain)!;
        Publish(step, hash, domain, step.Uid, staged =>
        {
            MailboxTree.Fill(staged, "", step.Uid, step.Domain.Gid, step.Mode, step.Layout);
            staged.SetOwnerAndMode(step.Uid, step.Domain.Gid, step.Mode);
        });
    }

    /// <summary>Builds many homes now; they get their names in <see cref="Sync"/>.</summary>
    /// <exception cref="VmmException">36, 56, 81 or 84; nothing is left behind.</exception>
    public void Make(MakeHomes step, Action<long> progress, CancellationToken ct)
    {
        // Two for each domain, until the end.
        Posix.AllowManyOpenFiles();
        var hash = MailboxPaths.OpenHash(step.Domain, create: true)!;
        RequireDomain(hash, step.Domain, step.DomainMode);
        MailboxPaths.OpenDomain(hash, step.Domain)?.Dispose();
        var batch = new HomeBatch(step, hash, TemporaryName(StagingPrefix, step.Domain.Gid.ToString()));
        batches.Add(batch);
        batch.Stage(progress, ct);
    }

    /// <summary>Checks now, and removes after the commit.</summary>
    /// <returns>False when there is no such directory.</returns>
    /// <exception cref="VmmException">36 or 49 wrong owner, 81 read-only, 84 links; nothing was changed.</exception>
    public bool RemoveAfterCommit(MailboxStep step) => removals.Plan(step, deposit: null);

    /// <summary>The uids by which entries of a domain's directory are named; none where there is no such directory.</summary>
    /// <exception cref="VmmException">36, 81, 84.</exception>
    internal static IReadOnlyList<long> HomesIn(DomainPath path)
    {
        using var hash = MailboxPaths.OpenHash(path, create: false);
        using var domain = hash is null ? null : MailboxPaths.OpenDomain(hash, path);
        return domain is null ? [] : [.. domain.Names().Select(MailboxPaths.Uid).OfType<long>()];
    }

    /// <summary>Checks now that a home can be moved to another domain; it moves in <see cref="Sync"/>.</summary>
    /// <exception cref="VmmException">36, 49, 81, 84; nothing was changed.</exception>
    public void Move(MoveHome step)
    {
        using var hash = MailboxPaths.OpenHash(step.Domain, create: true)!;
        RequireDomain(hash, step.Domain, step.DomainMode);
        transfers.Add(new HomeTransfer(step));
    }

    private void RequireDomain(Folder hash, DomainPath path, UnixFileMode mode)
    {
        if (hash.FactsOf(path.Gid.ToString()) is not null)
        {
            return;
        }

        try
        {
            Make(new MakeDomain(path, mode));
        }
        catch (VmmException) when (hash.FactsOf(path.Gid.ToString()) is not null)
        {
            // Somebody else who adds an account to the domain was quicker.
        }
    }

    /// <summary>
    /// Makes durable what was made: the last thing before the commit. One flush for all of it (25 directories one by one take ten
    /// times longer).
    /// </summary>
    /// <exception cref="VmmException">81.</exception>
    public void Sync()
    {
        DropEmptyDeposits();
        var staged = batches.Select(b => (b.Device, (Action)b.Sync))
            .Concat(transfers.SelectMany(t => t.Devices))
            .Concat(deposits.Select(d => (d.Entry.Facts.Device, (Action)d.Entry.SyncFileSystem)))
            .Concat(returns.Select(r => r.Device))
            .ToList();
        transfers.ForEach(t => t.Announce());
        deposits.ForEach(d => d.Announce());
        SyncEachDevice(staged);
        var uids = batches.SelectMany(b => b.Uids).ToHashSet();
        batches.ForEach(b => b.TakeMail(uids.Contains));
        batches.ForEach(b => b.Publish());
        returns.ForEach(r => r.Run());
        transfers.ForEach(t => t.Run());

        SyncEachDevice(staged.Concat(made.Select(m => (m.Facts.Device, (Action)(() =>
        {
            using var hash = MailboxPaths.OpenHash(m.Step.Domain, create: false);
            hash?.SyncFileSystem();
        })))));
    }

    private static void SyncEachDevice(IEnumerable<(ulong Device, Action Sync)> parts)
    {
        foreach (var part in parts.DistinctBy(p => p.Device))
        {
            part.Sync();
        }
    }

    /// <summary>Takes back what was made. Only while it is certain that the rows are not kept.</summary>
    public void Undo()
    {
        foreach (var batch in batches)
        {
            try
            {
                batch.Undo();
            }
            catch (VmmException e)
            {
                // A home that stays is like that of a crash; mail of others is not to be looked for.
                var failures = batch.BringsMail ? e.Others.Prepend(e) : [];
                left.AddRange(failures.Select(f => $"{f.Message}; when that is repaired, run 'vmm check --repair'"));
            }

            batch.Dispose();
        }

        transfers.ForEach(t => TakeBack(t.Undo));
        deposits.ForEach(d => Quietly(d.Discard));
        foreach (var (step, facts) in Enumerable.Reverse(made))
        {
            Quietly(() =>
            {
                if (step is MakeDomain)
                {
                    // Only if it is empty: others may have put homes into a directory that was missing and that we made again.
                    using var hash = MailboxPaths.OpenHash(step.Domain, create: false);
                    hash?.TryRemoveDirectory(step.Domain.Gid.ToString());
                }
                else
                {
                    Mailboxes.Removals.Remove(step, facts, CancellationToken.None);
                }
            });
        }

        returns.ForEach(r => TakeBack(r.Undo));
    }

    private void TakeBack(Action undo)
    {
        try
        {
            undo();
        }
        catch (VmmException e)
        {
            left.Add($"{e.Message}; when that is repaired, run 'vmm check --repair'");
        }
    }

    /// <summary>Lets go of all directories, at the very end: from now on nothing holds them open.</summary>
    public void Close()
    {
        batches.ForEach(b => b.Dispose());
        transfers.ForEach(t => t.Dispose());
        returns.ForEach(r => r.Dispose());
        deposits.ForEach(d => d.Dispose());
        held.ForEach(f => f.Dispose());
        removals.Close();
    }

    /// <summary>Does the removals, after COMMIT. Each is tried; the first failure is reported.</summary>
    /// <exception cref="VmmException">80, naming what is left.</exception>
    public void Finish(CancellationToken ct)
    {
        foreach (var batch in batches)
        {
            Quietly(batch.Finish);
            batch.Dispose();
        }

        transfers.ForEach(t => Quietly(t.Finish));
        returns.ForEach(r => Quietly(r.Finish));
        removals.Run(ct);
    }

    /// <summary>
    /// Builds a directory in the hash directory, where nobody but root can reach it, and gives it its name when it is complete.
    /// </summary>
    private void Publish(MailboxStep step, Folder hash, Folder parent, long id, Action<Folder> fill)
    {
        var staging = TemporaryName(StagingPrefix, id.ToString());
        var staged = hash.Make(staging, Private);
        try
        {
            staged.Lock();
            fill(staged);
            if (!hash.TryMove(staging, parent, id.ToString()))
            {
                throw Errors.FileSystem("find the directory", staged.Path, "somebody removed it while vmm was at work");
            }

            made.Add((step, staged.Facts));
            held.Add(staged);
            if (held.Count > MostHeld)
            {
                staged.Dispose();
            }
        }
        catch
        {
            staged.Dispose();
            Discard(hash, staging);
            throw;
        }
    }

    /// <summary>Not to be guessed is not needed here, only to be free: no start of a cryptographic library for it.</summary>
    internal static string TemporaryName(string prefix, string name) => $"{prefix}{name}-{Guid.NewGuid().ToString("N")[..12]}";

    private static void Discard(Folder hash, string name) => Quietly(() => TreeRemoval.Run(hash, name, CancellationToken.None));

    /// <summary>For tidying up: another error, or a success, is what is to be reported; 'vmm check' lists what stays.</summary>
    private static void Quietly(Action tidy)
    {
        try
        {
            tidy();
        }
        catch (VmmException)
        {
        }
    }
}
