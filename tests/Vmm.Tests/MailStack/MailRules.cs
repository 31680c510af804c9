namespace Vmm.Tests.MailStack;

/// <summary>A generated main.cf and the database beside it.</summary>
/// <param name="Classes">In which list each domain but the first is too; empty for none.</param>
/// <param name="Propagated">propagate_unmatched_extensions.</param>
/// <param name="Hyphens">allow_min_user.</param>
/// <param name="Routes">allow_untrusted_routing.</param>
/// <param name="DefaultAliasDomains">
/// Whether virtual_alias_domains has its default, which is what virtual_alias_maps is.
/// </param>
/// <param name="Canonical">Pairs of addresses in canonical_maps.</param>
/// <param name="Recipients">The same in recipient_canonical_maps.</param>
/// <param name="Things">What each name is in each domain, with its values.</param>
/// <param name="CatchAll">Destinations of unknown addresses of the second domain.</param>
internal sealed record MailRules(
    string[] Classes,
    string Propagated,
    bool Hyphens,
    bool Routes,
    bool DefaultAliasDomains,
    (string From, string To)[] Canonical,
    (string From, string To)[] Recipients,
    (string Kind, string[] Values)[] Things,
    string[] CatchAll)
{
    /// <summary>Four domains of vmm, and one that is an alias domain of the first.</summary>
    public static string[] Domains { get; } =
        [.. ((string[])["one", "two", "three", "four", "also"]).Select(d => $"{d}.PLACE.example")];

    /// <summary>
    /// An account that is full (not where the LDA delivers, which returns mail by itself), one whose services are off, and
    /// transports of its own.
    /// </summary>
    public static string[] Flavours { get; } = [Full, Off, "virtual:", "discard:", "error:5.2.1 closed", "smtp:[127.0.0.1]:1"];

    public const string Full = "full";
    public const string Off = "off";

    /// <summary>The domain whose mail the LDA delivers.</summary>
    public const int ByLda = 2;

    /// <summary>Where a domain of vmm does not belong.</summary>
    public static string[] Lists { get; } = ["mydestination", AliasDomains, "relay_domains"];

    private const string AliasDomains = "virtual_alias_domains";

    public static string[] Names { get; } =
    [
        "u1", "u2", "u3", "u4", "u1+x", "u2-x", "u3_x", "owner-u1", "u2-request", "-dash", "o'brien", "u4%x", "u4!x", "unknown",
    ];

    /// <summary>What may follow a name.</summary>
    public static string[] Extensions { get; } = ["", "+x", "-x", "_x", "+", "-", "_", "-x+y", "+X-y", "_x+"];

    /// <summary>Whether Postfix has tables of its own, which vmm asks by postmap.</summary>
    public bool HasTables =>
        Canonical.Length + Recipients.Length > 0 || (DefaultAliasDomains && Classes.Contains(AliasDomains));

    /// <summary>The same without these tables.</summary>
    public MailRules WithoutTables => this with
    {
        Canonical = [],
        Recipients = [],
        DefaultAliasDomains = DefaultAliasDomains && !Classes.Contains(AliasDomains),
    };

    /// <summary>A text with domains that no other test has.</summary>
    public static string In(string place, string text) => text.Replace("PLACE", place, StringComparison.Ordinal);

    /// <summary>The lines of main.cf about the lists of domains.</summary>
    /// <param name="place">Whose domains.</param>
    /// <param name="aliasMaps">virtual_alias_maps as it is.</param>
    public IEnumerable<string> DomainLists(string place, string aliasMaps)
    {
        foreach (var list in Lists)
        {
            var members = Enumerable.Range(0, Classes.Length).Where(i => Classes[i] == list).Select(i => Domain(place, i + 1));
            if (list == AliasDomains && DefaultAliasDomains)
            {
                var table = Table(members.Select(m => (m, m)));
                yield return $"virtual_alias_maps={table} {aliasMaps}";
                yield return $"{list}=$virtual_alias_maps";
            }
            else
            {
                yield return $"{list}={string.Join(", ", members)}";
            }
        }
    }

    /// <summary>Pairs of canonical_maps or recipient_canonical_maps, in the main.cf itself.</summary>
    public static string CanonicalMaps(string place, (string From, string To)[] pairs) => Table(
        pairs.DistinctBy(c => c.From).Where(c => c.From[0] != '-' && c.From != c.To)
            .Select(c => (In(place, c.From).ToLowerInvariant(), In(place, c.To))));

    private static string Table(IEnumerable<(string Key, string Value)> pairs) =>
        string.Join(", ", pairs.Select(p => $"{{{p.Key} = {p.Value}}}")) is { Length: > 0 } all ? $"inline:{{{all}}}" : "";

    /// <summary>Statements that fill the tables; the domains are there already.</summary>
    public string Sql(string place)
    {
        List<string> statements =
        [
            "INSERT INTO quotalimit (bytes) VALUES (1) ON CONFLICT DO NOTHING",
            .. Flavours.Where(IsTransport).Select(f => $"INSERT INTO transport (transport) VALUES ('{f}') ON CONFLICT DO NOTHING"),
        ];
        for (var i = 0; i < Things.Length; i++)
        {
            var (kind, values) = Things[i];
            var gid = Gid(place, i % 4);
            var name = Quoted(Names[i / 4]);
            statements.AddRange(kind switch
            {
                "account" =>
                [
                    "INSERT INTO users (local_part, passwd, gid, ssid, tid) VALUES"
                        + $" ({name}, '{{PLAIN}}secret', {gid}, {Services(values)}, {Transport(values)})",
                ],
                "alias" => values.Select(v => $"INSERT INTO alias VALUES ({gid}, {name}, {Quoted(In(place, v))})"),
                "relocated" => [$"INSERT INTO relocated VALUES ({gid}, {name}, {Quoted(values[0])})"],
                _ => [],
            });
        }

        statements.AddRange(
            CatchAll.Distinct().Select(c => $"INSERT INTO catchall VALUES ({Gid(place, 1)}, {Quoted(In(place, c))})"));
        return string.Join(";\n", statements);
    }

    /// <summary>The accounts that are to be full.</summary>
    public IEnumerable<string> FullAccounts(string place) =>
        from i in Enumerable.Range(0, Things.Length)
        where Things[i] is ("account", [Full]) && i % 4 != ByLda
        select $"{Names[i / 4]}@{Domain(place, i % 4)}";

    /// <summary>Makes the quota of an account that has mail as small as can be.</summary>
    public static string FillSql(string address) => $"""
        INSERT INTO userquota (uid, bytes, messages) VALUES (({MailServer.UidOf(address)}), 10, 1) ON CONFLICT DO NOTHING;
        UPDATE users SET qid = (SELECT qid FROM quotalimit WHERE bytes = 1 AND messages = 0)
         WHERE uid = ({MailServer.UidOf(address)})
        """;

    public static string Domain(string place, int number) => In(place, Domains[number]);

    private static string Gid(string place, int number) =>
        $"(SELECT gid FROM domain_name WHERE domainname = '{Domain(place, number)}')";

    private static string Services(string[] flavour) =>
        flavour is [Off] ? "(SELECT ssid FROM service_set WHERE NOT (smtp OR pop3 OR imap OR sieve))" : "NULL";

    private static string Transport(string[] flavour) => flavour is [var own] && IsTransport(own)
        ? $"(SELECT tid FROM transport WHERE transport = '{own}')"
        : "NULL";

    private static bool IsTransport(string flavour) => flavour.Contains(':', StringComparison.Ordinal);

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
