using Vmm.Core.Configuration;




namespace Vmm.Core.OldConfiguration;

/// <summary>What the administrator is told of a conversion: every line that was dropped, moved or changed, and why.</summary>
internal static class ConversionNotes
{
    /// <summary>In the order of the file; what is new comes last.</summary>
    internal static IReadOnlyList<ConversionNote> Of(OldSettings old)
    {
        var options = old.File.Entries.Where(e => e.Option is not null).SelectMany(e => OfOption(old, e.Option!));
        var sections = old.File.Entries.Where(e => e.Kind == IniKind.Section).SelectMany(e => OfSection(old, e));
        var added = old.Values.Values.Where(v => v.Source is null && !v.IsDefault).Select(v =>
            new ConversionNote(null, "added", null, v.Option.Key, v.Entry.Toml, AddedReason(old.Release)));
        return [.. options.Concat(sections).OrderBy(n => n.Line), .. added];
    }

    /// <summary>Above a line that the old file did not have.</summary>
    internal static string AddedReason(OldRelease release) => $"as vmm {release.Number()} did it; the default is another one now";

    /// <summary>Why a line has no successor; null when it has one.</summary>
    internal static string? Dropped(OldSettings old, IniOption option) =>
        option.Overridden is { } line ? $"line {line} sets it again"
        : old.Values.Values.Any(v => v.Source == option) ? null
        : option.Section == IniFile.DefaultSection ? "no section takes it from there"
        : OldOption.Find(old.Release, option.Section, option.Key)?.Reason ?? NeverRead(old.Release, option);

    private static string NeverRead(OldRelease release, IniOption option)
    {
        var other = OldOption.All.FirstOrDefault(o => o.Key == $"{option.Section}.{option.Key}");
        return other?.Reason is { } reason ? reason
            : other is not null ? $"vmm {release.Number()} did not read it, only {(other.First > release ? "later" : "earlier")} ones"
            : OldOption.All.Any(o => o.Key == $"{option.Section.ToLowerInvariant()}.{option.Key}") ? "vmm did not read it: names of sections are in small letters"
            : "no release has such an option";
    }

    private static IEnumerable<ConversionNote> OfOption(OldSettings old, IniOption option)
    {
        var key = $"{option.Section}.{option.Key}";
        if (Dropped(old, option) is { } reason)
        {
            return [new ConversionNote(option.Line, "dropped", key, null, null, reason)];
        }

        return from v in old.Values.Values
               where v.Source == option && (v.Option.Key != key || v.Change is not null)
               let toml = v.Option.Kind == SettingKind.Secret ? null : v.Entry.Toml
               select new ConversionNote(option.Line, v.Option.Key == key ? "changed" : "renamed", key, v.Option.Key, toml, v.Change);
    }

    /// <summary>A section without options would else go without a word.</summary>
    private static IEnumerable<ConversionNote> OfSection(OldSettings old, IniEntry section)
    {
        var known = OldOption.All.Any(o => o.Section == section.Text && o.IsOf(old.Release));
        if (!known && section.Text != IniFile.DefaultSection && !old.File.Options.Any(o => o.Section == section.Text))
        {
            yield return new ConversionNote(section.Line, "dropped", section.Text, null, null, "no release has such a section");
        }
    }
}
