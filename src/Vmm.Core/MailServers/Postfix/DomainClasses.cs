using Vmm.Core.Configuration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.MailServers.Postfix;

/// <summary>
/// The lists of domains that Postfix treats in another way than those of virtual_mailbox_domains, with variables filled in. A
/// domain must be in exactly one list; Postfix looks into them in this order, and into virtual_mailbox_domains before
/// relay_domains.
/// </summary>
/// <param name="MyDestination">mydestination.</param>
/// <param name="AliasDomains">virtual_alias_domains.</param>
/// <param name="RelayDomains">relay_domains.</param>
/// <param name="ParentLists">parent_domain_matches_subdomains: lists where a domain stands for those below it.</param>
internal sealed record DomainClasses(string MyDestination, string AliasDomains, string RelayDomains, string ParentLists)
{
    internal const string Local = "mydestination";
    internal const string Alias = "virtual_alias_domains";
    internal const string Relay = "relay_domains";
    internal const string Parents = "parent_domain_matches_subdomains";

    /// <summary>
    /// virtual_alias_domains is by default what virtual_alias_maps is. vmm's own map there has no answer about a domain.
    /// </summary>
    private const string OwnMap = "/pgsql-virtual_alias_maps.cf";

    private const int DeepestFile = 3;

    /// <summary>No lists: nothing is known of Postfix.</summary>
    internal static DomainClasses None { get; } = new("", "", "", "");

    /// <summary>What Postfix does with mail to a domain that is in such a list, too; without a final stop.</summary>
    internal static string Consequence(IReadOnlyList<string> lists) => lists[0] switch
    {
        Local => "Postfix looks for a user of the system, and rejects mail to its accounts",
        Alias => "Postfix looks for an alias only, and rejects mail to its accounts",
        _ => "Postfix warns of it in the log, because a domain must be in one list only",
    };

    /// <summary>The lists that contain domains, by domain, in Postfix's order; domains that are in none are left out.</summary>
    /// <param name="settings">Where the programs are.</param>
    /// <param name="domains">A-labels.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">51, 55, 67 a table does not answer.</exception>
    internal Dictionary<string, List<string>> Of(Settings settings, IReadOnlyCollection<string> domains, CancellationToken ct)
    {
        var found = new Dictionary<string, List<string>>();
        foreach (var (list, value) in ((string, string)[])[(Local, MyDestination), (Alias, AliasDomains), (Relay, RelayDomains)])
        {
            var open = domains.Distinct().ToDictionary(d => d, d => Keys(list, d));
            foreach (var domain in Match(settings, Patterns(value, DeepestFile), open, ct))
            {
                (found.TryGetValue(domain, out var lists) ? lists : found[domain] = []).Add(list);
            }
        }

        return found;
    }

    /// <summary>
    /// Those that a list contains. The first pattern that matches decides; with ! before it the list does not contain them.
    /// </summary>
    private static List<string> Match(
        Settings settings, IEnumerable<string> patterns, Dictionary<string, List<string>> open, CancellationToken ct)
    {
        var matched = new List<string>();
        foreach (var pattern in patterns)
        {
            var word = pattern.TrimStart('!');
            HashSet<string> keys = !PostfixTables.IsTable(word) ? [word.ToLowerInvariant()]
                : open.Count == 0 || word.EndsWith(OwnMap, StringComparison.Ordinal) ? []
                : [.. PostfixTables.Ask(settings, word, [.. open.Values.SelectMany(k => k)], ct).Select(f => f.Key)];
            foreach (var domain in open.Where(o => keys.Overlaps(o.Value)).Select(o => o.Key).ToList())
            {
                open.Remove(domain);
                if ((pattern.Length - word.Length) % 2 == 0)
                {
                    matched.Add(domain);
                }
            }
        }

        return matched;
    }

    /// <summary>The words of a list; a file stands for the words in it.</summary>
    private static IEnumerable<string> Patterns(string value, int depth) => PostfixTables.Words(value).SelectMany(word =>
        !word.StartsWith('/') ? [word]
        : depth == 0 || !File.Exists(word) ? []
        : File.ReadLines(word).Where(l => !l.StartsWith('#')).SelectMany(l => Patterns(l, depth - 1)));

    /// <summary>By what a domain is found in a list: both forms of its name; for relay_domains also the domains above it.</summary>
    private List<string> Keys(string list, string domain)
    {
        List<string> names = [domain, DomainName.Stored(domain).Unicode.ToLowerInvariant()];
        if (list == Relay)
        {
            var dot = PostfixTables.Words(ParentLists).Contains(Relay) ? "" : ".";
            for (var at = domain.IndexOf('.', StringComparison.Ordinal); at >= 0; at = domain.IndexOf('.', at + 1))
            {
                names.Add(dot + domain[(at + 1)..]);
            }
        }

        return [.. names.Distinct()];
    }
}
