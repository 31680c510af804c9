using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Configuration;
using Vmm.Core.OldConfiguration;

namespace Vmm.Cli.Commands.Upgrade;

/// <summary>The result for an old configuration.</summary>
/// <param name="From">The old file.</param>
/// <param name="To">The new file.</param>
/// <param name="Release">Release of vmm that the old file belongs to.</param>
/// <param name="Changed">Whether the new file was written.</param>
/// <param name="DryRun">Whether it was only tried; left out otherwise.</param>
/// <param name="Notes">Every line that changed.</param>
/// <param name="Shown">The new file with its password hidden.</param>
/// <param name="Warnings">What the administrator should check.</param>
internal sealed record ConvertedConfiguration(
    string From,
    string To,
    string Release,
    bool Changed,
    bool? DryRun,
    IReadOnlyList<ConversionNote> Notes,
    [property: JsonIgnore] string Shown,
    [property: JsonIgnore] IReadOnlyList<string> Warnings);

/// <summary>The part of <c>upgrade</c> that makes vmm.toml from an old vmm.cfg: its options, and what they do.</summary>
internal sealed class ConfigUpgrade
{
    private readonly Option<string?> output = new Option<string?>("--output")
    {
        HelpName = "file",
        Description = "write this file instead of the one that --config, $VMM_CONFIG or the default names",
    }.Completes(Names.File);

    private readonly Option<bool> overwrite = new("--overwrite")
    {
        Description = "replace an existing vmm.toml, and keep it as vmm.toml.bak",
    };

    private readonly Option<string?> release = MakeRelease();

    /// <summary>The old file; with it <c>upgrade</c> is about the configuration.</summary>
    internal Option<string?> From { get; } = new Option<string?>("--from-config")
    {
        HelpName = "file",
        Description = "make vmm.toml from this vmm.cfg of vmm 0.3 to 0.7",
    }.Completes(Names.File);

    /// <summary>All of them.</summary>
    internal IEnumerable<Option> Options => [From, output, overwrite, release];

    /// <summary>
    /// Converts, and writes the file unless it is a dry run. What is written is noted in the log that the new file names.
    /// </summary>
    internal Done<ConvertedConfiguration> Convert(ParseResult parse, string chosen, bool isDry, Func<Settings, Noted> note)
    {
        var clock = Stopwatch.StartNew();
        var to = parse.GetValue(output) ?? chosen;
        var upgrade = ConfigurationUpgrade.Read(
            parse.GetRequiredValue(From)!, parse.GetValue(release) is { } number ? OldReleases.Parse(number) : null);
        var result = new ConvertedConfiguration(
            upgrade.From,
            to,
            upgrade.Release.Number(),
            !isDry,
            isDry ? true : null,
            upgrade.Notes,
            upgrade.Shown,
            upgrade.Warnings);
        if (isDry)
        {
            return new Done<ConvertedConfiguration>(result, Warnings: result.Warnings);
        }

        upgrade.Save(to, parse.GetValue(overwrite));
        var noted = note(SettingsFile.Load(to));
        noted.After(to, clock.Elapsed);
        return new Done<ConvertedConfiguration>(result, Warnings: [.. result.Warnings, .. noted.Warnings]);
    }

    internal static string Describe(ConvertedConfiguration result)
    {
        var head = $"{result.From} belongs to vmm {result.Release}; {(result.Changed ? "wrote" : "would write")} {result.To}\n";
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
        var option = new Option<string?>("--release")
        {
            HelpName = "number",
            Description = $"release of vmm that used the file, if it is unclear: {string.Join(", ", OldReleases.Names)}",
        };
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
