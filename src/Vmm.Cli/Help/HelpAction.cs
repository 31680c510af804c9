using System.CommandLine;
using System.CommandLine.Invocation;
using Vmm.Cli.Running;

namespace Vmm.Cli.Help;

/// <summary><c>--help</c>: about the subcommand before it, or about all of them.</summary>
internal sealed class HelpAction(App app, Func<RootCommand> whole) : SynchronousCommandLineAction
{
    /// <summary>
    /// Whatever else is wrong with the line: anyone who asks for help gets it, except about a subcommand that does not exist.
    /// </summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult) =>
        parseResult.CommandResult.Command is RootCommand && parseResult.UnmatchedTokens.Any(t => !t.StartsWith('-'))
            ? Misuse.Tell(app.Terminal, parseResult)
            : Tell(app, parseResult, parseResult.CommandResult.Command, whole);

    /// <summary>Prints help about a subcommand, or about all of them.</summary>
    /// <param name="app">The runner.</param>
    /// <param name="parse">The command line.</param>
    /// <param name="about">A subcommand, or the root.</param>
    /// <param name="whole">Makes the tree with all subcommands.</param>
    internal static int Tell(App app, ParseResult parse, Command about, Func<RootCommand> whole)
    {
        var topics = new HelpTopics(about is RootCommand ? All(whole()) : [HelpTopic.Of(about)]);
        return app.Tell(
            parse,
            topics,
            t => about is RootCommand ? HelpText.All(about.Description!, t.Subcommands) : HelpText.One(t.Subcommands[0]),
            () => HelpJson.Default.HelpTopics);
    }

    /// <summary>Every subcommand that is shown to people.</summary>
    internal static IReadOnlyList<HelpTopic> All(RootCommand root) =>
        [.. root.Subcommands.Where(c => !c.Hidden).Select(HelpTopic.Of)];
}
