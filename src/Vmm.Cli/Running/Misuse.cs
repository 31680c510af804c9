using System.CommandLine;
using System.CommandLine.Parsing;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Running;

/// <summary>The answer to a command line that cannot be understood.</summary>
internal static class Misuse
{
    /// <summary>1 without a subcommand, as vmm 0.7, else 2.</summary>
    /// <param name="terminal">Gets the error.</param>
    /// <param name="parse">The line, parsed with all subcommands, which may be meant.</param>
    internal static int Tell(Terminal terminal, ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        if (command is RootCommand && parse.Tokens.Count == 0)
        {
            terminal.Fail(new VmmException(ErrorCode.NoSubcommand, "no subcommand was given", "'vmm help' lists the subcommands."));
            return (int)ErrorCode.NoSubcommand;
        }

        var message = parse.Errors[0].Message.TrimEnd('.');
        var mistyped = parse.Tokens.FirstOrDefault(t => Arguments.NoOption(t.Value) == parse.Errors[0].Message)?.Value;
        var wrong = mistyped ?? (parse.UnmatchedTokens.Count > 0 ? parse.UnmatchedTokens[0] : null);
        if (wrong is ['-', ..] && command is not RootCommand && parse.Tokens.Any(t => t.Type == TokenType.DoubleDash))
        {
            terminal.Fail(new VmmException(
                ErrorCode.Usage, $"'{wrong}' stands after '--', so it is not an option", "Put the options before '--'."));
            return (int)ErrorCode.Usage;
        }

        var nearest = wrong is null ? null : Suggestion.Nearest(wrong, Candidates(parse, wrong));
        terminal.Fail(new VmmException(
            ErrorCode.Usage,
            wrong is null ? char.ToLowerInvariant(message[0]) + message[1..] : Describe(command, wrong),
            nearest is not null ? $"Did you mean '{nearest}'?"
                : command is RootCommand ? "'vmm help' lists the subcommands."
                : $"'vmm help {command.Name}' shows how to use it."));
        return (int)ErrorCode.Usage;
    }

    /// <summary>2, for a first word in brackets, which the parser would drop without a word.</summary>
    internal static int TellDirective(Terminal terminal, string word)
    {
        terminal.Fail(new VmmException(ErrorCode.Usage, $"unknown subcommand '{word}'", "'vmm help' lists the subcommands."));
        return (int)ErrorCode.Usage;
    }

    private static string Describe(Command command, string wrong)
    {
        var isOption = wrong.StartsWith('-');
        return command is RootCommand ? $"unknown {(isOption ? "option" : "subcommand")} '{wrong}'"
            : $"{(isOption ? "unknown option" : "unexpected argument")} '{wrong}' for '{command.Name}'";
    }

    /// <summary>What may have been meant.</summary>
    private static IEnumerable<string> Candidates(ParseResult parse, string wrong)
    {
        var command = parse.CommandResult.Command;
        if (command is RootCommand)
        {
            return command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);
        }

        var options = command.Options.Concat(parse.RootCommandResult.Command.Options);
        return wrong.StartsWith('-') ? options.SelectMany(o => o.Aliases.Append(o.Name)) : [];
    }
}
