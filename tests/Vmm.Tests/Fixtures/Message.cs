using System.Text.RegularExpressions;

namespace Vmm.Tests;

/// <summary>What standard error looks like when a command fails: one line, and perhaps a hint; never a stack trace.</summary>
internal static partial class Message
{
    public static void IsOneError(Outcome outcome) =>
        Assert.True(Form().IsMatch(outcome.Error), $"not one clear line:\n{outcome.Error}");

    public static void IsOneError(Outcome outcome, int code, string text)
    {
        outcome.ShouldExit(code);
        IsOneError(outcome);
        Assert.Contains(text, outcome.Error, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\A(vmm: warning: .+\n)*vmm: error: [^A-Z\n][^\n]*[^.\n]\n(vmm: hint: [^\n]+[.?]\n)?\z")]
    private static partial Regex Form();
}
