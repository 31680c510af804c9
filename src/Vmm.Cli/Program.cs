using System.CommandLine;
using System.CommandLine.Invocation;
using Vmm;

// The BCL's console would send the terminal's start-up sequence (ESC [?1h ESC =) into the results of every command.
Environment.SetEnvironmentVariable("TERM", null);
using var terminal = new Terminal(StandardStreams.Claim());
var app = new App(terminal);
var status = await app.RunAsync(() =>
{
    var root = CommandTree.Build(app);
    var parse = root.Parse(OptionPrefixes.Expand(root, args), CommandTree.Parser);
    return parse.Action is ParseErrorAction ? Task.FromResult(app.Misuse(parse)) : parse.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        Output = terminal.Out,
        Error = terminal.Error,
        // Long enough to roll back and to remove what was begun.
        ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
    });
});
return terminal.Flush() || status != 0 ? status : (int)ErrorCode.OutputFailed;
