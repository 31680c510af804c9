using System.Globalization;
using Vmm.Core.Mailboxes;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;

namespace Vmm.Core.Checks;

/// <summary>
/// Looks at everything below one base directory that vmm makes: hash directories, in them the directories of domains, in them homes
/// with their mailboxes.
/// </summary>
/// <param name="root">The base directory.</param>
/// <param name="expected">What should be there.</param>
/// <param name="report">Gets the findings.</param>
/// <param name="progress">Hears how many domains were seen before this one.</param>
internal sealed class DirectoryWalk(string root, ExpectedDirectories expected, DirectoryReport report, Action<long> progress)
{
    private const UnixFileMode AllBits = (UnixFileMode)0xfff;
    private readonly HashSet<(long Gid, long Uid)> unfinished = [];
    private readonly TrashWalk trash = new(root, expected, report);

    /// <param name="gid">The one domain to look at; null for all.</param>
    /// <exception cref="VmmException">56 the base directory cannot be opened, 84 it does not belong to root.</exception>
    internal void Run(long? gid)
    {
        using var folder = Folder.OpenBase(root);
        if (folder.FactsOf(TrashFolder.Name) is not null)
        {
            report.Guard(folder.Join(TrashFolder.Name), null, () => trash.Run(isListed: gid is null));
        }

        foreach (var name in DomainPath.Hashes)
        {
            report.Guard(folder.Join(name), null, () => Hash(folder, name, gid));
        }
    }

    private void Hash(Folder folder, string name, long? only)
    {
        using var hash = folder.TryOpen(name);
        if (hash is null)
        {
            return;
        }

        Compare(hash, 0, 0, null, null);
        // In this order staging directories come first: they tell which homes are just being made.
        foreach (var entry in hash.Names().Where(n => Concerns(n, only) || IsStaging(n)).OrderBy(n => n, StringComparer.Ordinal))
        {
            var path = hash.Join(entry);
            if (IsStaging(entry))
            {
                report.Guard(path, null, () => Unfinished(hash, entry, Concerns(entry, only)));
            }
            else if (entry.StartsWith(MailStore.RemovalPrefix, StringComparison.Ordinal))
            {
                AddUnlessAtWork(hash, entry, Findings.RemovalDirectory(path), null);
            }
            else if (Id(entry) is { } gid && expected.SeeDomain(gid, path, hash.FactsOf(entry)) is { } domain)
            {
                report.Guard(path, domain.Name, () => Domain(hash, entry, domain));
                progress(expected.SeenDomains - 1);
            }
            else if (Id(entry) is not { } other || !trash.Expects(isDomain: true, other))
            {
                AddUnlessAtWork(hash, entry, Findings.OrphanDirectory(path, "domain"), null);
            }
        }
    }

    /// <summary>Of one domain that is its own directory, and the homes that are being made in it.</summary>
    private static bool Concerns(string entry, long? gid) =>
        gid is null || Id(entry) == gid
        || (IsStaging(entry) && StagedHomes.Gid(entry) == gid);

    private static bool IsStaging(string entry) => entry.StartsWith(MailStore.StagingPrefix, StringComparison.Ordinal);

    /// <summary>
    /// A vmm that is at work on it right now has it locked; nobody else can reach it. A home that moves to another domain is in one
    /// place or the other, and the staging directory is what is to be repaired.
    /// </summary>
    private void Unfinished(Folder hash, string entry, bool isListed)
    {
        using var staged = hash.TryOpen(entry);
        if (staged is null)
        {
            return;
        }

        var moves = HomeTransfer.Read(staged);
        if (!staged.IsLocked && isListed)
        {
            report.Add(
                moves is [var first, ..]
                    ? Findings.MisplacedHome(staged.Path, first.Uid)
                    : Findings.StagingDirectory(staged.Path),
                null);
        }

        foreach (var move in moves)
        {
            expected.SeeMoving(move.Uid);
            unfinished.UnionWith([(move.From.Gid, move.Uid), (move.To.Gid, move.Uid)]);
        }

        unfinished.UnionWith(StagedHomes.Read(staged).Select(uid => (StagedHomes.Gid(entry) ?? 0, uid)));
    }

    private void Domain(Folder hash, string name, ExpectedDomain domain)
    {
        using var folder = hash.TryOpen(name);
        if (folder is null)
        {
            return;
        }

        if (IsUnmapped("gid", domain.Gid, folder.Facts.Gid, folder.Path, domain.Name))
        {
            return;
        }

        if (!folder.Facts.IsBeside(hash.Facts))
        {
            report.Add(Findings.MountedDirectory(folder.Path, root), domain.Name);
        }

        // Narrower as in vmm 0.6 and 0.7 is as good.
        var narrow = expected.DomainMode & ~Posix.OthersWrite;
        var isNarrow = (folder.Facts.Mode & AllBits) == narrow;
        Compare(folder, 0, domain.Gid, isNarrow ? narrow : expected.DomainMode, domain.Name);
        foreach (var entry in folder.Names())
        {
            var uid = Id(entry);
            if (uid is { } known && expected.SeeAccount(known, domain.Gid) is { } account)
            {
                report.Guard(folder.Join(entry), domain.Name, () => Home(folder, entry, account, domain.Name));
            }
            else if (uid is not { } home || (!unfinished.Contains((domain.Gid, home)) && !trash.Expects(isDomain: false, home)))
            {
                var finding = uid is { } number && expected.AddressWith(number) is { } address
                    ? Findings.HomeOfOtherDomain(folder.Join(entry), address)
                    : Findings.OrphanDirectory(folder.Join(entry), "account");
                AddUnlessAtWork(folder, entry, finding, domain.Name);
            }
        }
    }

    private void Home(Folder folder, string name, ExpectedAccount account, string domain)
    {
        // Looked at before it is opened: in a container root may not open what belongs to an unknown user.
        if (folder.FactsOf(name) is { } facts && IsUnmapped("uid", account.Uid, facts.Uid, folder.Join(name), domain))
        {
            return;
        }

        using var home = folder.TryOpen(name);
        if (home is null)
        {
            return;
        }

        if (home.Facts.Mount != folder.Facts.Mount)
        {
            report.Add(Findings.MountedDirectory(home.Path, root), domain);
        }

        if (IsForeign(home, account, domain))
        {
            return;
        }

        Compare(home, account.Uid, account.Gid, expected.HomeMode, domain);
        using var mailbox = home.TryOpen(account.MailDirectory);
        if (mailbox is null)
        {
            report.Add(Findings.MissingMailbox(home.Join(account.MailDirectory), account), domain);
            return;
        }

        if (!IsForeign(mailbox, account, domain))
        {
            Compare(mailbox, account.Uid, account.Gid, expected.HomeMode, domain);
        }
    }

    /// <summary>In a container that lacks the id nobody can set it, and nothing can be said of what is below.</summary>
    private bool IsUnmapped(string kind, long id, long found, string path, string domain)
    {
        if (found == id || IdMap.Missing(kind, id) is not { } reason)
        {
            return false;
        }

        report.Hide(path);
        report.Add(Findings.UnmappedId(path, reason), domain);
        return true;
    }

    /// <summary>
    /// Where accounts can write to the directory of their domain, one can give its home the name of another: only the owner then
    /// says whose mail it is.
    /// </summary>
    private bool IsForeign(Folder folder, ExpectedAccount account, string domain)
    {
        if (expected.OtherAccount(folder.Facts.Uid, account.Uid) is not { } other)
        {
            return false;
        }

        report.Add(Findings.ForeignHome(folder.Path, expected.AddressOf(account), other), domain);
        return true;
    }

    /// <param name="folder">What is looked at.</param>
    /// <param name="uid">Its owner.</param>
    /// <param name="gid">Its group; 0 for a hash directory, where the group is the administrator's business.</param>
    /// <param name="mode">
    /// Its permissions; null where they are the administrator's business, unless everyone may write to it.
    /// </param>
    /// <param name="domain">That it belongs to.</param>
    private void Compare(Folder folder, long uid, long gid, UnixFileMode? mode, string? domain)
    {
        var (path, facts) = (folder.Path, folder.Facts);
        // Where everyone may write, nothing is made or removed.
        var wanted = mode ?? (facts.Mode & AllBits & ~UnixFileMode.OtherWrite);
        var correct = new OwnerAndMode(root, path[(root.Length + 1)..], uid, gid == 0 ? facts.Gid : gid, wanted);
        if (facts.Uid != uid || (gid != 0 && facts.Gid != gid))
        {
            report.Add(Findings.WrongOwner(path, facts, correct, gid), domain);
        }

        if ((facts.Mode & AllBits) != wanted)
        {
            report.Add(Findings.WrongMode(path, facts.Mode, correct), domain);
        }
    }

    /// <summary>
    /// Adds a finding about an entry, unless a vmm is making or removing it just now: that one has it locked until its rows are
    /// committed.
    /// </summary>
    private void AddUnlessAtWork(Folder parent, string entry, Finding finding, string? domain)
    {
        if (!IsAtWork(parent, entry) && !(finding.Code == FindingCode.OrphanDirectory && IsNamed(parent, entry)))
        {
            report.Add(finding, domain);
        }
    }

    private bool IsNamed(Folder parent, string entry) => parent.FactsOf(entry) is { } facts && expected.IsNamed(facts);

    private static bool IsAtWork(Folder parent, string entry)
    {
        try
        {
            using var folder = parent.TryOpen(entry);
            return folder is null or { IsLocked: true };
        }
        catch (VmmException)
        {
            // A link, a file, or nothing that can be looked at: vmm makes none of these.
            return false;
        }
    }

    private static long? Id(string name) =>
        MailboxPaths.Uid(name) is { } id && id.ToString(CultureInfo.InvariantCulture) == name ? id : null;
}
