using System.CommandLine;
using System.CommandLine.Parsing;
using Vmm.Core.Log;
using Vmm.Data.Values;

namespace Vmm.Cli.CommandLine;

/// <summary>A command line as the journal has it: what was asked for, without secrets.</summary>
internal static class SpokenLine
{
    private const string Hidden = "(hidden)";

    /// <summary>
    /// Who runs a command, and which: its name with its arguments and options. That is made of what the parser understood, not of
    /// the words as they were typed: a secret is known by its symbol, in whichever way it was written.
    /// </summary>
    internal static Author Author(ParseResult parse)
    {
        var given = parse.RootCommandResult.Children.Concat(parse.CommandResult.Children).Distinct();
        return Administrator.Author([parse.CommandResult.Command.Name, .. given.SelectMany(Words)]);
    }

    private static IEnumerable<string> Words(SymbolResult result) => result switch
    {
        OptionResult { Implicit: true } => [],
        OptionResult { Option: var option } o => [option.Name, .. Values(o, option is SecretOption)],
        ArgumentResult { Argument: var argument } a => Values(a, argument is SecretArgument),
        _ => [],
    };

    private static IEnumerable<string> Values(SymbolResult result, bool isSecret) =>
        result.Tokens.Select(t => isSecret ? Hidden : t.Value);
}
