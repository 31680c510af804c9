using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>A relocated user to add, or to change.</summary>
/// <param name="Address">Under any name of its domain if it exists, else under the primary name.</param>
/// <param name="Destination">The new address.</param>
public sealed record NewRelocated(EmailAddress Address, Destination Destination);

/// <summary>
/// Adds many relocated users in one transaction, with one statement for all rows. The same rules as for one
/// (<see cref="Relocations.Add"/>), but no lock for each address, as in <see cref="AliasBatch"/>.
/// </summary>
public static class RelocatedBatch
{
    /// <summary>Adds or changes the relocated users of all lines.</summary>
    /// <returns>The number of lines, without those that say what is so already.</returns>
    /// <exception cref="VmmException">
    /// As for one relocated user, with the line, and the errors of other lines; then nothing is kept.
    /// </exception>
    public static int Add(Session s, Bulk<NewRelocated> bulk)
    {
        bulk.Progress("adding", 0, bulk.Lines.Count);
        var wanted = Collect(s, bulk);
        // Of two lines for one address the later counts, as if they came one after the other.
        RelocatedSql.UpsertAll(s.Tx, [.. wanted.GroupBy(w => (w.Gid, w.Own.LocalPart)).Select(g => g.Last()).Select(
            w => (w.Gid, w.Own.LocalPart, w.Destination.ToString()))]);
        var dangling = Addresses.Dangling(s, wanted.Select(w => w.Destination));
        foreach (var (line, _, own, destination) in wanted)
        {
            bulk.Enter(s, line);
            AddressWarnings.OfNew(s, own);
            if (dangling.TryGetValue(destination.ToString(), out var missing))
            {
                Addresses.WarnOfDangling(s, missing);
            }
        }

        s.WarningPrefix = "";
        bulk.Progress("adding", bulk.Lines.Count, bulk.Lines.Count);
        return wanted.Count;
    }

    private static List<(BulkLine<NewRelocated> Line, long Gid, EmailAddress Own, Destination Destination)> Collect(
        Session s, Bulk<NewRelocated> bulk)
    {
        var domains = BatchDomains.Lock(s, bulk.Lines.Select(l => l.Item.Address.Domain));
        var own = bulk.Lines.Select(l => domains[l.Item.Address.Domain] is { } d ? l.Item.Address.At(d.Name) : l.Item.Address)
            .ToList();
        var kinds = AddressSql.Kinds(s.Tx, own.Select(a => a.ToString()).Distinct()).ToDictionary(k => k.Address, k => k.Kind);
        var local = AddressSql.OwnDomains(s.Tx, bulk.Lines.Select(l => l.Item.Destination));
        var stored = RelocatedSql.Destinations(s.Tx, [.. domains.Values.OfType<DomainRow>().Select(d => d.Gid).Distinct()]);
        var errors = new List<VmmException>();
        var wanted = new List<(BulkLine<NewRelocated>, long, EmailAddress, Destination)>();
        foreach (var (line, address) in bulk.Lines.Zip(own))
        {
            s.Ct.ThrowIfCancellationRequested();
            var domain = domains[line.Item.Address.Domain];
            var kind = kinds.TryGetValue(address.ToString(), out var found) ? found : (AddressKind?)null;
            kind ??= domain is not null && stored.ContainsKey((domain.Gid, address.LocalPart)) ? AddressKind.Relocated : null;
            var error = Addresses.Refusal(line.Item.Address, domain, kind, AddressKind.Relocated);
            var destination = Addresses.Normalize([line.Item.Destination], local)[0];
            error ??= Relocations.Refusal(
                line.Item.Address, address, destination, stored.GetValueOrDefault((domain!.Gid, address.LocalPart)));
            if (error is not null)
            {
                bulk.Add(errors, line, error);
                continue;
            }

            stored[(domain!.Gid, address.LocalPart)] = destination.ToString();
            wanted.Add((line, domain.Gid, address, destination));
        }

        BulkFile.Require(errors);
        return wanted;
    }
}
