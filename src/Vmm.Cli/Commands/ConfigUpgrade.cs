using System.CommandLine;
using System.Text.Json.Serialization;
using Vmm.Core.OldConfiguration;

namespace Vmm.Cli.Commands;

/// <summary>What became of an old configuration.</summary>
/// <param name="From">The old file.</param>
/// <param name="To">The new file.</param>
/// <param name="Release">The vmm that the old file is of.</param>
/// <param name="Changed">Whether the new file was written.</param>
/// <param name="DryRun">Whether it was only tried; left out otherwise.</param>
/// <param name="Notes">Every line that is not as it was.</param>
/// <param name="Shown">The new file with its password hidden.</param>
/// <param name="Warnings">What the administrator should look at.</param>
internal sealed record ConvertedConfiguration(
    string From,
    string To,
    string Release,
    bool Changed,
    bool? DryRun,
    IReadOnlyList<ConversionNote> Notes,
    [property: JsonIgnore] string Shown,
    [property: JsonIgnore] IReadOnlyList<string> Warnings);

/// <summary>The part of <c>upgrade</c> that makes vmm.toml of an old vmm.cfg: its options, and what they do.</summary>
internal static class ConfigUpgrade
{
    internal static Option<string?> From { get; } = new("--from-config") { HelpName = "file", Description = "make vmm.toml of this vmm.cfg of vmm 0.3 to 0.7" };

    internal static Option<string?> Output { get; } = new("--output") { HelpName = "file", Description = "write this file instead of the one that --config, $VMM_CONFIG or the default names" };

    internal static Option<bool> Overwrite { get; } = new("--overwrite") { Description = "replace a vmm.toml that is there, and keep it as vmm.toml.bak" };

    internal static Option<string?> Release { get; } = MakeRelease();

    /// <summary>All of them, for a command that can do this.</summary>
    internal static IEnumerable<Option> Options => [From, Output, Overwrite, Release];

    /// <summary>Converts, and writes the file unless it is a dry run.</summary>
    internal static int Run(App app, ParseResult parse) =>
        app.CreateConfiguration(parse, chosen => Convert(parse, parse.GetValue(Output) ?? chosen), Describe);

    private static ConvertedConfiguration Convert(ParseResult parse, string to)
    {
        var release = parse.GetValue(Release) is { } number ? OldReleases.Parse(number) : null;
        var upgrade = ConfigurationUpgrade.Read(parse.GetRequiredValue(From)!, release);
        var dry = parse.GetValue(UpgradeCommand.DryRun);
        if (!dry)
        {
            upgrade.Save(to, parse.GetValue(Overwrite));
        }

        return new ConvertedConfiguration(upgrade.From, to, upgrade.Release.Number(), !dry, dry ? true : null, upgrade.Notes, upgrade.Shown, upgrade.Warnings);
    }

    private static string Describe(ConvertedConfiguration result)
    {
        var head = $"{result.From} is of vmm {result.Release}; {(result.Changed ? "written" : "would be written")}: {result.To}\n";
        return head + string.Concat(result.Notes.Select(Describe)) + (result.Changed ? "" : $"\n{result.Shown}");
    }

    private static string Describe(ConversionNote note)
    {
        var where = note.Line is { } line ? $"line {line}: " : "";
        var names = string.Join(" -> ", new[] { note.From, note.To }.OfType<string>().Distinct());
        var value = note.Value is null ? "" : $" = {note.Value}";
        var reason = note.Reason is null ? "" : $" ({note.Reason})";
        return $"{where}{note.What}: {names}{value}{reason}\n";
    }

    private static Option<string?> MakeRelease()
    {
        var option = new Option<string?>("--release") { HelpName = "number", Description = $"the vmm that used the file, where that is not clear: {string.Join(", ", OldReleases.Names)}" };
        option.CompletionSources.Add([.. OldReleases.Names]);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var word] && OldReleases.Parse(word.Value) is null)
            {
                result.AddError($"'{word.Value}' is not one of {string.Join(", ", OldReleases.Names)}");
            }
        });
        return option;
    }
}
