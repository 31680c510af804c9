using Vmm.Core.Administration;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <summary>Where aliases and catch-alls lead. An older vmm, or another program, may have stored what this one refuses.</summary>
internal static class AliasCheck
{
    internal static IReadOnlyList<Finding> Run(Session s) =>
    [
        .. CheckSql.Dangling(s.Tx).Select(Findings.Dangling),
        .. CheckSql.Unreachable(s.Tx).Select(Findings.UnreachableAddress),
        .. Expansions(s),
    ];

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
            Finding? finding = null;
            if (expansion.Loop is { } loop)
            {
                // One finding for a loop, wherever one comes into it.
                finding = seen.Add(loop.Min(StringComparer.Ordinal)!) ? OfLoop(s, loop) : null;
            }
            else if (expansion.Destinations > limits.Destinations)
            {
                finding = Findings.TooManyDestinations(name, expansion.Destinations, limits.Destinations);
            }
            else if (expansion.Depth >= limits.Depth)
            {
                finding = Findings.TooManySteps(name, expansion.Depth, limits.Depth);
            }

            if (finding is not null)
            {
                findings.Add(finding with { Domain = start.Domain });
            }
        }

        return findings;
    }

    /// <summary>An address that does not exist got into the loop by its domain's catch-all, which is what can be deleted.</summary>
    private static Finding OfLoop(Session s, IReadOnlyList<string> loop)
    {
        var known = AddressSql.Kinds(s.Tx, loop).Select(k => k.Address).ToHashSet();
        return Findings.AliasLoop(Source(loop[0]), [.. loop.Select(DestinationList.Readable)], Source(loop[^2]));

        string Source(string address) =>
            known.Contains(address) ? address : address[address.IndexOf('@', StringComparison.Ordinal)..];
    }
}
