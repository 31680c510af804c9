using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core.Tracing;

/// <summary>What a map answers about an address.</summary>
/// <param name="Key">The key that had an answer: the whole address, or the address without its extension.</param>
/// <param name="Extension">The extension that was cut off, with its delimiter; empty where the key is the whole address.</param>
/// <param name="Values">At least one.</param>
internal sealed record MapMatch(TraceKey Key, string Extension, IReadOnlyList<string> Values);

/// <summary>
/// Lookups in Postfix's maps, answered by the database in one snapshot. Many addresses are looked up at once, and none of them
/// twice. As in Postfix, the whole address is looked up first, and without its extension only if there was no answer.
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

    /// <summary>All lookups with their answers, in order.</summary>
    internal List<TraceQuestion> Questions => [.. answers.Select(a => new TraceQuestion(a.Key.Map, a.Key.Key, a.Value))];

    /// <summary>Looks up whether the domains of addresses are local.</summary>
    internal void AskDomains(IEnumerable<TraceKey> addresses)
    {
        var names = addresses.Where(a => a.IsAddress)
            .Select(a => a.Domain)
            .Distinct()
            .Where(n => !answers.ContainsKey((Domains, n)))
            .ToList();
        names.ForEach(n => answers.Add((Domains, n), []));
        foreach (var domain in names.Count == 0 ? [] : TraceSql.Domains(s.Tx, names))
        {
            domains.Add(domain.Name, domain);
            answers[(Domains, domain.Name)].Add(domain.Name);
        }
    }

    /// <summary>The domain of an address that was looked up, or null where it is external.</summary>
    internal TracedDomain? DomainOf(TraceKey address) => domains.GetValueOrDefault(address.Domain);

    /// <summary>Looks up addresses in a map.</summary>
    internal void Ask(string map, IReadOnlyCollection<TraceKey> addresses)
    {
        Fetch(map, addresses);
        var unanswered = addresses.Where(a => a.IsAddress && Values(map, a).Count == 0);
        Fetch(map, [.. unanswered.Select(a => a.WithoutExtension(rules.Delimiters)?.Address).OfType<TraceKey>()]);
    }

    /// <summary>The answer of a map about an address that was looked up; null for none.</summary>
    internal MapMatch? Find(string map, TraceKey address) =>
        !address.IsAddress ? null
        : Values(map, address) is { Count: > 0 } whole ? new MapMatch(address, "", whole)
        : address.WithoutExtension(rules.Delimiters) is var (shorter, extension) && Values(map, shorter) is { Count: > 0 } values
            ? new MapMatch(shorter, extension, values)
        : null;

    private List<string> Values(string map, TraceKey address) => answers.GetValueOrDefault((map, address.Folded)) ?? [];

    private void Fetch(string map, IReadOnlyCollection<TraceKey> addresses)
    {
        var keys = addresses.Where(a => a.IsAddress && !answers.ContainsKey((map, a.Folded)))
            .DistinctBy(a => a.Folded)
            .Select(a => a with { LocalPart = a.LocalPart.ToLowerInvariant() })
            .ToList();
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
