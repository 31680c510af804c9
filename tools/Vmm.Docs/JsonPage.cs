using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Vmm.Cli.Commands;
using Vmm.Cli.Commands.Upgrade;
using Vmm.Cli.Output;
using Vmm.Cli.Running;
using Vmm.Data.Values;

namespace Vmm.Docs;

/// <summary>
/// docs/json.md: the keys that each command prints, with types from the serializer and descriptions from the docstrings.
/// </summary>
internal static class JsonPage
{
    private const string Rules = """
        # JSON output

        @GENERATED@

        With `--json` a command prints one JSON document on standard output, and nothing else there.
        Warnings, prompts and errors stay on standard error, and the exit status is the same. A command that
        fails prints no document; a list that is interrupted in the middle is not complete JSON.

        Every document has `schema_version` (now 1). It is raised when a key changes its meaning or is
        removed; new keys may be added at any time. Keys are in snake_case. A key without a value (no note, a
        list that was not asked for) is left out; the tables say "may be left out" where that can happen.
        Sizes are in bytes; a limit of 0 means unlimited. Every document has `warnings`, an array of texts.

            # vmm userinfo user@example.com --json
            {"schema_version":1,"account":{"address":"user@example.com","uid":70000,"gid":70000,...},"warnings":[]}


        """;

    private const string Lists = """
        ## Lists

        A list is an array, one object per line, so that a program can read a list of any length line by line:

            {"schema_version":1,"domains":[
            {"domain":"example.com","unicode":"example.com","is_primary":true},
            {"domain":"example.net","unicode":"example.net","is_primary":false}
            ],"warnings":[]}


        """;

    private const string Changes = """
        ## Changes

        Every command that changes something has these keys in addition to its own. Its own are left out when
        `--if-exists` or `--if-not-exists` found nothing to do.


        """;

    /// <summary>The page.</summary>
    internal static string Text(RootCommand root)
    {
        var text = new StringBuilder(Rules.Replace("@GENERATED@", ExitCodes.Generated, StringComparison.Ordinal));
        var commands = Documents.Commands(root).Select(c => (Command: c, Type: ResultOf(c))).ToList();
        text.Append("## Lookups\n\n");
        Sections(text, commands.Where(c => c.Command.ListName is null && !c.Command.IsChange));
        text.Append(Lists);
        Sections(text, commands.Where(c => c.Command.ListName is not null));
        text.Append("### passwords --weak, passwords --scheme\n\n");
        Table(text, CommandJson.Default.AccountScheme, "accounts[].");
        text.Append(Changes);
        Table(text, OutcomeJson.Default.ChangeOutcome, "");
        Sections(text, commands.Where(c => c.Command.IsChange));
        text.Append("### With --from-file\n\n");
        Table(text, FileJson.Default.AddedFromFile, "");
        text.Append("### upgrade --from-config\n\n");
        Table(text, UpgradeJson.Default.ConvertedConfiguration, "");
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static JsonTypeInfo ResultOf(VmmCommand command) =>
        command.Result?.Invoke() ?? throw new InvalidOperationException($"{command.Name} has no Result");

    /// <summary>Commands that print the same share a section.</summary>
    private static void Sections(StringBuilder text, IEnumerable<(VmmCommand Command, JsonTypeInfo Type)> commands)
    {
        foreach (var alike in commands.GroupBy(c => (c.Type, c.Command.ListName)))
        {
            text.Append($"### {string.Join(", ", alike.Select(c => c.Command.Name))}\n\n");
            Table(text, alike.Key.Type, alike.Key.ListName is { } name ? $"{name}[]." : "");
        }
    }

    private static void Table(StringBuilder text, JsonTypeInfo type, string path)
    {
        text.Append("| key | type | |\n|---|---|---|\n");
        Rows(text, type, path);
        text.Append('\n');
    }

    private static void Rows(StringBuilder text, JsonTypeInfo type, string path)
    {
        foreach (var property in type.Properties.Where(p => p.Get is not null))
        {
            var name = path + property.Name;
            var inner = Info(type, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            var mayBeLeftOut = property.IsGetNullable || Nullable.GetUnderlyingType(property.PropertyType) is not null;
            var word = $"{Word(inner)}{(mayBeLeftOut ? ", may be left out" : "")}";
            text.Append($"| `{name}` | {word} | {Description(type.Type, property.Name)} |\n");
            if (inner.Kind == JsonTypeInfoKind.Object)
            {
                Rows(text, inner, name + ".");
            }
            else if (inner.Kind == JsonTypeInfoKind.Enumerable
                && Info(type, inner.ElementType!) is { Kind: JsonTypeInfoKind.Object } element)
            {
                Rows(text, element, name + "[].");
            }
        }
    }

    /// <summary>A type that <paramref name="outer"/> holds, from the same context.</summary>
    private static JsonTypeInfo Info(JsonTypeInfo outer, Type type) => outer.Options.GetTypeInfo(type);

    private static string Word(JsonTypeInfo type) => type switch
    {
        { Kind: JsonTypeInfoKind.Enumerable } => $"array of {Plural(Word(Info(type, type.ElementType!)))}",
        { Type: var t } when t == typeof(ServiceSet) => "array of texts",
        { Type.IsEnum: true } => "text",
        { Type: var t } when t == typeof(JsonNode) => "any",
        { Kind: JsonTypeInfoKind.Object } => "object",
        { Type: var t } when t == typeof(JsonObject) => "object",
        { Type: var t } when t == typeof(string) => "text",
        { Type: var t } when t == typeof(DateTimeOffset) || t == typeof(DateTime) => "text, a time of ISO 8601",
        { Type: var t } when t == typeof(bool) => "boolean",
        { Type: var t } when t == typeof(long) || t == typeof(int) => "number",
        _ => throw new InvalidOperationException($"no word for {type.Type}"),
    };

    private static string Plural(string word) => word + "s";

    /// <summary>The serializer knows only the JSON name of a property.</summary>
    private static string Description(Type type, string name)
    {
        var property = type.GetProperties().Single(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name) == name);
        var text = DocStrings.OfProperty(property);
        return text.Length > 0
            ? text.Replace(", or null", "", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)
            : throw new InvalidOperationException($"{type.Name}.{property.Name} has no docstring");
    }
}
