using Vmm.Data.Sql;

namespace Vmm.Core.Administration;

/// <summary>
/// Makes two vmm processes that add the same address or domain wait for each other, so that the second sees the first's row instead
/// of a violated constraint. The server has room for some thousand locks: a process that adds more names than that takes one lock
/// for all of them.
/// </summary>
internal static class NameLocks
{
    /// <summary>With more names than this, one lock is taken for all. A server has room for 6,400, of all sessions.</summary>
    internal const int Most = 1000;

    /// <summary>Until the end of the transaction nobody else adds this address or domain.</summary>
    internal static void Take(Session s, string name)
    {
        if (!s.HoldsAllNames)
        {
            AddressSql.Lock(s.Tx, name);
        }
    }

    /// <summary>Until the end of the transaction nobody else adds any.</summary>
    internal static void TakeAll(Session s)
    {
        AddressSql.LockAll(s.Tx);
        s.HoldsAllNames = true;
    }
}
