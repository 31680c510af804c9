using System.Text.Json.Serialization;
using Vmm.Cli.Output;
using Vmm.Core.Checks;

namespace Vmm.Cli.Commands.Check;

/// <summary>What <c>check</c> found.</summary>
/// <param name="Findings">What is wrong; with --repair what is left.</param>
internal sealed record CheckResult(IReadOnlyList<Finding> Findings)
{
    /// <summary>What --repair repaired, in a dry run what it would repair; left out without it.</summary>
    public IReadOnlyList<Finding>? Mended { get; init; }

    /// <summary>With --show-changes, the findings that the last check did not have; left out without it.</summary>
    public IReadOnlyList<Finding>? New { get; init; }

    /// <summary>With --show-changes, what the last check found and is gone; left out without it.</summary>
    public IReadOnlyList<Finding>? Gone { get; init; }
}

/// <summary>How a check looks to people.</summary>
internal static class CheckText
{
    internal static string Describe(CheckResult result, bool isDry) =>
        result.New is not null
            ? Changes(result.New, result.Gone!)
            : Lines(isDry ? "would repair " : "repaired ", result.Mended ?? []) + Lines("", result.Findings);

    /// <summary>What is new, and what is gone.</summary>
    internal static string Changes(IEnumerable<Finding> added, IEnumerable<Finding> gone) => Lines("+ ", added) + Lines("- ", gone);

    private static string Lines(string before, IEnumerable<Finding> findings) =>
        string.Concat(findings.Select(f => $"{before}{string.Join('\t', Fields(f).Select(TextBlock.OneLine))}\n"));

    private static string[] Fields(Finding f) => [f.Severity.Word(), f.Code.Word(), f.Subject, f.Message, f.Remedy];
}

/// <summary>The JSON of a check.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CheckResult))]
internal sealed partial class CheckJson : JsonSerializerContext;
