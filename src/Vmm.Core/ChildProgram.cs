using System.ComponentModel;
using System.Diagnostics;

namespace Vmm;

/// <summary>Runs one of the programs named in [bin]: an argument list, never a shell, never a secret among the arguments.</summary>
internal static class ChildProgram
{
    /// <summary>What the program printed.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing, 67 it failed.</exception>
    internal static async Task<string> RunAsync(string path, IEnumerable<string> arguments, CancellationToken ct) =>
        (await RunAsync(path, arguments, _ => { }, printed => printed.ReadToEndAsync(ct), _ => false, ct)).Output;

    /// <summary>The same of a program that also says something by its exit status, or on standard error.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="isAnswer">Whether an exit status other than 0 is an answer and no failure.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">As above.</exception>
    internal static Task<ChildAnswer<string>> AskAsync(string path, IEnumerable<string> arguments, Func<int, bool> isAnswer, CancellationToken ct) =>
        RunAsync(path, arguments, _ => { }, printed => printed.ReadToEndAsync(ct), isAnswer, ct);

    /// <summary>Copies what the program prints to a stream, octet by octet; <paramref name="prepare"/> changes the environment that it inherits.</summary>
    /// <exception cref="VmmException">As above.</exception>
    /// <exception cref="IOException">The stream took no more; the program is ended then.</exception>
    internal static async Task CopyAsync(string path, IEnumerable<string> arguments, Stream to, Action<IDictionary<string, string?>> prepare, CancellationToken ct) =>
        _ = await RunAsync(path, arguments, prepare, async printed =>
        {
            await printed.BaseStream.CopyToAsync(to, ct);
            return true;
        }, _ => false, ct);

    private static async Task<ChildAnswer<T>> RunAsync<T>(
        string path,
        IEnumerable<string> arguments,
        Action<IDictionary<string, string?>> prepare,
        Func<StreamReader, Task<T>> read,
        Func<int, bool> isAnswer,
        CancellationToken ct)
    {
        if (!File.Exists(path))
        {
            throw new VmmException(ErrorCode.NoSuchBinary, $"the program '{path}' does not exist", "Correct its path in section [bin] of the configuration.");
        }

        try
        {
            var start = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            prepare(start.Environment);
            using var process = Process.Start(start)!;
            using var stop = ct.Register(() => process.Kill());
            var errors = process.StandardError.ReadToEndAsync(ct);
            T output;
            try
            {
                output = await read(process.StandardOutput);
            }
            catch
            {
                // Nobody reads what it prints any more.
                process.Kill();
                throw;
            }

            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0 || isAnswer(process.ExitCode)
                ? new ChildAnswer<T>(process.ExitCode, output, (await errors).Trim())
                : throw new VmmException(ErrorCode.VmmError, $"'{path}' failed with exit status {process.ExitCode}: {(await errors).Trim().ReplaceLineEndings(" ")}".TrimEnd(':', ' '));
        }
        catch (Win32Exception e)
        {
            throw new VmmException(ErrorCode.NotExecutable, $"the program '{path}' cannot be executed: {new Win32Exception(e.NativeErrorCode).Message}", "Check its permissions.", e);
        }
        finally
        {
            // The end of a pipe is told by the one thread that also watches the database's socket (see Connections). Going on there with a blocking call to the
            // database would be waiting for oneself.
            await Task.Yield();
        }
    }
}

/// <summary>What a program said.</summary>
/// <param name="Status">Its exit status.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it printed on standard error, without blank lines around it.</param>
internal readonly record struct ChildAnswer<T>(int Status, T Output, string Errors);
