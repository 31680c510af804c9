namespace Vmm.Core.OldConfiguration;

/// <summary>The releases whose vmm.cfg differ, oldest first.</summary>
public enum OldRelease
{
    /// <summary>0.3, 0.3.1.</summary>
    V03,

    /// <summary>0.4.</summary>
    V04,

    /// <summary>0.5, 0.5.1.</summary>
    V05,

    /// <summary>0.5.2.</summary>
    V052,

    /// <summary>0.6.0 to 0.6.2.</summary>
    V06,

    /// <summary>0.7.0.</summary>
    V07,
}

/// <summary>Properties of a release as a whole.</summary>
public static class OldReleases
{
    private static readonly string[] LateSections = ["account", "domain", "mailbox"];

    private static readonly string[] Numbers = ["0.3", "0.4", "0.5", "0.5.2", "0.6", "0.7"];

    /// <summary>The numbers that <c>--release</c> accepts.</summary>
    public static IReadOnlyList<string> Names => Numbers;

    /// <summary>The number of the release.</summary>
    public static string Number(this OldRelease release) => Numbers[(int)release];

    /// <summary>The release with a number; null for a number that does not exist.</summary>
    public static OldRelease? Parse(string number) =>
        Array.IndexOf(Numbers, number) is >= 0 and var index ? (OldRelease)index : null;

    internal static IniDialect Dialect(this OldRelease release) =>
        release == OldRelease.V07 ? IniDialect.Python3 : IniDialect.Python2;

    /// <summary>
    /// The releases that may have used this file, by sections and options that only they had. Empty for a file that is no vmm.cfg.
    /// </summary>
    internal static IReadOnlyList<OldRelease> Detect(IniFile file)
    {
        bool Has(string section, params ReadOnlySpan<string> keys)
        {
            foreach (var key in keys)
            {
                if (file.Find(section, key) is not null)
                {
                    return true;
                }
            }

            return false;
        }

        if (file.HasSection("log"))
        {
            // This is vmm.toml, which looks similar.
            return [];
        }

        if (LateSections.Any(file.HasSection) || Has("misc", "base_directory", "dovecot_version", "password_scheme"))
        {
            return Has("database", "module") || Has("bin", "dovecotpw") || IsOld(file.Find("misc", "dovecot_version")?.Raw)
                ? [OldRelease.V06]
                : Has("bin", "doveadm") ? [OldRelease.V07]
                : [OldRelease.V07, OldRelease.V06];
        }

        return Has("misc", "dovecotvers") || Has("services", "sieve") ? [OldRelease.V052]
            : Has("maildir", "folders", "name") || Has("bin", "postconf") ? [OldRelease.V05]
            : file.HasSection("services") || Has("misc", "transport") || Has("domdir", "base") ? [OldRelease.V04]
            : file.HasSection("maildir") || file.HasSection("domdir") ? [OldRelease.V03]
            : [];
    }

    /// <summary>0.7 does not start with a Dovecot before 2.</summary>
    private static bool IsOld(string? dovecot) => dovecot is ['0' or '1', '.', ..];
}
