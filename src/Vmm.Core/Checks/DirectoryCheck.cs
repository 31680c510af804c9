using Vmm.Core.Mailboxes;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Checks;

/// <summary>Compares the rows of the database with the mail directories, in both directions. Changes nothing.</summary>
internal static class DirectoryCheck
{
    private const string Looking = "looking at mail directories";

    /// <summary>
    /// Ordered by path. What other commands are doing just now would look wrong for a moment, so a finding has to hold for two
    /// looks, the second with a transaction of its own.
    /// </summary>
    /// <param name="s">Knows the rows.</param>
    /// <param name="gid">The one domain that is looked at; null for all.</param>
    /// <param name="progress">Hears how many domains are done.</param>
    /// <exception cref="VmmException">56 no base directory.</exception>
    internal static IReadOnlyList<Finding> Run(Session s, long? gid, Action<string, long, long> progress)
    {
        var first = Look(s, gid, _ => true, progress);
        if (first.Count == 0)
        {
            return first;
        }

        var second = Session.Read(s.Settings, again => Look(again, gid, _ => true, (_, _, _) => { }), s.Ct);
        return [.. first.Intersect(second)];
    }

    /// <summary>
    /// Directories that are missing or have the wrong owner, with one look; a base directory that does not exist is skipped.
    /// </summary>
    internal static IReadOnlyList<Finding> Homes(Session s) =>
        [.. Look(s, null, b => Directory.Exists(b) && !Folder.IsLink(b), (_, _, _) => { }).Where(ConcernsOwner)];

    private static bool ConcernsOwner(Finding finding) =>
        finding.Code is FindingCode.MissingDirectory or FindingCode.WrongOwner or FindingCode.ForeignHome or FindingCode.UnsafePath
            or FindingCode.ClosedDirectory or FindingCode.UnmappedId;

    /// <param name="s">Knows the rows.</param>
    /// <param name="gid">The one domain that is looked at; null for all.</param>
    /// <param name="wanted">Which base directories are looked at.</param>
    /// <param name="progress">Hears how many domains are done.</param>
    private static IReadOnlyList<Finding> Look(
        Session s, long? gid, Predicate<string> wanted, Action<string, long, long> progress)
    {
        var expected = ExpectedDirectories.Read(s, gid);
        var report = new DirectoryReport();
        var domains = DomainPlaces.Find(s.Settings, expected.Domains, report);
        string[] own = gid is null ? [DomainPath.Plain(s.Settings.BaseDirectory)] : [];
        var bases = own.Concat(domains.Select(d => d.Base).Where(b => !Folder.IsLink(b))).Distinct();
        // A base may have several names, too.
        foreach (var path in bases.Where(b => wanted(b)).DistinctBy(b => Posix.FactsAt(b) is { } facts ? $"{facts.Identity}" : b))
        {
            new DirectoryWalk(path, expected, report, done => progress(Looking, done, expected.DomainCount)).Run(gid);
        }

        expected.ReportMissing(report);
        if (Findings.LetsOthersWrite(expected.DomainMode))
        {
            report.Add(Findings.WritableDirectories(expected.DomainMode), null);
        }

        if (expected.DomainCount > 0)
        {
            progress(Looking, expected.DomainCount, expected.DomainCount);
        }

        return report.Ordered();
    }
}
