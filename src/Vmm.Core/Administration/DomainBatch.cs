using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>
/// Adds many domains in one transaction, with one COPY for the rows of each table. The same rules as for one domain
/// (<see cref="Domains.Add"/>).
/// </summary>
public static class DomainBatch
{
    /// <summary>Adds the domains of all lines, without postmasters.</summary>
    /// <returns>The number of domains added, without those that existed already.</returns>
    /// <exception cref="VmmException">
    /// As for one domain, with the line, and the errors of other lines; then nothing is kept.
    /// </exception>
    public static int Add(Session s, Bulk<NewDomain> bulk)
    {
        bulk.Progress("adding", 0, bulk.Lines.Count);
        var wanted = RequireFree(bulk, Claim(s, bulk.Lines.Select(l => l.Item.Name)));
        if (wanted.Count == 0)
        {
            return 0;
        }

        var quota = ChoiceTables.Quota(s.Tx, s.Settings.NewDomainQuota);
        var services = ChoiceTables.Services(s.Tx, s.Settings.NewDomainServices);
        var usual = Transport.Parse(s.Settings.Value(SettingOptions.DomainTransport));
        // In order, so that two that add the same cannot wait for each other.
        var transports = wanted.Select(l => l.Item.Transport ?? usual).Distinct()
            .OrderBy(t => t.Text, StringComparer.Ordinal)
            .ToDictionary(t => t, t => ChoiceTables.Transport(s.Tx, t));
        var paths = NewPaths(s, wanted.Count);
        DomainBatchSql.Copy(s.Tx, [.. wanted.Zip(paths, (line, path) => (line.Item.Name, new NewDomainRow(
            path.Gid, quota, services, transports[line.Item.Transport ?? usual], path.ToString(), line.Item.Note)))]);
        for (var i = 0; i < paths.Count; i++)
        {
            s.Ct.ThrowIfCancellationRequested();
            s.Mailboxes.Make(new MakeDomain(paths[i], Domains.DirectoryMode(s)));
            bulk.Progress("adding", i + 1, paths.Count);
        }

        DomainWarnings.OfNames(s, bulk, wanted, l => l.Name);
        return wanted.Count;
    }

    /// <summary>The domains with these names, which nobody else adds or deletes until the end.</summary>
    internal static Dictionary<DomainName, DomainRow> Claim(Session s, IEnumerable<DomainName> names)
    {
        // In order, so that two that do this cannot wait for each other.
        List<DomainName> all = [.. names.Distinct().OrderBy(n => n.Ascii, StringComparer.Ordinal)];
        if (all.Count > NameLocks.Most)
        {
            NameLocks.TakeAllDomains(s);
        }

        all.ForEach(n => NameLocks.TakeDomain(s, n));
        return DomainBatchSql.Find(s.Tx, all);
    }

    private static List<BulkLine<NewDomain>> RequireFree(Bulk<NewDomain> bulk, Dictionary<DomainName, DomainRow> existing)
    {
        var errors = new BatchErrors<NewDomain>(bulk);
        var seen = new HashSet<DomainName>();
        var wanted = new List<BulkLine<NewDomain>>();
        foreach (var line in bulk.Lines)
        {
            var name = line.Item.Name;
            var error = existing.TryGetValue(name, out var domain) ? Domains.Refusal(name, domain)
                : seen.Add(name) ? null
                : ObjectErrors.DomainExists(name);
            if (error is null)
            {
                wanted.Add(line);
            }
            else
            {
                errors.Add(line, error);
            }
        }

        errors.Require();
        return wanted;
    }

    private static List<DomainPath> NewPaths(Session s, int count)
    {
        var paths = new List<DomainPath>();
        while (paths.Count < count)
        {
            paths.AddRange(DomainBatchSql.NextGids(s.Tx, count - paths.Count)
                .Select(gid => DomainPath.ForNew(s.Settings.BaseDirectory, gid))
                .Where(path => !MailboxPaths.IsOccupied(path)));
        }

        return paths;
    }
}
