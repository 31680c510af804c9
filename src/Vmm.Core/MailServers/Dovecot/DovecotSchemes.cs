using Vmm.Core.Configuration;
using Vmm.Core.Unix;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>Which stored passwords the Dovecot of this machine accepts.</summary>
/// <param name="Known">Names of its schemes, in upper case.</param>
/// <param name="RefusesWeak">Whether it rejects the weak ones: 2.4 does, unless auth_allow_weak_schemes is set.</param>
/// <param name="Version">Its version, as it prints it.</param>
internal sealed record DovecotSchemes(IReadOnlySet<string> Known, bool RefusesWeak, string Version)
{
    /// <summary>
    /// The scheme of passwords that name none, in upper case without an encoding; null where it cannot be found out.
    /// </summary>
    internal string? Default { get; private init; }

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
            inForce.Version)
        {
            Default = DefaultOf(inForce)?.ToUpperInvariant().Split('.')[0],
        };
    }

    /// <summary>In 2.4 a setting, also of one passdb; in 2.3 in the file with the queries. The others are Dovecot's own.</summary>
    private static string? DefaultOf(DovecotConfig inForce)
    {
        if (inForce.UsersInDatabase is not { } passdb)
        {
            return null;
        }

        if (inForce.IsNew)
        {
            return passdb.GetValueOrDefault("default_password_scheme")
                ?? passdb.GetValueOrDefault("passdb_default_password_scheme")
                ?? inForce.Value("passdb_default_password_scheme", "PLAIN");
        }

        var file = passdb.GetValueOrDefault("args", "");
        var lines = file.Length == 0 ? null : MailServerFaults.Try(() => File.ReadAllLines(file), _ => { });
        return lines?.Select(l => l.Split('=', 2, StringSplitOptions.TrimEntries))
            .LastOrDefault(pair => pair is ["default_pass_scheme", _])?[1] ?? (lines is null ? null : "MD5");
    }
}
