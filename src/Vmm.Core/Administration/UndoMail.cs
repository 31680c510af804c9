using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core.Administration;

/// <summary>The mail of what is undone: it stays, comes back from the trash, moves back, or goes into the trash.</summary>
internal sealed class UndoMail
{
    private readonly Session s;
    private readonly IReadOnlyCollection<long> changes;
    private readonly IReadOnlyList<UndoRow> plan;
    private readonly Dictionary<long, DomainPath> places;
    private Discarding? discarding;
    private TrashIndex? trash;

    /// <param name="s">The session.</param>
    /// <param name="changes">What is undone.</param>
    /// <param name="plan">All objects that are concerned.</param>
    /// <param name="trash">Where mail is that comes back; null for what these changes put into the trash.</param>
    internal UndoMail(
        Session s, IReadOnlyCollection<long> changes, IReadOnlyList<UndoRow> plan, TrashIndex? trash)
    {
        (this.s, this.changes, this.plan, this.trash) = (s, changes, plan, trash);
        places = UndoSql.Directories(s.Tx, plan.SelectMany(p => new[] { p.OldGid, p.Gid }))
            .Concat(Domains.Where(d => d.Directory is not null).Select(d => (Gid: d.Number, Directory: d.Directory!)))
            .DistinctBy(p => p.Gid)
            .ToDictionary(p => p.Gid, p => DomainPath.Parse(p.Directory, p.Gid));
    }

    private IEnumerable<UndoRow> Domains => plan.Where(p => p.Kind == "domain");

    private IEnumerable<UndoRow> Accounts => plan.Where(p => p.Kind == "account");

    private TrashIndex Trash => trash ??= TrashIndex.Of(s, changes);

    /// <summary>Before the rows are changed.</summary>
    /// <exception cref="VmmException">36, 49, 56, 81, 84, 97.</exception>
    internal void Prepare()
    {
        Discard();
        foreach (var domain in Domains.Where(d => !d.IsThere))
        {
            BringBack(domain);
        }

        foreach (var account in Accounts.Where(a => a.WasThere))
        {
            if (!account.IsThere)
            {
                BringBack(account, places[account.OldGid]);
            }
            else if (account.Gid != account.OldGid)
            {
                s.Mailboxes.Move(new MoveHome(
                    places[account.Gid], places[account.OldGid], account.Number, Administration.Domains.DirectoryMode(s)));
            }
        }
    }

    /// <summary>The accounts whose mail is not there any more, in words.</summary>
    internal IEnumerable<string> Gone()
    {
        var back = Domains.Where(d => !d.IsThere && Trash.Find(isDomain: true, d.Number) is not null)
            .Select(d => d.Number)
            .ToHashSet();
        return Accounts.Where(a => !a.IsThere && !back.Contains(a.OldGid) && !back.Contains(a.Gid) && places.ContainsKey(a.OldGid))
            .Select(a => (a.Old, Item: new TrashItem(false, a.Number, places[a.OldGid])))
            .Where(a => !TrashFolder.IsAtPlace(a.Item) && Trash.Find(isDomain: false, a.Item.Id) is null)
            .Select(a => UndoErrors.MailIsGone(a.Old, a.Item.Place) + Trash.Doubt);
    }

    /// <summary>After the rows are changed: those that are gone belong to the mail in the trash.</summary>
    internal void KeepRows() => discarding?.KeepRows();

    /// <summary>What was added goes. Mail that came in the meantime must not be lost, whatever account.on_delete says.</summary>
    private void Discard()
    {
        var domains = Domains.Where(d => !d.WasThere).Select(d => d.Number).ToHashSet();
        var accounts = Accounts.Where(a => !a.WasThere).ToList();
        if (domains.Count == 0 && accounts.Count == 0)
        {
            return;
        }

        var bases = domains.Concat(accounts.Select(a => a.Gid)).Select(g => places[g].Base);
        discarding = new Discarding(s, bases, domains, [.. accounts.Select(a => a.Number)]);
        foreach (var gid in domains)
        {
            Administration.Domains.RequireNoStrangers(s, places[gid]);
            Take(new RemoveDomain(places[gid]));
        }

        foreach (var account in accounts.Where(a => !domains.Contains(a.Gid)))
        {
            Take(new RemoveHome(places[account.Gid], account.Number));
        }
    }

    private void Take(MailboxStep step)
    {
        if (!discarding!.Take(step))
        {
            s.Warn($"the directory '{step.Path}' was not there");
        }
    }

    private void BringBack(UndoRow domain)
    {
        var path = places[domain.Number];
        var item = new TrashItem(true, domain.Number, path);
        if (TrashFolder.IsAtPlace(item))
        {
            return;
        }

        if (Trash.Find(isDomain: true, domain.Number) is { } place)
        {
            s.Mailboxes.Return(place, path, Administration.Domains.DirectoryMode(s));
        }
        else
        {
            // With accounts, their mail is missed next.
            s.Mailboxes.Make(new MakeDomain(path, Administration.Domains.DirectoryMode(s)));
        }
    }

    private void BringBack(UndoRow account, DomainPath domain)
    {
        var item = new TrashItem(false, account.Number, domain);
        if (TrashFolder.IsAtPlace(item))
        {
            return;
        }

        if (account.Gid != account.OldGid
            && places.TryGetValue(account.Gid, out var last)
            && TrashFolder.IsAtPlace(item with { Domain = last }))
        {
            // It came back with the domain that it was in when it was deleted.
            s.Mailboxes.Move(new MoveHome(last, domain, account.Number, Administration.Domains.DirectoryMode(s)));
            return;
        }

        var place = Trash.Find(isDomain: false, account.Number)
            ?? throw Trash.Missing(UndoErrors.NoMail(changes, account.Old, item.Place));
        s.Mailboxes.Return(place, domain, Administration.Domains.DirectoryMode(s));
    }
}
