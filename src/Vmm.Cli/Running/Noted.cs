using System.CommandLine;
using System.Diagnostics;
using Vmm.Cli.Interaction;
using Vmm.Core.Configuration;
using Vmm.Core.Log;
using Vmm.Data.Failures;

namespace Vmm.Cli.Running;

/// <summary>
/// The one place that notes a change in the operations log: with its object, its exit status and how long it took; also when it
/// fails or is interrupted. A log that cannot be written is a warning.
/// </summary>
internal sealed class Noted(ParseResult parse, Settings settings, Terminal terminal)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>Why a change that was made is not in the log; empty when it is.</summary>
    internal IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>Does something, and notes it.</summary>
    /// <param name="target">The object that it is about.</param>
    /// <param name="work">What is done.</param>
    /// <param name="done">
    /// The object when that is known better afterwards; null when nothing was changed, and nothing is noted.
    /// </param>
    /// <param name="isSuccess">Errors that the command line asks to take for a success.</param>
    /// <param name="details">What cannot be looked up afterwards; null where everything can.</param>
    internal T Do<T>(
        string target,
        Func<T> work,
        Func<T, string?>? done = null,
        Func<VmmException, bool>? isSuccess = null,
        Func<T, string>? details = null)
    {
        var command = parse.CommandResult.Command.Name;
        using var log = new OperationsLog(settings);
        try
        {
            var result = work();
            if ((done is null ? target : done(result)) is { } changed)
            {
                log.Write(command, changed, 0, null, clock.Elapsed, details?.Invoke(result));
            }

            Warnings = Warning(log);
            return result;
        }
        catch (VmmException e)
        {
            log.Write(command, target, isSuccess?.Invoke(e) == true ? 0 : (int)e.Code, e.Message, clock.Elapsed);
            terminal.WarnOf(Warning(log));
            throw;
        }
        catch (OperationCanceledException)
        {
            log.Write(command, target, (int)ErrorCode.Interrupted, "interrupted", clock.Elapsed);
            terminal.WarnOf(Warning(log));
            throw;
        }
    }

    /// <summary>Notes what was done before there was a configuration, and with it a log.</summary>
    internal void After(string target, TimeSpan duration)
    {
        using var log = new OperationsLog(settings);
        log.Write(parse.CommandResult.Command.Name, target, 0, null, duration);
        Warnings = Warning(log);
    }

    private static IReadOnlyList<string> Warning(OperationsLog log) => log.Warning is { } warning ? [warning] : [];
}
