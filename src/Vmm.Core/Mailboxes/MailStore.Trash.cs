using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <content>What goes into the trash, and comes back.</content>
public sealed partial class MailStore
{
    private readonly List<TrashDeposit> deposits = [];
    private readonly List<TrashReturn> returns = [];

    /// <summary>What goes into the trash after the commit, and what comes from there: absolute paths, before and after.</summary>
    public IEnumerable<(string From, string To)> InTrash => removals.Discarded.Concat(returns.SelectMany(r => r.Moves));

    /// <summary>The directory of this change in the trash of a base directory.</summary>
    /// <exception cref="VmmException">56, 81, 84.</exception>
    internal TrashDeposit Deposit(string baseDirectory, long change)
    {
        var deposit = deposits.Find(d => d.BaseDirectory == baseDirectory);
        if (deposit is null)
        {
            deposits.Add(deposit = new TrashDeposit(baseDirectory, change));
        }

        return deposit;
    }

    /// <summary>Checks now, and moves into the trash after the commit.</summary>
    /// <returns>False when there is no such directory.</returns>
    /// <exception cref="VmmException">36 or 49 wrong owner, 81 read-only, 84 links; nothing was changed.</exception>
    internal bool DiscardAfterCommit(MailboxStep step, TrashDeposit deposit) => removals.Plan(step, deposit);

    /// <summary>Where no directory was found there is nothing to bring back.</summary>
    private void DropEmptyDeposits()
    {
        foreach (var deposit in deposits.Where(d => d.IsEmpty))
        {
            deposit.Discard();
            deposit.Dispose();
        }

        deposits.RemoveAll(d => d.IsEmpty);
    }

    /// <summary>
    /// Checks now that mail can come back from the trash; it moves in <see cref="Sync"/>, a whole domain now, since homes may be
    /// moved into it and out of it.
    /// </summary>
    /// <exception cref="VmmException">36, 56, 81, 84; nothing was changed.</exception>
    internal void Return(TrashPlace from, DomainPath target, UnixFileMode domainMode)
    {
        var back = returns.Find(r => r.BaseDirectory == from.BaseDirectory && r.Name == from.Entry);
        if (back is null)
        {
            returns.Add(back = new TrashReturn(from.BaseDirectory, from.Entry));
        }

        if (!from.Item.IsDomain)
        {
            using var hash = MailboxPaths.OpenHash(target, create: true)!;
            RequireDomain(hash, target, domainMode);
        }

        back.Add(from.Item, from.Item with { Domain = target });
        if (from.Item.IsDomain)
        {
            back.Run();
        }
    }
}
