using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Vmm.Core;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;

namespace Vmm.Cli;

/// <summary>A subcommand with what its help and documentation say beyond its options.</summary>
internal sealed class VmmCommand(string name, string description) : Command(name, description)
{
    private Tolerance? tolerance;
    private Func<ParseResult, int>? run;

    /// <summary>What it is about; help shows the commands by it.</summary>
    internal string Group { get; set; } = "";

    /// <summary>A command line that works, without the program's name.</summary>
    internal string Example { get; init; } = "";

    /// <summary>Exit statuses of its own, beside those that every command may have.</summary>
    internal IReadOnlyList<ErrorCode> Codes { get; init; } = [];

    /// <summary>What <c>--json</c> prints; of a list, one item. Null for what prints no JSON.</summary>
    internal JsonTypeInfo? Result { get; set; }

    /// <summary>Key of the array that a list prints as JSON; null for what is no list.</summary>
    internal string? ListName { get; private set; }

    /// <summary>A look-up with one answer.</summary>
    internal VmmCommand Reads<TAsk, T>(App app, Func<Asking, TAsk> ask, Func<Session, TAsk, T> act, Func<T, string> say, JsonTypeInfo<T> json)
    {
        Result = json;
        SetAction(parse => app.Read(parse, ask, act, say, json));
        return this;
    }

    /// <summary>A list.</summary>
    internal VmmCommand Lists<TAsk, T>(App app, Func<Asking, TAsk> ask, Func<Session, TAsk, IEnumerable<T>> act, ListShape<T> shape)
    {
        Result = shape.Json;
        ListName = shape.JsonName;
        SetAction(parse => app.List(parse, ask, act, shape));
        return this;
    }

    /// <summary>
    /// The same for many objects from the lines of a file, with <c>--from-file</c> in place of the arguments. After <see cref="Changes"/>, which names
    /// what is tolerated.
    /// </summary>
    internal VmmCommand AlsoFromFile<T>(App app, FileLines<T> lines, int minFields, int maxFields)
    {
        var option = new Option<string?>("--from-file") { HelpName = "file", Description = $"add what the lines of a file say, all or nothing; '-' is standard input. A line has, with tabs between: {lines.Fields}" };
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
                result.AddError(fromFile ? $"with {option.Name} there is no argument '{argument.Name}'" : $"the argument '{argument.Name}' is missing");
            }
        });
        var change = lines.Change(option, tolerance, minFields, maxFields);
        SetAction(parse => parse.GetValue(option) is null ? run!(parse) : app.Change(parse, change));
        return this;
    }

    /// <summary>A change, which can be tried with <c>--dry-run</c>.</summary>
    internal VmmCommand Changes<TAsk, T>(App app, Change<TAsk, T> change)
    {
        Result = change.Json;
        Options.Add(Vmm.Cli.Arguments.DryRun);
        tolerance = change.Tolerance;
        if (tolerance is not null)
        {
            Options.Add(tolerance.Option);
        }

        run = (parse) => app.Change(parse, change);
        SetAction(run);
        return this;
    }

    /// <summary>A command that needs the configuration but no database.</summary>
    internal VmmCommand Local<T>(App app, Func<ParseResult, Settings, T> act, Func<T, string> say, JsonTypeInfo<T> json)
    {
        Result = json;
        SetAction(parse => app.Local(parse, settings => act(parse, settings), say, json));
        return this;
    }

    /// <summary>A command that needs nothing.</summary>
    internal VmmCommand Tells<T>(App app, Func<ParseResult, T> act, Func<T, string> say, JsonTypeInfo<T> json)
    {
        Result = json;
        SetAction(parse => app.Tell(parse, act(parse), say, json));
        return this;
    }
}

/// <summary>What a command changes, in the order of its steps.</summary>
/// <param name="Target">The object that it is about, for the operations log.</param>
/// <param name="Ask">Reads the command line and asks for what is missing; nothing is locked yet.</param>
/// <param name="Act">Does it, in one transaction.</param>
/// <param name="Say">The result for people; most changes say nothing, as in vmm 0.7.</param>
/// <param name="Json">The result for programs.</param>
internal sealed record Change<TAsk, T>(
    Func<ParseResult, string> Target, Func<Asking, TAsk> Ask, Func<Session, TAsk, T> Act, Func<T, string> Say, JsonTypeInfo<T> Json)
{
    /// <summary>Null where the wanted state cannot be there already.</summary>
    internal Tolerance? Tolerance { get; init; }

    /// <summary>Whether the result means that something is another way now.</summary>
    internal Func<T, bool> Changed { get; init; } = _ => true;
}

/// <summary>An option that makes a success of it when what was wanted is there already.</summary>
/// <param name="Option"><c>--if-not-exists</c> or <c>--if-exists</c>.</param>
/// <param name="Codes">The errors that mean just that.</param>
internal sealed record Tolerance(Option<bool> Option, IReadOnlyList<ErrorCode> Codes)
{
    /// <summary>Whether this error is a success, as the command line wants it.</summary>
    internal bool Covers(ParseResult parse, VmmException e) => parse.GetValue(Option) && Codes.Contains(e.Code) && !e.IsConflict;

    /// <summary>For commands that add.</summary>
    internal static Tolerance IfNotExists(params ErrorCode[] codes) => new(Arguments.IfNotExists, codes);

    /// <summary>For commands that delete; a missing domain is as good as a missing address.</summary>
    internal static Tolerance IfExists(params ErrorCode[] codes) => new(Arguments.IfExists, [.. codes, ErrorCode.NoSuchDomain]);
}
