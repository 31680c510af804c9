using Vmm.Core.Administration;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Unix;
using Vmm.Data.Sql;
using Vmm.Data.Values;





namespace Vmm.Core.Checks;

/// <summary>Where aliases and catch-alls lead. An older vmm, or another program, may have stored what this one refuses.</summary>
internal static class AliasCheck
{
    /// <summary>A destination in a domain of ours that takes no mail.</summary>
    internal const string Dangling = "dangling-destination";

    /// <summary>Aliases that lead back to themselves.</summary>
    internal const string Loop = "alias-loop";

    /// <summary>More destinations, or more steps to one, than Postfix follows.</summary>
    internal const string Limit = "expansion-limit";

    /// <summary>An address that Postfix takes for a route, and refuses.</summary>
    internal const string Unreachable = "unreachable-address";

    internal static IReadOnlyList<Finding> Run(Session s)
    {
        var findings = new List<Finding>();
        foreach (var d in CheckSql.Dangling(s.Tx))
        {
            var isRelocated = d.Kind == "relocated";
            findings.Add(new Finding(
                Dangling,
                Finding.Error,
                d.Subject,
                isRelocated ? $"its destination '{d.Target}' has moved away; mail to it is refused" : $"its destination '{d.Target}' does not exist; mail to it is refused",
                Delete(d.Subject, d.Destination))
            {
                Domain = d.Domain,
            });
        }

        findings.AddRange(CheckSql.Unreachable(s.Tx).Select(a => new Finding(
            Unreachable, Finding.Warning, a.Address, "Postfix reads its % or ! as a route and refuses mail for it from outside", "give it another name, or set allow_untrusted_routing = yes in main.cf, which opens a relay where another server trusts this one")
        {
            Domain = a.Domain,
        }));
        findings.AddRange(Expansions(s));
        return findings;
    }

    private static List<Finding> Expansions(Session s)
    {
        var limits = AliasLimits.Read(s);
        var starts = CheckSql.AliasStarts(s.Tx);
        var graph = new AliasGraph(AliasSql.Reachable(s.Tx, starts.Select(a => a.Address)));
        var findings = new List<Finding>();
        var seen = new HashSet<string>();
        foreach (var start in starts)
        {
            var expansion = graph.Expand(start.Address);
            var name = DestinationList.Readable(start.Address);
            if (expansion.Loop is { } loop)
            {
                // One finding for a loop, wherever one comes into it.
                if (seen.Add(loop.Min(StringComparer.Ordinal)!))
                {
                    var steps = loop.Select(DestinationList.Readable);
                    // An address that is nothing got into the loop by its domain's catch-all.
                    var kinds = AddressSql.Kinds(s.Tx, loop).ToDictionary(k => k.Address, k => k.Kind);
                    string Of(string address) => kinds.ContainsKey(address) ? address : address[address.IndexOf('@', StringComparison.Ordinal)..];
                    findings.Add(new Finding(Loop, Finding.Error, Of(loop[0]), $"it leads back to itself: {string.Join(" -> ", steps)}", Delete(Of(loop[^2]), DestinationList.Readable(loop[^1]))) { Domain = start.Domain });
                }
            }
            else if (expansion.Destinations > limits.Destinations)
            {
                findings.Add(new Finding(Limit, Finding.Error, name, $"it leads to {expansion.Destinations} addresses, and Postfix follows {limits.Destinations}", $"postconf -e virtual_alias_expansion_limit={expansion.Destinations} && postfix reload") { Domain = start.Domain });
            }
            else if (expansion.Depth >= limits.Depth)
            {
                findings.Add(new Finding(Limit, Finding.Error, name, $"it leads over {expansion.Depth} steps, and Postfix follows fewer than {limits.Depth}", $"postconf -e virtual_alias_recursion_limit={expansion.Depth + 1} && postfix reload") { Domain = start.Domain });
            }
        }

        return findings;
    }

    private static string Delete(string source, string target) => source.StartsWith('@')
        ? $"vmm catchalldelete {FileName.Quote(source[1..])} {FileName.Quote(target)}"
        : $"vmm aliasdelete {FileName.Quote(source)} {FileName.Quote(target)}";
}
