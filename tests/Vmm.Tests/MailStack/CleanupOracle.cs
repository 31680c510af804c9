namespace Vmm.Tests.MailStack;

/// <summary>
/// Where mail goes, from nothing but the answers of postmap: recipients are replaced as cleanup(8) replaces them, and what is left
/// is looked up as
/// smtpd(8) and trivial-rewrite(8) look it up. All addresses of a round are asked about by one process for each map.
/// </summary>
internal sealed class CleanupOracle(MailServer server)
{
    private const int Limit = 1000;
    private readonly Dictionary<(string Map, string Key), string[]> answers = [];

    /// <summary>Asks for everything that can be reached from these addresses.</summary>
    public async Task LearnAsync(IReadOnlyCollection<string> addresses)
    {
        var known = new HashSet<string>();
        for (var open = addresses.Select(Key).Distinct().Where(known.Add).ToList(); open.Count > 0;)
        {
            await AskAsync("virtual_alias_maps", open);
            open = [.. open.SelectMany(a => Next(a) ?? []).Select(Key).Where(known.Add)];
        }

        await AskAsync("relocated_maps", known);
        await AskAsync("virtual_mailbox_maps", known);
        await AskAsync("transport", known);
        await PutAsync("virtual_mailbox_domains", known.Select(a => a.Split('@')[^1]));
    }

    /// <summary>The outcome, and the recipients with what becomes of each, in order.</summary>
    public (string Outcome, string[] Ends) Of(string address)
    {
        var list = new List<string> { address[..address.LastIndexOf('@')] + Key(address[address.LastIndexOf('@')..]) };
        var itself = new HashSet<string>();
        for (var at = 0; at < list.Count; at++)
        {
            if (list.Count > Limit)
            {
                return ("deferred", []);
            }

            for (var count = 0; !itself.Contains(Key(list[at])) && Next(list[at]) is { } next; count++)
            {
                if (count >= Limit || next.Any(n => n.Length > Limit))
                {
                    return ("deferred", []);
                }

                var replaced = Key(list[at]);
                list[at] = next[0];
                list.AddRange(next[1..]);
                if (next.Any(n => Key(n) == replaced))
                {
                    itself.Add(replaced);
                }
            }
        }

        var isAlias = Find("virtual_alias_maps", address).Length > 0;
        var ends = list.DistinctBy(Key).Select(End).Order(StringComparer.Ordinal).ToArray();
        return isAlias || ends[0].Contains(" mailbox ", StringComparison.Ordinal)
            || ends[0].EndsWith(" bounced", StringComparison.Ordinal)
            ? ("accepted", ends)
            : ends[0].EndsWith(" elsewhere", StringComparison.Ordinal) ? ("elsewhere", [])
            : ("refused", []);
    }

    /// <summary>What becomes of one recipient.</summary>
    private string End(string address) =>
        answers[("virtual_mailbox_domains", Key(address).Split('@')[^1])].Length == 0 ? $"{address} elsewhere"
        : Find("relocated_maps", address) is [var moved] ? $"{address} relocated {moved}"
        : Find("virtual_mailbox_maps", address) is [var maildir] ? Mailbox(address, maildir, Find("transport", address).Single())
        : $"{address} unknown";

    /// <summary>Dovecot cuts off an extension before it looks for a mailbox, Postfix's virtual(8) after it.</summary>
    private string Mailbox(string address, string maildir, string transport) =>
        transport == "virtual:" || Cut(address) is not var (shorter, _) ? $"{address} mailbox {maildir} {transport}"
        : answers[("virtual_mailbox_maps", Key(shorter))] is [var other] ? $"{address} mailbox {other} {transport}"
        : $"{address} bounced";

    private string[]? Next(string address)
    {
        var whole = answers[("virtual_alias_maps", Key(address))];
        if (whole.Length > 0 || Cut(address) is not var (shorter, extension))
        {
            return whole.Length > 0 ? whole : null;
        }

        // What was cut off goes to every destination (propagate_unmatched_extensions).
        var found = answers[("virtual_alias_maps", Key(shorter))].Select(d => d.Insert(d.LastIndexOf('@'), extension)).ToArray();
        return found.Length > 0 ? found : null;
    }

    private string[] Find(string map, string address) =>
        answers[(map, Key(address))] is { Length: > 0 } whole ? whole
        : Cut(address) is var (shorter, _) ? answers[(map, Key(shorter))]
        : [];

    private static (string Address, string Extension)? Cut(string address)
    {
        var (plus, at) = (address.IndexOf('+', StringComparison.Ordinal), address.LastIndexOf('@'));
        return plus > 0 && plus < at ? (address[..plus] + address[at..], address[plus..at]) : null;
    }

    private static string Key(string address) => address.ToLowerInvariant();

    private Task AskAsync(string map, IEnumerable<string> addresses) =>
        PutAsync(map, addresses.SelectMany(a => Cut(a) is var (shorter, _) ? (string[])[a, shorter] : [a]).Select(Key));

    private async Task PutAsync(string map, IEnumerable<string> keys)
    {
        var open = keys.Distinct().Where(k => !answers.ContainsKey((map, k))).ToList();
        var found = await server.ProgramAsync(
            "postmap",
            ["-c", server.MapDirectory, "-q", "-", $"pgsql:{server.MapDirectory}/pgsql-{map}.cf"],
            string.Concat(open.Select(k => k + "\n"))
        );
        Assert.True(found.Error.Length == 0, $"{map}: {found}");
        open.ForEach(k => answers[(map, k)] = []);
        foreach (var line in found.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')))
        {
            answers[(map, line[0])] = map is "virtual_alias_maps" ? line[1].Split(',') : [line[1]];
        }
    }
}
