using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Data.Rows;

namespace Vmm.Core.Checks;

/// <summary>
/// Where the rows say that mail is: whether vmm can manage it there, and whether accounts can get there. It looks at nothing below
/// the directory of a domain, so that it is quick.
/// </summary>
internal static class DomainPlaces
{
    /// <summary>The places that vmm can manage; the others are findings, and so is what is closed on the way.</summary>
    internal static List<DomainPath> Find(Settings settings, IEnumerable<ExpectedDomain> domains, DirectoryReport report)
    {
        var places = new List<DomainPath>();
        foreach (var domain in domains)
        {
            if (DomainPath.TryParse(domain.Directory, domain.Gid) is { } place)
            {
                places.Add(place);
                continue;
            }

            report.Hide(DomainPath.Plain(domain.Directory));
            report.Add(Findings.ForeignPlace(domain, settings), domain.Name);
        }

        foreach (var path in places.Select(p => p.Base).Distinct().Where(Folder.IsLink))
        {
            report.Hide(path);
            report.Add(Findings.LinkedBase(path), null);
        }

        foreach (var (path, facts) in places.Select(p => $"{p.Base}/{p.Hash}").Distinct().SelectMany(DirectoriesAbove.Closed)
            .DistinctBy(c => c.Path))
        {
            report.Add(Findings.ClosedDirectory(path, facts), null);
        }

        return places;
    }
}
