using System.CommandLine;
using System.CommandLine.Invocation;
using Vmm.Cli;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Cli.Running;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

// The BCL's console would send the terminal's start-up sequence (ESC [?1h ESC =) into the results of every command.
Environment.SetEnvironmentVariable("TERM", null);
ProcessEnd.SurviveFileSizeLimit();
var words = CommandTree.Words(args);
using var terminal = new Terminal(StandardStreams.Claim());
using var app = new App(terminal);
var status = app.Run(() =>
{
    if (args is [['[', .., ']'] word, ..])
    {
        return Misuse.TellDirective(terminal, word);
    }

    var parse = Parse(CommandTree.Build(app, words));
    return parse.Action is ParseErrorAction || Misuse.HasUnknownOption(parse)
        ? Misuse.Tell(terminal, Parse(CommandTree.Build(app)))
        : parse.Invoke(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Output = terminal.Out,
            Error = terminal.Error,
            // Signals are Interruption's.
            ProcessTerminationTimeout = null,
        });
});
ProcessEnd.Leave(terminal.Flush() || status != 0 ? status : (int)ErrorCode.OutputFailed);

ParseResult Parse(RootCommand root) => root.Parse(OptionPrefixes.Expand(root, words), Arguments.Parser);
