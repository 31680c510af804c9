using Vmm.Core.MailServers;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>Warnings of new names of domains. <c>check</c> has the same as findings.</summary>
internal static class DomainWarnings
{
    /// <summary>Warns of a name that Postfix has in one of its own lists, so that it rejects mail to the accounts.</summary>
    internal static void OfName(Session s, DomainName name) => Warn(s, name, Lists(s, [name]));

    /// <summary>The same for those of a file; Postfix is asked once.</summary>
    internal static void OfNames<T>(Session s, Bulk<T> bulk, IReadOnlyCollection<BulkLine<T>> lines, Func<T, DomainName> name)
    {
        var lists = Lists(s, [.. lines.Select(l => name(l.Item))]);
        foreach (var line in lines)
        {
            bulk.Enter(s, line);
            Warn(s, name(line.Item), lists);
        }

        s.WarningPrefix = "";
    }

    /// <summary>A table that does not answer is no reason against a domain; check tells of it.</summary>
    private static Dictionary<string, List<string>> Lists(Session s, IReadOnlyCollection<DomainName> names)
    {
        var classes = PostfixRules.Read(s).Classes;
        return MailServerFaults.Try(() => classes.Of(s.Settings, [.. names.Select(n => n.Ascii)], s.Ct), _ => { }) ?? [];
    }

    private static void Warn(Session s, DomainName name, Dictionary<string, List<string>> found)
    {
        if (found.GetValueOrDefault(name.Ascii) is { } lists)
        {
            s.Warn(
                $"'{name}' is in {string.Join(" and ", lists)} too: {DomainClasses.Consequence(lists)};"
                + " remove it there in main.cf");
        }
    }
}
