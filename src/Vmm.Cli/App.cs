using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Vmm.Cli.Text;
using Vmm.Core;
using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Core.Log;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli;

/// <summary>What a command may use while it asks: nothing has happened yet, no lock is held, a person may take time.</summary>
internal sealed record Asking(ParseResult Parse, Settings Settings, Terminal Terminal);

/// <summary>Runs commands as ask, act, say; the one place where errors become exit statuses.</summary>
internal sealed partial class App(Terminal terminal) : IDisposable
{
    private readonly Interruption interruption = new();

    /// <summary>For what is said without any of the steps below.</summary>
    internal Terminal Terminal => terminal;

    /// <summary>Cancelled when the user interrupts.</summary>
    internal CancellationToken Interrupted => interruption.Token;

    /// <summary>For the log entry of a defect; null until a command has read it.</summary>
    private Settings? known;

    /// <inheritdoc/>
    public void Dispose() => interruption.Dispose();

    /// <summary>A look-up with one answer.</summary>
    internal int Read<TAsk, T>(
        ParseResult parse,
        Func<Asking, TAsk> ask,
        Func<Session, TAsk, T> act,
        Func<T, string> say,
        JsonTypeInfo<T> json) => Run(() =>
    {
        var settings = Start(parse);
        var wanted = ask(new Asking(parse, settings, terminal));
        var (result, warnings) = Session.Read(settings, s => (act(s, wanted), s.Warnings), interruption.Token);
        Say(parse, result, warnings, say, json);
        return 0;
    });

    /// <summary>A list, printed row by row.</summary>
    internal int List<TAsk, T>(
        ParseResult parse,
        Func<Asking, TAsk> ask,
        Func<Session, TAsk, IEnumerable<T>> act,
        ListShape<T> shape) => Run(() =>
    {
        var settings = Start(parse);
        var wanted = ask(new Asking(parse, settings, terminal));
        return Session.Read(
            settings,
            s =>
            {
                if (parse.GetValue(Arguments.Json))
                {
                    shape.WriteJson(terminal, act(s, wanted));
                }
                else
                {
                    shape.WriteText(terminal, parse, act(s, wanted));
                }

                return 0;
            },
            interruption.Token);
    });

    /// <summary>A change: all or nothing, said only when it is kept, and noted in the operations log. A dry run keeps nothing and is not noted.</summary>
    internal int Change<TAsk, T>(ParseResult parse, Change<TAsk, T> change) => Run(() =>
    {
        var settings = Start(parse);
        if (parse.GetValue(Arguments.DryRun))
        {
            var wanted = change.Ask(new Asking(parse, settings, terminal));
            var ((result, warnings), effects) = Session.Try(settings, s => (change.Act(s, wanted), s.Warnings), interruption.Token);
            Warn(warnings);
            SayEffects(parse, result, effects, warnings, change.Json);
            return 0;
        }

        using var log = new OperationsLog(settings);
        try
        {
            Keep(parse, change, settings, log);
        }
        catch (VmmException e) when (change.Tolerance?.Covers(parse, e) == true)
        {
            terminal.Detail(e.Message);
            SayChange(parse, default, new ChangeOutcome(Changed: false), [], _ => "", change.Json);
        }

        return 0;
    });

    private void Keep<TAsk, T>(ParseResult parse, Change<TAsk, T> change, Settings settings, OperationsLog log)
    {
        var name = parse.CommandResult.Command.Name;
        var target = change.Target(parse);
        var clock = Stopwatch.StartNew();
        Session? session = null;
        try
        {
            var wanted = change.Ask(new Asking(parse, settings, terminal));
            var result = Session.Change(settings, s => change.Act(session = s, wanted), interruption.Token);
            log.Write(name, target, 0, null, clock.Elapsed);
            string[] details = [.. session!.Mailboxes.Removals.Select(p => $"removed {p}"), .. session.Mailboxes.Made.Select(p => $"made {p}"), .. session.Commands.Select(c => $"ran {c}")];
            foreach (var detail in details)
            {
                terminal.Detail(detail);
            }

            var warnings = log.Warning is null ? session.Warnings : [.. session.Warnings, log.Warning];
            Warn(warnings);
            SayChange(parse, result, new ChangeOutcome(change.Changed(result)) { Commands = session.Commands.Count > 0 ? session.Commands : null }, warnings, change.Say, change.Json);
        }
        catch (VmmException e)
        {
            log.Write(name, target, change.Tolerance?.Covers(parse, e) == true ? 0 : (int)e.Code, e.Message, clock.Elapsed);
            Warn(log.Warning is { } warning ? [warning] : []);
            throw;
        }
        catch (OperationCanceledException)
        {
            log.Write(name, target, (int)ErrorCode.Interrupted, "interrupted", clock.Elapsed);
            throw;
        }
        finally
        {
            Warn(session?.Mailboxes.Left ?? []);
        }
    }

    /// <summary>A command that needs the configuration but no database.</summary>
    internal int Local<T>(ParseResult parse, Func<Settings, T> act, Func<T, string> say, JsonTypeInfo<T> json) => Run(() =>
    {
        Say(parse, act(Start(parse)), [], say, json);
        return 0;
    });

    /// <summary>A command that needs nothing.</summary>
    internal int Tell<T>(ParseResult parse, T result, Func<T, string> say, JsonTypeInfo<T> json) => Run(() =>
    {
        terminal.RequireOutput();
        Say(parse, result, [], say, json);
        return 0;
    });

    /// <summary>Answers a command line that cannot be understood: 1 without a subcommand, as vmm 0.7, else 2.</summary>
    internal int Misuse(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        if (command is RootCommand && parse.Tokens.Count == 0)
        {
            terminal.Fail(new VmmException(ErrorCode.NoSubcommand, "no subcommand was given", "'vmm help' lists the subcommands."));
            return (int)ErrorCode.NoSubcommand;
        }

        var message = parse.Errors[0].Message.TrimEnd('.');
        var mistyped = parse.Tokens.FirstOrDefault(t => Arguments.NoOption(t.Value) == parse.Errors[0].Message)?.Value;
        var wrong = mistyped ?? (parse.UnmatchedTokens.Count > 0 ? parse.UnmatchedTokens[0] : null);
        var names = command is RootCommand ? command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)
            : wrong?.StartsWith('-') == true ? command.Options.Concat(parse.RootCommandResult.Command.Options).SelectMany(o => o.Aliases.Append(o.Name))
            : [];
        var nearest = wrong is null ? null : Suggestion.Nearest(wrong, names);
        terminal.Fail(new VmmException(
            ErrorCode.Usage,
            wrong is null ? char.ToLowerInvariant(message[0]) + message[1..] : $"'{wrong}' is not a {(command is RootCommand ? "subcommand" : $"part of '{command.Name}'")}",
            nearest is not null ? $"Was '{nearest}' meant?" : command is RootCommand ? "'vmm help' lists the subcommands." : $"'vmm help {command.Name}' tells how it is used."));
        return (int)ErrorCode.Usage;
    }

    /// <summary>Everything that must hold before a command looks at its objects, in vmm 0.7's order: root, then the configuration.</summary>
    private Settings Start(ParseResult parse)
    {
        known = SettingsFile.Load(Begin(parse));
        terminal.Detail($"configuration {known.File}, database {known.Database}, base directory {known.BaseDirectory}");
        return known;
    }

    /// <returns>The configuration's path.</returns>
    private string Begin(ParseResult parse)
    {
        terminal.RequireOutput();
        interruption.Watch();
        terminal.IsQuiet = parse.GetValue(Arguments.Quiet);
        terminal.IsVerbose = parse.GetValue(Arguments.Verbose);
        if (!Environment.IsPrivilegedProcess)
        {
            throw new VmmException(ErrorCode.NotRoot, "vmm makes directories for other users and must be started by root", "Try sudo vmm.");
        }

        return SettingsFile.Choose(parse.GetValue(Arguments.Config));
    }

    private void Say<T>(ParseResult parse, T result, IReadOnlyList<string> warnings, Func<T, string> say, JsonTypeInfo<T> json)
    {
        Warn(warnings);
        if (parse.GetValue(Arguments.Json))
        {
            JsonOutput.Write(terminal.Out, result, warnings, json);
        }
        else
        {
            terminal.Print(say(result));
        }
    }

    private void SayChange<T>(
        ParseResult parse, T? result, ChangeOutcome outcome, IReadOnlyList<string> warnings, Func<T, string> say, JsonTypeInfo<T> json)
    {
        if (parse.GetValue(Arguments.Json))
        {
            JsonOutput.WriteChange(terminal.Out, result, outcome, warnings, json);
        }
        else if (result is not null)
        {
            terminal.Print(say(result));
        }
    }

    private void SayEffects<T>(ParseResult parse, T result, Effects effects, IReadOnlyList<string> warnings, JsonTypeInfo<T> json)
    {
        if (parse.GetValue(Arguments.Json))
        {
            JsonOutput.WriteChange(
                terminal.Out, result, new ChangeOutcome(Changed: false, DryRun: true, effects.Rows, effects.Directories), warnings, json);
        }
        else
        {
            terminal.Print(EffectText.Describe(effects));
        }
    }

    private void Warn(IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings)
        {
            terminal.Warn(warning);
        }
    }

    /// <summary>Every exception ends here, as one line and an exit status.</summary>
    internal int Run(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (VmmException e)
        {
            return Fail(e);
        }
        catch (OperationCanceledException)
        {
            return Fail(new VmmException(ErrorCode.Interrupted, "interrupted", "Nothing was changed."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(new VmmException(ErrorCode.FileSystem, $"a file cannot be used: {OneLine(e)}", null, e));
        }
#pragma warning disable CA1031 // the end of the road: a defect must not end in a stack trace on somebody's terminal
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDefect(e);
            return Fail(new VmmException(
                ErrorCode.Internal,
                $"internal error: {e.GetType().Name}: {OneLine(e)}",
                "This is a defect of vmm. Please report it with the command and the last lines of the operations log.",
                e));
        }
    }

    private int Fail(VmmException e)
    {
        terminal.Fail(e);
        return (int)e.Code;
    }

    /// <summary>Where it happened helps whoever mends it, and nobody else.</summary>
    private void LogDefect(Exception e)
    {
        if (known is not null)
        {
            using var log = new OperationsLog(known);
            log.WriteDefect(e);
        }
    }

    private static string OneLine(Exception e) => e.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
