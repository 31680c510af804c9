using Vmm.Core.Checks;
using Vmm.Data.Sql.Upgrade;

namespace Vmm.Core.Upgrade;

/// <summary>Mail directories that vmm could not manage, or accounts not reach: told before the upgrade, without a lock.</summary>
internal static class UpgradePlaces
{
    internal static IReadOnlyList<Finding> Look(Session s)
    {
        var isOld = DatabaseUpgrade.Detect(s.Tx)?.HasDomains == true;
        var domains = UpgradeSql.Directories(s.Tx, isOld ? UpgradeSql.OldDirectoriesSql : UpgradeSql.DirectoriesSql);
        var report = new DirectoryReport();
        _ = DomainPlaces.Find(s.Settings, domains, report);
        return report.Ordered();
    }
}
