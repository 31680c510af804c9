using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Core.Unix;
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

        // Accounts reach their homes through all of these, with no group but that of their domain.
        foreach (var path in places.Select(p => $"{p.Base}/{p.Hash}").Distinct().SelectMany(Way).Distinct())
        {
            if (Posix.FactsAt(path) is { IsDirectory: true } facts && (facts.Mode & UnixFileMode.OtherExecute) == 0)
            {
                report.Add(Findings.ClosedDirectory(path, facts), null);
            }
        }

        return places;
    }

    /// <summary>A directory and all above it.</summary>
    internal static IEnumerable<string> Way(string directory)
    {
        for (var path = directory; path is not null; path = Path.GetDirectoryName(path))
        {
            yield return path;
        }
    }
}
