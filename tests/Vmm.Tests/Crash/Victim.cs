using System.Diagnostics;

namespace Vmm.Tests.Crash;

/// <summary>Runs vmm and does something to it at an instant.</summary>
internal static class Victim
{
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Duration of a complete run.</summary>
    public static async Task<TimeSpan> MeasureAsync(World world, string command)
    {
        var clock = Stopwatch.StartNew();
        await world.DoAsync(command);
        return clock.Elapsed;
    }

    /// <summary>Starts a command and sends it a signal after a time.</summary>
    /// <returns>Its exit status; 128 and the signal when it died of that.</returns>
    public static async Task<int> SignalAsync(World world, string command, TimeSpan after, int signal)
    {
        using var process = Run.Start(Repository.Binary, command.Split(' '), world.Environment);
        var clock = Stopwatch.StartNew();
        var drained = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        while (clock.Elapsed < after && !process.HasExited)
        {
            Thread.Sleep(after - clock.Elapsed > TimeSpan.FromMilliseconds(2) ? 1 : 0);
        }

        if (signal == Kill)
        {
            process.Kill();
        }
        else
        {
            await Run.ShellAsync($"kill -{signal} {process.Id}");
        }

        await process.WaitForExitAsync();
        await drained;
        return process.ExitCode;
    }
}
