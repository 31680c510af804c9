using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Vmm.Core;
using Vmm.Data.Values;

namespace Vmm.Cli.Output;

/// <summary>One JSON document per command: the schema version, the result's keys, and the warnings.</summary>
internal static class JsonOutput
{
    /// <summary>Raised when a key changes its meaning or goes away; new keys may come at any time.</summary>
    internal const int SchemaVersion = 1;

    internal static void Write<T>(TextWriter output, T result, IReadOnlyList<string> warnings, JsonTypeInfo<T> type)
    {
        var document = new JsonObject { ["schema_version"] = SchemaVersion };
        Add(document, result, type);
        Finish(output, document, warnings);
    }

    /// <summary>The result of a change: with what became of it, and in a dry run with what it would do.</summary>
    internal static void WriteChange<T>(
        TextWriter output, T? result, ChangeOutcome outcome, IReadOnlyList<string> warnings, JsonTypeInfo<T> type)
    {
        var document = new JsonObject { ["schema_version"] = SchemaVersion };
        Add(document, outcome, OutcomeJson.Default.ChangeOutcome);
        if (result is not null)
        {
            Add(document, result, type);
        }

        Finish(output, document, warnings);
    }

    private static void Add<T>(JsonObject document, T result, JsonTypeInfo<T> type)
    {
        if (JsonSerializer.SerializeToNode(result, type) is JsonObject node)
        {
            foreach (var (name, value) in node.ToList())
            {
                node.Remove(name);
                document[name] = value;
            }
        }
    }

    private static void Finish(TextWriter output, JsonObject document, IReadOnlyList<string> warnings)
    {
        document["warnings"] = new JsonArray([.. warnings.Select(w => (JsonNode)JsonValue.Create(w))]);
        output.WriteLine(document.ToJsonString(OutcomeJson.Default.Options));
    }
}

/// <summary>What happened to a change; part of the JSON of every command that changes something.</summary>
/// <param name="Changed">
/// Whether something was changed: false when --if-exists or --if-not-exists had nothing to do, when a file asked for nothing new,
/// and in a dry run.
/// </param>
/// <param name="DryRun">Whether it was only tried; left out otherwise.</param>
/// <param name="Rows">In a dry run the rows that would be added and removed.</param>
/// <param name="Directories">In a dry run the directories that would be created and removed.</param>
internal sealed record ChangeOutcome(
    bool Changed, bool? DryRun = null, IReadOnlyList<RowEffect>? Rows = null, IReadOnlyList<DirectoryEffect>? Directories = null)
{
    /// <summary>Commands that were run after the change, to notify other programs; left out when there were none.</summary>
    public IReadOnlyList<string>? Commands { get; init; }
}

/// <summary>
/// Serializers are made at compile time, as Native AOT needs them: one context for each room, so that a command loads only its own.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChangeOutcome))]
internal sealed partial class OutcomeJson : JsonSerializerContext;

/// <summary>Services as an array of their names.</summary>
internal sealed class ServiceSetConverter : JsonConverter<ServiceSet>
{
    /// <summary>Names of the services in a set, in alphabetical order.</summary>
    internal static IEnumerable<string> Names(ServiceSet services) =>
        new[] { ServiceSet.Imap, ServiceSet.Pop3, ServiceSet.Sieve, ServiceSet.Smtp }
            .Where(s => services.HasFlag(s)).Select(s => s.ToString().ToLowerInvariant());

    public override ServiceSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("services are only written");

    public override void Write(Utf8JsonWriter writer, ServiceSet value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var name in Names(value))
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }
}
