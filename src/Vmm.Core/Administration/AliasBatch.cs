using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>An alias to add, or destinations to add to it.</summary>
/// <param name="Address">Under any name of its domain if it exists, else under the primary name.</param>
/// <param name="Destinations">Where its mail goes.</param>
public sealed record NewAlias(EmailAddress Address, IReadOnlyList<Destination> Destinations);

/// <summary>
/// Adds many aliases in one transaction: one COPY for the rows, and one look at all that they lead to. The same rules as for one
/// alias (<see cref="Aliases.Add"/>), but no lock for each address: if another program adds one of them at the same time, the
/// database refuses one of the two.
/// </summary>
public sealed class AliasBatch
{
    private readonly Session s;
    private readonly Bulk<NewAlias> bulk;
    private readonly PostfixRules rules;
    private readonly BatchAddresses addresses;
    private readonly BatchErrors<NewAlias> errors;

    /// <summary>Destinations of each alias, under the primary name of its domain; with those of the lines so far.</summary>
    private readonly Dictionary<EmailAddress, HashSet<string>> destinations = [];
    private readonly List<Wanted> wanted = [];

    private AliasBatch(Session s, Bulk<NewAlias> bulk)
    {
        (this.s, this.bulk, errors) = (s, bulk, new BatchErrors<NewAlias>(bulk));
        rules = PostfixRules.Read(s);
        addresses = new BatchAddresses(s, [.. bulk.Lines.Select(l => l.Item.Address)]);
        AliasSql.LockGraph(s.Tx);
    }

    /// <summary>Adds the aliases and destinations of all lines.</summary>
    /// <returns>The number of lines.</returns>
    /// <exception cref="VmmException">
    /// As for one alias, with the line, and the errors of other lines; then nothing is kept.
    /// </exception>
    public static int Add(Session s, Bulk<NewAlias> bulk)
    {
        var batch = new AliasBatch(s, bulk);
        batch.Collect();
        bulk.Progress("adding", 0, bulk.Lines.Count);
        AliasSql.Copy(s.Tx, batch.wanted.SelectMany(
            w => w.Added.Select(d => new AliasRow(w.Gid, w.Own.LocalPart, d.ToString()))));
        batch.FindUndeliverable();
        batch.errors.Require();
        batch.Warn();
        bulk.Progress("adding", bulk.Lines.Count, bulk.Lines.Count);
        return batch.wanted.Count;
    }

    /// <summary>What each line adds.</summary>
    private void Collect()
    {
        var local = AddressSql.OwnDomains(s.Tx, bulk.Lines.SelectMany(l => l.Item.Destinations));
        ReadDestinations(bulk.Lines.Select(l => l.Item.Address).Where(a => addresses.Kind(a) == AddressKind.Alias)
            .Select(a => (addresses.Domain(a)!.Gid, addresses.Own(a))));
        foreach (var line in bulk.Lines)
        {
            s.Ct.ThrowIfCancellationRequested();
            var address = line.Item.Address;
            var own = addresses.Own(address);
            var existing = destinations.TryGetValue(own, out var set) ? set : destinations[own] = [];
            // An earlier line may have added it.
            var kind = addresses.Kind(address) ?? (existing.Count > 0 ? AddressKind.Alias : null);
            var domain = addresses.Domain(address);
            if (Addresses.Refusal(address, domain, kind, AddressKind.Alias) is { } error)
            {
                errors.Add(line, error);
                continue;
            }

            bulk.Enter(s, line);
            var isNew = existing.Count == 0;
            var list = Addresses.Normalize(line.Item.Destinations, local);
            var (added, _) = DestinationList.New(s, own.ToString(), existing, list);
            existing.UnionWith(added.Select(d => d.ToString()));
            wanted.Add(new Wanted(line, domain!.Gid, own, isNew, added));
        }

        s.WarningPrefix = "";
    }

    private void ReadDestinations(IEnumerable<(long Gid, EmailAddress Own)> aliases)
    {
        // A domain that has lost its primary name has several addresses for one alias.
        var known = aliases.Distinct().ToLookup(a => (a.Gid, a.Own.LocalPart), a => a.Own);
        foreach (var row in AliasSql.DestinationsOf(s.Tx, [.. known.Select(k => k.Key)]))
        {
            foreach (var alias in known[(row.Gid, row.LocalPart)])
            {
                destinations.TryAdd(alias, []);
                destinations[alias].Add(row.Destination);
            }
        }
    }

    /// <summary>
    /// Most aliases lead to accounts or external addresses only, and nothing leads to them: for these it is enough to count. All
    /// others are followed.
    /// </summary>
    private void FindUndeliverable()
    {
        var lines = wanted.Where(w => w.Added.Count > 0).ToLookup(w => w.Own.ToString(), w => w.Line);
        var changed = wanted.Where(w => w.Added.Count > 0).Select(w => (w.Gid, w.Own.LocalPart)).Distinct().ToList();
        var above = AliasSql.LeadingTo(s.Tx, changed, rules.Delimiters);
        var all = destinations.Where(d => lines.Contains(d.Key.ToString())).ToList();
        var plain = all.SelectMany(d => d.Value).Distinct().Where(d => !d.Contains('%', StringComparison.Ordinal));
        var further = AliasSql.Continuing(s.Tx, plain, rules.Delimiters).ToHashSet();
        var starts = all
            .Where(a => a.Value.Count > rules.Destinations || rules.Depth < 2
                || a.Value.Any(d => further.Contains(d) || d.Contains('%', StringComparison.Ordinal)))
            .Select(a => a.Key.ToString())
            // A loop is told from the line that closes it.
            .OrderByDescending(a => lines[a].Max(l => l.Number));
        errors.Blame(DestinationList.Undeliverable(s, starts.Union(above), rules), lines);
    }

    private void Warn()
    {
        var warn = AddressWarnings.OfMany(s, [.. wanted.SelectMany(w => w.Added)]);
        foreach (var (line, _, own, isNew, added) in wanted)
        {
            bulk.Enter(s, line);
            warn(added);
            if (isNew && added.Count > 0)
            {
                AddressWarnings.OfNew(s, own);
            }
        }

        s.WarningPrefix = "";
    }

    /// <summary>What a line adds.</summary>
    /// <param name="Line">The line.</param>
    /// <param name="Gid">The domain.</param>
    /// <param name="Own">The alias, under the primary name.</param>
    /// <param name="IsNew">Whether it did not exist before this line.</param>
    /// <param name="Added">Its new destinations.</param>
    private sealed record Wanted(BulkLine<NewAlias> Line, long Gid, EmailAddress Own, bool IsNew, List<Destination> Added);
}
