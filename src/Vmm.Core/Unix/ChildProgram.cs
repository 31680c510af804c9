using System.ComponentModel;
using System.Diagnostics;
using Vmm.Data.Failures;

namespace Vmm.Core.Unix;

/// <summary>Runs one of the programs named in [bin]: an argument list, never a shell, never a secret among the arguments.</summary>
internal static class ChildProgram
{
    /// <summary>What the program printed.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing, 67 it failed.</exception>
    internal static string Run(string path, IEnumerable<string> arguments, CancellationToken ct) =>
        Succeeded(path, Run(path, arguments, _ => { }, null, printed => printed.ReadToEnd(), ct));

    /// <summary>What the program says about its standard input; a status of its own may be part of the answer.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing.</exception>
    internal static ChildAnswer<string> Ask(string path, IEnumerable<string> arguments, string input, CancellationToken ct) =>
        Run(path, arguments, _ => { }, input, printed => printed.ReadToEnd(), ct);

    /// <summary>The same without an input.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing.</exception>
    internal static ChildAnswer<string> Ask(string path, IEnumerable<string> arguments, CancellationToken ct) =>
        Run(path, arguments, _ => { }, null, printed => printed.ReadToEnd(), ct);

    /// <summary>Copies what the program prints to a stream, octet by octet; <paramref name="prepare"/> changes the environment that it inherits.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing, 67 it failed.</exception>
    /// <exception cref="IOException">The stream took no more; the program is ended then.</exception>
    internal static void Copy(string path, IEnumerable<string> arguments, Stream to, Action<IDictionary<string, string?>> prepare, CancellationToken ct) =>
        _ = Succeeded(path, Run(path, arguments, prepare, null, printed =>
        {
            printed.BaseStream.CopyTo(to);
            return true;
        }, ct));

    /// <summary>The error of a program that failed.</summary>
    internal static VmmException Failed<T>(string path, ChildAnswer<T> answer) =>
        new(ErrorCode.VmmError, $"'{path}' failed with exit status {answer.Status}: {answer.Errors.ReplaceLineEndings(" ")}".TrimEnd(':', ' '));

    private static T Succeeded<T>(string path, ChildAnswer<T> answer) => answer.Status == 0 ? answer.Output : throw Failed(path, answer);

    private static ChildAnswer<T> Run<T>(
        string path, IEnumerable<string> arguments, Action<IDictionary<string, string?>> prepare, string? input, Func<StreamReader, T> read, CancellationToken ct)
    {
        if (!File.Exists(path))
        {
            throw new VmmException(ErrorCode.NoSuchBinary, $"the program '{path}' does not exist", "Correct its path in section [bin] of the configuration.");
        }

        try
        {
            var start = new ProcessStartInfo(path, arguments) { RedirectStandardInput = input is not null, RedirectStandardOutput = true, RedirectStandardError = true };
            prepare(start.Environment);
            using var process = Process.Start(start)!;
            using var stop = ct.Register(() => process.Kill(entireProcessTree: true));
            var errors = "";
            // Beside the reading below: any of the pipes could be full.
            var listener = Beside(() => errors = process.StandardError.ReadToEnd());
            var teller = input is null ? null : Beside(() => Tell(process.StandardInput, input));
            T output;
            try
            {
                output = read(process.StandardOutput);
            }
            catch
            {
                // Nobody reads what it prints any more.
                process.Kill(entireProcessTree: true);
                throw;
            }
            finally
            {
                listener.Join();
                teller?.Join();
            }

            process.WaitForExit();
            ct.ThrowIfCancellationRequested();
            return new ChildAnswer<T>(output, process.ExitCode, errors.Trim());
        }
        catch (Win32Exception e)
        {
            throw new VmmException(ErrorCode.NotExecutable, $"the program '{path}' cannot be executed: {new Win32Exception(e.NativeErrorCode).Message}", "Check its permissions.", e);
        }
    }

    private static Thread Beside(ThreadStart work)
    {
        var thread = new Thread(work);
        thread.Start();
        return thread;
    }

    private static void Tell(StreamWriter program, string input)
    {
        try
        {
            program.Write(input);
            program.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of it; its exit status tells why.
        }
    }
}

/// <summary>What a program had to say.</summary>
/// <param name="Output">What came of its standard output.</param>
/// <param name="Status">Its exit status, 0 to 255.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record ChildAnswer<T>(T Output, int Status, string Errors);
