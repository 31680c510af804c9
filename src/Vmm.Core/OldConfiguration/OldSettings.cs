using Vmm.Core.Configuration;
using Vmm.Data.Failures;

namespace Vmm.Core.OldConfiguration;

/// <summary>A value for vmm.toml.</summary>
/// <param name="Option">The present option.</param>
/// <param name="Entry">Its value.</param>
/// <param name="Source">The option in the old file; null for a default of the old release.</param>
/// <param name="Change">What is different, or null.</param>
internal sealed record CarriedValue(SettingOption Option, SettingEntry Entry, IniOption? Source, string? Change)
{
    /// <summary>
    /// Whether the value need not be written: the old file does not have it, and the old default is still the default.
    /// </summary>
    internal bool IsDefault => Source is null && SettingInput.Same(Entry.Value, Option.Default);
}

/// <summary>An old vmm.cfg as one release understands it.</summary>
internal sealed class OldSettings
{
    private readonly List<IniFault> faults = [];
    private readonly Dictionary<string, CarriedValue> values = [];
    private readonly bool isUtf8;

    private OldSettings(string text, bool isUtf8, OldRelease release)
    {
        this.isUtf8 = isUtf8;
        Release = release;
        File = IniReader.Read(text, release.Dialect());
        faults.AddRange(File.Faults);
        foreach (var option in SettingOptions.All)
        {
            Carry(option, OldOption.All.FirstOrDefault(o => o.New == option.Key && o.IsOf(release)));
        }
    }

    internal OldRelease Release { get; }

    internal IniFile File { get; }

    /// <summary>The values by their present names, in the present order.</summary>
    internal IReadOnlyDictionary<string, CarriedValue> Values => values;

    /// <summary>What prevents the conversion; line 0 is the file as a whole.</summary>
    internal IEnumerable<IniFault> Faults => faults.OrderBy(f => f.Line);

    /// <summary>Reads the file as a release did, by default the one that the file's options belong to.</summary>
    /// <exception cref="VmmException">31 no vmm.cfg, or one that two releases may have used, with different meaning.</exception>
    internal static OldSettings Read(string path, string text, bool isUtf8, OldRelease? release)
    {
        var candidates = release is { } known ? [known] : OldReleases.Detect(IniReader.Read(text, IniDialect.Python2));
        var readings = candidates.Select(r => new OldSettings(text, isUtf8, r)).ToList();
        return readings switch
        {
            [] => throw new VmmException(
                ErrorCode.ConfigError,
                $"'{path}' is not a configuration of vmm 0.3 to 0.7",
                "Pass the vmm.cfg of the old vmm; the vmm.toml of vmm 0.8 needs no conversion."),
            [var only] => only,
            [var newer, var older] => Choose(path, newer, older),
            _ => throw new InvalidOperationException("at most two releases look alike"),
        };
    }

    /// <summary>
    /// Decides between two releases: by the one that can read the file; if both read the same values, it does not matter.
    /// </summary>
    private static OldSettings Choose(string path, OldSettings newer, OldSettings older)
    {
        if (newer.faults.Count > 0 || older.faults.Count > 0)
        {
            return newer.faults.Count == 0 || older.faults.Count > 0 ? newer : older;
        }

        var different = SettingOptions.All.Select(o => o.Key)
            .Where(k => !Same(newer.Values.GetValueOrDefault(k), older.Values.GetValueOrDefault(k)))
            .ToList();
        var (first, second) = (older.Release.Number(), newer.Release.Number());
        return different.Count == 0 ? newer : throw new VmmException(
            ErrorCode.ConfigError,
            $"'{path}' may be of vmm {first} or {second}, which read it differently: {string.Join(", ", different)}",
            $"Pass the right release with --release {first} or --release {second}.");
    }

    private static bool Same(CarriedValue? a, CarriedValue? b) =>
        SettingInput.Same(a?.Entry.Value ?? "", b?.Entry.Value ?? "");

    private void Carry(SettingOption option, OldOption? old)
    {
        if (old is not null && File.Find(old.Section, old.Name) is { } source)
        {
            CarryFromFile(option, old, source);
        }
        else if (OldDefaults.Required(Release).Contains(option.Key))
        {
            faults.Add(new IniFault(
                0, $"'{old?.Key ?? option.Key}' is missing; vmm {Release.Number()} does not work without it"));
        }
        else if (OldDefaults.List(Release).TryGetValue(option.Key, out var text))
        {
            var value = OldValue.Read(option, text, Release.Dialect());
            values[option.Key] = new CarriedValue(option, value.Entry!, null, value.Change);
        }
    }

    private void CarryFromFile(SettingOption option, OldOption old, IniOption source)
    {
        var (text, reason) = Release < OldRelease.V06
            ? Interpolation.Expand(File, old.Section, source.Raw)
            : (source.Raw, null);
        var fault = text is null ? reason
            : !isUtf8 && text.Any(c => c > '\x7f') ? "it is not valid UTF-8, and its encoding is not known"
            : text.Contains('\n', StringComparison.Ordinal) ? "the next lines are indented, so they belong to it"
            : text.Any(char.IsControl) ? "it has control characters"
            : null;
        var value = text is null || fault is not null
            ? new OldValue(null, Fault: fault)
            : OldValue.Read(option, text, Release.Dialect());
        if (value.Entry is null)
        {
            faults.Add(new IniFault(source.Line, $"the value of '{old.Key}' cannot be converted: {value.Fault}"));
            return;
        }

        string?[] changes =
        [
            source.Section == IniFile.DefaultSection ? "it is in its own section, because there is no common one" : null,
            text != source.Raw ? "%(name)s is replaced by its value" : null,
            value.Change,
        ];
        var change = string.Join("; ", changes.OfType<string>());
        values[option.Key] = new CarriedValue(option, value.Entry, source, change.Length > 0 ? change : null);
    }
}
