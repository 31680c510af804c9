using Vmm.Core.Administration;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Checks;

/// <summary>
/// Where addresses, aliases and catch-alls lead. An older vmm, or another program, may have stored what this one refuses.
/// </summary>
internal static class AliasCheck
{
    /// <summary>Of all domains, or of the one with <paramref name="gid"/>.</summary>
    internal static IReadOnlyList<Finding> Run(Session s, long? gid)
    {
        var rules = PostfixRules.Read(s);
        return
        [
            .. DestinationSql.Dangling(s.Tx, rules.Delimiters, rules.IsKnown, gid)
                .Select(d => d.IsCertain ? Findings.Dangling(d) : Findings.PerhapsDangling(d, rules.Delimiters)),
            .. CheckSql.SplitAccounts(s.Tx, rules.Delimiters, DeliveredUser.Others, gid)
                .Select(a => Findings.SplitAccount(a, rules.IsKnown)),
            .. CheckSql.Unreachable(s.Tx, !rules.AllowsHyphens, !rules.AllowsRoutes, gid)
                .Select(a => Findings.UnreachableAddress(a, RefusedAddresses.Of(TraceKey.Parse(a.Address).LocalPart, rules)!)),
            .. (rules.AllowsHyphens ? [] : CheckSql.HyphenDestinations(s.Tx, gid)).Select(Findings.UnreachableDestination),
            .. Expansions(s, rules, gid),
        ];
    }

    private static List<Finding> Expansions(Session s, PostfixRules rules, long? gid)
    {
        var starts = CheckSql.AliasStarts(s.Tx, gid);
        var graph = new AliasGraph(
            AliasSql.Reachable(s.Tx, starts.Select(a => a.Address), rules.Delimiters, rules.Propagates));
        var findings = new List<Finding>();
        var seen = new HashSet<string>();
        foreach (var start in starts)
        {
            var expansion = graph.Expand(start.Address);
            var name = DestinationList.Readable(start.Address);
            Finding? finding = null;
            if (expansion.Loop is { } loop)
            {
                // One finding for a loop, wherever one comes into it.
                finding = seen.Add(loop.Min(StringComparer.Ordinal)!) ? OfLoop(s, loop, rules) : null;
            }
            else if (expansion.Destinations > rules.Destinations)
            {
                finding = Findings.TooManyDestinations(name, expansion.Destinations, rules.Destinations);
            }
            else if (expansion.Depth >= rules.Depth)
            {
                finding = Findings.TooManySteps(name, expansion.Depth, rules.Depth);
            }

            if (finding is not null)
            {
                findings.Add(finding with { Domain = start.Domain });
            }
        }

        return findings;
    }

    /// <summary>
    /// An address that does not exist got into the loop without its extension, or by its domain's catch-all: that is what can be
    /// deleted.
    /// </summary>
    private static Finding OfLoop(Session s, IReadOnlyList<string> loop, PostfixRules rules)
    {
        var shorter = loop.Distinct().ToDictionary(a => a, a => TraceKey.Parse(a).WithoutExtension(rules.Delimiters)?.Address.Text);
        var known = AddressSql.Kinds(s.Tx, [.. loop, .. shorter.Values.OfType<string>()])
            .Where(k => k.Kind == AddressKind.Alias)
            .Select(k => k.Address)
            .ToHashSet();
        var last = Source(loop[^2]);
        return Findings.AliasLoop(
            Source(loop[0]),
            [.. loop.Select(DestinationList.Readable)],
            last,
            last.StartsWith('@') ? DestinationList.Readable(loop[^1]) : Stored(s, last, loop[^1], rules));

        string Source(string address) => known.Contains(address) ? address
            : shorter[address] is { } alias && known.Contains(alias) ? alias
            : address[address.IndexOf('@', StringComparison.Ordinal)..];
    }

    /// <summary>The destination of an alias that leads to an address, as it is stored.</summary>
    private static string Stored(Session s, string alias, string target, PostfixRules rules)
    {
        var (localPart, domain) = (alias[..alias.IndexOf('@', StringComparison.Ordinal)], TraceKey.Parse(alias).Domain);
        var own = EmailAddress.Stored(localPart, domain);
        var gid = DomainSql.Find(s.Tx, own.Domain)?.Gid ?? 0;
        var stored = AliasSql.Destinations(s.Tx, gid, own);
        return stored.Find(d => Filled(d) == target)
            ?? stored.Find(d => Whole(Filled(d)) == Whole(target))
            ?? DestinationList.Readable(target);

        string Filled(string destination) => destination
            .Replace("%n", localPart, StringComparison.Ordinal)
            .Replace("%d", domain, StringComparison.Ordinal)
            .Replace("%=", $"{localPart}={domain}", StringComparison.Ordinal)
            .ToLowerInvariant();

        string Whole(string address) => TraceKey.Parse(address) is var key && key.WithoutExtension(rules.Delimiters) is { } cut
            ? cut.Address.Text
            : key.Text;
    }
}
