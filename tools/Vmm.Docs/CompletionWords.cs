using System.CommandLine;
using System.CommandLine.Completions;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Help;

namespace Vmm.Docs;

/// <summary>What the shells have to know.</summary>
/// <param name="Commands">Every subcommand that is shown.</param>
/// <param name="Common">The options of every subcommand.</param>
internal sealed record CompletionWords(IReadOnlyList<CompletedCommand> Commands, IReadOnlyList<CompletedOption> Common)
{
    /// <summary>Before a list of words; more than one of them may follow an option.</summary>
    private const char Words = '=', ManyWords = '+';

    /// <summary>Reads the tree.</summary>
    internal static CompletionWords Of(RootCommand root)
    {
        var commands = Documents.Commands(root).ToList();
        return new CompletionWords(
            [.. commands.Select(c => new CompletedCommand(
                [.. c.Aliases.Prepend(c.Name)],
                c.Description!,
                [.. c.Options.Where(o => !o.Hidden).Select(Option)],
                [.. c.Arguments.Where(a => !a.Hidden).Select(Argument)]))],
            [.. root.Options.Where(o => o.Recursive).Select(Option)]);
    }

    private static CompletedOption Option(Option option) =>
        new(OptionHelp.Of(option), OptionHelp.Of(option).Value is null ? "" : Value(option));

    private static string Value(Option option) =>
        Specification(option.GetCompletions(CompletionContext.Empty), option.AllowMultipleArgumentsPerToken ? ManyWords : Words);

    /// <summary>Three dots: what holds for this one holds for all that follow.</summary>
    private static string Argument(Argument argument) =>
        Specification(argument.GetCompletions(CompletionContext.Empty), Words)
        + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");

    /// <summary>As the declaration says it (see <see cref="Names"/>), or made from its words.</summary>
    private static string Specification(IEnumerable<CompletionItem> completions, char kind)
    {
        var words = completions.Select(c => c.Label).ToList();
        return words switch
        {
            [] => Names.Unknown,
            [var one] when one is Names.File or Names.Unknown || one[0] is '@' or Words => one,
            _ => kind + string.Join(',', words),
        };
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
