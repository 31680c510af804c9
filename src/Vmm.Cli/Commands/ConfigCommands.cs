using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Vmm;

/// <summary>One option of the configuration with its value in force.</summary>
/// <param name="Option">section.name.</param>
/// <param name="Value">With its type: true, a number, a text, an array. Modes are octal text.</param>
/// <param name="Text">The value as vmm 0.7 prints it.</param>
internal sealed record SettingValue(string Option, JsonNode Value, [property: JsonIgnore] string Text);

/// <summary>configget.</summary>
internal static class ConfigCommands
{
    internal static IEnumerable<Command> All(App app) => [Get(app)];

    private static Command Get(App app)
    {
        var name = new Argument<string>("option") { Description = "section.option" };
        var command = Arguments.Command("configget", "cg", "show the value of a configuration option", name);
        command.SetAction((parse, _) => app.LocalAsync(
            parse,
            settings =>
            {
                var option = Find(parse.GetRequiredValue(name).ToLowerInvariant());
                var text = option.Format(settings.Value(option));
                return new SettingValue(option.Key, Typed(settings.Value(option), option.Kind, text), text);
            },
            value => $"{value.Option} = {value.Text}\n",
            JsonContext.Default.SettingValue));
        return command;
    }

    private static JsonNode Typed(object value, SettingKind kind, string text) => (kind, value) switch
    {
        (_, bool flag) => JsonValue.Create(flag),
        (SettingKind.Number or SettingKind.Size, long number) => JsonValue.Create(number),
        (_, string[] items) => new JsonArray([.. items.Select(i => (JsonNode)JsonValue.Create(i))]),
        _ => JsonValue.Create(text),
    };

    /// <summary>The three ways to be wrong, as vmm 0.7 tells them apart.</summary>
    private static SettingOption Find(string key)
    {
        if (key.Split('.') is not [var section, var name])
        {
            throw Errors.InvalidArgument($"bad format: '{key}' is not section.option", "For example 'vmm configget domain.transport'.");
        }

        if (!SettingOptions.Sections.Contains(section))
        {
            throw Errors.InvalidArgument($"unknown section: '{section}'", $"The sections are {string.Join(", ", SettingOptions.Sections)}.");
        }

        var names = SettingOptions.All.Where(o => o.Section == section).Select(o => o.Name).ToList();
        return SettingOptions.Find(section, name) ?? throw Errors.InvalidArgument(
            $"no option '{name}' in section '{section}'",
            Suggestion.Nearest(name, names) is { } nearest ? $"Was '{section}.{nearest}' meant?" : $"It has: {string.Join(", ", names)}.");
    }
}
