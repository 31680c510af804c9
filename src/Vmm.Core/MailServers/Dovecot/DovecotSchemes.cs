using Vmm.Core.Checks;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;




namespace Vmm.Core.MailServers.Dovecot;

/// <summary>Which stored passwords the Dovecot of this machine takes.</summary>
/// <param name="Known">Names of its schemes, in upper case.</param>
/// <param name="RefusesWeak">Whether it refuses the weak ones: 2.4, unless it is told otherwise.</param>
/// <param name="Version">As it prints it.</param>
internal sealed record DovecotSchemes(IReadOnlySet<string> Known, bool RefusesWeak, string Version)
{
    /// <summary>Null where there is none, or it cannot be asked, which is told elsewhere.</summary>
    internal static DovecotSchemes? Ask(Settings settings, CancellationToken ct)
    {
        var doveadm = settings.Value(SettingOptions.BinDoveadm);
        if (!File.Exists(settings.Value(SettingOptions.BinDoveconf)) || !File.Exists(doveadm))
        {
            return null;
        }

        var inForce = MailStackCheck.Try(() => DovecotConfig.Ask(settings, ct), _ => { });
        var list = MailStackCheck.Try(() => ChildProgram.Run(doveadm, ["pw", "-l"], ct), _ => { });
        return inForce is null || list is null ? null : new DovecotSchemes(
            list.ToUpperInvariant().Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(), inForce.IsNew && inForce.Value("auth_allow_weak_schemes", "no") != "yes", inForce.Version);
    }
}
