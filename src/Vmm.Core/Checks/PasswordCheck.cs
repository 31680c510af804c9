using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.Passwords;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <summary>
/// Stored passwords that Dovecot refuses, or will: schemes that 2.4 refuses unless auth_allow_weak_schemes is set (doc.dovecot.org,
/// "Password Schemes"), and those that it does not have any more (SKEY, LANMAN, NTLM, RPA), or never had.
/// </summary>
internal static class PasswordCheck
{
    /// <summary>Schemes of Dovecot 2.4 that vmm does not make.</summary>
    private static readonly string[] Others = ["DES-CRYPT", "OTP"];

    /// <summary>By what the Dovecot of this machine takes; where there is none, by what 2.4 takes.</summary>
    internal static IReadOnlyList<Finding> Run(Session s, long? gid, string? domain, DovecotSchemes? dovecot)
    {
        var findings = new List<Finding>();
        foreach (var stored in CheckSql.Schemes(s.Tx, gid))
        {
            if (!IsKnown(stored, dovecot))
            {
                findings.Add(Findings.UnknownPasswordScheme(stored, dovecot?.Version) with { Domain = domain });
            }
            else if (IsWeak(stored))
            {
                var refusing = dovecot is { RefusesWeak: true } ? dovecot.Version : null;
                findings.Add(Findings.WeakPasswordScheme(stored, refusing) with { Domain = domain });
            }
        }

        return findings;
    }

    private static bool IsKnown(StoredScheme stored, DovecotSchemes? dovecot) =>
        dovecot?.Known.Contains(stored.Scheme)
        ?? (PasswordScheme.Find(stored.Scheme) is not null || Others.Contains(stored.Scheme));

    /// <summary>{CRYPT} holds whatever the system's crypt makes; without a $ in front it is DES.</summary>
    private static bool IsWeak(StoredScheme stored) => stored.Scheme switch
    {
        "DES-CRYPT" => true,
        "CRYPT" when stored.Kind is "$1$" or "" => true,
        _ => PasswordScheme.Find(stored.Scheme)?.IsWeak == true,
    };
}
