using Vmm.Core.Unix;
using Vmm.Data.Sql;

namespace Vmm.Core.MailServers.Postfix;

/// <summary>
/// Finds local domains in the lists of main.cf that are for other domains. Postfix wants each domain in one list: what stands in
/// mydestination or virtual_alias_domains never gets as far as the maps of vmm.
/// </summary>
internal static class DomainClasses
{
    private const string AliasDomains = "virtual_alias_domains";
    private static readonly string[] Asked = ["mydestination", "relay_domains"];

    /// <summary>Each such domain with the parameter, as a sentence.</summary>
    /// <param name="s">Tells the domains.</param>
    /// <param name="postfix">Tells the lists.</param>
    /// <param name="aliasDomains">The value that virtual_alias_domains has or gets.</param>
    internal static IEnumerable<string> Find(Session s, PostfixInstallation postfix, string aliasDomains)
    {
        var lists = postfix.Expanded(Asked, s.Ct).Select(l => (l.Key, Words: Words(l.Value)))
            .Append((AliasDomains, Words(aliasDomains))).ToList();
        foreach (var (list, words) in lists)
        {
            var tables = words.Where(w => w.Contains(':', StringComparison.Ordinal)).ToList();
            var names = words.Except(tables).Select(w => w.ToLowerInvariant());
            var found = AddressSql.OwnDomains(s.Tx, names);
            found.AddRange(tables.SelectMany(t => InTable(s, postfix, t)));
            foreach (var domain in found.Distinct())
            {
                yield return Sentence(domain, list);
            }
        }
    }

    private static string Sentence(string domain, string list) => list switch
    {
        "relay_domains" => $"the domain {domain} of the database is in {list} of main.cf too: remove it there",
        AliasDomains => $"the domain {domain} of the database is in {list} of main.cf too: mail to its accounts is refused until"
            + " you remove it there",
        _ => $"the domain {domain} of the database is in {list} of main.cf too: mail to it goes to users of the system, or is"
            + " refused, until you remove it there",
    };

    /// <summary>Names, files with names, and tables. What is excluded or refers to another parameter names no domain.</summary>
    private static List<string> Words(string list) =>
    [
        .. list.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries).Where(w => w[0] is not ('!' or '$'))
            .SelectMany(w => w[0] == '/' ? InFile(w) : [w]),
    ];

    private static IEnumerable<string> InFile(string path) => !File.Exists(path) ? []
        : File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] is not ('#' or '!' or '/'));

    private static List<string> InTable(Session s, PostfixInstallation postfix, string table)
    {
        var names = string.Concat(DomainSql.Names(s.Tx).Select(n => n + "\n"));
        var answer = ChildProgram.Ask(postfix.Postmap, ["-c", postfix.Directory, "-q", "-", table], names, s.Ct);
        // A table that cannot be read is for 'vmm check' and Postfix's log.
        return [.. answer.Output.Split('\n').Where(l => l.Contains('\t', StringComparison.Ordinal)).Select(l => l.Split('\t')[0])];
    }
}
