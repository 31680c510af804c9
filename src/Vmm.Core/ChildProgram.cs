using System.ComponentModel;
using System.Diagnostics;

namespace Vmm;

/// <summary>Runs one of the programs named in [bin]: an argument list, never a shell, never a secret among the arguments.</summary>
internal static class ChildProgram
{
    /// <summary>What the program printed.</summary>
    /// <exception cref="VmmException">51 not executable, 55 missing, 67 it failed.</exception>
    internal static async Task<string> RunAsync(string path, IEnumerable<string> arguments, CancellationToken ct)
    {
        if (!File.Exists(path))
        {
            throw new VmmException(ErrorCode.NoSuchBinary, $"the program '{path}' does not exist", "Correct its path in section [bin] of the configuration.");
        }

        try
        {
            using var process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
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
    }
}
