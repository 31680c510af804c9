namespace Vmm.Tests.MailStack;

/// <summary>A generated main.cf and the database beside it.</summary>
/// <param name="Classes">In which list each domain but the first is too; empty for none.</param>
/// <param name="Propagated">propagate_unmatched_extensions.</param>
/// <param name="Hyphens">allow_min_user.</param>
/// <param name="Canonical">Pairs of addresses in canonical_maps.</param>
/// <param name="Things">What each name is in each domain, with its values.</param>
/// <param name="CatchAll">Destinations of unknown addresses of the second domain.</param>
internal sealed record MailRules(
    string[] Classes,
    string Propagated,
    bool Hyphens,
    (string From, string To)[] Canonical,
    (string Kind, string[] Values)[] Things,
    string[] CatchAll)
{
    /// <summary>Four domains of vmm, and one that is an alias domain of the first.</summary>
    public static string[] Domains { get; } =
        [.. ((string[])["one", "two", "three", "four", "also"]).Select(d => $"{d}.PLACE.example")];

    /// <summary>Where a domain of vmm does not belong.</summary>
    public static string[] Lists { get; } = ["mydestination", "virtual_alias_domains", "relay_domains"];

    public static string[] Names { get; } =
        ["u1", "u2", "u3", "u4", "u1+x", "u2-x", "u3_x", "owner-u1", "u2-request", "-dash", "o'brien", "unknown"];

    /// <summary>A text with domains that no other test has.</summary>
    public static string In(string place, string text) => text.Replace("PLACE", place, StringComparison.Ordinal);

    /// <summary>The names of the domains that a list has.</summary>
    public string Members(string place, string list) =>
        string.Join(", ", Enumerable.Range(0, Classes.Length).Where(i => Classes[i] == list).Select(i => Domain(place, i + 1)));

    /// <summary>canonical_maps, in the main.cf itself.</summary>
    public string CanonicalMaps(string place)
    {
        var pairs = Canonical.DistinctBy(c => c.From).Where(c => c.From[0] != '-' && c.From != c.To)
            .Select(c => $"{{{In(place, c.From).ToLowerInvariant()} = {In(place, c.To)}}}");
        return string.Join(", ", pairs) is { Length: > 0 } all ? $"inline:{{{all}}}" : "";
    }

    /// <summary>Statements that fill the tables; the domains are there already.</summary>
    public string Sql(string place)
    {
        var statements = new List<string>();
        for (var i = 0; i < Things.Length; i++)
        {
            var (kind, values) = Things[i];
            var gid = Gid(place, i % 4);
            var name = Quoted(Names[i / 4]);
            statements.AddRange(kind switch
            {
                "account" => [$"INSERT INTO users (local_part, passwd, gid) VALUES ({name}, '{{PLAIN}}secret', {gid})"],
                "alias" => values.Select(v => $"INSERT INTO alias VALUES ({gid}, {name}, {Quoted(In(place, v))})"),
                "relocated" => [$"INSERT INTO relocated VALUES ({gid}, {name}, {Quoted(values[0])})"],
                _ => [],
            });
        }

        statements.AddRange(
            CatchAll.Distinct().Select(c => $"INSERT INTO catchall VALUES ({Gid(place, 1)}, {Quoted(In(place, c))})"));
        return string.Join(";\n", statements);
    }

    public static string Domain(string place, int number) => In(place, Domains[number]);

    private static string Gid(string place, int number) =>
        $"(SELECT gid FROM domain_name WHERE domainname = '{Domain(place, number)}')";

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
