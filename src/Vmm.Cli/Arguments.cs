using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli;

/// <summary>A limit of storage in octets, or null where the domain's holds.</summary>
internal sealed record StorageLimit(long? Octets);

/// <summary>Options and arguments that several commands share. Values stay text here; <c>ask</c> turns them into types, so that every refusal has its own code.</summary>
internal static class Arguments
{
    internal static Option<string?> Config { get; } = new("--config") { Recursive = true, HelpName = "file", Description = "read this configuration instead of $VMM_CONFIG or /etc/vmm/vmm.toml" };

    internal static Option<bool> Json { get; } = new("--json") { Recursive = true, Description = "print the result as one JSON document" };

    internal static Option<bool> Quiet { get; } = new("--quiet") { Recursive = true, Description = "show no warnings and no progress, only results and errors" };

    internal static Option<bool> Verbose { get; } = new("--verbose") { Recursive = true, Description = "tell on standard error what is used and done" };

    internal static Option<bool> DryRun { get; } = new("--dry-run") { Description = "do everything but keep nothing; show the rows and directories that would change" };

    internal static Option<bool> Yes { get; } = new("--yes", "-y") { Description = "do not ask" };

    internal static Option<bool> IfNotExists { get; } = new("--if-not-exists") { Description = "succeed without a change when it is there already" };

    internal static Option<bool> IfExists { get; } = new("--if-exists") { Description = "succeed without a change when it is not there" };

    internal static Argument<string> Address() => new("address") { Description = "local-part@domain" };

    internal static Argument<long> Uid() => new("uid")
    {
        Description = "user id",
        CustomParser = result =>
        {
            if (!long.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var uid))
            {
                result.AddError($"'{result.Tokens[0].Value}' is not a uid");
            }

            return uid;
        },
    };

    internal static Argument<string> Domain(string name = "fqdn", string description = "domain name") => new(name) { Description = description };

    internal static Argument<string[]> Destinations(ArgumentArity arity) => new("destination") { Arity = arity, Description = "address that gets the mail; %n, %d and %= in it stand for local part, domain and both with = between" };

    /// <summary>What vmm 0.3 to 0.6 took as one more word, where options are used today. Accepted, not advertised; a mistyped option is none.</summary>
    internal static Argument<string?> Old(string name)
    {
        var argument = new Argument<string?>(name) { Arity = ArgumentArity.ZeroOrOne, Hidden = true };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', _, ..] word }])
            {
                result.AddError(NoOption(word));
            }
        });
        return argument;
    }

    /// <summary>The error about a word that looks like an option.</summary>
    internal static string NoOption(string word) => $"there is no option '{word}'";

    /// <summary>The value of an option, or of the word that older versions took in its place.</summary>
    /// <exception cref="VmmException">2 both are given.</exception>
    internal static string? Either(ParseResult parse, Option<string?> option, Argument<string?> old) => (parse.GetValue(option), parse.GetValue(old)) switch
    {
        (null, var word) => word,
        (var value, null) => value,
        var (_, word) => throw new VmmException(ErrorCode.Usage, $"'{word}' is given twice, as option {option.Name} and without it", $"Use {option.Name} only."),
    };

    /// <summary>Refuses words that older versions did not have either.</summary>
    /// <exception cref="VmmException">2.</exception>
    internal static string? OneOf(string? word, params string[] words) => word is null || words.Contains(word) ? word : throw new VmmException(
        ErrorCode.Usage,
        $"'{word}' is not one of {string.Join(", ", words)}",
        Suggestion.Nearest(word, words) is { } nearest ? $"Was '{nearest}' meant?" : null);

    internal static Option<string?> Note() => new("--note", "-n") { HelpName = "note", Description = "a remark for yourself" };

    internal static Option<bool> Force(string description) => new("--force") { Description = description };

    internal static Option<int> Messages() => new("--messages", "-m")
    {
        HelpName = "number",
        Description = "most messages, 0 for no limit",
        CustomParser = result => Number(result, 0, int.MaxValue) is { } number ? (int)number : 0,
    };

    /// <summary>A size, or where <paramref name="word"/> is given this word, which is null then.</summary>
    internal static Argument<StorageLimit> Storage(string? word = null) => new("storage")
    {
        Description = $"most octets, 0 for no limit; with suffix k, M or G for powers of 1024{(word is null ? "" : $"; or '{word}'")}",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var size = Quota.ParseSize(text);
            if (size is null && text != word)
            {
                result.AddError($"'{text}' is not a size such as 500M or 2G");
            }

            return new StorageLimit(size);
        },
    };

    /// <summary>A whole number within a range, or null with an error.</summary>
    internal static long? Number(SymbolResult result, long min, long max)
    {
        var text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        result.AddError($"'{text}' is not a number from {min} to {max}");
        return null;
    }

    internal static Option<string?> Details(params string[] words)
    {
        var list = string.Join(", ", words);
        var option = new Option<string?>("--details", "-d") { HelpName = "what", Description = $"tell more: one of {list}" };
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var word] && !words.Contains(word.Value))
            {
                result.AddError($"'{word.Value}' is not one of {list}{(Suggestion.Nearest(word.Value, words) is { } nearest ? $"; was '{nearest}' meant?" : "")}");
            }
        });
        return option;
    }

    /// <summary>Makes a command with its short name.</summary>
    internal static VmmCommand Command(string name, string alias, string description, string example, ErrorCode[] codes, params Symbol[] symbols)
    {
        var command = new VmmCommand(name, description) { Example = example, Codes = codes };
        if (alias.Length > 0)
        {
            command.Aliases.Add(alias);
        }

        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        return command;
    }
}
