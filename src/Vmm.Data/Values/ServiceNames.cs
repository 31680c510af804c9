namespace Vmm.Data.Values;

/// <summary>Services by their names, as people type them: imap smtp, or imap,smtp, or all, or none.</summary>
public static class ServiceNames
{
    /// <summary>What may be written, for messages.</summary>
    public const string Forms =
        "the services are imap, pop3, sieve and smtp, separated by blanks or commas; also 'all' and 'none'";

    private const string AllOfThem = "all";
    private const string NoneOfThem = "none";

    private static readonly Dictionary<string, ServiceSet> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["smtp"] = ServiceSet.Smtp,
        ["pop3"] = ServiceSet.Pop3,
        ["imap"] = ServiceSet.Imap,
        ["sieve"] = ServiceSet.Sieve,
        // As vmm 0.3 to 0.5 called it.
        ["managesieve"] = ServiceSet.Sieve,
        [AllOfThem] = ServiceSet.All,
        [NoneOfThem] = ServiceSet.None,
    };

    /// <summary>The services that the words name; what is wrong with them is handed on, and nothing returned.</summary>
    public static ServiceSet? Read(IEnumerable<string> words, Action<string> wrong)
    {
        List<string> names =
            [.. words.SelectMany(w => w.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        if (names.Count == 0)
        {
            // An unset variable of a script, perhaps: 'none' has to be said.
            wrong($"no service is named; {Forms}");
            return null;
        }

        if (names.FirstOrDefault(n => !ByName.ContainsKey(n)) is { } unknown)
        {
            wrong($"'{unknown}' is not a service; "
                + (Suggestion.Nearest(unknown, ByName.Keys) is { } nearest ? $"did you mean '{nearest}'?" : Forms));
            return null;
        }

        if (names.Count != 1 && names.Exists(n => n.Equals(NoneOfThem, StringComparison.OrdinalIgnoreCase)))
        {
            wrong($"'{NoneOfThem}' cannot stand beside other services");
            return null;
        }

        return names.Aggregate(ServiceSet.None, (set, name) => set | ByName[name]);
    }
}
