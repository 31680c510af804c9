using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Tracing;

/// <summary>
/// Explains for every address on the way which rule decided, which rules would
/// have decided otherwise, and what happens at a final recipient.
/// </summary>
internal sealed partial class TraceExplainer
{
    private const string Alias = "alias";
    private const string CatchAll = "catch-all";
    private const string Relocated = "relocated";
    private const string Account = "account";
    private const string Nothing = "none";
    private const string Elsewhere = "elsewhere";

    private readonly TraceMaps maps;
    private readonly PostfixRules rules;
    private readonly Dictionary<string, string> kinds;
    private readonly Dictionary<string, TraceAccount> accounts;
    private readonly HashSet<string> ends;
    private readonly Dictionary<string, List<string>> classes;
    private readonly Lazy<ValidIds> validIds;

    private TraceExplainer(
        TraceMaps maps,
        PostfixRules rules,
        Expansion expansion,
        Dictionary<string, string> kinds,
        Dictionary<string, TraceAccount> accounts,
        Dictionary<string, List<string>> classes,
        Lazy<ValidIds> validIds,
        bool isReplaced)
    {
        this.classes = classes;
        this.validIds = validIds;
        this.maps = maps;
        this.rules = rules;
        this.kinds = kinds;
        this.accounts = accounts;
        IsReplaced = isReplaced || maps.Find(TraceMaps.Aliases, expansion.Seen[0]) is not null;
        ends = [.. expansion.Recipients.Select(r => r.Folded)];
    }

    /// <summary>Whether the address was replaced: Postfix accepts it then, whatever it leads to.</summary>
    internal bool IsReplaced { get; }

    /// <summary>Dovecot's lookups for the accounts that get the mail.</summary>
    internal IEnumerable<TraceQuestion> UserQuestions => accounts.Values.Select(UserQuestion);

    /// <summary>The same for one account.</summary>
    internal static TraceQuestion UserQuestion(TraceAccount a) => new(
        LiveAnswers.UserDatabase, a.Address, [$"uid={a.Uid}", $"gid={a.Gid}", $"home={a.Home}", $"mail={a.MailLocation}"]);

    /// <summary>Makes the lookups that Postfix makes for final recipients, and finds out what the addresses are.</summary>
    internal static TraceExplainer For(
        Session s,
        TraceMaps maps,
        PostfixRules rules,
        Expansion expansion,
        Dictionary<string, List<string>> classes,
        bool isReplaced)
    {
        List<TraceKey> local = [.. expansion.Recipients.Where(r => maps.DomainOf(r) is not null)];
        maps.Ask(TraceMaps.Relocated, local);
        local.RemoveAll(r => maps.Find(TraceMaps.Relocated, r) is not null);
        maps.Ask(TraceMaps.Mailboxes, local);
        maps.Ask(TraceMaps.Transports, local);
        var addresses = expansion.Seen
            .SelectMany(a => (string[])[a.Folded, a.WithoutExtension(rules.Delimiters)?.Address.Folded ?? a.Folded])
            .Distinct();
        var found = local.Where(r => maps.Find(TraceMaps.Mailboxes, r) is not null)
            .Select(r => User(maps, rules, r).Key)
            .DistinctBy(k => k.Folded)
            .Select(k => k with { LocalPart = k.LocalPart.ToLowerInvariant() });
        var rows = TraceSql.Accounts(s.Tx, [.. found]);
        return new TraceExplainer(
            maps,
            rules,
            expansion,
            AddressSql.Kinds(s.Tx, addresses).ToDictionary(k => k.Address, k => k.Kind.Word()),
            rows.ToDictionary(a => a.Address),
            classes,
            // Aliases and addresses elsewhere need no answer: doveconf is asked for the first mailbox, and once.
            new Lazy<ValidIds>(() => ValidIds.Read(s.Settings, s.Ct)),
            isReplaced);
    }

    /// <summary>Explains one address.</summary>
    internal TraceStep Step(TraceKey address)
    {
        var decision = Decision(address, out var match);
        return new TraceStep
        {
            Address = address.Text,
            Decision = decision,
            Rules =
            [
                .. DomainRule(address), .. SuspensionRule(address), .. Kinds(address, decision, match), .. TransportRules(address),
                .. DovecotRule(address),
            ],
            Next = [.. (Expansion.Next(maps, rules, address) ?? []).Select(n => n.Text)],
            Delivery = ends.Contains(address.Folded) ? Delivery(address) : null,
        };
    }

    private string Decision(TraceKey address, out MapMatch? match)
    {
        match = maps.Find(TraceMaps.Aliases, address);
        if (match is not null)
        {
            return kinds.GetValueOrDefault(match.Key.Folded, CatchAll);
        }

        match = maps.Find(TraceMaps.Relocated, address);
        if (match is not null)
        {
            return Relocated;
        }

        match = maps.Find(TraceMaps.Mailboxes, address);
        return match is not null ? Account : maps.DomainOf(address) is null ? Elsewhere : Nothing;
    }

    private IEnumerable<TraceRule> DomainRule(TraceKey address)
    {
        if (!address.IsAddress)
        {
            return [];
        }

        var text = maps.DomainOf(address) is not { } domain ? $"{Readable(address.Domain)} is not a domain of vmm"
            : domain.IsPrimary ? $"{Readable(domain.Name)} is a domain of vmm"
            : $"{Readable(domain.Name)} is an alias domain name of {Readable(domain.Primary)}";
        return classes.GetValueOrDefault(address.Domain) is { } lists
            ? [new TraceRule("domain", ClassOf(address) is null, $"{text}, but Postfix has it in {string.Join(" and ", lists)}")]
            : [new TraceRule("domain", true, text)];
    }

    /// <summary>What the address is, with and without its extension, and the catch-all of its domain.</summary>
    private IEnumerable<TraceRule> Kinds(TraceKey address, string decision, MapMatch? match)
    {
        var shorter = address.WithoutExtension(rules.Delimiters)?.Address;
        foreach (var key in shorter is null ? (TraceKey[])[address] : [address, shorter])
        {
            if (kinds.GetValueOrDefault(key.Folded) is { } kind)
            {
                yield return decision == kind && match?.Key.Folded == key.Folded
                    ? new TraceRule(kind, true, Winner(kind, match))
                    : new TraceRule(
                        kind,
                        false,
                        IsRefused(address) && match is null
                            ? $"{key.Text} is {Article(kind)}, but its domain is suspended and refuses mail"
                            : $"{key.Text} is {Article(kind)}, but {Finder(address, decision, match)} is found before it");
            }
        }

        if (maps.DomainOf(address) is { HasCatchAll: true } domain)
        {
            yield return decision == CatchAll
                ? new TraceRule(
                    CatchAll, true, $"nothing in {domain.Primary} is called {address.LocalPart}, so its catch-all gets the mail")
                : new TraceRule(
                    CatchAll,
                    false,
                    IsRefused(address) && match is null
                        ? "not used, because its domain is suspended and refuses mail"
                        : $"not used, because {match?.Key.Text ?? address.Text} is {Article(decision)}");
        }
        else if (decision == Nothing && !kinds.ContainsKey(address.Folded) && !kinds.ContainsKey(shorter?.Folded ?? ""))
        {
            yield return new TraceRule(
                Nothing,
                true,
                $"{(shorter ?? address).Text} is no account, alias or relocated user, and {address.Domain} has no catch-all");
        }
    }

    private static string Winner(string kind, MapMatch match)
    {
        var name = match.Key.Text;
        var without = match.Extension.Length == 0 ? "" : $", found without the extension {match.Extension}";
        return kind switch
        {
            Alias => $"{name} is an alias with {match.Values.Count} destination{(match.Values.Count == 1 ? "" : "s")}{without}",
            Relocated => $"{name} has moved to {match.Values[0]}{without}",
            _ => $"{name} is an account{without}",
        };
    }

    /// <summary>The transport of mail to a mailbox: the account's own only if the map has it for exactly this address.</summary>
    private IEnumerable<TraceRule> TransportRules(TraceKey address)
    {
        if (!ends.Contains(address.Folded) || Delivery(address) is not { Account: { } account, Transport: { } transport })
        {
            yield break;
        }

        if (OfSuspension(address, transport))
        {
            yield return new TraceRule("transport", true, $"{transport}, because of the suspension");
            yield break;
        }

        if (maps.Find(TraceMaps.Mailboxes, address)!.Key.Folded != account.Address)
        {
            // The transport is that of the account that Postfix found; the mail goes to another one.
            yield return new TraceRule("transport", true, transport);
            yield break;
        }

        var own = !account.TransportInherited && maps.Find(TraceMaps.Transports, address)!.Key.Folded == account.Address;
        yield return new TraceRule("transport", true, $"{transport}, {(own ? "the account's own" : "the domain's")}");
        if (!account.TransportInherited && !own)
        {
            yield return new TraceRule(
                "transport",
                false,
                $"{account.Transport}, the account's own, because Postfix looks up {address.Text} first and gets the domain's");
        }
    }

    private static string Readable(string domain)
    {
        var unicode = DomainName.Stored(domain).Unicode;
        return unicode == domain ? domain : $"{domain} ({unicode})";
    }

    private static string Article(string kind) => kind switch
    {
        Alias => "an alias",
        Account => "an account",
        Relocated => "a relocated user",
        _ => "nothing",
    };

    private static string Finder(TraceKey address, string decision, MapMatch? match) =>
        decision == CatchAll
            ? $"the catch-all, for the whole of {address.Text},"
            : $"{Article(decision)}, {match?.Key.Text ?? address.Text},";
}
