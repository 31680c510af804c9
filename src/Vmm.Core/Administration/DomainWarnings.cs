using Vmm.Core.MailServers;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>Warnings of new names of domains. <c>check</c> has the same as findings.</summary>
internal static class DomainWarnings
{
    /// <summary>Warns of a name that Postfix has in one of its own lists, so that it rejects mail to the accounts.</summary>
    internal static void OfName(Session s, DomainName name)
    {
        // A table that does not answer is no reason against a domain; check tells of it.
        var classes = PostfixRules.Read(s).Classes;
        var found = MailServerFaults.Try(() => classes.Of(s.Settings, [name.Ascii], s.Ct), _ => { });
        if (found?.GetValueOrDefault(name.Ascii) is { } lists)
        {
            s.Warn(
                $"'{name}' is in {string.Join(" and ", lists)} too: {DomainClasses.Consequence(lists)};"
                + " remove it there in main.cf");
        }
    }
}
