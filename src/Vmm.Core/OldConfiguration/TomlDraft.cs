using Vmm.Core.Configuration;




namespace Vmm.Core.OldConfiguration;

/// <summary>Writes vmm.toml in the order of the old file: comments go with the option or the section that comes after them.</summary>
internal sealed class TomlDraft
{
    private readonly OldSettings old;
    private readonly bool hideSecrets;
    private readonly List<string> order = [];
    private readonly Dictionary<string, List<string>> sections = [];
    private readonly List<string> pending = [];
    private string? home;

    private TomlDraft(OldSettings old, bool hideSecrets) => (this.old, this.hideSecrets) = (old, hideSecrets);

    /// <summary>The whole file; secrets can be hidden where it is only shown.</summary>
    internal static string Write(OldSettings old, bool hideSecrets)
    {
        var draft = new TomlDraft(old, hideSecrets);
        foreach (var entry in old.File.Entries)
        {
            draft.Take(entry);
        }

        draft.Flush();
        draft.AddTheRest();
        return $"# Made of vmm.cfg of vmm {old.Release.Number()} by 'vmm upgrade'. The remarks are those of the old file,\n"
            + "# but modes are octal here: \"0700\" is what 448 was, \"0770\" what 504 was.\n"
            + string.Concat(draft.order.SelectMany(s => draft.sections[s]).Select(l => l + "\n"));
    }

    private void Take(IniEntry entry)
    {
        switch (entry.Kind)
        {
            case IniKind.Blank:
                pending.Add("");
                break;
            case IniKind.Comment:
                pending.Add(hideSecrets && MayBeSecret(entry) ? "# ********" : Comment(entry.Text));
                break;
            case IniKind.Section:
                home = OldOption.Home(entry.Text) ?? home;
                if (OldOption.Home(entry.Text) is { } section)
                {
                    Open(section).AddRange(pending);
                    pending.Clear();
                }

                break;
            default:
                TakeOption(entry.Option!);
                break;
        }
    }

    private void TakeOption(IniOption option)
    {
        if (ConversionNotes.Dropped(old, option) is { } reason)
        {
            pending.Add(Comment($"{option.Key} of vmm.cfg is not here any more: {reason}."));
            Flush();
            return;
        }

        // What stands in the common section is written where the sections end.
        foreach (var value in old.Values.Values.Where(v => v.Source == option && option.Section != IniFile.DefaultSection))
        {
            Put(value, pending);
            pending.Clear();
        }
    }

    private void AddTheRest()
    {
        foreach (var value in old.Values.Values.Where(v => v.Source is null ? !v.IsDefault : v.Source.Section == IniFile.DefaultSection))
        {
            Put(value, [Comment(value.Source is null ? $"Added: {ConversionNotes.AddedReason(old.Release)}." : "From the section DEFAULT.")]);
        }
    }

    private void Put(CarriedValue value, IEnumerable<string> remarks)
    {
        var toml = hideSecrets && value.Option.Kind == SettingKind.Secret ? "\"********\"" : value.Entry.Toml;
        Open(value.Option.Section).AddRange([.. remarks, $"{value.Option.Name} = {toml}"]);
    }

    /// <summary>A password that is commented out, or the rest of a line of which only the beginning counts.</summary>
    private bool MayBeSecret(IniEntry remark)
    {
        var name = remark.Text.Split('=', ':')[0].TrimEnd();
        return (name.Length < remark.Text.Length && (name.EndsWith("pass", StringComparison.OrdinalIgnoreCase) || name.EndsWith("password", StringComparison.OrdinalIgnoreCase)))
            || old.File.Entries.Any(e => e.Option is { Key: "pass" } && e.Line == remark.Line);
    }

    /// <summary>Remarks with nothing after them stay in their section.</summary>
    private void Flush()
    {
        if ((home ?? order.LastOrDefault()) is { } section && sections.TryGetValue(section, out var lines))
        {
            lines.AddRange(pending);
            pending.Clear();
        }
    }

    /// <summary>The lines of a section so far. What is pending at its beginning stands above it.</summary>
    private List<string> Open(string section)
    {
        if (sections.TryGetValue(section, out var lines))
        {
            return lines;
        }

        order.Add(section);
        var gap = order.Count > 1 && (pending.Count == 0 || pending[0].Length > 0) ? [""] : Array.Empty<string>();
        sections[section] = lines = [.. gap, .. pending, $"[{section}]"];
        pending.Clear();
        return lines;
    }

    private static string Comment(string text)
    {
        var words = text.Length > 0 && text[0] is '#' or ';' ? text[1..] : " " + text;
        return string.Concat("#", string.Concat(words.Select(c => char.IsControl(c) && c != '\t' ? '\ufffd' : c)));
    }
}
