using System.Text.Json.Serialization;
using Vmm.Core.Checks;

namespace Vmm.Cli.Commands.Upgrade;

/// <summary>What <c>upgrade</c> did.</summary>
/// <param name="From">Release whose layout the database had; left out when it has the current one.</param>
/// <param name="Steps">Names of the steps, each a file sql/upgrade_STEP.pgsql.</param>
/// <param name="Domains">Number of domains.</param>
/// <param name="Accounts">Number of accounts.</param>
/// <param name="Aliases">Number of aliases.</param>
/// <param name="Relocated">Number of relocated users.</param>
/// <param name="Compared">
/// Number of addresses and domains whose answers are the same before and after; left out when there was nothing to do.
/// </param>
/// <param name="IsSame">Whether no answer changes on purpose; what does is in the advice.</param>
/// <param name="Dump">The dump that was written first; left out when there is none.</param>
/// <param name="Advice">What to change in the files of Postfix and Dovecot.</param>
/// <param name="Findings">Mail directories that are missing, have a wrong owner, or that vmm or accounts cannot reach.</param>
internal sealed record UpgradeReport(
    string? From,
    IReadOnlyList<string> Steps,
    long Domains,
    long Accounts,
    long Aliases,
    long Relocated,
    long? Compared,
    [property: JsonIgnore] bool IsSame,
    string? Dump,
    IReadOnlyList<string> Advice,
    IReadOnlyList<Finding> Findings);

/// <summary>The JSON of an upgrade.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UpgradeReport))]
[JsonSerializable(typeof(ConvertedConfiguration))]
internal sealed partial class UpgradeJson : JsonSerializerContext;
