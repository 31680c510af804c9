using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>The domains that the lines of a file name.</summary>
internal static class BatchDomains
{
    /// <summary>Locks them in order, so that two that do this cannot wait for each other; null for a missing one.</summary>
    internal static Dictionary<DomainName, DomainRow?> Lock(Session s, IEnumerable<DomainName> names) =>
        names.Distinct().OrderBy(d => d.Ascii, StringComparer.Ordinal).ToDictionary(d => d, d => DomainSql.FindLocked(s.Tx, d));
}
