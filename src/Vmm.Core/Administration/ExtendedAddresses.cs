using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core.Administration;

/// <summary>What leads to an address without naming it: destinations of which Postfix cuts off an extension.</summary>
internal static class ExtendedAddresses
{
    /// <summary>A delimiter may be any character, but is hardly a letter or a digit.</summary>
    private const string LikelyDelimiters = "!#$%&'*+-./=?^_`{|}~";

    /// <summary>With so many addresses, one question more costs as much as the start of a process.</summary>
    private const int Many = 50;

    /// <summary>These addresses, and the destinations with an extension that lead to them.</summary>
    /// <param name="s">The session.</param>
    /// <param name="addresses">As destinations name them.</param>
    internal static IReadOnlyCollection<string> With(Session s, IReadOnlyCollection<string> addresses)
    {
        // Only where there may be one it matters what Postfix cuts off, which costs the start of a process.
        if (addresses.Count == 0 || (addresses.Count < Many && !ExtensionSql.MayBe(s.Tx, addresses, LikelyDelimiters)))
        {
            return addresses;
        }

        var delimiters = PostfixRules.Read(s).Delimiters;
        var known = addresses.ToHashSet();
        return
        [
            .. addresses.Union(ExtensionSql.Extended(s.Tx, addresses, delimiters)
                .Where(d => TraceKey.Parse(d).WithoutExtension(delimiters) is var (shorter, _) && known.Contains(shorter.Folded))),
        ];
    }
}
