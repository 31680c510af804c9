using Vmm.Core.Administration;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Rows;
using Vmm.Data.Sql;





namespace Vmm.Core.Tracing;

/// <summary>What a map answers about an address.</summary>
/// <param name="Key">The key that had an answer: the whole address, or the address without its extension.</param>
/// <param name="Extension">What the key lacks, with the delimiter; empty where it is the whole address.</param>
/// <param name="Values">At least one.</param>
internal sealed record MapMatch(TraceKey Key, string Extension, IReadOnlyList<string> Values);

/// <summary>
/// Postfix's maps, as the database answers them in one snapshot. Many addresses are asked about at once, and none of them twice. As in Postfix, the
/// whole address is asked for first, and without its extension only when that has no answer.
/// </summary>
internal sealed class TraceMaps(Session s, PostfixRules rules)
{
    internal const string Domains = "virtual_mailbox_domains";
    internal const string Aliases = "virtual_alias_maps";
    internal const string Mailboxes = "virtual_mailbox_maps";
    internal const string Relocated = "relocated_maps";
    internal const string Transports = "transport_maps";
    internal const string Senders = "smtpd_sender_login_maps";

    private readonly Dictionary<(string Map, string Key), List<string>> answers = [];
    private readonly Dictionary<string, TracedDomain> domains = [];

    /// <summary>Everything that was asked, in this order.</summary>
    internal List<TraceQuestion> Questions => [.. answers.Select(a => new TraceQuestion(a.Key.Map, a.Key.Key, a.Value))];

    /// <summary>Asks whether domains are ours.</summary>
    internal void AskDomains(IEnumerable<TraceKey> addresses)
    {
        var names = addresses.Where(a => a.IsAddress).Select(a => a.Domain).Distinct().Where(n => !answers.ContainsKey((Domains, n))).ToList();
        names.ForEach(n => answers.Add((Domains, n), []));
        foreach (var domain in names.Count == 0 ? [] : TraceSql.Domains(s.Tx, names))
        {
            domains.Add(domain.Name, domain);
            answers[(Domains, domain.Name)].Add(domain.Name);
        }
    }

    /// <summary>The domain of an address that was asked about, or null where it is not ours.</summary>
    internal TracedDomain? DomainOf(TraceKey address) => domains.GetValueOrDefault(address.Domain);

    /// <summary>Asks a map about addresses.</summary>
    internal void Ask(string map, IReadOnlyCollection<TraceKey> addresses)
    {
        Fetch(map, addresses);
        Fetch(map, [.. addresses.Where(a => a.IsAddress && Values(map, a).Count == 0).Select(a => a.WithoutExtension(rules.Delimiters)?.Address).OfType<TraceKey>()]);
    }

    /// <summary>What the map answers about an address that was asked about; null for nothing.</summary>
    internal MapMatch? Find(string map, TraceKey address) =>
        !address.IsAddress ? null
        : Values(map, address) is { Count: > 0 } whole ? new MapMatch(address, "", whole)
        : address.WithoutExtension(rules.Delimiters) is var (shorter, extension) && Values(map, shorter) is { Count: > 0 } values ? new MapMatch(shorter, extension, values)
        : null;

    private List<string> Values(string map, TraceKey address) => answers.GetValueOrDefault((map, address.Folded)) ?? [];

    private void Fetch(string map, IReadOnlyCollection<TraceKey> addresses)
    {
        var keys = addresses.Where(a => a.IsAddress && !answers.ContainsKey((map, a.Folded))).DistinctBy(a => a.Folded).Select(a => a with { LocalPart = a.LocalPart.ToLowerInvariant() }).ToList();
        keys.ForEach(k => answers.Add((map, k.Text), []));
        foreach (var answer in keys.Count == 0 ? [] : TraceSql.Answers(s.Tx, Statement(map), keys))
        {
            answers[(map, answer.Key)].Add(answer.Value);
        }
    }

    private static string Statement(string map) => map switch
    {
        Aliases => TraceSql.Aliases,
        Mailboxes => TraceSql.Mailboxes,
        Relocated => TraceSql.Relocated,
        Transports => TraceSql.Transports,
        Senders => TraceSql.Senders,
        _ => throw new ArgumentOutOfRangeException(nameof(map)),
    };
}
