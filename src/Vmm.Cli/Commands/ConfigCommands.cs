using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

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
internal sealed record ChangedSetting(string Option, JsonNode Value, bool Changed, bool? DryRun, bool? WouldChange);

/// <summary>What configure changed.</summary>
/// <param name="Changed">The options that have another value now.</param>
/// <param name="DryRun">Whether it was only tried; left out otherwise.</param>
/// <param name="WouldChange">In a dry run the options that would have another value.</param>
internal sealed record ChangedSettings(IReadOnlyList<string> Changed, bool? DryRun, IReadOnlyList<string>? WouldChange);

/// <summary>configget, configset, configure.</summary>
internal static class ConfigCommands
{
    internal static Option<bool> DryRun { get; } = new("--dry-run") { Description = "do everything but write the file; show the options that would change" };

    internal static IEnumerable<VmmCommand> All(App app) => [Get(app), Set(app), Configure(app)];

    private static VmmCommand Get(App app)
    {
        var name = Name();
        var command = Arguments.Command(
            "configget", "cg", "show the value of a configuration option", "configget domain.transport", [ErrorCode.InvalidArgument], name);
        return command.Local(
            app,
            (parse, settings) =>
            {
                var option = Find(parse.GetRequiredValue(name));
                var text = option.Format(settings.Value(option));
                return new SettingValue(option.Key, Typed(settings.Value(option), option.Kind, text), text);
            },
            value => $"{value.Option} = {value.Text}\n",
            JsonContext.Default.SettingValue);
    }

    private static VmmCommand Set(App app)
    {
        var name = Name();
        var value = new Argument<string?>("value") { Arity = ArgumentArity.ZeroOrOne, Description = "the new value; '-' reads a password from standard input, none asks for it" };
        var command = Arguments.Command(
            "configset",
            "cs",
            "set a configuration option",
            "configset domain.quota_bytes 500M",
            [ErrorCode.ConfigError, ErrorCode.InvalidArgument, ErrorCode.NotExecutable, ErrorCode.NoSuchBinary],
            name,
            value,
            DryRun);
        command.Validators.Add(result =>
        {
            if (result.GetValue(value) is null && result.GetValue(name) is { } key && !IsSecret(key))
            {
                result.AddError($"no value for '{key}' was given");
            }
        });
        command.SetAction(parse => app.Configure(
            parse,
            (_, terminal) =>
            {
                var option = Find(parse.GetRequiredValue(name), "vmm configset domain.quota_bytes 500M");
                var text = option.Kind == SettingKind.Secret ? SettingSecret.Take(terminal, option, parse.GetValue(value)) : parse.GetValue(value)!;
                return new Dictionary<SettingOption, SettingEntry> { [option] = SettingInput.Read(option, text) };
            },
            (wanted, changed, dry) =>
            {
                var (option, entry) = wanted.Single();
                var typed = Typed(entry.Value, option.Kind, option.Format(entry.Value));
                return dry ? new ChangedSetting(option.Key, typed, false, true, changed.Count > 0) : new ChangedSetting(option.Key, typed, changed.Count > 0, null, null);
            },
            JsonContext.Default.ChangedSetting,
            parse.GetRequiredValue(name).ToLowerInvariant()));
        command.Result = JsonContext.Default.ChangedSetting;
        return command;
    }

    private static VmmCommand Configure(App app)
    {
        var option = new Option<string?>("--section", "-s") { HelpName = "section", Description = $"only this one: {string.Join(", ", SettingOptions.Sections)}" };
        var word = new Argument<string?>("section") { Arity = ArgumentArity.ZeroOrOne, Description = "the same, as in vmm 0.4" };
        var command = Arguments.Command(
            "configure", "cf", "ask for the configuration's options one by one", "configure --section domain", [ErrorCode.TooManyFailures], word, option, DryRun);
        command.SetAction(parse => app.Run(() =>
        {
            var sections = ConfigureDialogue.Sections(parse.GetValue(option), parse.GetValue(word));
            return app.Configure(
                parse,
                (document, terminal) => new ConfigureDialogue(document, terminal, parse.GetValue(Arguments.Json)).Ask(sections),
                (_, changed, dry) =>
                {
                    List<string> keys = [.. changed.Select(c => c.Option.Key)];
                    return dry ? new ChangedSettings([], true, keys) : new ChangedSettings(keys, null, null);
                },
                JsonContext.Default.ChangedSettings,
                string.Join(' ', sections));
        }));
        command.Result = JsonContext.Default.ChangedSettings;
        return command;
    }

    private static Argument<string> Name() => new("option") { Description = "section.option" };

    private static bool IsSecret(string key) => SettingOptions.All.Any(o => o.Kind == SettingKind.Secret && o.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    private static JsonNode Typed(object value, SettingKind kind, string text) => (kind, value) switch
    {
        (_, bool flag) => JsonValue.Create(flag),
        (SettingKind.Number or SettingKind.Size, long number) => JsonValue.Create(number),
        (_, string[] items) => new JsonArray([.. items.Select(i => (JsonNode)JsonValue.Create(i))]),
        _ => JsonValue.Create(text),
    };

    /// <summary>The three ways to be wrong, as vmm 0.7 tells them apart.</summary>
    private static SettingOption Find(string text, string example = "vmm configget domain.transport")
    {
        var key = text.ToLowerInvariant();
        if (key.Split('.') is not [var section, var name])
        {
            throw Errors.InvalidArgument($"bad format: '{key}' is not section.option", $"For example '{example}'.");
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
