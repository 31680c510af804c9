using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Vmm.Cli.Commands.Configure;

/// <summary>One option of the configuration with its value in force.</summary>
/// <param name="Option">section.name.</param>
/// <param name="Value">With its type: true, a number, a text, an array. Modes are octal text.</param>
/// <param name="Text">The value as vmm 0.7 prints it.</param>
internal sealed record SettingValue(string Option, JsonNode Value, [property: JsonIgnore] string Text);

/// <summary>One option after configset.</summary>
/// <param name="Option">section.name.</param>
/// <param name="Value">As configget has it.</param>
/// <param name="Changed">Whether the file was written.</param>
/// <param name="DryRun">Whether it was only tried; left out otherwise.</param>
/// <param name="WouldChange">In a dry run whether the file would be written.</param>
/// <param name="Text">For people.</param>
internal sealed record ChangedSetting(
    string Option, JsonNode Value, bool Changed, bool? DryRun, bool? WouldChange, [property: JsonIgnore] string Text);

/// <summary>What configure changed.</summary>
/// <param name="Changed">The options that have a new value.</param>
/// <param name="DryRun">Whether it was only tried; left out otherwise.</param>
/// <param name="WouldChange">In a dry run the options that would have a new value.</param>
/// <param name="Text">For people.</param>
internal sealed record ChangedSettings(
    IReadOnlyList<string> Changed, bool? DryRun, IReadOnlyList<string>? WouldChange, [property: JsonIgnore] string Text);

/// <summary>The JSON of the configuration.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SettingValue))]
[JsonSerializable(typeof(ChangedSetting))]
[JsonSerializable(typeof(ChangedSettings))]
internal sealed partial class ConfigureJson : JsonSerializerContext;
