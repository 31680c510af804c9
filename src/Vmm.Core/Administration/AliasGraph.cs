using Vmm.Data.Rows;

namespace Vmm.Core.Administration;

/// <summary>What Postfix would do with mail to an alias.</summary>
/// <param name="Loop">The way from an address back to itself, or null. With a loop, the two numbers are meaningless.</param>
/// <param name="Destinations">
/// Size of Postfix's final list of recipients, counted as Postfix does: each alias is replaced once, repetitions stay.
/// </param>
/// <param name="Depth">The largest number of replacements on the way to one recipient.</param>
/// <param name="Addresses">All that it leads over, itself too; with a loop, those that were seen before it was.</param>
internal sealed record AliasExpansion(
    IReadOnlyList<string>? Loop, long Destinations, int Depth, IReadOnlyCollection<string> Addresses);

/// <summary>
/// Aliases and where they lead. A pure calculation without recursion, because deep chains must not exhaust the stack.
/// </summary>
internal sealed class AliasGraph(IEnumerable<AliasStep> steps)
{
    private readonly ILookup<string, string> next = steps.Where(t => t.Source is not null).ToLookup(t => t.Source!, t => t.Target);

    /// <summary>
    /// Walks everything that can be reached. An alias that has itself as destination, to keep a copy, is a loop too: an address is
    /// an alias or an account, never both.
    /// </summary>
    internal AliasExpansion Expand(string start)
    {
        var depths = new Dictionary<string, int>();
        var path = new List<string>();
        var onPath = new HashSet<string>();
        var open = new Stack<IEnumerator<string>>();
        Enter(start);
        while (open.TryPeek(out var children))
        {
            if (!children.MoveNext())
            {
                Leave();
            }
            else if (onPath.Contains(children.Current))
            {
                var loop = path.SkipWhile(a => a != children.Current).Append(children.Current);
                return new AliasExpansion([.. loop], 0, 0, [.. depths.Keys, .. path]);
            }
            else if (!depths.ContainsKey(children.Current))
            {
                Enter(children.Current);
            }
        }

        var destinations = 1 + depths.Keys.Select(a => (long)next[a].Count()).Where(n => n > 0).Sum(n => n - 1);
        return new AliasExpansion(null, destinations, depths[start], depths.Keys);

        void Enter(string address)
        {
            path.Add(address);
            onPath.Add(address);
            open.Push(next[address].GetEnumerator());
        }

        void Leave()
        {
            open.Pop().Dispose();
            var address = path[^1];
            path.RemoveAt(path.Count - 1);
            onPath.Remove(address);
            depths[address] = next[address].Any() ? 1 + next[address].Max(a => depths[a]) : 0;
        }
    }
}
