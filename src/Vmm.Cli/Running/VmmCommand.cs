using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Vmm.Cli.CommandLine;
using Vmm.Core;
using Vmm.Data.Failures;

namespace Vmm.Cli.Running;

/// <summary>A subcommand with what its help and documentation say beyond its options.</summary>
internal sealed class VmmCommand(string name, string description) : Command(name, description)
{
    private Tolerance? tolerance;
    private Func<ParseResult, int>? run;

    /// <summary>What it is about; help shows the commands by it.</summary>
    internal required string Group { get; init; }

    /// <summary>What it does, in sentences, for its help and the manual.</summary>
    internal string Details { get; set; } = "";

    /// <summary>A command line that works, without the program's name.</summary>
    internal string Example { get; set; } = "";

    /// <summary>Exit statuses of its own, beside those that every command may have.</summary>
    internal IReadOnlyList<ErrorCode> Codes { get; set; } = [];

    /// <summary>What older versions took in its place: accepted, and named in the manual.</summary>
    internal IReadOnlyList<OldWords> Old { get; set; } = [];

    /// <summary>What <c>--json</c> prints; of a list, one item. Null for what prints no JSON.</summary>
    internal Func<JsonTypeInfo>? Result { get; private set; }

    /// <summary>Whether it changes something, and its JSON says what became of it.</summary>
    internal bool IsChange { get; set; }

    /// <summary>Key of the array that a list prints as JSON; null for what is no list.</summary>
    internal string? ListName { get; private set; }

    /// <summary>Adds arguments and options, in the order in which help shows them.</summary>
    internal void Takes(params IEnumerable<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                Arguments.Add(argument);
            }
            else
            {
                Options.Add((Option)symbol);
            }
        }
    }

    /// <summary>A lookup with one answer.</summary>
    /// <param name="app">The runner.</param>
    /// <param name="ask">Reads the command line.</param>
    /// <param name="act">Looks.</param>
    /// <param name="say">The result for people.</param>
    /// <param name="json">The result for programs.</param>
    /// <param name="status">The exit status, where it is not always 0.</param>
    internal void Reads<TRequest, T>(
        App app,
        Func<Asking, TRequest> ask,
        Func<Session, TRequest, T> act,
        Func<T, string> say,
        Func<JsonTypeInfo<T>> json,
        Func<T, int>? status = null)
    {
        Result = json;
        run = parse => app.Read(parse, ask, act, say, json, status);
        SetAction(run);
    }

    /// <summary>A list.</summary>
    internal void Lists<TRequest, T>(
        App app, Func<Asking, TRequest> ask, Func<Session, TRequest, IEnumerable<T>> act, ListShape<T> shape)
    {
        Result = shape.Json;
        ListName = shape.JsonName;
        run = parse => app.List(parse, ask, act, shape);
        SetAction(run);
    }

    /// <summary>A change, which can be tried with <c>--dry-run</c>.</summary>
    internal void Changes<TRequest, T>(App app, Change<TRequest, T> change)
    {
        Result = change.Json;
        IsChange = true;
        Options.Add(CommandLine.Arguments.DryRun);
        tolerance = change.Tolerance;
        if (tolerance is not null)
        {
            Options.Add(tolerance.Option);
        }

        run = parse => app.Change(parse, change);
        SetAction(run);
    }

    /// <summary>
    /// The same for many objects from the lines of a file, with <c>--from-file</c> instead of the arguments. After
    /// <see cref="Changes"/>, which names what is tolerated.
    /// </summary>
    internal void AlsoFromFile<T>(App app, FileLines<T> lines)
    {
        var option = new Option<string?>("--from-file")
        {
            HelpName = "file",
            Description = "add what the lines of a file say, all or nothing; '-' is standard input. "
                + $"The fields of a line, separated by tabs: {lines.Fields}",
        }.Completes(Names.File);
        Options.Add(option);
        var required = Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0).ToList();
        foreach (var argument in required)
        {
            argument.Arity = new ArgumentArity(0, argument.Arity.MaximumNumberOfValues);
        }

        Validators.Add(result =>
        {
            var fromFile = result.GetResult(option) is { Implicit: false };
            foreach (var argument in required.Where(a => (result.GetResult(a) is { Tokens.Count: > 0 }) == fromFile).Take(1))
            {
                result.AddError(fromFile
                    ? $"'{option.Name}' excludes the argument '{argument.Name}'"
                    : $"the argument '{argument.Name}' is missing");
            }
        });
        var change = lines.Change(option, tolerance);
        SetAction(parse => parse.GetValue(option) is null ? run!(parse) : app.Change(parse, change));
    }

    /// <summary>A command that works by itself, beside sessions.</summary>
    internal void Works<TRequest, T>(App app, Work<TRequest, T> work)
    {
        Result = work.Json;
        run = parse => app.Work(parse, work);
        SetAction(run);
    }

    /// <summary>The same, but with one option it does something else.</summary>
    internal void Instead(Func<ParseResult, bool> isMeant, Func<ParseResult, int> other) =>
        SetAction(parse => isMeant(parse) ? other(parse) : run!(parse));

    /// <summary>A command that needs the configuration but no database.</summary>
    internal void Local<T>(App app, Func<Asking, T> act, Func<T, string> say, Func<JsonTypeInfo<T>> json)
    {
        Result = json;
        SetAction(parse => app.Local(parse, act, say, json));
    }

    /// <summary>A command that needs nothing.</summary>
    internal void Tells<T>(App app, Func<ParseResult, T> act, Func<T, string> say, Func<JsonTypeInfo<T>> json)
    {
        Result = json;
        SetAction(parse => app.Tell(parse, act(parse), say, json));
    }

    /// <summary>A command that prints by itself; <paramref name="json"/> is for the documents.</summary>
    internal void Prints(Func<ParseResult, int> act, Func<JsonTypeInfo>? json = null)
    {
        Result = json;
        SetAction(act);
    }
}

/// <summary>Words that vmm 0.3 to 0.6 took where options are used today.</summary>
/// <param name="Line">What is typed after the name of the command.</param>
/// <param name="Meaning">What it means, for the manual.</param>
internal sealed record OldWords(string Line, string Meaning);
