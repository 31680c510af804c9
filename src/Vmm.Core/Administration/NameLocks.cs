using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>
/// Makes two vmm processes that add the same address or domain wait for each other, so that the second sees the first's row instead
/// of a violated constraint. The server has room for some thousand locks: a process that adds more names than that takes one lock
/// for all of them.
/// <para>
/// The order of all commands: names of domains, the journal, rows of domains by their gids, addresses, the graph of aliases, and
/// then the rows of accounts, aliases and so on. Two that took them in different orders would wait for each other, until the server
/// ends one.
/// </para>
/// </summary>
internal static class NameLocks
{
    /// <summary>With more names than this, one lock is taken for all. A server has room for 6,400, of all sessions.</summary>
    internal const int Most = 1000;

    /// <summary>Until the end of the transaction nobody else adds this address.</summary>
    internal static void Take(Session s, string address)
    {
        if (!s.HoldsAllNames)
        {
            AddressSql.Lock(s.Tx, address);
        }
    }

    /// <summary>Until the end of the transaction nobody else adds any address.</summary>
    internal static void TakeAll(Session s)
    {
        AddressSql.LockAll(s.Tx);
        s.HoldsAllNames = true;
    }

    /// <summary>Until the end of the transaction nobody else adds a domain with this name, or takes it away.</summary>
    internal static void TakeDomain(Session s, DomainName name)
    {
        if (!s.HoldsAllDomains)
        {
            AddressSql.LockDomain(s.Tx, name);
        }
    }

    /// <summary>Until the end of the transaction nobody else adds a name of a domain, or takes one away.</summary>
    internal static void TakeAllDomains(Session s)
    {
        AddressSql.LockAllDomains(s.Tx);
        s.HoldsAllDomains = true;
    }
}
