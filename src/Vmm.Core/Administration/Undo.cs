using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core.Administration;

/// <summary>An object that is as it was.</summary>
/// <param name="Action">added, changed, renamed or deleted: what was done now.</param>
/// <param name="Kind">As in the journal.</param>
/// <param name="Object">Its address or name now.</param>
/// <param name="Was">Its address or name until now, if that was another one.</param>
public sealed record UndoneObject(string Action, string Kind, string Object, string? Was);

/// <summary>Changes that were undone.</summary>
/// <param name="Changes">Their numbers.</param>
/// <param name="Objects">What was done to each object.</param>
public sealed record Undone(IReadOnlyList<long> Changes, IReadOnlyList<UndoneObject> Objects);

/// <summary>What undoing a change would do.</summary>
/// <param name="Objects">What would be done to each object.</param>
/// <param name="InTheWay">What keeps it from being done; empty if it can be done.</param>
public sealed record UndoOutlook(IReadOnlyList<UndoneObject> Objects, IReadOnlyList<string> InTheWay);

/// <summary>
/// Makes objects as they were before some changes, rows and mail. What others have changed since stays; where that cannot be, it is
/// refused, and the changes are named that would have to be undone first.
/// </summary>
public static class Undo
{
    /// <summary>With more accounts than this, Dovecot is told of their domains.</summary>
    private const int MostAccounts = 100;

    /// <summary>All that a hint is to name.</summary>
    private const int MostObstacles = 1000;

    private const int MostShown = 10;

    /// <summary>The last change by an administrator.</summary>
    /// <exception cref="VmmException">96 there is none.</exception>
    public static JournalDetails Last(Session s, string login)
    {
        var number = UndoSql.Last(s.Tx, login) ?? throw new VmmException(
            ErrorCode.NoSuchChange,
            $"the journal has no change by '{login}'",
            "'vmm journal' lists the changes with their numbers.");
        return Journal.Show(s, number, limit: 10);
    }

    /// <summary>What undoing a change would do.</summary>
    public static UndoOutlook Look(Session s, long number)
    {
        long[] changes = [number];
        var plan = UndoSql.Plan(s.Tx, changes, uids: null);
        var obstacles = UndoObstacleSql.Find(s.Tx, changes, uids: null, MostShown);
        return new UndoOutlook(
            [.. plan.Select(Object)],
            [
                .. obstacles.Select(UndoErrors.Describe),
                .. obstacles.Count > 0 ? [] : new UndoMail(s, changes, plan, trash: null).Gone().Take(MostShown),
            ]);
    }

    /// <summary>Undoes changes, all or none.</summary>
    /// <exception cref="VmmException">27, 36, 49, 81, 84, 85, 96, 97.</exception>
    public static Undone Run(Session s, IReadOnlyCollection<long> changes)
    {
        NameLocks.TakeAllDomains(s);
        PruneSql.Hold(s.Tx);
        foreach (var number in changes)
        {
            Journal.Require(s, number);
        }

        return Run(s, changes, uids: null, trash: null);
    }

    /// <summary>The same, or what they did to some accounts only.</summary>
    /// <param name="s">The session.</param>
    /// <param name="changes">What is undone.</param>
    /// <param name="uids">These accounts only; null for all.</param>
    /// <param name="trash">Where their mail is; null for what these changes put into the trash.</param>
    internal static Undone Run(
        Session s, IReadOnlyCollection<long> changes, IReadOnlyCollection<long>? uids, TrashIndex? trash)
    {
        NameLocks.TakeAllDomains(s);
        UndoSql.LockDomains(s.Tx, changes, uids);
        NameLocks.TakeAll(s);
        AliasSql.LockGraph(s.Tx);
        UndoSql.LockAccounts(s.Tx, changes, uids);
        var plan = UndoSql.Plan(s.Tx, changes, uids);
        if (plan.Count == 0)
        {
            throw UndoErrors.Nothing(changes);
        }

        var obstacles = UndoObstacleSql.Find(s.Tx, changes, uids, MostObstacles);
        if (obstacles.Count > 0)
        {
            throw UndoErrors.Obstacles(changes, obstacles, isRestore: trash is not null && uids is not null);
        }

        var gids = plan.SelectMany(p => new[] { p.OldGid, p.Gid }).Distinct().ToList();
        var before = Names(s, gids);
        var mail = new UndoMail(s, changes, plan, trash);
        mail.Prepare();
        UndoSql.Run(s.Tx, changes, uids);
        mail.KeepRows();
        RequireDeliverable(s, plan);
        TellDovecot(s, plan, before, Names(s, gids));
        return new Undone([.. changes], [.. plan.Select(Object)]);
    }

    internal static UndoneObject Object(UndoRow row)
    {
        var action = !row.WasThere ? "deleted" : !row.IsThere ? "added" : row.Old != row.Name ? "renamed" : "changed";
        return new UndoneObject(action, row.Kind, row.WasThere ? row.Old : row.Name, action == "renamed" ? row.Name : null);
    }

    private static ILookup<long, string> Names(Session s, IEnumerable<long> gids) =>
        UndoSql.Names(s.Tx, gids).ToLookup(n => n.Gid, n => n.Name);

    /// <summary>What comes back can make a loop with what was added since.</summary>
    private static void RequireDeliverable(Session s, IReadOnlyList<UndoRow> plan)
    {
        var back = plan.Where(p => p.WasThere && !p.IsThere).ToList();
        List<string> starts =
        [
            .. back.Where(p => p.Kind == "alias").Select(p => p.Old),
            .. back.Where(p => p.Kind == "catch-all").Select(p => $"{DestinationList.AnyLocalPart}@{p.Old}"),
        ];
        if (starts.Count > 0)
        {
            DestinationList.RequireDeliverable(s, starts.Distinct(), PostfixRules.Read(s));
        }
    }

    private static void TellDovecot(
        Session s, IReadOnlyList<UndoRow> plan, ILookup<long, string> before, ILookup<long, string> after)
    {
        var accounts = plan.Where(p => p.Kind == "account").ToList();
        if (accounts.Count > MostAccounts || plan.Any(p => p.Kind is "domain" or "domain name"))
        {
            DovecotSessions.DomainChanged(s, before.Concat(after).SelectMany(n => n).Distinct());
        }
        else if (accounts.Count > 0)
        {
            DovecotSessions.Changed(
                s,
                [
                    .. accounts.SelectMany(a => before[a.Gid].Select(n => $"{LocalPart(a.Name)}@{n}"))
                        .Concat(accounts.SelectMany(a => after[a.OldGid].Select(n => $"{LocalPart(a.Old)}@{n}")))
                        .Distinct(),
                ]);
        }
    }

    /// <summary>Of an address as the journal has it.</summary>
    internal static string LocalPart(string address) => address[..address.LastIndexOf('@')];
}
