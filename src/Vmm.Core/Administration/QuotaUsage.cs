using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>Which accounts are asked for.</summary>
/// <param name="Domain">Those of one domain; null for all.</param>
/// <param name="OverPercent">Only those that use this many percent of a quota, or more; null for all.</param>
/// <param name="Limit">At most this many; null for all.</param>
public sealed record QuotaRequest(DomainName? Domain, long? OverPercent, long? Limit);

/// <summary>How full the mailboxes are.</summary>
public static class QuotaUsage
{
    /// <summary>
    /// Accounts under the primary name of their domain, those that use most of their quota first, and those without a limit last.
    /// </summary>
    /// <exception cref="VmmException">37 an alias domain, 57.</exception>
    public static IEnumerable<AccountUsage> List(Session s, QuotaRequest request)
    {
        var gid = request.Domain is { } name ? Domains.RequirePrimary(s, name).Gid : (long?)null;
        return QuotaSql.Usage(s.Tx, gid, request.OverPercent, request.Limit);
    }
}
