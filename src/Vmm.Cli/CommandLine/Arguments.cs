using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.CommandLine;

/// <summary>A limit of storage in bytes, or null where the domain's limit applies.</summary>
internal sealed record StorageLimit(long? Bytes);

/// <summary>
/// Options and arguments that several commands share. Values stay text here; <c>ask</c> turns them into types, so that every
/// refusal has its own code.
/// </summary>
internal static class Arguments
{
    /// <summary>What the details of commands say about destinations.</summary>
    internal const string DestinationHelp =
        "%n, %d and %= in the local part of a destination are replaced by the local part, the domain and both "
        + "(user=example.com) of the address that the message was sent to.";

    private const long MostPercent = 1_000_000;

    /// <summary>An argument may begin with @ or any other character: response files are off.</summary>
    internal static ParserConfiguration Parser { get; } = new() { ResponseFileTokenReplacer = null };

    internal static Option<string?> Config { get; } = new Option<string?>("--config")
    {
        Recursive = true,
        HelpName = "file",
        Description = "read this configuration instead of $VMM_CONFIG or /etc/vmm/vmm.toml",
    }.Completes(Names.File);

    internal static Option<bool> Json { get; } = new("--json")
    {
        Recursive = true,
        Description = "print the result as one JSON document",
    };

    internal static Option<bool> Quiet { get; } =
        new("--quiet") { Recursive = true, Description = "show no warnings and no progress, only results and errors" };

    internal static Option<bool> Verbose { get; } =
        new("--verbose") { Recursive = true, Description = "print what is used and done to standard error" };

    internal static Option<bool> DryRun { get; } =
        new("--dry-run") { Description = "do everything but keep nothing; show the rows and directories that would change" };

    internal static Option<bool> Yes { get; } = new("--yes", "-y") { Description = "do not ask for confirmation" };

    internal static Option<bool> IfNotExists { get; } =
        new("--if-not-exists") { Description = "succeed without a change if it already exists" };

    internal static Option<bool> IfExists { get; } = new("--if-exists")
    {
        Description = "succeed without a change if it does not exist",
    };

    internal static Argument<string> Address(string names) =>
        new Argument<string>("address") { Description = "local-part@domain" }.Completes(names);

    internal static Argument<long> Uid() => new("uid")
    {
        Description = "user id",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var uid))
            {
                result.AddError($"'{text}' is not a uid");
            }

            return uid;
        },
    };

    internal static Argument<string> Domain(
        string name = "fqdn", string description = "domain name", string names = Names.Domain) =>
        new Argument<string>(name) { Description = description }.Completes(names);

    /// <summary>A domain whose accounts alone are looked at.</summary>
    internal static Argument<string?> OnlyDomain() => new Argument<string?>("fqdn")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "only the accounts of this domain",
    }.Completes(Names.Domain);

    internal static Argument<string[]> Destinations(ArgumentArity arity) => new Argument<string[]>("destination")
    {
        Arity = arity,
        Description = "address that receives the mail; %n, %d and %= in it are replaced by local part, domain, "
            + "and both with = between",
    }.Completes(Names.Destination);

    /// <summary>
    /// What vmm 0.3 to 0.6 took as one more word, where options are used today. Accepted, not advertised; a mistyped option is
    /// none.
    /// </summary>
    internal static Argument<string?> Old(string name, bool isSecret = false)
    {
        var argument = isSecret ? new SecretArgument(name) : new Argument<string?>(name);
        argument.Arity = ArgumentArity.ZeroOrOne;
        argument.Hidden = true;
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
    internal static string NoOption(string word) => $"unknown option '{word}'";

    /// <summary>The value of an option, or of the word that older versions took instead of it.</summary>
    /// <exception cref="VmmException">2 both are given.</exception>
    internal static string? Either(ParseResult parse, Option<string?> option, Argument<string?> old) =>
        (parse.GetValue(option), parse.GetValue(old)) switch
        {
            (null, var word) => word,
            (var value, null) => value,
            var (_, word) => throw new VmmException(
                ErrorCode.Usage, $"'{word}' is given twice, as option {option.Name} and without it", $"Use only {option.Name}."),
        };

    /// <summary>
    /// Whether an option is given, or a word that older versions took instead of it. Any other word is refused in both cases.
    /// </summary>
    /// <exception cref="VmmException">2 an unknown word.</exception>
    internal static bool EitherFlag(ParseResult parse, Option<bool> option, Argument<string?> old, params string[] words)
    {
        var isOldWord = OneOf(parse.GetValue(old), words) is not null;
        return isOldWord || parse.GetValue(option);
    }

    /// <summary>Refuses words that older versions did not have either.</summary>
    /// <exception cref="VmmException">2.</exception>
    internal static string? OneOf(string? word, params string[] words) => word is null || words.Contains(word)
        ? word
        : throw new VmmException(
            ErrorCode.Usage,
            $"'{word}' is not one of {string.Join(", ", words)}",
            Suggestion.Nearest(word, words) is { } nearest ? $"Did you mean '{nearest}'?" : null);

    internal static Option<string?> Note() => new("--note", "-n") { HelpName = "note", Description = "a remark for yourself" };

    internal static Option<bool> Force(string description) => new("--force") { Description = description };

    internal static Argument<string> Transport(string description) =>
        new Argument<string>("transport") { Description = description }.Completes(Names.Transport);

    internal static Option<int> Messages() => new("--messages", "-m")
    {
        HelpName = "number",
        Description = "maximum number of messages, 0 for no limit",
        CustomParser = result =>
            result.Tokens[0].Value == Quota.Unlimited ? 0 : Number(result, 0, int.MaxValue) is { } number ? (int)number : 0,
    };

    /// <summary>A size, or where <paramref name="word"/> is given this word, which is null then.</summary>
    internal static Argument<StorageLimit> Storage(string? word = null) => new("storage")
    {
        Description = "maximum size in bytes, 0 or 'unlimited' for no limit; with suffix k, M, G or T for powers of 1024, such "
            + $"as {Quota.Forms}" + (word is null ? "" : $"; or '{word}'"),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var size = Quota.ParseSize(text);
            if (size is null && text != word)
            {
                result.AddError(NoSize(text, word));
            }

            return new StorageLimit(size);
        },
    };

    /// <summary>The size in the field of a line; null where the field is empty or <paramref name="word"/>.</summary>
    /// <exception cref="VmmException">44.</exception>
    internal static long? StorageField(string? field, string word) =>
        field is null or "" || field == word ? null
        : Quota.ParseSize(field) ?? throw Errors.InvalidArgument(NoSize(field, word));

    private static string NoSize(string text, string? word) =>
        $"'{text}' is not a size such as {Quota.Forms}, nor '{Quota.Unlimited}'{(word is null ? "" : $" or '{word}'")}";

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

    /// <summary>How much of a quota is used, at least: 90 or 90%.</summary>
    internal static Option<long?> OverQuota(string name, string description) => new(name)
    {
        HelpName = "percent",
        Description = description,
        CustomParser = Percent,
    };

    private static long? Percent(SymbolResult result)
    {
        var text = result.Tokens[0].Value;
        var digits = text.EndsWith('%') ? text[..^1] : text;
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostPercent)
        {
            return number;
        }

        result.AddError($"'{text}' is not a percentage from 0 to {MostPercent}, such as 90 or 90%");
        return null;
    }

    internal static Option<string?> Details(params string[] words)
    {
        var list = string.Join(", ", words);
        var option = new Option<string?>("--details", "-d") { HelpName = "what", Description = $"show more: one of {list}" };
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var word }] && !words.Contains(word))
            {
                var nearest = Suggestion.Nearest(word, words);
                result.AddError($"'{word}' is not one of {list}{(nearest is null ? "" : $"; did you mean '{nearest}'?")}");
            }
        });
        return option;
    }
}
