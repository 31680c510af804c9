using Vmm.Core.Configuration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands.Configure;

/// <summary>Options and sections of the configuration, as people name them.</summary>
internal static class SettingName
{
    /// <summary>vmm 0.4's sections, and what became of them.</summary>
    private static readonly Dictionary<string, string> Old = new()
    {
        ["maildir"] = "Its options are now in mailbox and account.",
        ["domdir"] = "Its options are now in domain and misc.",
        ["services"] = "Its options are now in domain.",
        ["config"] = "vmm no longer needs this section.",
    };

    internal static bool IsSecret(string key) =>
        SettingOptions.All.Any(o => o.Kind == SettingKind.Secret && o.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>The three ways to be wrong, as vmm 0.7 tells them apart.</summary>
    /// <exception cref="VmmException">44.</exception>
    internal static SettingOption Find(string text, string example)
    {
        var key = text.ToLowerInvariant();
        if (key.Split('.') is not [var section, var name])
        {
            throw Errors.InvalidArgument($"bad format: '{key}' is not section.option", $"For example '{example}'.");
        }

        if (!SettingOptions.Sections.Contains(section))
        {
            throw Errors.InvalidArgument(
                $"unknown section: '{section}'", $"The sections are {string.Join(", ", SettingOptions.Sections)}.");
        }

        var names = SettingOptions.All.Where(o => o.Section == section).Select(o => o.Name).ToList();
        return SettingOptions.Find(section, name) ?? throw Errors.InvalidArgument(
            $"no option '{name}' in section '{section}'",
            Suggestion.Nearest(name, names) is { } nearest
                ? $"Did you mean '{section}.{nearest}'?"
                : $"It has: {string.Join(", ", names)}.");
    }

    /// <summary>The sections to ask for: the one that is named, else all.</summary>
    /// <exception cref="VmmException">2 unknown, or two different ones.</exception>
    internal static IReadOnlyList<string> Sections(string? option, string? word)
    {
        if (option is not null && word is not null && option != word)
        {
            throw new VmmException(
                ErrorCode.Usage, $"two sections were given: '{option}' and '{word}'", "Name one section, or none for all.");
        }

        var names = SettingOptions.Sections.ToList();
        return (option ?? word)?.ToLowerInvariant() switch
        {
            null => names,
            { } name when names.Contains(name) => [name],
            { } name => throw new VmmException(ErrorCode.Usage, $"unknown section: '{name}'", Hint(name, names)),
        };
    }

    private static string Hint(string name, List<string> names) => Old.TryGetValue(name, out var now) ? now
        : Suggestion.Nearest(name, names) is { } nearest ? $"Did you mean '{nearest}'?"
        : $"The sections are {string.Join(", ", names)}.";
}
