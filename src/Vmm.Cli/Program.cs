using System.CommandLine;
using System.CommandLine.Invocation;
using Vmm;

var stdoutOpen = StandardStreams.Claim();
using var terminal = new Terminal(stdoutOpen);
var app = new App(terminal);
var root = CommandTree.Build(app);
var words = OptionPrefixes.Expand(root, args);
var parse = root.Parse(words, CommandTree.Parser);

if (parse.Action is ParseErrorAction)
{
    return app.Misuse(parse);
}

return await parse.InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    Output = terminal.Out,
    Error = terminal.Error,
    // Long enough to roll back and to remove what was begun.
    ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
}) is var status && terminal.Flush() ? status : (int)ErrorCode.OutputFailed;
