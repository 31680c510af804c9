using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>The locks of one domain's row, as <see cref="NameLocks"/> has their place among the others.</summary>
internal static class DomainLocks
{
    /// <summary>
    /// The domain with this primary name, locked: whoever changes it or anything in it waits until this transaction ends.
    /// </summary>
    /// <exception cref="VmmException">37, 57.</exception>
    internal static DomainRow Hold(Session s, DomainName name)
    {
        var domain = Domains.RequirePrimary(s, name);
        return DomainSql.Lock(s.Tx, domain.Gid) ? domain : throw ObjectErrors.NoSuchDomain(name);
    }

    /// <summary>
    /// The domain with this name, locked against deletion until this transaction ends; others may lock it so too.
    /// </summary>
    /// <exception cref="VmmException">57.</exception>
    internal static DomainRow Share(Session s, DomainName name) =>
        DomainSql.FindLocked(s.Tx, name) ?? throw ObjectErrors.NoSuchDomain(name);
}
