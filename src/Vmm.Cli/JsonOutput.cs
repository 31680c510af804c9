using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Vmm;

/// <summary>One JSON document per command: the schema version, the result's keys, and the warnings.</summary>
internal static class JsonOutput
{
    /// <summary>Raised when a key changes its meaning or goes away; new keys may come at any time.</summary>
    internal const int SchemaVersion = 1;

    internal static void Write<T>(TextWriter output, T result, IReadOnlyList<string> warnings, JsonTypeInfo<T> type)
    {
        var document = new JsonObject { ["schema_version"] = SchemaVersion };
        if (JsonSerializer.SerializeToNode(result, type) is JsonObject node)
        {
            foreach (var (name, value) in node.ToList())
            {
                node.Remove(name);
                document[name] = value;
            }
        }

        document["warnings"] = new JsonArray([.. warnings.Select(w => (JsonNode)JsonValue.Create(w))]);
        output.WriteLine(document.ToJsonString(JsonContext.Default.Options));
    }
}

/// <summary>Serializers made at compile time, as Native AOT needs them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = false,
    Converters = [typeof(ServiceSetConverter)])]
[JsonSerializable(typeof(AnyDomainInfo))]
[JsonSerializable(typeof(AddedDomain))]
[JsonSerializable(typeof(DeletedDomain))]
[JsonSerializable(typeof(DomainListItem))]
[JsonSerializable(typeof(AddressInfo))]
[JsonSerializable(typeof(AccountByUid))]
[JsonSerializable(typeof(AddedAccount))]
[JsonSerializable(typeof(DeletedAccount))]
[JsonSerializable(typeof(ChangedPassword))]
[JsonSerializable(typeof(AddressListItem))]
[JsonSerializable(typeof(AddedAlias))]
[JsonSerializable(typeof(DeletedAlias))]
[JsonSerializable(typeof(RelocatedInfo))]
[JsonSerializable(typeof(DeletedRelocated))]
[JsonSerializable(typeof(SettingValue))]
[JsonSerializable(typeof(CheckResult))]
[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(HelpTopics))]
internal sealed partial class JsonContext : JsonSerializerContext;

/// <summary>Services as an array of their names.</summary>
internal sealed class ServiceSetConverter : JsonConverter<ServiceSet>
{
    /// <summary>Names of the services in a set, in alphabetical order.</summary>
    internal static IEnumerable<string> Names(ServiceSet services) =>
        new[] { ServiceSet.Imap, ServiceSet.Pop3, ServiceSet.Sieve, ServiceSet.Smtp }.Where(s => services.HasFlag(s)).Select(s => s.ToString().ToLowerInvariant());

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
