using System.CommandLine;
using System.CommandLine.Invocation;
using Vmm.Cli;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

// The BCL's console would send the terminal's start-up sequence (ESC [?1h ESC =) into the results of every command.
Environment.SetEnvironmentVariable("TERM", null);
using var terminal = new Terminal(StandardStreams.Claim());
using var app = new App(terminal);
var status = app.Run(() =>
{
    var root = CommandTree.Build(app);
    var parse = root.Parse(OptionPrefixes.Expand(root, args), CommandTree.Parser);
    return parse.Action is ParseErrorAction ? app.Misuse(parse) : parse.Invoke(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        Output = terminal.Out,
        Error = terminal.Error,
        // Signals are Interruption's.
        ProcessTerminationTimeout = null,
    });
});
ProcessEnd.Leave(terminal.Flush() || status != 0 ? status : (int)ErrorCode.OutputFailed);
