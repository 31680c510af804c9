using Vmm.Cli;
using Vmm.Cli.Commands;
using Vmm.Cli.Help;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using System.CommandLine;
using System.CommandLine.Completions;

namespace Vmm.Docs;

/// <summary>What the shells have to know.</summary>
/// <param name="Commands">Every subcommand that is shown.</param>
/// <param name="Common">The options of every subcommand.</param>
internal sealed record CompletionWords(IReadOnlyList<CompletedCommand> Commands, IReadOnlyList<CompletedOption> Common)
{
    /// <summary>A list of words; more than one of them may follow an option.</summary>
    private const char Words = '=', ManyWords = '+';

    /// <summary>Names that vmm is asked for.</summary>
    private const char Names = '@';

    /// <summary>A value that nobody can guess.</summary>
    private const string Anything = "-";

    /// <summary>Reads the tree.</summary>
    internal static CompletionWords Of(RootCommand root)
    {
        var commands = Documents.Commands(root).ToList();
        var all = commands.SelectMany(c => c.Aliases.Prepend(c.Name)).ToList();
        return new CompletionWords(
            [.. commands.Select(c => new CompletedCommand(
                [.. c.Aliases.Prepend(c.Name)],
                c.Description!,
                [.. c.Options.Where(o => !o.Hidden).Select(Option)],
                [.. c.Arguments.Where(a => !a.Hidden).Select(a => Argument(c, a, all))]))],
            [.. root.Options.Where(o => o.Recursive).Select(Option)]);
    }

    private static CompletedOption Option(Option option) => new(OptionHelp.Of(option), OptionHelp.Of(option).Value is null ? "" : Value(option));

    private static string Value(Option option)
    {
        var words = option.GetCompletions(CompletionContext.Empty).Select(c => c.Label).ToList();
        return option.Name switch
        {
            "--config" or "--password-file" or "--from-file" or "--postfix-password-file" or "--dovecot-password-file" => "file",
            "--scheme" => Names + "scheme",
            "--sender" => Names + "address",
            "--transport" => Names + "transport",
            "--section" => Words + string.Join(',', SettingOptions.Sections),
            _ when words.Count > 0 => (option.AllowMultipleArgumentsPerToken ? ManyWords : Words) + string.Join(',', words),
            _ => Anything,
        };
    }

    private static string Argument(Command command, Argument argument, List<string> commands)
    {
        var words = argument.GetCompletions(CompletionContext.Empty).Select(c => c.Label).ToList();
        var spec = (command.Name, argument.Name) switch
        {
            ("domainadd", _) or ("aliasdomainadd", "alias") => Anything,
            (_, "alias") => Names + "alias-domain",
            (_, "fqdn") => Names + "domain",
            ("useradd" or "relocatedadd", "address") => Names + "new-address",
            ("aliasadd", "address") => Names + "alias-or-new",
            ("trace", "address") => Names + "address",
            (var name, "address") => Names + (name.StartsWith("user", StringComparison.Ordinal) ? "account" : name.StartsWith("alias", StringComparison.Ordinal) ? "alias" : "relocated"),
            (_, "destination" or "newaddress") => Names + "destination",
            (_, "option") => Names + "option",
            (_, "transport") => Names + "transport",
            (_, "subcommand") => Words + string.Join(',', commands),
            _ when words.Count > 0 => Words + string.Join(',', words),
            _ => Anything,
        };
        // Three dots: what holds for this one holds for all that follow.
        return argument.Arity.MaximumNumberOfValues > 1 ? spec + "..." : spec;
    }
}

/// <summary>A subcommand.</summary>
/// <param name="Names">The long name first.</param>
/// <param name="Description">One line.</param>
/// <param name="Options">Its own.</param>
/// <param name="Arguments">A specification for each.</param>
internal sealed record CompletedCommand(
    IReadOnlyList<string> Names, string Description, IReadOnlyList<CompletedOption> Options, IReadOnlyList<string> Arguments);

/// <summary>An option.</summary>
/// <param name="Help">Names and description.</param>
/// <param name="Value">The specification of its value, empty where it takes none.</param>
internal sealed record CompletedOption(OptionHelp Help, string Value);
