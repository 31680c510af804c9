using Vmm.Sql;

namespace Vmm;

/// <summary>Stored passwords with which nobody will log in for long.</summary>
internal static class PasswordCheck
{
    /// <summary>A scheme that Dovecot 2.4 refuses unless auth_allow_weak_schemes is set (doc.dovecot.org, "Password Schemes").</summary>
    internal const string Weak = "weak-password-scheme";

    /// <summary>A scheme that Dovecot 2.4 does not have any more (OTP, SKEY, LANMAN, NTLM, RPA), or never had.</summary>
    internal const string Unknown = "unknown-password-scheme";

    internal static async Task<IReadOnlyList<Finding>> RunAsync(Session s, long? gid, string? domain)
    {
        var findings = new List<Finding>();
        foreach (var stored in await CheckSql.SchemesAsync(s.Tx, gid))
        {
            var scheme = PasswordScheme.Find(stored.Scheme);
            // {CRYPT} holds whatever the system's crypt makes; without a $ in front it is DES.
            var isWeak = scheme?.IsWeak == true || (stored.Scheme == "CRYPT" && stored.Kind is "$1$" or "");
            if (scheme is null || isWeak)
            {
                findings.Add(new Finding(
                    scheme is null ? Unknown : Weak,
                    scheme is null ? Finding.Error : Finding.Warning,
                    stored.Scheme,
                    $"{Errors.Count(stored.Accounts, "account has a password", "accounts have passwords")} in this scheme, which {(scheme is null ? "Dovecot 2.4 does not know" : "Dovecot 2.4 refuses unless auth_allow_weak_schemes is set")}; one is '{stored.Example}'",
                    "have new passwords set: vmm userpassword ADDRESS")
                {
                    Domain = domain,
                });
            }
        }

        return findings;
    }
}
