using Vmm.Core.MailServers;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <summary>
/// Looks for names of domains in those lists of Postfix where they do not belong: it then does not ask vmm's maps about them.
/// </summary>
internal static class DomainClassCheck
{
    /// <summary>Of all names, or those of one domain with <paramref name="gid"/>.</summary>
    /// <param name="s">The session.</param>
    /// <param name="gid">Null for all.</param>
    /// <param name="reload">The command after any change.</param>
    internal static IReadOnlyList<Finding> Run(Session s, long? gid, string reload)
    {
        var findings = new List<Finding>();
        var classes = PostfixRules.Read(s).Classes;
        var names = CheckSql.Names(s.Tx, gid);
        var found = MailServerFaults.Try(
            () => classes.Of(s.Settings, [.. names.Select(n => n.Name)], s.Ct),
            e => findings.Add(Findings.MapUnanswered(DomainClasses.Local, e.Message, 0, null, reload)));
        foreach (var name in names)
        {
            if (found?.GetValueOrDefault(name.Name) is { } lists)
            {
                findings.Add(Findings.DomainClass(name, lists, reload));
            }
        }

        return findings;
    }
}
