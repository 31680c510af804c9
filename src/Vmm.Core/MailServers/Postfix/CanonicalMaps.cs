using Vmm.Core.Configuration;
using Vmm.Data.Failures;
using Vmm.Data.Rows;

namespace Vmm.Core.MailServers.Postfix;

/// <summary>One replacement of a recipient, before aliases are looked up.</summary>
/// <param name="Map">recipient_canonical_maps or canonical_maps.</param>
/// <param name="From">The recipient.</param>
/// <param name="To">What it becomes.</param>
internal sealed record CanonicalStep(string Map, TraceKey From, TraceKey To);

/// <summary>
/// The tables in which Postfix's cleanup(8) looks for the recipient of a message before it looks for aliases; smtpd(8) accepts
/// every recipient that is in them. See canonical(5).
/// </summary>
/// <param name="Recipient">recipient_canonical_maps; empty where recipient_canonical_classes has no envelope_recipient.</param>
/// <param name="Common">canonical_maps, and canonical_classes.</param>
/// <param name="Propagates">Whether the new address gets the extension of the old one (propagate_unmatched_extensions).</param>
internal sealed record CanonicalMaps(string Recipient, string Common, bool Propagates)
{
    internal const string OfRecipients = "recipient_canonical_maps";
    internal const string OfAll = "canonical_maps";

    /// <summary>How often cleanup(8) looks for the result in the same table (MAX_RECURSION in cleanup_map11.c).</summary>
    private const int MostRounds = 10;

    /// <summary>No tables, as in Postfix's defaults.</summary>
    internal static CanonicalMaps None { get; } = new("", "", true);

    /// <summary>The table that replaces an address again and again, so that the message is not accepted; null for none.</summary>
    internal static string? Endless(IEnumerable<CanonicalStep> steps) =>
        steps.GroupBy(s => s.Map).FirstOrDefault(g => g.Count() >= MostRounds)?.Key;

    /// <summary>What becomes of a recipient, in order; empty where it stays.</summary>
    /// <param name="settings">Where the programs are.</param>
    /// <param name="delimiters">recipient_delimiter.</param>
    /// <param name="address">The recipient.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">51, 55, 67 a table does not answer.</exception>
    internal IReadOnlyList<CanonicalStep> Follow(Settings settings, string delimiters, TraceKey address, CancellationToken ct)
    {
        var steps = new List<CanonicalStep>();
        foreach (var (map, tables) in ((string, string)[])[(OfRecipients, Recipient), (OfAll, Common)])
        {
            for (var round = 0; round < MostRounds && tables.Length > 0 && address.IsAddress; round++)
            {
                if (Find(settings, tables, delimiters, address, ct) is not { } next || next.Text == address.Text)
                {
                    break;
                }

                steps.Add(new CanonicalStep(map, address, next));
                address = next;
            }
        }

        return steps;
    }

    /// <summary>The whole address, then without its extension, then all of its domain. Patterns are for whole addresses.</summary>
    private TraceKey? Find(Settings settings, string tables, string delimiters, TraceKey address, CancellationToken ct)
    {
        if (PostfixTables.Find(settings, tables, [address.Folded], ct).TryGetValue(address.Folded, out var whole))
        {
            return Read(whole, address, "");
        }

        var exact = string.Join(", ", PostfixTables.Words(tables).Where(t => !IsPattern(t)));
        var cut = address.WithoutExtension(delimiters);
        var domain = $"@{address.Domain}";
        var found = PostfixTables.Find(settings, exact, cut is var (shorter, _) ? [shorter.Folded, domain] : [domain], ct);
        return cut is var (known, extension) && found.TryGetValue(known.Folded, out var value) ? Read(value, known, extension)
            : found.TryGetValue(domain, out var all) ? Read(all, address, "")
            : null;
    }

    /// <summary>Of several addresses the first counts; @domain means the same local part there.</summary>
    private TraceKey Read(string value, TraceKey address, string extension)
    {
        var first = PostfixTables.Words(value).First();
        var result = TraceKey.Parse(first.StartsWith('@') ? address.LocalPart + first : first);
        return Propagates && extension.Length > 0 ? result with { LocalPart = result.LocalPart + extension } : result;
    }

    private static bool IsPattern(string table) =>
        table.StartsWith("regexp:", StringComparison.Ordinal) || table.StartsWith("pcre:", StringComparison.Ordinal);
}
