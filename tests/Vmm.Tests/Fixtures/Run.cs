using System.Diagnostics;
using System.Text;

namespace Vmm.Tests;

/// <summary>What a program did.</summary>
internal sealed record Outcome(int ExitCode, string Out, string Error)
{
    public void ShouldExit(int code) =>
        Assert.True(code == ExitCode, $"expected exit {code}, got {ExitCode}\nstdout: {Out}\nstderr: {Error}");

    public string Succeeded()
    {
        ShouldExit(0);
        return Out;
    }
}

/// <summary>Runs programs: argument lists, never a shell unless the test is about one, never longer than a limit.</summary>
internal static class Run
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    public static async Task<Outcome> ProgramAsync(
        string file, IEnumerable<string> arguments, string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(file, arguments, environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input ?? "");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input.
        }

        using var timer = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(timer.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} {string.Join(' ', arguments)} took longer than {Limit}");
        }

        return new Outcome(process.ExitCode, await output, await error);
    }

    public static Task<Outcome> ShellAsync(string command, IReadOnlyDictionary<string, string>? environment = null) =>
        ProgramAsync("/bin/bash", ["-c", command], environment: environment);

    /// <summary>One word of a shell.</summary>
    public static string Quoted(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    public static Process Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var info = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        return Process.Start(info)!;
    }
}
