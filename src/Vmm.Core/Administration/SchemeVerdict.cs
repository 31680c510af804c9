using System.Text.Json.Serialization;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.Passwords;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>What becomes of a login with a stored password.</summary>
[JsonConverter(typeof(EnumWordConverter<SchemeVerdict>))]
public enum SchemeVerdict
{
    /// <summary>Dovecot verifies it.</summary>
    Accepted,

    /// <summary>Dovecot 2.4 refuses it without auth_allow_weak_schemes; the Dovecot of this machine, if any, does not.</summary>
    Weak,

    /// <summary>It is weak, and the Dovecot of this machine refuses it.</summary>
    Refused,

    /// <summary>The Dovecot of this machine, or without one Dovecot 2.4, does not have the scheme.</summary>
    Unknown,

    /// <summary>It names no scheme, and Dovecot's default is not known here.</summary>
    Depends,
}

/// <summary>
/// Judges the schemes of stored passwords: those that Dovecot 2.4 refuses unless auth_allow_weak_schemes is set (doc.dovecot.org,
/// "Password Schemes"), and those that it does not have any more (SKEY, LANMAN, NTLM, RPA), or never had. By what the Dovecot of
/// this machine takes; where there is none, by what 2.4 takes.
/// </summary>
internal static class SchemeVerdicts
{
    /// <summary>Schemes of Dovecot 2.4 that vmm does not make.</summary>
    private static readonly string[] Others = ["DES-CRYPT", "OTP"];

    internal static SchemeVerdict Of(StoredScheme stored, DovecotSchemes? dovecot)
    {
        var scheme = InForce(stored, dovecot);
        return scheme.Length == 0 ? SchemeVerdict.Depends
            : !IsKnown(scheme, dovecot) ? SchemeVerdict.Unknown
            : !IsWeak(scheme, stored.Kind) ? SchemeVerdict.Accepted
            : dovecot is { RefusesWeak: true } ? SchemeVerdict.Refused
            : SchemeVerdict.Weak;
    }

    /// <summary>The scheme by which Dovecot verifies it: the default, where it names none; empty if that is not known.</summary>
    internal static string InForce(StoredScheme stored, DovecotSchemes? dovecot) =>
        stored.Scheme.Length > 0 ? stored.Scheme : dovecot?.Default ?? "";

    internal static bool IsKnown(string scheme, DovecotSchemes? dovecot) =>
        dovecot?.Known.Contains(scheme) ?? (PasswordScheme.Find(scheme) is not null || Others.Contains(scheme));

    /// <summary>{CRYPT} holds whatever the system's crypt makes; without a $ in front it is DES.</summary>
    private static bool IsWeak(string scheme, string kind) => scheme switch
    {
        "DES-CRYPT" => true,
        "CRYPT" when kind is "$1$" or "" => true,
        _ => PasswordScheme.Find(scheme)?.IsWeak == true,
    };
}
