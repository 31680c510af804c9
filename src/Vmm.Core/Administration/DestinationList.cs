using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>The destinations of an alias or catch-all: compares those to be added or deleted with those that exist.</summary>
internal static class DestinationList
{
    /// <summary>Which of the wanted destinations are new; the others are warned about.</summary>
    /// <param name="s">The session.</param>
    /// <param name="self">The address itself, which cannot be its own destination.</param>
    /// <param name="existing">What is stored.</param>
    /// <param name="destinations">What is wanted.</param>
    internal static (List<Destination> Added, List<string> Ignored) New(
        Session s, string self, IReadOnlyCollection<string> existing, IEnumerable<Destination> destinations) =>
        New(s, self, existing, Addresses.Normalize(s, destinations));

    /// <summary>The same with destinations as they are stored.</summary>
    internal static (List<Destination> Added, List<string> Ignored) New(
        Session s, string self, IReadOnlyCollection<string> existing, List<Destination> wanted)
    {
        var added = wanted.Where(d => d.ToString() != self && !existing.Contains(d.ToString())).ToList();
        var ignored = wanted.Except(added).Select(d => d.ToString()).ToList();
        if (ignored.Count > 0)
        {
            s.Warn($"ignored destination addresses (already there, or the alias itself): {string.Join(' ', ignored)}");
        }

        return (added, ignored);
    }

    /// <summary>
    /// Which of the given destinations exist, and which do not. An older vmm may have stored one with capitals, perhaps because its
    /// domain was not local then; the stored spelling finds it.
    /// </summary>
    internal static (List<string> Deleted, List<string> Ignored) Existing(
        Session s, List<string> existing, IReadOnlyList<Destination> destinations)
    {
        var asStored = destinations.Where(d => existing.Contains(d.ToString())).ToList();
        var others = Addresses.Normalize(s, destinations.Except(asStored));
        var wanted = asStored.Concat(others).Select(d => d.ToString()).Distinct().ToList();
        return ([.. wanted.Intersect(existing)], [.. wanted.Except(existing)]);
    }

    /// <summary>
    /// Refuses loops, and more destinations than Postfix expands: in this alias or catch-all, and in those that lead to it, which
    /// grow with it. The caller has locked all aliases until the commit, because two halves of a loop do not see each other.
    /// </summary>
    /// <exception cref="VmmException">27, 85.</exception>
    internal static void RequireDeliverable(Session s, long gid, string localPart, string address, PostfixRules rules)
    {
        var above = AliasSql.LeadingTo(s.Tx, [(gid, localPart)], rules.Delimiters);
        RequireDeliverable(s, above.Prepend(address), rules);
    }

    /// <summary>The same for these aliases and catch-alls alone.</summary>
    /// <exception cref="VmmException">27, 85.</exception>
    internal static void RequireDeliverable(Session s, IEnumerable<string> aliases, PostfixRules rules)
    {
        foreach (var (error, _) in Undeliverable(s, aliases, rules))
        {
            throw error;
        }
    }

    /// <summary>Those of these aliases and catch-alls that Postfix would not expand, with all addresses on their way.</summary>
    internal static IEnumerable<(VmmException Error, IReadOnlyCollection<string> Way)> Undeliverable(
        Session s, IEnumerable<string> aliases, PostfixRules rules)
    {
        List<string> starts = [.. aliases];
        var graph = new AliasGraph(AliasSql.Reachable(s.Tx, starts, rules.Delimiters, rules.Propagates));
        foreach (var alias in starts)
        {
            var expansion = graph.Expand(alias);
            if (expansion.Loop is { } loop)
            {
                yield return (Errors.AliasLoop(loop.Select(Readable)), expansion.Addresses);
            }
            else if (expansion.Destinations > rules.Destinations)
            {
                yield return (
                    Errors.ExpansionLimit(Named(alias), expansion.Destinations, rules.Destinations), expansion.Addresses);
            }
            else if (expansion.Depth >= rules.Depth)
            {
                yield return (Errors.RecursionLimit(Named(alias), expansion.Depth, rules.Depth), expansion.Addresses);
            }
        }
    }

    /// <summary>
    /// The local part that means every unknown address in the queries about aliases; no real address can have it.
    /// </summary>
    internal const string AnyLocalPart = "(any)";

    private static string Named(string address) =>
        address.StartsWith(AnyLocalPart, StringComparison.Ordinal)
            ? $"the catch-all '{Readable(address)}'"
            : $"the alias '{address}'";

    /// <summary>A catch-all as people write it: the domain after the @; and any extension as user+...@domain.</summary>
    internal static string Readable(string address) =>
        address.StartsWith(AnyLocalPart, StringComparison.Ordinal)
            ? address[AnyLocalPart.Length..]
            : address.Replace(AnyLocalPart, "...", StringComparison.Ordinal);
}
