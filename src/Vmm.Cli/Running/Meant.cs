using System.Text.RegularExpressions;
using Vmm.Data.Values;

namespace Vmm.Cli.Running;

/// <summary>
/// The subcommand that is probably meant by a word that is none: another order of verb and noun, or the words of other programs.
/// </summary>
internal static partial class Meant
{
    private static readonly Dictionary<string, string> Nouns = new()
    {
        ["user"] = "user",
        ["users"] = "user",
        ["account"] = "user",
        ["accounts"] = "user",
        ["mailbox"] = "user",
        ["mailboxes"] = "user",
        ["domain"] = "domain",
        ["domains"] = "domain",
        ["alias"] = "alias",
        ["aliases"] = "alias",
        ["forward"] = "alias",
        ["forwards"] = "alias",
        ["aliasdomain"] = "aliasdomain",
        ["aliasdomains"] = "aliasdomain",
        ["catchall"] = "catchall",
        ["catchalls"] = "catchall",
        ["relocated"] = "relocated",
        ["address"] = "addresses",
        ["addresses"] = "addresses",
    };

    private static readonly Dictionary<string, string> Verbs = new()
    {
        ["add"] = "add",
        ["create"] = "add",
        ["new"] = "add",
        ["make"] = "add",
        ["delete"] = "delete",
        ["del"] = "delete",
        ["remove"] = "delete",
        ["rm"] = "delete",
        ["drop"] = "delete",
        ["info"] = "info",
        ["show"] = "info",
        ["view"] = "info",
        ["list"] = "list",
        ["ls"] = "list",
        ["password"] = "password",
        ["passwd"] = "password",
        ["pass"] = "password",
        ["rename"] = "rename",
        ["move"] = "rename",
        ["mv"] = "rename",
        ["enable"] = "enable",
        ["disable"] = "disable",
        ["suspend"] = "suspend",
        ["block"] = "suspend",
        ["lock"] = "suspend",
        ["resume"] = "resume",
        ["unsuspend"] = "resume",
        ["unblock"] = "resume",
        ["unlock"] = "resume",
        ["quota"] = "quota",
        ["services"] = "services",
        ["note"] = "note",
        ["transport"] = "transport",
        ["name"] = "name",
        ["switch"] = "switch",
    };

    private static readonly Dictionary<string, string> Lists = new()
    {
        ["user"] = "listusers",
        ["domain"] = "listdomains",
        ["alias"] = "listaliases",
        ["relocated"] = "listrelocated",
        ["aliasdomain"] = "listdomains",
        ["addresses"] = "listaddresses",
    };

    /// <summary>What to do instead, as a sentence; null where nothing is known.</summary>
    /// <param name="words">The line: its first word is no subcommand.</param>
    /// <param name="names">The subcommands.</param>
    internal static string? Hint(IReadOnlyList<string> words, IReadOnlyCollection<string> names)
    {
        var known = Understood(words[0]);
        if (known is null or { Noun: "" } && words.Count > 1)
        {
            known = Understood($"{words[0]}-{words[1]}") ?? known;
        }

        var meant = known switch
        {
            { Verb: "rename", Noun: "" } => "userrename",
            { Verb: "list" } => Lists.GetValueOrDefault(known.Value.Noun),
            { Verb: "password", Noun: "" } => "userpassword",
            { Noun: var noun, Verb: var verb } => noun + verb,
            _ => null,
        };
        return meant is not null && names.Contains(meant) ? Sentence(meant)
            : Suggestion.Nearest(words[0], names) is { } nearest ? Sentence(nearest)
            : null;
    }

    private static string Sentence(string meant) => $"Did you mean '{meant}'?";

    /// <summary>Noun and verb of a word, in either order; a plural alone is its list.</summary>
    private static (string Noun, string Verb)? Understood(string word)
    {
        var plain = Separators().Replace(word.ToLowerInvariant(), "");
        foreach (var (noun, singular) in Nouns)
        {
            if (plain == noun && noun != singular)
            {
                return (singular, "list");
            }

            var rest = plain.StartsWith(noun, StringComparison.Ordinal) ? plain[noun.Length..]
                : plain.EndsWith(noun, StringComparison.Ordinal) ? plain[..^noun.Length]
                : "";
            if (Verbs.TryGetValue(rest, out var verb))
            {
                return (singular, verb);
            }
        }

        return Verbs.TryGetValue(plain, out var alone) ? ("", alone) : null;
    }

    [GeneratedRegex("[-_. ]")]
    private static partial Regex Separators();
}
