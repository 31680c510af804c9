using System.ComponentModel;
using System.Diagnostics;

namespace Vmm;

/// <summary>Runs one of the programs named in [bin]: an argument list, never a shell, never a secret among the arguments.</summary>
internal static class ChildProgram
{
    /// <summary>What the program printed.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing, 67 it failed.</exception>
    internal static async Task<string> RunAsync(string path, IEnumerable<string> arguments, CancellationToken ct) =>
        Succeeded(path, await RunAsync(path, arguments, _ => { }, null, printed => printed.ReadToEndAsync(ct), ct));

    /// <summary>What the program says about its standard input; a status of its own may be part of the answer.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing.</exception>
    internal static Task<ChildAnswer<string>> AskAsync(string path, IEnumerable<string> arguments, string input, CancellationToken ct) =>
        RunAsync(path, arguments, _ => { }, input, printed => printed.ReadToEndAsync(ct), ct);

    /// <summary>The same without an input.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing.</exception>
    internal static Task<ChildAnswer<string>> AskAsync(string path, IEnumerable<string> arguments, CancellationToken ct) =>
        RunAsync(path, arguments, _ => { }, null, printed => printed.ReadToEndAsync(ct), ct);

    /// <summary>Copies what the program prints to a stream, octet by octet; <paramref name="prepare"/> changes the environment that it inherits.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing, 67 it failed.</exception>
    /// <exception cref="IOException">The stream took no more; the program is ended then.</exception>
    internal static async Task CopyAsync(string path, IEnumerable<string> arguments, Stream to, Action<IDictionary<string, string?>> prepare, CancellationToken ct) =>
        _ = Succeeded(path, await RunAsync(path, arguments, prepare, null, async printed =>
        {
            await printed.BaseStream.CopyToAsync(to, ct);
            return true;
        }, ct));

    /// <summary>The error of a program that failed.</summary>
    internal static VmmException Failed<T>(string path, ChildAnswer<T> answer) =>
        new(ErrorCode.VmmError, $"'{path}' failed with exit status {answer.Status}: {answer.Errors.ReplaceLineEndings(" ")}".TrimEnd(':', ' '));

    private static T Succeeded<T>(string path, ChildAnswer<T> answer) => answer.Status == 0 ? answer.Output : throw Failed(path, answer);

    private static async Task<ChildAnswer<T>> RunAsync<T>(
        string path, IEnumerable<string> arguments, Action<IDictionary<string, string?>> prepare, string? input, Func<StreamReader, Task<T>> read, CancellationToken ct)
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
            using var stop = ct.Register(() => process.Kill());
            var errors = process.StandardError.ReadToEndAsync(ct);
            // Beside the reading: both pipes could be full.
            var told = TellAsync();
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

            await told;
            await process.WaitForExitAsync(ct);
            return new ChildAnswer<T>(output, process.ExitCode, (await errors).Trim());

            async Task TellAsync()
            {
                if (input is null)
                {
                    return;
                }

                try
                {
                    await process.StandardInput.WriteAsync(input.AsMemory(), ct);
                    process.StandardInput.Close();
                }
                catch (IOException)
                {
                    // It ended without reading all of it; its exit status tells why.
                }
            }
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

/// <summary>What a program had to say.</summary>
/// <param name="Output">What came of its standard output.</param>
/// <param name="Status">Its exit status, 0 to 255.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record ChildAnswer<T>(T Output, int Status, string Errors);
