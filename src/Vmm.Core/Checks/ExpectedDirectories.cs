using Vmm.Core.Administration;
using Vmm.Core.Mailboxes;
using Vmm.Core.Unix;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <summary>The directories that the rows of the database promise, and which of them were seen.</summary>
internal sealed class ExpectedDirectories
{
    private readonly Dictionary<long, ExpectedDomain> domains = [];
    private readonly Dictionary<long, ExpectedAccount> accounts = [];
    private readonly HashSet<long> seenDomains = [];
    private readonly HashSet<long> seenAccounts = [];
    private readonly Func<long, AccountByUid?> findOther;
    private readonly Predicate<TrashHeader> isKnown;
    private HashSet<(ulong Device, ulong Inode)>? named;

    private ExpectedDirectories(
        UnixFileMode domainMode, UnixFileMode homeMode, Func<long, AccountByUid?> findOther, Predicate<TrashHeader> isKnown)
    {
        (this.findOther, this.isKnown) = (findOther, isKnown);
        DomainMode = domainMode;
        HomeMode = homeMode;
    }

    /// <summary>Permissions of a domain's directory.</summary>
    internal UnixFileMode DomainMode { get; }

    /// <summary>Permissions of a home and of the mailbox in it.</summary>
    internal UnixFileMode HomeMode { get; }

    /// <summary>Number of all domains.</summary>
    internal int DomainCount => domains.Count;

    /// <summary>All domains.</summary>
    internal IEnumerable<ExpectedDomain> Domains => domains.Values;

    /// <summary>Number of the domains that were seen.</summary>
    internal int SeenDomains => seenDomains.Count;

    /// <summary>Of all domains, or of the one with <paramref name="gid"/>.</summary>
    internal static ExpectedDirectories Read(Session s, long? gid)
    {
        var expected = new ExpectedDirectories(
            Administration.Domains.DirectoryMode(s),
            Accounts.HomeMode(s),
            // Of all domains, every account is here.
            uid => gid is null ? null : AccountSql.ByUid(s.Tx, uid),
            header => TrashSql.IsKnown(s.Tx, header.Change, header.At));
        foreach (var domain in CheckSql.Domains(s.Tx, gid))
        {
            expected.domains[domain.Gid] = domain;
        }

        foreach (var account in CheckSql.Accounts(s.Tx, gid))
        {
            expected.accounts[account.Uid] = account;
        }

        return expected;
    }

    /// <summary>
    /// The domain that has this directory, which now counts as seen; null where none has. Whatever its row calls it, it is the
    /// directory that the file system finds there.
    /// </summary>
    internal ExpectedDomain? SeeDomain(long gid, string path, FileFacts? facts)
    {
        if (!domains.TryGetValue(gid, out var domain)
            || (DomainPath.Plain(domain.Directory) != path && Posix.FactsAt(domain.Directory)?.Identity != facts?.Identity))
        {
            return null;
        }

        seenDomains.Add(gid);
        return domain;
    }

    /// <summary>
    /// Whether a row names this directory in any way, or one that is somewhere below it: then it is no orphan, whatever else is
    /// wrong with it.
    /// </summary>
    internal bool IsNamed(FileFacts facts) => (named ??= FindNamed()).Contains(facts.Identity);

    private HashSet<(ulong Device, ulong Inode)> FindNamed()
    {
        var found = new HashSet<(ulong, ulong)>();
        var above = new HashSet<string>();
        foreach (var domain in domains.Values)
        {
            // Of most domains these are a few hash directories and one base.
            foreach (var path in DirectoriesAbove.Of(domain.Directory).TakeWhile(above.Add))
            {
                if (Posix.FactsAt(path) is { } facts)
                {
                    found.Add(facts.Identity);
                }
            }
        }

        return found;
    }

    /// <summary>Whether this database made the change that is in the trash.</summary>
    internal bool IsKnown(TrashHeader header) => isKnown(header);

    /// <summary>Whether there is a domain with this gid, of those that were asked for.</summary>
    internal bool HasDomain(long gid) => domains.ContainsKey(gid);

    /// <summary>The account that has this home, which now counts as seen; null where none has.</summary>
    internal ExpectedAccount? SeeAccount(long uid, long gid)
    {
        if (!accounts.TryGetValue(uid, out var account) || account.Gid != gid)
        {
            return null;
        }

        seenAccounts.Add(uid);
        return account;
    }

    /// <summary>A home that moves to another domain just now, or did when a command was interrupted.</summary>
    internal void SeeMoving(long uid) => seenAccounts.Add(uid);

    /// <summary>The address of another account that this owner is, or null.</summary>
    internal string? OtherAccount(long owner, long uid) =>
        owner == uid ? null : AddressWith(owner);

    /// <summary>The address of the account with this uid, in whatever domain; null where there is none.</summary>
    internal string? AddressWith(long uid) =>
        accounts.TryGetValue(uid, out var account) ? AddressOf(account) : findOther(uid)?.Address;

    /// <summary>Under the primary name of its domain.</summary>
    internal string AddressOf(ExpectedAccount account) => $"{account.LocalPart}@{domains[account.Gid].Name}";

    /// <summary>Reports what was not seen. The homes of a missing domain are not listed one by one.</summary>
    internal void ReportMissing(DirectoryReport report)
    {
        var unseen = domains.Values.Where(d => !seenDomains.Contains(d.Gid));
        foreach (var domain in unseen.Where(d => !report.IsHidden(DomainPath.Plain(d.Directory))))
        {
            report.Add(Findings.MissingDirectory(domain, DomainMode), domain.Name);
        }

        foreach (var account in accounts.Values.Where(a => seenDomains.Contains(a.Gid) && !seenAccounts.Contains(a.Uid)))
        {
            var domain = domains[account.Gid];
            var path = DomainPath.Plain(domain.Directory);
            if (!report.IsHidden(path))
            {
                report.Add(Findings.MissingHome($"{path}/{account.Uid}", account, domain.Name, HomeMode), domain.Name);
            }
        }
    }
}
