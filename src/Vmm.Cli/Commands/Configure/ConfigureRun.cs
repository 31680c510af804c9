using Vmm.Cli.CommandLine;
using Vmm.Cli.Output;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Core.Configuration;

namespace Vmm.Cli.Commands.Configure;

/// <summary>What a change of the configuration is asked for.</summary>
/// <param name="Target">For the log, when nothing is changed.</param>
/// <param name="IsDry">Whether the file is left alone.</param>
/// <param name="Entries">Finds out the new values; it may ask.</param>
internal sealed record ConfigureRequest(
    string Target, bool IsDry, Func<SettingsDocument, IReadOnlyDictionary<SettingOption, SettingEntry>> Entries);

/// <summary>What a change of the configuration did.</summary>
/// <param name="Entries">The values that were asked for.</param>
/// <param name="Changes">Those that were not in force before.</param>
/// <param name="Text">For people: what a dry run would change. A change itself prints nothing, as in vmm 0.7.</param>
internal sealed record ConfigureEffects(
    IReadOnlyDictionary<SettingOption, SettingEntry> Entries, IReadOnlyList<SettingChange> Changes, string Text);

/// <summary>
/// A change of the configuration itself. It may be broken: that is what is repaired. Nothing is locked while a person is asked.
/// </summary>
internal static class ConfigureRun
{
    /// <summary>Of a configuration that is wrong, too.</summary>
    internal static Settings LoadToRepair(string path) => SettingsFile.Open(path).Settings;

    internal static Done<T> Act<T>(
        Asking asking,
        Noted noted,
        ConfigureRequest request,
        Func<ConfigureEffects, T> result)
    {
        var (entries, changes) = noted.Do(
            request.Target,
            () =>
            {
                var wanted = request.Entries(SettingsFile.Open(asking.Settings.File));
                // Signals are held back from here on: the file is replaced as a whole, and nothing is left beside it.
                asking.Interrupted.ThrowIfCancellationRequested();
                return (wanted, SettingsFile.Change(asking.Settings.File, wanted, keep: !request.IsDry));
            },
            done => request.IsDry ? null : Changed(done.Item2) ?? request.Target);
        List<string> warnings = [.. entries.Values.Select(e => e.Warning).OfType<string>()];
        var effects = new ConfigureEffects(entries, changes, request.IsDry ? EffectText.Describe(changes) : "");
        if (changes.Any(c => c.Option.Key == SettingOptions.MiscBaseDirectory.Key))
        {
            var directory = (string)entries[SettingOptions.MiscBaseDirectory].Value;
            warnings.AddRange(BaseDirectory.Stays(asking.Settings, directory, asking.Interrupted));
        }

        return new Done<T>(result(effects), Warnings: [.. warnings, .. noted.Warnings]);
    }

    /// <summary>The options, for the log; null for none.</summary>
    private static string? Changed(IReadOnlyList<SettingChange> changes) =>
        changes.Count > 0 ? string.Join(' ', changes.Select(c => c.Option.Key)) : null;
}
