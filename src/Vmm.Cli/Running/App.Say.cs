using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Output;

namespace Vmm.Cli.Running;

/// <content>Results, for people and for programs.</content>
internal sealed partial class App
{
    private void Say<T>(ParseResult parse, Done<T> done, Func<T, string> say, Func<JsonTypeInfo<T>> json)
    {
        var warnings = done.Warnings ?? [];
        if (done.Outcome is null)
        {
            Say(parse, done.Result, warnings, say, json);
        }
        else
        {
            terminal.WarnOf(warnings);
            SayChange(parse, done.Result, done.Outcome, warnings, say, json);
        }
    }

    private void Say<T>(
        ParseResult parse, T result, IReadOnlyList<string> warnings, Func<T, string> say, Func<JsonTypeInfo<T>> json)
    {
        terminal.WarnOf(warnings);
        if (parse.GetValue(Arguments.Json))
        {
            JsonOutput.Write(terminal.Out, result, warnings, json());
        }
        else
        {
            terminal.Print(say(result));
        }
    }

    private void SayChange<T>(
        ParseResult parse,
        T? result,
        ChangeOutcome outcome,
        IReadOnlyList<string> warnings,
        Func<T, string> say,
        Func<JsonTypeInfo<T>> json)
    {
        if (parse.GetValue(Arguments.Json))
        {
            JsonOutput.WriteChange(terminal.Out, result, outcome, warnings, json());
        }
        else if (result is not null)
        {
            terminal.Print(say(result));
        }
    }
}
