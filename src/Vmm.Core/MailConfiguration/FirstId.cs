using Vmm.Core.Configuration;
using Vmm.Core.MailServers;
using Vmm.Data.Failures;
using Vmm.Data.Sql;

namespace Vmm.Core.MailConfiguration;

/// <summary>Where the uids and gids of accounts begin. Postfix and Dovecot have to know: they refuse mail for lower ones.</summary>
internal static class FirstId
{
    private const int Seconds = 5;

    /// <summary>The lowest that the database has or may give out, at most the usual one; that one without a database.</summary>
    /// <param name="settings">Where the database is.</param>
    /// <param name="warn">Hears that the database was not asked.</param>
    /// <param name="ct">Cancels it.</param>
    internal static long Read(Settings settings, Action<string> warn, CancellationToken ct)
    {
        try
        {
            // Never root's.
            var lowest = Math.Max(1, Session.Glance(settings, Seconds, s => SequenceSql.Lowest(s.Tx), ct));
            return Math.Min(lowest, DatabaseAccess.UsualFirstId);
        }
        catch (VmmException e)
        {
            warn(
                $"the database cannot be asked where uids and gids begin, and {DatabaseAccess.UsualFirstId} is assumed:"
                + $" {e.Message}");
            return DatabaseAccess.UsualFirstId;
        }
    }
}
