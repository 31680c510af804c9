using Vmm.Core.Administration;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.Passwords;
using Vmm.Data.Failures;
using Vmm.Data.Sql;





namespace Vmm.Core.Checks;

/// <summary>Stored passwords with which nobody will log in for long.</summary>
internal static class PasswordCheck
{
    /// <summary>A scheme that Dovecot 2.4 refuses unless auth_allow_weak_schemes is set (doc.dovecot.org, "Password Schemes").</summary>
    internal const string Weak = "weak-password-scheme";

    /// <summary>A scheme that Dovecot 2.4 does not have any more (SKEY, LANMAN, NTLM, RPA), or never had.</summary>
    internal const string Unknown = "unknown-password-scheme";

    /// <summary>Schemes of Dovecot 2.4 that vmm does not make.</summary>
    private static readonly string[] Others = ["DES-CRYPT", "OTP"];

    /// <summary>By what the Dovecot of this machine takes; where there is none, by what 2.4 takes.</summary>
    internal static IReadOnlyList<Finding> Run(Session s, long? gid, string? domain, DovecotSchemes? dovecot)
    {
        var findings = new List<Finding>();
        foreach (var stored in CheckSql.Schemes(s.Tx, gid))
        {
            var isKnown = dovecot?.Known.Contains(stored.Scheme) ?? (PasswordScheme.Find(stored.Scheme) is not null || Others.Contains(stored.Scheme));
            // {CRYPT} holds whatever the system's crypt makes; without a $ in front it is DES.
            var isWeak = stored.Scheme == "DES-CRYPT" || PasswordScheme.Find(stored.Scheme)?.IsWeak == true || (stored.Scheme == "CRYPT" && stored.Kind is "$1$" or "");
            if (!isKnown || isWeak)
            {
                var what = !isKnown ? $"Dovecot {dovecot?.Version ?? "2.4"} does not know"
                    : dovecot is { RefusesWeak: true } ? $"Dovecot {dovecot.Version} refuses: they cannot log in"
                    : "Dovecot 2.4 refuses unless auth_allow_weak_schemes is set";
                findings.Add(new Finding(
                    isKnown ? Weak : Unknown,
                    isKnown && dovecot is not { RefusesWeak: true } ? Finding.Warning : Finding.Error,
                    stored.Scheme,
                    $"{Errors.Count(stored.Accounts, "account has a password", "accounts have passwords")} in this scheme, which {what}; one is '{stored.Example}'",
                    "have new passwords set: vmm userpassword ADDRESS")
                {
                    Domain = domain,
                });
            }
        }

        return findings;
    }
}
