using Vmm.Core.Administration;
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

    private ExpectedDirectories(UnixFileMode domainMode, UnixFileMode homeMode)
    {
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
        var expected = new ExpectedDirectories(Administration.Domains.DirectoryMode(s), Accounts.HomeMode(s));
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

    /// <summary>The domain that has this directory, which now counts as seen; null where none has.</summary>
    internal ExpectedDomain? SeeDomain(long gid, string path)
    {
        if (!domains.TryGetValue(gid, out var domain) || domain.Directory != path)
        {
            return null;
        }

        seenDomains.Add(gid);
        return domain;
    }

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

    /// <summary>Reports what was not seen. The homes of a missing domain are not listed one by one.</summary>
    internal void ReportMissing(DirectoryReport report)
    {
        foreach (var domain in domains.Values.Where(d => !seenDomains.Contains(d.Gid) && !report.IsHidden(d.Directory)))
        {
            report.Add(Findings.MissingDirectory(domain, DomainMode), domain.Name);
        }

        foreach (var account in accounts.Values.Where(a => seenDomains.Contains(a.Gid) && !seenAccounts.Contains(a.Uid)))
        {
            var domain = domains[account.Gid];
            if (!report.IsHidden(domain.Directory))
            {
                report.Add(Findings.MissingHome($"{domain.Directory}/{account.Uid}", account, domain.Name, HomeMode), domain.Name);
            }
        }
    }
}
