using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Cli.Output;
using Vmm.Core;
using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Core.Log;
using Vmm.Data.Failures;

namespace Vmm.Cli.Running;

/// <summary>Runs commands as ask, act, say; the one place where errors become exit statuses. It knows no command.</summary>
internal sealed partial class App(Terminal terminal) : IDisposable
{
    /// <summary>What the runtime reads; without it almost everything fails somewhere in the middle.</summary>
    private const string RandomSource = "/dev/urandom";

    private readonly Interruption interruption = new();

    /// <summary>For the log entry of a defect; null until a command has read it.</summary>
    private Settings? known;

    /// <summary>For what is said without any of the steps below.</summary>
    internal Terminal Terminal => terminal;

    /// <summary>Cancelled when the user interrupts.</summary>
    internal CancellationToken Interrupted => interruption.Token;

    /// <inheritdoc/>
    public void Dispose() => interruption.Dispose();

    /// <summary>A lookup with one answer.</summary>
    internal int Read<TRequest, T>(
        ParseResult parse,
        Func<Asking, TRequest> ask,
        Func<Session, TRequest, T> act,
        Func<T, string> say,
        Func<JsonTypeInfo<T>> json,
        Func<T, int>? status) => Run(() =>
    {
        var asking = Start(parse);
        var request = ask(asking);
        var (result, warnings) = Session.Read(asking.Settings, s => (act(s, request), s.Warnings), interruption.Token);
        Say(parse, result, warnings, say, json);
        return status?.Invoke(result) ?? 0;
    });

    /// <summary>A list, printed row by row.</summary>
    internal int List<TRequest, T>(
        ParseResult parse,
        Func<Asking, TRequest> ask,
        Func<Session, TRequest, IEnumerable<T>> act,
        ListShape<T> shape) => Run(() =>
    {
        var asking = Start(parse);
        var request = ask(asking);
        return Session.Read(
            asking.Settings,
            s =>
            {
                if (parse.GetValue(Arguments.Json))
                {
                    shape.WriteJson(terminal, act(s, request));
                }
                else
                {
                    shape.WriteText(terminal, parse, act(s, request));
                }

                terminal.WarnOf(s.Warnings);
                return 0;
            },
            interruption.Token);
    });

    /// <summary>
    /// A change: all or nothing, printed only when it is kept, and noted in the operations log. A dry run keeps nothing and is not
    /// noted.
    /// </summary>
    internal int Change<TRequest, T>(ParseResult parse, Change<TRequest, T> change) => Run(() =>
    {
        var asking = Start(parse);
        if (asking.Get(Arguments.DryRun))
        {
            Try(asking, change);
            return 0;
        }

        try
        {
            Keep(asking, change);
        }
        catch (VmmException e) when (change.Tolerance?.Covers(parse, e) == true)
        {
            terminal.Detail(e.Message);
            SayChange(parse, default, new ChangeOutcome(Changed: false), [], change.Say, change.Json);
        }

        return 0;
    });

    private void Try<TRequest, T>(Asking asking, Change<TRequest, T> change)
    {
        var request = change.Ask(asking);
        var ((result, warnings), effects) =
            Session.Try(asking.Settings, s => (change.Act(s, request), s.Warnings), interruption.Token);
        terminal.WarnOf(warnings);
        var outcome = new ChangeOutcome(Changed: false, DryRun: true, effects.Rows, effects.Directories);
        SayChange(asking.Parse, result, outcome, warnings, _ => EffectText.Describe(effects), change.Json);
    }

    private void Keep<TRequest, T>(Asking asking, Change<TRequest, T> change)
    {
        var noted = new Noted(asking.Parse, asking.Settings, terminal);
        Session? session = null;
        try
        {
            var result = noted.Do(
                change.Target(asking),
                () =>
                {
                    var request = change.Ask(asking);
                    return Session.Change(
                        asking.Settings,
                        SpokenLine.Author(asking.Parse),
                        s => change.Act(session = s, request),
                        interruption.Token);
                },
                isSuccess: e => change.Tolerance?.Covers(asking.Parse, e) == true,
                details: change.Details);
            TellDetails(session!);
            IReadOnlyList<string> warnings = [.. session!.Warnings, .. noted.Warnings];
            terminal.WarnOf(warnings);
            var commands = session.Commands.Count > 0 ? session.Commands : null;
            var outcome = new ChangeOutcome(change.Changed(result)) { Commands = commands };
            SayChange(asking.Parse, result, outcome, warnings, change.Say, change.Json);
        }
        finally
        {
            terminal.WarnOf(session?.Mailboxes.Left ?? []);
        }
    }

    private void TellDetails(Session session)
    {
        string[] details =
        [
            .. session.Mailboxes.Removals.Select(p => $"removed {p}"),
            .. session.Mailboxes.Made.Select(p => $"made {p}"),
            .. session.Mailboxes.Moved.Select(m => $"moved {m.Source} to {m.Path}"),
            .. session.Mailboxes.InTrash.Select(m => $"moved {m.From} to {m.To}"),
            .. session.Commands.Select(c => $"ran {c}"),
        ];
        foreach (var detail in details)
        {
            terminal.Detail(detail);
        }
    }

    /// <summary>A command that works by itself, beside sessions.</summary>
    internal int Work<TRequest, T>(ParseResult parse, Work<TRequest, T> work) => Run(() =>
    {
        var asking = Start(parse, work.Load);
        var request = work.Ask(asking);
        var done = work.Act(asking, new Noted(parse, asking.Settings, terminal), request);
        Say(parse, done, r => work.Say(request, r), work.Json);
        return work.Status(request, done.Result);
    });

    /// <summary>A command that makes the configuration: there may be none before.</summary>
    internal int Create<T>(
        ParseResult parse,
        Func<string, Func<Settings, Noted>, Done<T>> act,
        Func<T, string> say,
        Func<JsonTypeInfo<T>> json) => Run(() =>
    {
        Say(parse, act(Begin(parse), settings => new Noted(parse, known = settings, terminal)), say, json);
        return 0;
    });

    /// <summary>A command that needs the configuration but no database.</summary>
    internal int Local<T>(ParseResult parse, Func<Asking, T> act, Func<T, string> say, Func<JsonTypeInfo<T>> json) => Run(() =>
    {
        Say(parse, act(Start(parse)), [], say, json);
        return 0;
    });

    /// <summary>A command that needs nothing.</summary>
    internal int Tell<T>(ParseResult parse, T result, Func<T, string> say, Func<JsonTypeInfo<T>> json) => Run(() =>
    {
        terminal.RequireOutput();
        Say(parse, result, [], say, json);
        return 0;
    });

    /// <summary>
    /// Everything that must hold before a command looks at its objects, in vmm 0.7's order: root, then the configuration.
    /// </summary>
    private Asking Start(ParseResult parse, Func<string, Settings>? load = null)
    {
        var settings = (load ?? SettingsFile.Load)(Begin(parse));
        known = settings;
        terminal.Detail($"configuration {settings.File}, database {settings.Database}, base directory {settings.BaseDirectory}");
        return new Asking(parse, settings, terminal, interruption.Token);
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
            throw new VmmException(
                ErrorCode.NotRoot, "vmm creates directories for other users and must be run as root", "Try sudo vmm.");
        }

        if (!File.Exists(RandomSource))
        {
            throw new VmmException(
                ErrorCode.FileSystem,
                $"there is no '{RandomSource}', without which passwords and connections cannot be made safe",
                "A chroot or a container needs /dev: 'mount --rbind /dev DIRECTORY/dev'.");
        }

        return SettingsFile.Choose(parse.GetValue(Arguments.Config));
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
            return Fail(known is null ? e : BaseDirectory.Explain(known, e));
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

    /// <summary>Where it happened helps those who fix it, and nobody else.</summary>
    private void LogDefect(Exception e)
    {
        if (known is null)
        {
            return;
        }

        try
        {
            using var log = new OperationsLog(known);
            log.WriteDefect(e);
        }
#pragma warning disable CA1031 // what keeps a defect out of the log must not keep its message from the terminal
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private static string OneLine(Exception e) => e.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
