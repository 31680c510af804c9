using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Vmm.Cli.Commands;
using Vmm.Cli.Help;
using Vmm.Core;
using Vmm.Core.Administration;
using Vmm.Core.MailConfiguration;
using Vmm.Core.PostfixAdmin;
using Vmm.Core.Tracing;
using Vmm.Data;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Cli;

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
    internal static void WriteChange<T>(TextWriter output, T? result, ChangeOutcome outcome, IReadOnlyList<string> warnings, JsonTypeInfo<T> type)
    {
        var document = new JsonObject { ["schema_version"] = SchemaVersion };
        Add(document, outcome, JsonContext.Default.ChangeOutcome);
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
        output.WriteLine(document.ToJsonString(JsonContext.Default.Options));
    }
}

/// <summary>What became of a change; part of the JSON of every command that changes something.</summary>
/// <param name="Changed">Whether something was changed: false when --if-exists or --if-not-exists found it done, when a file asked for nothing new, and in a dry run.</param>
/// <param name="DryRun">Whether it was only tried; left out otherwise.</param>
/// <param name="Rows">In a dry run the rows that would come and go.</param>
/// <param name="Directories">In a dry run the directories that would be made and removed.</param>
internal sealed record ChangeOutcome(bool Changed, bool? DryRun = null, IReadOnlyList<RowEffect>? Rows = null, IReadOnlyList<DirectoryEffect>? Directories = null)
{
    /// <summary>What other programs were told after the change, as one would type it; left out where nothing was.</summary>
    public IReadOnlyList<string>? Commands { get; init; }
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
[JsonSerializable(typeof(ChangedAccount))]
[JsonSerializable(typeof(ChangedDomain))]
[JsonSerializable(typeof(AliasDomainInfo))]
[JsonSerializable(typeof(DeletedAliasDomain))]
[JsonSerializable(typeof(CatchAllInfo))]
[JsonSerializable(typeof(AddedCatchAll))]
[JsonSerializable(typeof(DeletedCatchAll))]
[JsonSerializable(typeof(PasswordSchemes))]
[JsonSerializable(typeof(ChangeOutcome))]
[JsonSerializable(typeof(AddedFromFile))]
[JsonSerializable(typeof(AddressListItem))]
[JsonSerializable(typeof(AddedAlias))]
[JsonSerializable(typeof(DeletedAlias))]
[JsonSerializable(typeof(RelocatedInfo))]
[JsonSerializable(typeof(DeletedRelocated))]
[JsonSerializable(typeof(SettingValue))]
[JsonSerializable(typeof(ChangedSetting))]
[JsonSerializable(typeof(ChangedSettings))]
[JsonSerializable(typeof(CheckResult))]
[JsonSerializable(typeof(ConvertedConfiguration))]
[JsonSerializable(typeof(MailConfigurationReport))]
[JsonSerializable(typeof(ImportResult))]
[JsonSerializable(typeof(TraceResult))]
[JsonSerializable(typeof(UpgradeReport))]
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
