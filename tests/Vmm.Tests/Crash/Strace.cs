namespace Vmm.Tests.Crash;

/// <summary>
/// vmm under strace. Only its main thread is traced, where all of its work is done: numbers of calls are the same in each run, and
/// programs that it starts are left alone.
/// </summary>
internal static class Strace
{
    public const int Killed = 137;

    /// <summary>Runs a command that must succeed, and tells what it called.</summary>
    public static async Task<List<SystemCall>> RecordAsync(World world, string[] command)
    {
        var trace = world.Directory + "/strace";
        var names = "trace=" + string.Join(',', SystemCall.Names.Select(n => "?" + n));
        var outcome = await RunAsync(world, ["-y", "-o", trace, "-e", names], command);
        Assert.True(outcome.ExitCode is 0 or 4, $"{string.Join(' ', command)}: exit {outcome.ExitCode}\n{outcome.Error}");
        var calls = SystemCall.Read(await File.ReadAllLinesAsync(trace), world.Config);
        File.Delete(trace);
        return calls;
    }

    /// <summary>Runs a command, and lets one call of it fail, or kills it there.</summary>
    /// <returns>Null for the outcome when the command did not come to that call.</returns>
    public static async Task<Outcome?> InjectAsync(World world, string[] command, Injection injection)
    {
        var trace = world.Directory + "/strace";
        string[] options = ["-o", trace, "-e", $"trace={injection.Call.Name}", "-e", injection.Expression];
        var outcome = await RunAsync(world, options, command);
        var isHit = outcome.ExitCode == Killed || File.ReadAllText(trace).Contains("(INJECTED)", StringComparison.Ordinal);
        File.Delete(trace);
        return isHit ? outcome : null;
    }

    private static Task<Outcome> RunAsync(World world, string[] options, string[] command) =>
        Run.ProgramAsync(
            "strace",
            [.. options, Repository.Binary, .. command],
            // What a kill leaves there goes with the world.
            environment: new Dictionary<string, string>(world.Environment) { ["TMPDIR"] = world.Directory }
        );
}
