using System.CommandLine;
using System.CommandLine.Invocation;

namespace Vmm.Cli.Help;

/// <summary><c>--help</c>: about the subcommand that stands before it, or about all of them.</summary>
internal sealed class HelpAction(App app) : SynchronousCommandLineAction
{
    /// <summary>Whatever else is wrong with the line: who asks for help gets it.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult) =>
        Tell(app, parseResult, parseResult.CommandResult.Command);

    /// <summary>Prints help about a subcommand, or about all of them.</summary>
    internal static int Tell(App app, ParseResult parse, Command about)
    {
        var topics = new HelpTopics(about is RootCommand root ? All(root) : [HelpTopic.Of(about)]);
        return app.Tell(
            parse, topics, t => about is RootCommand ? HelpText.All(about.Description!, t.Subcommands) : HelpText.One(t.Subcommands[0]), JsonContext.Default.HelpTopics);
    }

    /// <summary>Every subcommand that is shown to people.</summary>
    internal static IReadOnlyList<HelpTopic> All(RootCommand root) => [.. root.Subcommands.Where(c => !c.Hidden).Select(HelpTopic.Of)];
}
