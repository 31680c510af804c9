using System.Diagnostics;
using Vmm.Data.Failures;
using Vmm.Data.Sql.Upgrade;

namespace Vmm.Core.Upgrade;

/// <summary>
/// Locks everything that is compared, so that it cannot change between the answers before and after. Mail goes on while another
/// session is in the way: between two tries nothing is held.
/// </summary>
internal static class UpgradeLocks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Takes the locks; <paramref name="tell"/> hears who is in the way.</summary>
    /// <exception cref="VmmException">35 somebody is in the way for too long.</exception>
    internal static void Take(Session s, Action<string> tell)
    {
        LocksSql.Prepare(s.Tx);
        var clock = Stopwatch.StartNew();
        var told = "";
        var looks = new Dictionary<int, int>();
        while (!LocksSql.TryTake(s.Tx))
        {
            var holders = Staying(LocksSql.Holders(s.Tx), ref looks);
            var who = holders.Count == 0 ? "" : Describe(holders);
            if (clock.Elapsed > Patience)
            {
                throw Busy(who, holders.FirstOrDefault());
            }

            if (who.Length > 0 && who != told)
            {
                tell($"{who}; waiting until it ends");
                told = who;
            }

            s.Ct.WaitHandle.WaitOne(Pause);
            s.Ct.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// Those that were there at the look before as well, the ones that were there for most looks first. A lookup that happens to be
    /// under way is not in the way, and to end its session would help nobody.
    /// </summary>
    private static List<LockHolder> Staying(List<LockHolder> holders, ref Dictionary<int, int> looks)
    {
        const int Prepared = 0;
        var before = looks;
        var now = holders.GroupBy(h => h.Pid ?? Prepared).ToDictionary(g => g.Key, g => before.GetValueOrDefault(g.Key) + 1);
        looks = now;
        return [.. holders.Where(h => now[h.Pid ?? Prepared] > 1).OrderByDescending(h => now[h.Pid ?? Prepared])];
    }

    private static VmmException Busy(string who, LockHolder? first)
    {
        const string Unchanged = "Nothing was changed, and mail went on.";
        return Errors.Database(
            $"is in use: {(who.Length == 0 ? "other sessions lock its tables, one after the other" : who)}",
            first switch
            {
                null => $"{Unchanged} Run the command again when there is less mail, or stop Postfix and Dovecot meanwhile.",
                { Pid: null } => $"{Unchanged} End it with COMMIT PREPARED or ROLLBACK PREPARED; pg_prepared_xacts has its name.",
                _ => $"{Unchanged} Run the command again when it has ended, or end it: SELECT pg_terminate_backend({first.Pid})",
            });
    }

    private static string Describe(List<LockHolder> holders)
    {
        var (first, others) = (holders[0], holders.Count - 1);
        var about = string.Join(", ", new[] { first.Program, first.Role.Length == 0 ? "" : $"role {first.Role}", first.State }
            .Where(t => t.Length > 0));
        var who = first.Pid is { } pid ? $"pid {pid} ({about})" : "a prepared transaction";
        return $"{who} holds a lock on {first.On}" + (others == 0 ? "" : $", and so do {Errors.Count(others, "other session")}");
    }
}
