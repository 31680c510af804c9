using System.Text;
using Vmm.Core.Administration;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Rows;

namespace Vmm.Core.Tracing;

/// <summary>Where an address leads through aliases and catch-alls, replaced as Postfix's cleanup(8) does it.</summary>
/// <param name="Seen">Every address on the way, the first one first.</param>
/// <param name="Recipients">The final recipients, without repetitions; with a problem, those that were reached.</param>
/// <param name="Problem">Why Postfix does not accept the message, or null.</param>
/// <param name="Loop">The way from an address back to itself where that is the problem, or null.</param>
internal sealed record Expansion(
    IReadOnlyList<TraceKey> Seen, IReadOnlyList<TraceKey> Recipients, string? Problem, IReadOnlyList<string>? Loop)
{
    /// <summary>Whether the loop is one over an extension, which grows in each round until Postfix's limit is reached.</summary>
    internal bool Grows { get; init; }

    /// <summary>
    /// The limit of the walk, because a database of an older vmm may contain anything. Postfix gives up long before.
    /// </summary>
    private const int MostAddresses = 20_000;

    /// <summary>Follows an address.</summary>
    internal static Expansion Follow(TraceMaps maps, PostfixRules rules, TraceKey start)
    {
        var seen = new List<TraceKey>();
        var known = new HashSet<string> { start.Folded };
        for (List<TraceKey> frontier = [start]; frontier.Count > 0;)
        {
            frontier = [.. frontier.Take(MostAddresses - seen.Count)];
            maps.Ask(TraceMaps.Aliases, frontier);
            seen.AddRange(frontier);
            // An address that is too long is not followed, as in Postfix.
            frontier =
            [
                .. frontier.SelectMany(a => Next(maps, rules, a) ?? [])
                    .Where(n => ByteCount(n) <= rules.Length && known.Add(n.Folded)),
            ];
        }

        var (recipients, problem) = seen.Count == MostAddresses
            ? (null, $"it leads to more than {MostAddresses - 1} addresses, and vmm does not follow them all")
            : Replace(maps, rules, start);
        if (problem is null)
        {
            return new Expansion(seen, recipients!, null, null);
        }

        // A loop over an extension has another address in each round: to see it is to look at what was found.
        List<TraceKey> ends = [.. seen.Where(a => Next(maps, rules, a) is null)];
        return LoopOf(maps, rules, seen, a => a.Folded) is { } loop ? new Expansion(seen, ends, problem, loop)
            : LoopOf(maps, rules, seen, a => Found(maps, a)) is { } growing
                ? new Expansion([.. seen.DistinctBy(a => (Found(maps, a), Found(maps, a) == a.Folded))], ends, problem, growing)
                {
                    Grows = true,
                }
            : new Expansion(seen, ends, problem, null);
    }

    /// <summary>The address under which an alias was found: without an extension that was cut off.</summary>
    private static string Found(TraceMaps maps, TraceKey address) =>
        maps.Find(TraceMaps.Aliases, address)?.Key.Folded ?? address.Folded;

    /// <summary>What an address is replaced by; null where it stays.</summary>
    internal static IReadOnlyList<TraceKey>? Next(TraceMaps maps, PostfixRules rules, TraceKey address) =>
        maps.Find(TraceMaps.Aliases, address) is { } match ? [.. match.Values.Select(v => Destination(rules, match, v))] : null;

    /// <summary>
    /// One destination: an extension that was cut off for the lookup is added again, and @domain means the same local part there.
    /// </summary>
    private static TraceKey Destination(PostfixRules rules, MapMatch match, string value)
    {
        var destination = TraceKey.Parse(value.StartsWith('@') ? match.Key.LocalPart + value : value);
        return rules.Propagates ? destination with { LocalPart = destination.LocalPart + match.Extension } : destination;
    }

    /// <summary>
    /// Replaces addresses as cleanup_map1n.c does: the first destination takes the place of the address, the others are appended to
    /// the list; an address that is replaced by itself stays.
    /// </summary>
    private static (List<TraceKey>? Recipients, string? Problem) Replace(
        TraceMaps maps, PostfixRules rules, TraceKey start)
    {
        var list = new List<TraceKey> { start };
        var stays = new HashSet<string>();
        for (var i = 0; i < list.Count; i++)
        {
            if (list.Count > Math.Min(rules.Destinations, MostAddresses))
            {
                return (null, $"it expands to more than {rules.Destinations} recipients (virtual_alias_expansion_limit)");
            }

            for (var depth = 0; !stays.Contains(list[i].Folded); depth++)
            {
                if (depth >= Math.Min(rules.Depth, MostAddresses))
                {
                    return (null, $"it is replaced {rules.Depth} times in a row (virtual_alias_recursion_limit)");
                }

                var address = list[i];
                if (Next(maps, rules, address) is not { } next)
                {
                    break;
                }

                if (next.Any(n => ByteCount(n) > rules.Length))
                {
                    return (null, $"it leads to an address of more than {rules.Length} bytes (virtual_alias_address_length_limit)");
                }

                list[i] = next[0];
                list.AddRange(next.Skip(1));
                if (next.Any(n => n.Folded == address.Folded))
                {
                    stays.Add(address.Folded);
                }
            }
        }

        return ([.. list.DistinctBy(a => a.Folded)], null);
    }

    /// <summary>The loop, or null. A way back to an address whose destinations include itself ends there and is no loop.</summary>
    private static IReadOnlyList<string>? LoopOf(
        TraceMaps maps, PostfixRules rules, List<TraceKey> seen, Func<TraceKey, string> name)
    {
        const string Anywhere = "";
        var steps = new List<AliasStep>();
        foreach (var address in seen)
        {
            var next = Next(maps, rules, address) ?? [];
            if (next.All(n => n.Folded != address.Folded))
            {
                steps.AddRange(next.Select(n => new AliasStep(name(address), name(n))));
                steps.Add(new AliasStep(Anywhere, name(address)));
            }
        }

        return new AliasGraph(steps).Expand(Anywhere).Loop;
    }

    private static int ByteCount(TraceKey address) => Encoding.UTF8.GetByteCount(address.Text);
}
