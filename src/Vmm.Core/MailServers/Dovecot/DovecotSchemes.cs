using Vmm.Core.Configuration;
using Vmm.Core.Unix;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>Which stored passwords the Dovecot of this machine accepts.</summary>
/// <param name="Known">Names of its schemes, in upper case.</param>
/// <param name="RefusesWeak">Whether it rejects the weak ones: 2.4 does, unless auth_allow_weak_schemes is set.</param>
/// <param name="Version">Its version, as it prints it.</param>
internal sealed record DovecotSchemes(IReadOnlySet<string> Known, bool RefusesWeak, string Version)
{
    /// <summary>Null where Dovecot is not installed, or does not answer, which other checks report.</summary>
    internal static DovecotSchemes? Ask(Settings settings, CancellationToken ct)
    {
        var doveadm = settings.Value(SettingOptions.BinDoveadm);
        if (!File.Exists(settings.Value(SettingOptions.BinDoveconf)) || !File.Exists(doveadm))
        {
            return null;
        }

        var inForce = MailServerFaults.Try(() => DovecotConfig.Ask(settings, ct), _ => { });
        var list = MailServerFaults.Try(() => ChildProgram.Run(doveadm, ["pw", "-l"], ct), _ => { });
        return inForce is null || list is null ? null : new DovecotSchemes(
            list.ToUpperInvariant().Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(),
            inForce.IsNew && inForce.Value("auth_allow_weak_schemes", "no") != "yes",
            inForce.Version);
    }
}
