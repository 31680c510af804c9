using Vmm.Data.Failures;
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
        var addresses = new BatchAddresses(s, [.. bulk.Lines.Select(l => l.Item.Address)]);
        var local = AddressSql.OwnDomains(s.Tx, bulk.Lines.Select(l => l.Item.Destination));
        var stored = RelocatedSql.Destinations(s.Tx, addresses.Domains.Select(d => d.Gid).Distinct());
        var errors = new List<VmmException>();
        var wanted = new List<(BulkLine<NewRelocated>, long, EmailAddress, Destination)>();
        foreach (var line in bulk.Lines)
        {
            s.Ct.ThrowIfCancellationRequested();
            var address = line.Item.Address;
            var own = addresses.Own(address);
            var domain = addresses.Domain(address);
            var before = domain is null ? null : stored.GetValueOrDefault((domain.Gid, address.LocalPart));
            // An earlier line may have added it.
            var kind = addresses.Kind(address) ?? (before is null ? null : AddressKind.Relocated);
            var destination = Addresses.Normalize([line.Item.Destination], local)[0];
            var error = Addresses.Refusal(address, domain, kind, AddressKind.Relocated)
                ?? Relocations.Refusal(address, own, destination, before);
            if (error is not null)
            {
                bulk.Add(errors, line, error);
                continue;
            }

            stored[(domain!.Gid, address.LocalPart)] = destination.ToString();
            wanted.Add((line, domain.Gid, own, destination));
        }

        BulkFile.Require(errors);
        return wanted;
    }
}
