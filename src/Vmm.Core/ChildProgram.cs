using System.ComponentModel;
using System.Diagnostics;

namespace Vmm;

/// <summary>Runs one of the programs named in [bin]: an argument list, never a shell, never a secret among the arguments.</summary>
internal static class ChildProgram
{
    /// <summary>What the program printed.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing, 67 it failed.</exception>
    internal static async Task<string> RunAsync(
        string path, IEnumerable<string> arguments, CancellationToken ct, IReadOnlyDictionary<string, string>? environment = null)
    {
        if (!File.Exists(path))
        {
            throw new VmmException(ErrorCode.NoSuchBinary, $"the program '{path}' does not exist", "Correct its path in section [bin] of the configuration.");
        }

        try
        {
            var start = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            {
                start.Environment[name] = value;
            }

            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var errors = process.StandardError.ReadToEndAsync(ct);
            using var stop = ct.Register(() => process.Kill());
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0
                ? await output
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
