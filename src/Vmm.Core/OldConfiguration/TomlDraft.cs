using Vmm.Core.Configuration;

namespace Vmm.Core.OldConfiguration;

/// <summary>
/// Writes vmm.toml in the order of the old file: comments go with the option or the section that comes after them.
/// </summary>
internal sealed class TomlDraft
{
    private readonly OldSettings old;
    private readonly bool hideSecrets;
    private readonly List<string> order = [];
    private readonly Dictionary<string, List<string>> sections = [];
    private readonly List<string> pending = [];
    private string? home;

    private TomlDraft(OldSettings old, bool hideSecrets) => (this.old, this.hideSecrets) = (old, hideSecrets);

    /// <summary>The whole file; secrets can be hidden for showing it.</summary>
    internal static string Write(OldSettings old, bool hideSecrets)
    {
        var draft = new TomlDraft(old, hideSecrets);
        foreach (var entry in old.File.Entries)
        {
            draft.Take(entry);
        }

        draft.Flush();
        draft.AddTheRest();
        return $"# Made from vmm.cfg of vmm {old.Release.Number()} by 'vmm upgrade'. The comments are those of the old file,\n"
            + "# but modes are octal here: \"0700\" instead of 448, \"0770\" instead of 504.\n"
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
            pending.Add(Comment($"{option.Key} of vmm.cfg was dropped: {reason}."));
            Flush();
            return;
        }

        // The options of the common section are written at the end of the sections.
        foreach (var value in old.Values.Values.Where(v => v.Source == option && option.Section != IniFile.DefaultSection))
        {
            Put(value, pending);
            pending.Clear();
        }
    }

    private void AddTheRest()
    {
        foreach (var value in old.Values.Values)
        {
            if (value.Source is null && !value.IsDefault)
            {
                Put(value, [Comment($"Added: {ConversionNotes.AddedReason(old.Release)}.")]);
            }
            else if (value.Source?.Section == IniFile.DefaultSection)
            {
                Put(value, [Comment("From the section DEFAULT.")]);
            }
        }
    }

    private void Put(CarriedValue value, IEnumerable<string> remarks)
    {
        var toml = hideSecrets && value.Option.Kind == SettingKind.Secret ? "\"********\"" : value.Entry.Toml;
        Open(value.Option.Section).AddRange([.. remarks, $"{value.Option.Name} = {toml}"]);
    }

    /// <summary>
    /// Whether a comment may contain a password: one that is commented out, or the rest of a line with a password.
    /// </summary>
    private bool MayBeSecret(IniEntry remark)
    {
        var name = remark.Text.Split('=', ':')[0].TrimEnd();
        var isPassword = name.EndsWith("pass", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("password", StringComparison.OrdinalIgnoreCase);
        return (name.Length < remark.Text.Length && isPassword)
            || old.File.Entries.Any(e => e.Option is { Key: "pass" } && e.Line == remark.Line);
    }

    /// <summary>Comments with nothing after them stay in their section.</summary>
    private void Flush()
    {
        if ((home ?? order.LastOrDefault()) is { } section && sections.TryGetValue(section, out var lines))
        {
            lines.AddRange(pending);
            pending.Clear();
        }
    }

    /// <summary>The lines of a section so far. Comments before its beginning are written above it.</summary>
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
