using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>
/// Adds many alias domains in one transaction, with one COPY for the rows. The same rules as for one
/// (<see cref="AliasDomains.Add"/>).
/// </summary>
public static class AliasDomainBatch
{
    /// <summary>Adds the names of all lines.</summary>
    /// <returns>The number of names added, without those that existed already.</returns>
    /// <exception cref="VmmException">
    /// As for one alias domain, with the line, and the errors of other lines; then nothing is kept.
    /// </exception>
    public static int Add(Session s, Bulk<(DomainName Alias, DomainName Domain)> bulk)
    {
        bulk.Progress("adding", 0, bulk.Lines.Count);
        var known = DomainBatch.Claim(s, bulk.Lines.Select(l => l.Item.Alias));
        foreach (var (name, row) in DomainBatchSql.Find(s.Tx, bulk.Lines.Select(l => l.Item.Domain)))
        {
            known[name] = row;
        }

        AliasDomains.Hold(s, bulk.Lines.Select(l => known.GetValueOrDefault(l.Item.Domain)).OfType<DomainRow>());
        var errors = new BatchErrors<(DomainName Alias, DomainName Domain)>(bulk);
        var wanted = new List<BulkLine<(DomainName Alias, DomainName Domain)>>();
        foreach (var line in bulk.Lines)
        {
            var (alias, target) = line.Item;
            var domain = known.GetValueOrDefault(target);
            var error = domain is null ? ObjectErrors.NoSuchDomain(target)
                : !domain.IsPrimary ? ObjectErrors.DomainIsAlias(target, domain.Name.Ascii)
                : AliasDomains.Refusal(alias, known.GetValueOrDefault(alias), domain);
            if (error is not null)
            {
                errors.Add(line, error);
                continue;
            }

            // For the lines that follow.
            known[alias] = domain! with { IsPrimary = false };
            wanted.Add(line);
        }

        errors.Require();
        DomainBatchSql.CopyNames(s.Tx, wanted.Select(l => (l.Item.Alias, known[l.Item.Alias].Gid)), isPrimary: false);
        DomainWarnings.OfNames(s, bulk, wanted, l => l.Alias);
        DovecotSessions.Forget(s);
        bulk.Progress("adding", bulk.Lines.Count, bulk.Lines.Count);
        return wanted.Count;
    }
}
