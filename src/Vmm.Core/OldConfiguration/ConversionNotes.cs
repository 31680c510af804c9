using Vmm.Core.Configuration;

namespace Vmm.Core.OldConfiguration;

/// <summary>The report on a conversion: every line that was dropped, moved or changed, and why.</summary>
internal static class ConversionNotes
{
    /// <summary>All notes, in the order of the file; new lines come last.</summary>
    internal static IReadOnlyList<ConversionNote> List(OldSettings old)
    {
        var options = old.File.Entries.Where(e => e.Option is not null).SelectMany(e => OfOption(old, e.Option!));
        var sections = old.File.Entries.Where(e => e.Kind == IniKind.Section).SelectMany(e => OfSection(old, e));
        var added = old.Values.Values.Where(v => v.Source is null && !v.IsDefault).Select(v =>
            new ConversionNote(null, "added", null, v.Option.Key, v.Entry.Toml, AddedReason(old.Release)));
        return [.. options.Concat(sections).OrderBy(n => n.Line), .. added];
    }

    /// <summary>Why there is a line that the old file did not have.</summary>
    internal static string AddedReason(OldRelease release) => $"as in vmm {release.Number()}; the default is different now";

    /// <summary>Why a line has no successor; null when it has one.</summary>
    internal static string? Dropped(OldSettings old, IniOption option) =>
        option.Overridden is { } line ? $"line {line} sets it again"
        : old.Values.Values.Any(v => v.Source == option) ? null
        : option.Section == IniFile.DefaultSection ? "no section uses it"
        : OldOption.Find(old.Release, option.Section, option.Key)?.Reason ?? NeverRead(old.Release, option);

    private static string NeverRead(OldRelease release, IniOption option)
    {
        var other = OldOption.All.FirstOrDefault(o => o.Key == $"{option.Section}.{option.Key}");
        return other?.Reason is { } reason ? reason
            : other is not null
                ? $"vmm {release.Number()} did not read it, only {(other.First > release ? "later" : "earlier")} releases did"
            : OldOption.All.Any(o => o.Key == $"{option.Section.ToLowerInvariant()}.{option.Key}")
                ? "vmm did not read it: names of sections are in lower case"
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
               let what = v.Option.Key == key ? "changed" : "renamed"
               select new ConversionNote(option.Line, what, key, v.Option.Key, toml, v.Change);
    }

    /// <summary>Reports a section without options, which would otherwise disappear silently.</summary>
    private static IEnumerable<ConversionNote> OfSection(OldSettings old, IniEntry section)
    {
        var known = OldOption.All.Any(o => o.Section == section.Text && o.IsOf(old.Release));
        if (!known && section.Text != IniFile.DefaultSection && !old.File.Options.Any(o => o.Section == section.Text))
        {
            yield return new ConversionNote(section.Line, "dropped", section.Text, null, null, "no release has such a section");
        }
    }
}
