using Vmm.Core.Mailboxes;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>
/// Adds many accounts in one transaction: one COPY for the rows, one staging directory for the homes of each domain. The same rules
/// as for one account (<see cref="Accounts.Add"/>), but no lock for each address: if another program adds one of them at the same
/// time, the database refuses one of the two.
/// </summary>
public static class AccountBatch
{
    private static readonly Dictionary<EmailAddress, MailMove> NoMail = [];

    /// <summary>Adds the accounts of all lines.</summary>
    /// <returns>The number of accounts added, without those that existed already.</returns>
    /// <exception cref="VmmException">
    /// As for one account, with the line, and the errors of other lines; then nothing is kept.
    /// </exception>
    public static int Add(Session s, Bulk<NewAccount> bulk) => Add(s, bulk, NoMail);

    /// <summary>The same, with existing mail for some of the accounts.</summary>
    internal static int Add(Session s, Bulk<NewAccount> bulk, IReadOnlyDictionary<EmailAddress, MailMove> mail)
    {
        var addresses = new BatchAddresses(s, [.. bulk.Lines.Select(l => l.Item.Address)]);
        foreach (var domain in addresses.Domains)
        {
            DomainSql.HoldHomes(s.Tx, domain.Gid);
        }

        var wanted = RequireFree(bulk, addresses);
        if (wanted.Count == 0)
        {
            return 0;
        }

        var location = s.Settings.NewMailLocation();
        var mid = ChoiceTables.MailLocation(s.Tx, location);
        var overrides = BatchOverrides.Read(s, wanted);
        var rows = new List<NewAccountRow>();
        var moves = new Dictionary<long, MailMove>();
        var numbered = wanted.Zip(AccountSql.NextUids(s.Tx, wanted.Count), (account, uid) => (Account: account, Uid: uid));
        foreach (var part in numbered.GroupBy(n => addresses.Domain(n.Account.Address)!))
        {
            var uids = FreeUids(s, DomainPath.Parse(part.Key.Directory, part.Key.Gid), [.. part.Select(n => n.Uid)]);
            foreach (var (account, uid) in part.Zip(uids, (n, uid) => (n.Account, uid)))
            {
                rows.Add(new NewAccountRow(
                    account.Address.LocalPart,
                    account.Password,
                    account.Name,
                    uid,
                    part.Key.Gid,
                    mid,
                    account.Note,
                    overrides.Quota(account),
                    overrides.Services(account)));
                if (mail.TryGetValue(account.Address, out var move))
                {
                    moves[uid] = move;
                }
            }
        }

        AccountSql.Copy(s.Tx, rows);
        MakeHomes(s, bulk, rows, addresses.Domains, Accounts.Layout(s, location), moves);
        DovecotSessions.Forget(s);
        foreach (var account in wanted)
        {
            AddressWarnings.OfNew(s, account.Address);
            AddressWarnings.OfAccount(s, addresses.Domain(account.Address)!.Gid, account.Address);
        }

        if (location.Format != "maildir")
        {
            s.AfterCommit(() =>
            {
                foreach (var account in wanted)
                {
                    DboxFolders.Make(s, account.Address);
                }
            });
        }

        return wanted.Count;
    }

    /// <summary>As many uids, without those for which the domain has a home already.</summary>
    private static List<long> FreeUids(Session s, DomainPath path, List<long> uids)
    {
        while (MailboxPaths.Occupied(path, uids) is { Count: > 0 } occupied)
        {
            uids = [.. uids.Except(occupied), .. AccountSql.NextUids(s.Tx, occupied.Count)];
        }

        return uids;
    }

    private static List<NewAccount> RequireFree(Bulk<NewAccount> bulk, BatchAddresses addresses)
    {
        var errors = new List<VmmException>();
        var seen = new HashSet<string>();
        var wanted = new List<NewAccount>();
        foreach (var line in bulk.Lines)
        {
            var address = line.Item.Address;
            var error = Addresses.Refusal(address, addresses.Domain(address), addresses.Kind(address), sameKind: null)
                ?? (seen.Add(address.ToString()) ? null : ObjectErrors.AccountExists(address));
            if (error is null)
            {
                wanted.Add(line.Item);
            }
            else
            {
                bulk.Add(errors, line, error);
            }
        }

        BulkFile.Require(errors);
        return wanted;
    }

    private static void MakeHomes(
        Session s,
        Bulk<NewAccount> bulk,
        List<NewAccountRow> rows,
        IEnumerable<DomainRow> domains,
        MaildirLayout layout,
        Dictionary<long, MailMove> moves)
    {
        var done = 0L;
        var uids = rows.ToLookup(r => r.Gid, r => r.Uid);
        foreach (var domain in domains.Where(d => uids.Contains(d.Gid)))
        {
            var before = done;
            var path = DomainPath.Parse(domain.Directory, domain.Gid);
            s.Mailboxes.Make(
                new MakeHomes(path, [.. uids[domain.Gid]], Accounts.HomeMode(s), Domains.DirectoryMode(s), layout)
                {
                    Mail = uids[domain.Gid].Where(moves.ContainsKey).ToDictionary(uid => uid, uid => moves[uid]),
                },
                n => bulk.Progress("making mailboxes", done = before + n, rows.Count),
                s.Ct);
        }
    }
}
