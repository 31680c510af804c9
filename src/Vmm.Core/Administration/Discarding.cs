using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;
using Vmm.Data.Sql;

namespace Vmm.Core.Administration;

/// <summary>What goes into the trash with its mail: before its rows go their passwords are kept, after it the rows.</summary>
internal sealed class Discarding
{
    private readonly Session s;
    private readonly Dictionary<string, TrashDeposit> deposits = [];

    /// <param name="s">The session.</param>
    /// <param name="bases">The base directories in which the mail is.</param>
    /// <param name="gids">Domains that will be deleted with all their accounts.</param>
    /// <param name="uids">Accounts that will be deleted.</param>
    /// <exception cref="VmmException">56, 81, 84; nothing was changed.</exception>
    internal Discarding(Session s, IEnumerable<string> bases, IReadOnlyCollection<long> gids, IReadOnlyCollection<long> uids)
    {
        this.s = s;
        Change = TrashSql.Change(s.Tx);
        foreach (var path in bases.Distinct())
        {
            var deposit = s.Mailboxes.Deposit(path, Change);
            deposit.KeepPasswords(TrashSql.Passwords(s.Tx, gids, uids));
            deposits.Add(path, deposit);
        }
    }

    /// <summary>The number of this change.</summary>
    internal long Change { get; }

    /// <summary>Checks now, and moves after the commit.</summary>
    /// <returns>False when there is no such directory.</returns>
    /// <exception cref="VmmException">36, 49, 81, 84.</exception>
    internal bool Take(MailboxStep step) => s.Mailboxes.DiscardAfterCommit(step, deposits[step.Domain.Base]);

    /// <summary>Keeps what was deleted, once the rows are gone.</summary>
    /// <exception cref="VmmException">81.</exception>
    internal void KeepRows()
    {
        foreach (var deposit in deposits.Values)
        {
            deposit.KeepRows(TrashSql.Manifest(s.Tx, Change));
        }
    }
}
