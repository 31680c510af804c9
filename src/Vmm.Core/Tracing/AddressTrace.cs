using Vmm.Core.MailServers;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Core.Tracing;

/// <summary>Explains what Postfix and Dovecot do with mail to an address, by the lookups that they make in the database.</summary>
public static class AddressTrace
{
    private const int MostShown = 20;
    private const string AliasError = "Postfix does not accept mail to it (451 4.6.0 Alias expansion error)";

    /// <summary>
    /// Follows an address to its final recipients. Every text has a result, including an external domain and an address that
    /// belongs to no account.
    /// </summary>
    /// <param name="s">The session; one snapshot for everything.</param>
    /// <param name="text">The address, its domain in A-labels or U-labels.</param>
    /// <param name="sender">A sender address whose allowed users are reported, or null.</param>
    /// <param name="live">Whether the same lookups are made in the running servers.</param>
    /// <param name="queue">Whether Postfix's queue and log are read.</param>
    /// <exception cref="VmmException">
    /// 51, 55, 67 with <paramref name="live"/> or <paramref name="queue"/>, when a program is not installed or fails; 81 a log that
    /// cannot be read.
    /// </exception>
    public static TraceResult Run(Session s, string text, string? sender = null, bool live = false, bool queue = false)
    {
        var rules = PostfixRules.Read(s);
        var maps = new TraceMaps(s, rules);
        var asked = Read(text);
        var canonical = Canonical(s, rules, asked);
        var start = canonical.Count > 0 ? canonical[^1].To : asked;
        maps.AskDomains([asked, start]);
        var expansion = Expansion.Follow(maps, rules, start);
        maps.AskDomains(expansion.Seen);
        var classes = Classes(s, maps, rules, expansion);
        var explainer = TraceExplainer.For(s, maps, rules, expansion, classes, isReplaced: canonical.Count > 0);
        var (outcome, why) = CanonicalMaps.Endless(canonical) is { } endless && maps.DomainOf(asked) is not null
            ? ("deferred", $"{AliasError}, because {endless} replaces it again and again")
            : Verdict(maps, rules, asked, expansion, explainer);
        var result = new TraceResult
        {
            Address = asked.Text,
            Canonical = canonical.Count > 0 ? [.. canonical.Select(c => new TraceCanonical(c.Map, c.From.Text, c.To.Text))] : null,
            Outcome = outcome,
            Text = why,
            Loop = expansion.Loop,
            Steps = [.. expansion.Seen.Select(explainer.Step)],
            Deliveries = outcome == "accepted" ? [.. expansion.Recipients.Select(explainer.Delivery)] : [],
            Sender = sender is null ? null : Sender(maps, asked, Read(sender)),
            Questions = [.. maps.Questions, .. explainer.UserQuestions],
            Queue = queue ? Queue(s, [.. canonical.Select(c => c.From.Text), .. expansion.Seen.Select(a => a.Text)]) : null,
        };
        if (!live)
        {
            return result;
        }

        // That a domain of vmm is in none of these lists goes without saying; a list that has it is a difference.
        var questions = LiveAnswers.Add(s, result.Questions);
        questions.AddRange(
            from c in classes
            from list in c.Value
            select new TraceQuestion(list, c.Key, []) { Live = [c.Key] });
        return result with { Questions = questions, Differences = questions.Count(q => q.Differs == true) };
    }

    /// <summary>A table that does not answer defers all mail: then what comes after it is only what should happen.</summary>
    private static IReadOnlyList<CanonicalStep> Canonical(Session s, PostfixRules rules, TraceKey address) =>
        MailServerFaults.Try(
            () => rules.Canonical.Follow(s.Settings, rules.Delimiters, address, s.Ct),
            e => s.Warn($"what canonical maps make of '{address.Text}' is not known, because {e.Message}")) ?? [];

    private static TraceWaiting Queue(Session s, List<string> addresses)
    {
        var messages = MailQueue.About(s.Settings, addresses, s.Ct);
        var log = MailLog.About(s.Settings, addresses, MostShown, s.Ct);
        return new TraceWaiting(messages.Count, [.. messages.Take(MostShown)], log?.Source, log?.Lines ?? []);
    }

    /// <summary>The lists of Postfix that contain a domain of vmm, by domain; a table that does not answer is left out.</summary>
    private static Dictionary<string, List<string>> Classes(
        Session s, TraceMaps maps, PostfixRules rules, Expansion expansion)
    {
        List<string> local = [.. expansion.Seen.Where(a => maps.DomainOf(a) is not null).Select(a => a.Domain).Distinct()];
        return MailServerFaults.Try(() => rules.Classes.Of(s.Settings, local, s.Ct), _ => { }) ?? [];
    }

    /// <summary>Postfix's answer to RCPT TO: every address that is an alias is accepted, and may bounce later.</summary>
    private static (string Outcome, string Text) Verdict(
        TraceMaps maps, PostfixRules rules, TraceKey asked, Expansion expansion, TraceExplainer explainer)
    {
        if (!asked.IsAddress)
        {
            return (
                "no-address", "this is no address with a domain after its @: Postfix adds its own name (myorigin) or rejects it");
        }

        // It does not relay to other domains in any case.
        var refusal = maps.DomainOf(asked) is null
            ? RefusedAddresses.OfHyphen(asked.LocalPart, rules)
            : RefusedAddresses.Of(asked.LocalPart, rules, explainer.IsRoute(asked));
        if (refusal is not null)
        {
            return ("refused", $"Postfix refuses it: {refusal.Answer}, because {refusal.Reason}");
        }

        if (expansion.Problem is { } problem)
        {
            var loop = expansion.Loop is { } way ? $"it leads back to itself: {string.Join(" -> ", way)}" : null;
            var reason = loop is null ? problem : expansion.Grows ? $"{problem}; {loop}" : loop;
            return ("deferred", $"{AliasError}, because {reason}");
        }

        if (explainer.IsReplaced && maps.DomainOf(asked) is not null)
        {
            var count = expansion.Recipients.Count;
            return ("accepted", $"Postfix accepts mail to it, for {(count == 1 ? "one recipient" : $"{count} recipients")}");
        }

        return maps.DomainOf(asked) is null
            ? ("elsewhere", $"{asked.Domain} is not a domain of vmm: Postfix would relay mail to it, or reject it")
            : explainer.Deferral(asked) is { } words ? ("deferred", $"Postfix defers mail to it: 450 {words}")
            : explainer.IsMailbox(asked) ? ("accepted", "Postfix accepts mail to it, for one recipient")
            : ("refused", $"Postfix rejects mail to it: {explainer.Delivery(asked).Text}");
    }

    /// <summary>
    /// The users who may use a sender address (reject_sender_login_mismatch). Postfix looks it up as in its other maps.
    /// </summary>
    private static TraceSender Sender(TraceMaps maps, TraceKey address, TraceKey sender)
    {
        maps.Ask(TraceMaps.Senders, [sender]);
        var logins = maps.Find(TraceMaps.Senders, sender)?.Values ?? [];
        return new TraceSender(sender.Text, logins, logins.Contains(address.Folded, StringComparer.OrdinalIgnoreCase));
    }

    private static TraceKey Read(string text)
    {
        var key = TraceKey.Parse(text.Trim());
        return key.IsAddress ? key with { Domain = DomainName.Refer(key.Domain).Ascii } : key;
    }
}
