using System.CommandLine;
using System.Globalization;

namespace Vmm;

/// <summary>Options and arguments that several commands share. Values stay text here; <c>ask</c> turns them into types, so that every refusal has its own code.</summary>
internal static class Arguments
{
    internal static Option<string?> Config { get; } = new("--config") { Recursive = true, HelpName = "file", Description = "read this configuration instead of $VMM_CONFIG or /etc/vmm/vmm.toml" };

    internal static Option<bool> Json { get; } = new("--json") { Recursive = true, Description = "print the result as one JSON document" };

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

    internal static Argument<string> Domain() => new("fqdn") { Description = "domain name" };

    internal static Argument<string[]> Destinations(ArgumentArity arity) => new("destination") { Arity = arity, Description = "address that gets the mail" };

    internal static Option<string?> Pattern() => new("--pattern", "-p") { HelpName = "pattern", Description = "only what matches; '%' at the beginning or end stands for anything" };

    /// <summary>An empty pattern is none.</summary>
    internal static bool HasPattern(ParseResult parse, Option<string?> pattern) => !string.IsNullOrEmpty(parse.GetValue(pattern));

    internal static Option<string?> Note() => new("--note", "-n") { HelpName = "note", Description = "a remark for yourself" };

    internal static Option<string?> Details(params string[] words)
    {
        var list = string.Join(", ", words);
        var option = new Option<string?>("--details", "-d") { HelpName = "what", Description = $"tell more: one of {list}" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var word] && !words.Contains(word.Value))
            {
                result.AddError($"'{word.Value}' is not one of {list}");
            }
        });
        return option;
    }

    /// <summary>Makes a command with its short name.</summary>
    internal static Command Command(string name, string alias, string description, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        command.Aliases.Add(alias);
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
