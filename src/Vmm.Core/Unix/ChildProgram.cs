using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Vmm.Data.Failures;

namespace Vmm.Core.Unix;

/// <summary>
/// Runs one of the programs named in [bin]: with an argument list, never by a shell, and never with a secret among the arguments.
/// </summary>
internal static class ChildProgram
{
    /// <summary>Runs a program, and returns its output.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing, 67 it failed.</exception>
    internal static string Run(string path, IEnumerable<string> arguments, CancellationToken ct) =>
        Succeeded(path, Run(path, arguments, _ => { }, null, printed => printed.ReadToEnd(), ct));

    /// <summary>
    /// Runs a program with an input, and returns its output and exit status: a status other than 0 may be a normal answer.
    /// </summary>
    /// <exception cref="VmmException">51 not executable, 55 missing.</exception>
    internal static ChildAnswer<string> Ask(string path, IEnumerable<string> arguments, string input, CancellationToken ct) =>
        Run(path, arguments, _ => { }, input, printed => printed.ReadToEnd(), ct);

    /// <summary>As <see cref="Ask(string, IEnumerable{string}, string, CancellationToken)"/>, without an input.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing.</exception>
    internal static ChildAnswer<string> Ask(string path, IEnumerable<string> arguments, CancellationToken ct) =>
        Run(path, arguments, _ => { }, null, printed => printed.ReadToEnd(), ct);

    /// <summary>Lets a program run for so long at most; <paramref name="ask"/> gets what ends it.</summary>
    /// <exception cref="VmmException">67 it did not end; those of <paramref name="ask"/>.</exception>
    internal static T Within<T>(string path, int seconds, Func<CancellationToken, T> ask, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            return ask(limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new VmmException(ErrorCode.VmmError, $"'{path}' did not answer within {seconds} seconds");
        }
    }

    /// <summary>
    /// Copies the output of a program to a stream, byte by byte;
    /// <paramref name="prepare"/> changes the environment that it inherits.
    /// </summary>
    /// <exception cref="VmmException">51 not executable, 55 missing, 67 it failed.</exception>
    /// <exception cref="IOException">The stream cannot be written; the program is killed then.</exception>
    internal static void Copy(
        string path,
        IEnumerable<string> arguments,
        Stream to,
        Action<IDictionary<string, string?>> prepare,
        CancellationToken ct) =>
        _ = Succeeded(path, Run(path, arguments, prepare, null, printed =>
        {
            printed.BaseStream.CopyTo(to);
            return true;
        }, ct));

    /// <summary>The error of a program that failed.</summary>
    internal static VmmException Failed<T>(string path, ChildAnswer<T> answer)
    {
        var errors = answer.Errors.ReplaceLineEndings(" ");
        return new(ErrorCode.VmmError, $"'{path}' failed with exit status {answer.Status}: {errors}".TrimEnd(':', ' '));
    }

    private static T Succeeded<T>(string path, ChildAnswer<T> answer) =>
        answer.Status == 0 ? answer.Output : throw Failed(path, answer);

    private static ChildAnswer<T> Run<T>(
        string path,
        IEnumerable<string> arguments,
        Action<IDictionary<string, string?>> prepare,
        string? input,
        Func<StreamReader, T> read,
        CancellationToken ct)
    {
        if (!File.Exists(path))
        {
            throw new VmmException(
                ErrorCode.NoSuchBinary,
                $"the program '{path}' does not exist",
                "Correct its path in section [bin] of the configuration.");
        }

        try
        {
            var start = new ProcessStartInfo(path, arguments)
            {
                RedirectStandardInput = input is not null,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            prepare(start.Environment);
            using var process = Process.Start(start)!;
            using var stop = ct.Register(() => process.Kill(entireProcessTree: true));
            var errors = "";
            // These run at the same time as the reading below, because any of the pipes could be full.
            var waitForErrors = Start(() => errors = process.StandardError.ReadToEnd());
            var waitForInput = input is null ? () => { } : Start(() => Write(process.StandardInput, input));
            T output;
            try
            {
                output = read(process.StandardOutput);
            }
            catch
            {
                // Nobody reads its output any more.
                process.Kill(entireProcessTree: true);
                throw;
            }

            waitForErrors();
            waitForInput();
            process.WaitForExit();
            ct.ThrowIfCancellationRequested();
            return new ChildAnswer<T>(output, process.ExitCode, errors.Trim());
        }
        catch (TypeInitializationException e)
        {
            // The runtime's first pipe needs a descriptor for its events.
            throw new VmmException(
                ErrorCode.NotExecutable,
                $"the answer of '{path}' cannot be read: {Posix.Reason(Posix.TooManyOpenFiles)}",
                "Raise the limit of open files: see ulimit in bash(1).",
                e);
        }
        catch (Win32Exception e)
        {
            throw new VmmException(
                ErrorCode.NotExecutable,
                $"the program '{path}' cannot be executed: {new Win32Exception(e.NativeErrorCode).Message}",
                "Check its permissions.",
                e);
        }
    }

    /// <summary>Begins something beside; what it returns waits for its end, and throws what it threw.</summary>
    private static Action Start(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
#pragma warning disable CA1031 // what nobody catches in a thread ends the process
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        return () =>
        {
            thread.Join();
            failure?.Throw();
        };
    }

    private static void Write(StreamWriter program, string input)
    {
        try
        {
            program.Write(input);
            program.Close();
        }
        catch (IOException)
        {
            // The program ended without reading everything; its exit status says why.
        }
    }
}

/// <summary>The answer of a program.</summary>
/// <param name="Output">What was read from its standard output.</param>
/// <param name="Status">Its exit status, 0 to 255.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record ChildAnswer<T>(T Output, int Status, string Errors);
