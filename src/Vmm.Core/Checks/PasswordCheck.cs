using Vmm.Core.Administration;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <summary>
/// Stored passwords that Dovecot refuses, or will. Those that name no scheme are left out: Dovecot's default applies to them.
/// </summary>
internal static class PasswordCheck
{
    internal static IReadOnlyList<Finding> Run(Session s, long? gid, string? domain, DovecotSchemes? dovecot)
    {
        var findings = new List<Finding>();
        foreach (var stored in PasswordSql.Schemes(s.Tx, gid).Where(p => p.Scheme.Length > 0))
        {
            var finding = SchemeVerdicts.Of(stored, dovecot) switch
            {
                SchemeVerdict.Unknown => Findings.UnknownPasswordScheme(stored, dovecot?.Version),
                SchemeVerdict.Weak => Findings.WeakPasswordScheme(stored, null),
                SchemeVerdict.Refused => Findings.WeakPasswordScheme(stored, dovecot?.Version),
                _ => null,
            };
            if (finding is not null)
            {
                findings.Add(finding with { Domain = domain });
            }
        }

        return findings;
    }
}
