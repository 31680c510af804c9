using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>A catch-all to add, or destinations to add to it.</summary>
/// <param name="Domain">Any name of its domain.</param>
/// <param name="Destinations">Where mail to unknown addresses goes.</param>
public sealed record NewCatchAll(DomainName Domain, IReadOnlyList<Destination> Destinations);

/// <summary>
/// Adds many catch-alls in one transaction: one COPY for the rows, and one look at all that they lead to. The same rules as for one
/// (<see cref="CatchAlls.Add"/>).
/// </summary>
public static class CatchAllBatch
{
    /// <summary>Adds the catch-alls and destinations of all lines.</summary>
    /// <returns>The number of lines.</returns>
    /// <exception cref="VmmException">
    /// As for one catch-all, with the line, and the errors of other lines; then nothing is kept.
    /// </exception>
    public static int Add(Session s, Bulk<NewCatchAll> bulk)
    {
        bulk.Progress("adding", 0, bulk.Lines.Count);
        var rules = PostfixRules.Read(s);
        var domains = BatchAddresses.LockDomains(s, bulk.Lines.Select(l => l.Item.Domain));
        AliasSql.LockGraph(s.Tx);
        var errors = new BatchErrors<NewCatchAll>(bulk);
        var wanted = Collect(s, bulk, domains, errors);
        CatchAllSql.Copy(s.Tx, wanted.SelectMany(w => w.Added.Select(d => (w.Domain.Gid, d.ToString()))));
        var above = AliasSql.LeadingTo(
            s.Tx, [.. wanted.Select(w => (w.Domain.Gid, DestinationList.AnyLocalPart)).Distinct()], rules.Delimiters);
        var lines = wanted.ToLookup(w => w.Name, w => w.Line);
        // A loop is told from the line that closes it.
        var starts = lines.Select(l => l.Key).OrderByDescending(name => lines[name].Max(l => l.Number));
        errors.Blame(DestinationList.Undeliverable(s, starts.Union(above), rules), lines);
        errors.Require();
        Warn(s, bulk, wanted);
        bulk.Progress("adding", bulk.Lines.Count, bulk.Lines.Count);
        return bulk.Lines.Count;
    }

    private static List<Wanted> Collect(
        Session s, Bulk<NewCatchAll> bulk, Dictionary<DomainName, DomainRow?> domains, BatchErrors<NewCatchAll> errors)
    {
        var local = AddressSql.OwnDomains(s.Tx, bulk.Lines.SelectMany(l => l.Item.Destinations));
        var existing = CatchAllSql.DestinationsOf(s.Tx, domains.Values.OfType<DomainRow>().Select(d => d.Gid));
        var wanted = new List<Wanted>();
        foreach (var line in bulk.Lines)
        {
            s.Ct.ThrowIfCancellationRequested();
            if (domains[line.Item.Domain] is not { } domain)
            {
                errors.Add(line, ObjectErrors.NoSuchDomain(line.Item.Domain));
                continue;
            }

            bulk.Enter(s, line);
            var present = existing.TryGetValue(domain.Gid, out var set) ? set : existing[domain.Gid] = [];
            var isNew = present.Count == 0;
            var (added, _) = DestinationList.New(s, "", present, Addresses.Normalize(line.Item.Destinations, local));
            present.UnionWith(added.Select(d => d.ToString()));
            if (added.Count > 0)
            {
                wanted.Add(new Wanted(line, domain, isNew, added));
            }
        }

        s.WarningPrefix = "";
        return wanted;
    }

    private static void Warn(Session s, Bulk<NewCatchAll> bulk, List<Wanted> wanted)
    {
        var warn = AddressWarnings.OfMany(s, [.. wanted.SelectMany(w => w.Added)]);
        foreach (var (line, domain, isNew, added) in wanted)
        {
            bulk.Enter(s, line);
            warn(added);
            if (isNew)
            {
                AddressWarnings.OfCatchAll(s, domain.Name);
            }
        }

        s.WarningPrefix = "";
    }

    /// <summary>What a line adds.</summary>
    /// <param name="Line">The line.</param>
    /// <param name="Domain">The domain.</param>
    /// <param name="IsNew">Whether it had no catch-all before this line.</param>
    /// <param name="Added">Its new destinations.</param>
    private sealed record Wanted(BulkLine<NewCatchAll> Line, DomainRow Domain, bool IsNew, List<Destination> Added)
    {
        /// <summary>The catch-all, as the queries about aliases name it.</summary>
        internal string Name => $"{DestinationList.AnyLocalPart}@{Domain.Name}";
    }
}
