namespace Vmm.Tests.Crash;

/// <summary>One thing that happens to vmm: a system call fails, or vmm is killed when it asks for it.</summary>
/// <param name="Call">The system call.</param>
/// <param name="Error">The error; null for kill -9.</param>
internal sealed record Injection(SystemCall Call, string? Error)
{
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["EIO"] = "input/output error",
        ["ENOSPC"] = "no space left on device",
        ["EDQUOT"] = "disk quota exceeded",
        ["EMFILE"] = "too many open files",
        ["ECONNREFUSED"] = "connection refused",
        ["ECONNRESET"] = "connection reset",
    };

    /// <summary>
    /// Commands to disturb at every call: all of them, or some by name. Otherwise a few commands are disturbed at one call of each
    /// name.
    /// </summary>
    private static readonly string[] Chosen =
        (Environment.GetEnvironmentVariable("VMM_TEST_INJECTIONS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether every call is tried.</summary>
    public static bool All => Chosen.Length > 0;

    /// <summary>Those commands that were asked for; those of a quick run when none were.</summary>
    public static IEnumerable<string> Commands(IEnumerable<string> quick, IEnumerable<string> all) =>
        !All ? quick : Chosen is ["all"] ? all : all.Where(c => Chosen.Contains(c.Split(' ')[0]));

    /// <summary>The system's words for the error.</summary>
    public string Reason => Reasons[Error!];

    /// <summary>What is injected into a command.</summary>
    public static List<Injection> Plan(IReadOnlyList<SystemCall> calls) => [.. All ? Everything(calls) : Spread(calls)];

    private static IEnumerable<Injection> Everything(IEnumerable<SystemCall> calls) =>
        calls.SelectMany(
            c => c.Errors.Cast<string?>().Concat(c.IsChange ? (string?[])[null] : []).Select(e => new Injection(c, e)));

    /// <summary>
    /// Of each name one error in the middle of its calls, the kinds of errors in turn, and one kill at the last of them.
    /// </summary>
    private static IEnumerable<Injection> Spread(IEnumerable<SystemCall> calls)
    {
        var turn = 0;
        foreach (var group in calls.GroupBy(c => (c.Name, c.IsChange)).Select(g => g.ToList()))
        {
            var failing = group[group.Count / 2];
            yield return new Injection(failing, failing.Errors[turn++ % failing.Errors.Count]);
            if (group[0].IsChange)
            {
                yield return new Injection(group[^1], null);
            }
        }
    }

    /// <summary>What strace is to do.</summary>
    public string Expression => $"inject={Call.Name}:{(Error is null ? "signal=SIGKILL" : $"error={Error}")}:when={Call.Number}";

    /// <inheritdoc/>
    public override string ToString() => $"{Error ?? "kill -9"} at {Call.Text}";
}
