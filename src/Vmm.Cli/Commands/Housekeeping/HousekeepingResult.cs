using System.Text.Json.Serialization;
using Vmm.Cli.Commands.Check;
using Vmm.Core.Administration;
using Vmm.Core.Checks;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands.Housekeeping;

/// <summary>A step that failed.</summary>
/// <param name="Step">trash, journal, check or mail.</param>
/// <param name="Status">The exit status that stands for the error.</param>
/// <param name="Error">What went wrong.</param>
internal sealed record FailedStep(string Step, int Status, string Error);

/// <summary>What <c>housekeeping</c> did, or in a dry run would do.</summary>
internal sealed record HousekeepingResult
{
    /// <summary>The changes whose deleted mail was removed from the trash.</summary>
    public IReadOnlyList<TrashInfo> Purged { get; init; } = [];

    /// <summary>What was removed from the journal; left out if that failed.</summary>
    public PrunedJournal? Pruned { get; init; }

    /// <summary>What the last housekeeping had not found; left out if the check failed.</summary>
    public IReadOnlyList<Finding>? New { get; init; }

    /// <summary>What the last housekeeping had found and is gone; left out if the check failed.</summary>
    public IReadOnlyList<Finding>? Gone { get; init; }

    /// <summary>Who got mail about that; left out if nobody did.</summary>
    public string? MailedTo { get; init; }

    /// <summary>The steps that failed, in the order in which they were tried.</summary>
    public IReadOnlyList<FailedStep> Failed { get; init; } = [];
}

/// <summary>How a housekeeping looks to people: a line for each step that did something, and one for each finding.</summary>
internal static class HousekeepingText
{
    internal static string Describe(bool isDry, HousekeepingResult result)
    {
        var pruned = result.Pruned;
        string?[] lines =
        [
            result.Purged.Count == 0 ? null
                : Errors.Count(result.Purged.Count, "deletion")
                    + $" with {Errors.Count(result.Purged.Sum(p => p.Accounts), "account")} from the trash",
            pruned?.LastBegan is not { } last ? null
                : $"{Errors.Count(pruned.Changes, "change")} with {Errors.Count(pruned.Entries, "entry", "entries")}"
                    + $" from the journal, the last of {JournalText.Time(last)}",
            pruned is not { Passwords: > 0 } ? null : Errors.Count(pruned.Passwords, "old password hash", "old password hashes"),
        ];
        return string.Concat(lines.OfType<string>().Select(l => $"{(isDry ? "would remove" : "removed")} {l}\n"))
            + CheckText.Changes(result.New ?? [], result.Gone ?? [])
            + (result.MailedTo is null ? "" : $"mailed to {result.MailedTo}\n");
    }
}

/// <summary>The JSON of a housekeeping.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HousekeepingResult))]
internal sealed partial class HousekeepingJson : JsonSerializerContext;
