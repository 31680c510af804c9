using System.CommandLine;

namespace Vmm;

/// <summary>One option of the configuration with its value in force.</summary>
internal sealed record SettingValue(string Option, string Value);

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
                return new SettingValue(option.Key, option.Format(settings.Value(option)));
            },
            value => $"{value.Option} = {value.Value}\n",
            JsonContext.Default.SettingValue));
        return command;
    }

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
