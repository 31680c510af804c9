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

        if (WordBefore(parse) is { } word)
        {
            // What follows may be anything, also a short name: 'add' is one of vmm 0.7.
            List<string> words = [word, .. parse.Tokens.SkipWhile(t => t.Value != word).Skip(1).Select(t => t.Value)];
            var hint = Meant.Hint(words, Names(parse.RootCommandResult.Command));
            terminal.Fail(new VmmException(
                ErrorCode.Usage, $"unknown subcommand '{word}'", hint ?? "'vmm help' lists the subcommands."));
            return (int)ErrorCode.Usage;
        }

        // Without a subcommand that is an error too, but not the one to begin with.
        var first = command is RootCommand && parse.Errors.Count > 1 ? 1 : 0;
        var message = parse.Errors.Count > 0 ? parse.Errors[first].Message.TrimEnd('.') : "";
        var mistyped = parse.Tokens.FirstOrDefault(t => parse.Errors.Any(e => Arguments.NoOption(t.Value) == e.Message))?.Value;
        var unknown = UnknownOption(parse);
        var wrong = unknown ?? mistyped ?? OptionInList(parse)
            ?? (parse.UnmatchedTokens.Count > 0 ? parse.UnmatchedTokens[0] : null);
        if (wrong is ['-', ..] && command is not RootCommand && wrong != unknown
            && parse.Tokens.Any(t => t.Type == TokenType.DoubleDash))
        {
            terminal.Fail(new VmmException(
                ErrorCode.Usage, $"'{wrong}' stands after '--', so it is not an option", "Put the options before '--'."));
            return (int)ErrorCode.Usage;
        }

        terminal.Fail(new VmmException(
            ErrorCode.Usage,
            wrong is null ? char.ToLowerInvariant(message[0]) + message[1..] : Describe(parse, wrong),
            (wrong is null ? null : Hint(parse, wrong))
            ?? (command is RootCommand ? "'vmm help' lists the subcommands." : $"'vmm help {command.Name}' shows how to use it.")));
        return (int)ErrorCode.Usage;
    }

    /// <summary>
    /// Whether a command would run with a word that looks like an option and is none, or is one and stands where it is none,
    /// because an argument has taken it. Help is given nevertheless.
    /// </summary>
    internal static bool HasUnknownOption(ParseResult parse) =>
        parse.CommandResult.Command is { TreatUnmatchedTokensAsErrors: true } command
        && parse.Action == command.Action
        && (UnknownOption(parse) ?? OptionInList(parse)) is not null;

    /// <summary>An option after '--' that a list of addresses has taken.</summary>
    private static string? OptionInList(ParseResult parse) => parse.CommandResult.Children.OfType<ArgumentResult>()
        .Where(a => a.Argument.Arity.MaximumNumberOfValues > 1)
        .SelectMany(a => a.Tokens.Select(t => t.Value))
        .FirstOrDefault(Options(parse).Contains);

    /// <summary>The word that stands where the subcommand should be, before something that is one; null where none does.</summary>
    private static string? WordBefore(ParseResult parse) => parse.Tokens
        .TakeWhile(t => t.Type != TokenType.Command)
        .Select(t => t.Value)
        .Where(t => !t.StartsWith('-') && parse.UnmatchedTokens.Contains(t))
        .FirstOrDefault(_ => parse.CommandResult.Command is not RootCommand);

    private static IReadOnlyCollection<string> Names(Command root) =>
        [.. root.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];

    /// <summary>
    /// The first word before '--' that looks like an option, but is none: what follows it may be its value, even a password, and
    /// is not to blame. An argument may have taken it.
    /// </summary>
    private static string? UnknownOption(ParseResult parse)
    {
        var taken = parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens.Select(t => t.Value));
        List<string> words = [.. parse.UnmatchedTokens, .. taken];
        return parse.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash)
            .Select(t => t.Value)
            .FirstOrDefault(t => t is ['-', not (>= '0' and <= '9'), ..] && words.Contains(t));
    }

    /// <summary>2, for a first word in brackets, which the parser would drop without a word.</summary>
    internal static int TellDirective(Terminal terminal, string word)
    {
        terminal.Fail(new VmmException(ErrorCode.Usage, $"unknown subcommand '{word}'", "'vmm help' lists the subcommands."));
        return (int)ErrorCode.Usage;
    }

    private static string Describe(ParseResult parse, string wrong)
    {
        var command = parse.CommandResult.Command;
        var isOption = wrong.StartsWith('-');
        return isOption && Beginning(parse, wrong) is [_, _, ..] several
            ? $"'{wrong}' may be {string.Join(", ", several.SkipLast(1))} or {several[^1]}"
            : command is RootCommand ? $"unknown {(isOption ? "option" : "subcommand")} '{wrong}'"
            : $"{(isOption ? "unknown option" : "unexpected argument")} '{wrong}' for '{command.Name}'";
    }

    /// <summary>What may have been meant; null where nothing is near.</summary>
    private static string? Hint(ParseResult parse, string wrong)
    {
        var command = parse.CommandResult.Command;
        if (!wrong.StartsWith('-'))
        {
            return command is RootCommand
                ? Meant.Hint([.. parse.UnmatchedTokens.SkipWhile(t => t != wrong)], Names(command))
                : null;
        }

        return Beginning(parse, wrong).Count > 1 ? null
            : Suggestion.Nearest(wrong, Options(parse)) is { } nearest ? $"Did you mean '{nearest}'?"
            : null;
    }

    /// <summary>The long options that begin with a word.</summary>
    private static List<string> Beginning(ParseResult parse, string word) =>
        word.Length < 3 ? [] : [.. Options(parse).Where(o => o.StartsWith(word, StringComparison.Ordinal))];

    private static IEnumerable<string> Options(ParseResult parse) => parse.CommandResult.Command.Options
        .Concat(parse.RootCommandResult.Command.Options)
        .Distinct()
        .SelectMany(o => o.Aliases.Append(o.Name));
}
