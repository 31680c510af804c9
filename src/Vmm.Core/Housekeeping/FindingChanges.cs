using Vmm.Core.Checks;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;

namespace Vmm.Core.Housekeeping;

/// <summary>What a check found, and what the housekeeping before had found.</summary>
/// <param name="All">All that is found now.</param>
/// <param name="New">What was not found before.</param>
/// <param name="Gone">What is not found any more.</param>
public sealed record FindingChanges(IReadOnlyList<Finding> All, IReadOnlyList<Finding> New, IReadOnlyList<Finding> Gone)
{
    /// <summary>Checks everything, as 'vmm check' does.</summary>
    /// <exception cref="VmmException">35, 56, 81.</exception>
    public static FindingChanges Look(Settings settings, Action<string, long, long> progress, CancellationToken ct)
    {
        var known = LastCheck.Read(settings.Value(SettingOptions.HousekeepingStateFile));
        var all = HealthCheck.Run(settings, only: null, dns: false, progress, ct);
        return new FindingChanges(all, LastCheck.Without(all, known), LastCheck.Without(known, all));
    }

    /// <summary>
    /// Mails what changed, and then takes it for known: as long as the mail cannot be sent, the next housekeeping finds it again.
    /// </summary>
    /// <returns>Who got mail; null where nothing changed, or nobody is to get it.</returns>
    /// <exception cref="VmmException">51, 55, 67, 81.</exception>
    public string? Report(Settings settings, CancellationToken ct)
    {
        var to = settings.Value(SettingOptions.HousekeepingMailTo);
        var isMailed = to.Length > 0 && New.Count + Gone.Count > 0;
        if (isMailed)
        {
            ChangeMail.Send(settings, to, this, ct);
        }

        LastCheck.Write(settings.Value(SettingOptions.HousekeepingStateFile), All);
        return isMailed ? to : null;
    }
}
