using System.ComponentModel;
using System.Diagnostics;

namespace Vmm;

/// <summary>Runs one of the programs named in [bin]: an argument list, never a shell, never a secret among the arguments.</summary>
internal static class ChildProgram
{
    /// <summary>What the program printed.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing, 67 it failed.</exception>
    internal static Task<string> RunAsync(string path, IEnumerable<string> arguments, CancellationToken ct) =>
        RequireAsync(path, arguments, _ => { }, printed => printed.ReadToEndAsync(ct), ct);

    /// <summary>How the program ended, what it printed, and what it complained of, in one line.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing.</exception>
    internal static Task<(int ExitCode, string Output, string Error)> TryAsync(string path, IEnumerable<string> arguments, CancellationToken ct) =>
        RunAsync(path, arguments, _ => { }, printed => printed.ReadToEndAsync(ct), ct);

    /// <summary>Copies what the program prints to a stream, octet by octet; <paramref name="prepare"/> changes the environment that it inherits.</summary>
    /// <exception cref="VmmException">As above.</exception>
    /// <exception cref="IOException">The stream took no more; the program is ended then.</exception>
    internal static async Task CopyAsync(string path, IEnumerable<string> arguments, Stream to, Action<IDictionary<string, string?>> prepare, CancellationToken ct) =>
        _ = await RequireAsync(path, arguments, prepare, async printed =>
        {
            await printed.BaseStream.CopyToAsync(to, ct);
            return true;
        }, ct);

    private static async Task<T> RequireAsync<T>(
        string path, IEnumerable<string> arguments, Action<IDictionary<string, string?>> prepare, Func<StreamReader, Task<T>> read, CancellationToken ct)
    {
        var (status, output, error) = await RunAsync(path, arguments, prepare, read, ct);
        return status == 0 ? output : throw new VmmException(ErrorCode.VmmError, $"'{path}' failed with exit status {status}: {error}".TrimEnd(':', ' '));
    }

    private static async Task<(int ExitCode, T Output, string Error)> RunAsync<T>(
        string path, IEnumerable<string> arguments, Action<IDictionary<string, string?>> prepare, Func<StreamReader, Task<T>> read, CancellationToken ct)
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
            return (process.ExitCode, output, (await errors).Trim().ReplaceLineEndings(" "));
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
