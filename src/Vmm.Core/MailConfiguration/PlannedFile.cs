namespace Vmm;

/// <summary>A file of which all is vmm's, or that vmm changes in one place.</summary>
/// <param name="Path">Where it belongs.</param>
/// <param name="Text">The whole text, with a password in it or the mark in its place.</param>
internal sealed record PlannedFile(string Path, Func<RoleSecret, string> Text)
{
    /// <summary>The password that it needs.</summary>
    internal required RoleSecret Secret { get; init; }

    /// <summary>Group that may read it; null where the file is the administrator's and keeps owner and mode.</summary>
    internal string? Group { get; init; }

    /// <summary>Whether there is a password in it.</summary>
    internal bool IsSecret { get; init; }

    private UnixFileMode Mode => (UnixFileMode)(IsSecret ? 0b110_100_000 : 0b110_100_100);

    /// <summary>What is to be seen of it.</summary>
    /// <param name="showSecrets">Whether the password is.</param>
    internal MailConfigurationPart Part(bool showSecrets) => new(
        Path,
        Group is null ? "lines" : "file",
        Group is null ? null : $"root:{Group}",
        Group is null ? null : Octal(Mode),
        Group is null ? Changes() : Text(showSecrets ? Secret : RoleSecret.Hidden),
        State());

    /// <summary>Present and wanted text for diff, passwords hidden in both.</summary>
    internal (string Present, string Wanted) Compared()
    {
        var present = File.Exists(Path) ? File.ReadAllText(Path) : null;
        var wanted = Text(Secret);
        var (shown, hidden) = (present is null ? "" : InstalledPasswords.Hide(present), InstalledPasswords.Hide(wanted));
        // A difference that cannot be seen is told in words.
        return present is not null && present != wanted && shown == hidden ? (shown, hidden + "# another password\n")
            : present == wanted && State() != MailConfigurationReport.Same ? (Rights() + shown, $"# {Octal(Mode)} root:{Group}\n" + hidden)
            : (shown, hidden);
    }

    /// <summary>Puts it into its place, unless it is there already.</summary>
    internal void Install(ConfigurationWriter writer)
    {
        if (State() == MailConfigurationReport.Same)
        {
            return;
        }

        if (Group is null)
        {
            writer.Change(Path, Text(Secret));
        }
        else
        {
            writer.Write(Path, Text(Secret), Group, Mode);
        }
    }

    private string State()
    {
        if (!File.Exists(Path))
        {
            return MailConfigurationReport.Missing;
        }

        var facts = ConfigurationWriter.Facts(Path);
        var hasRights = Group is null || (facts is { Uid: 0 } f && f.Mode == Mode && f.Gid == ConfigurationWriter.FindGroup(Group));
        return hasRights && File.ReadAllText(Path) == Text(Secret) ? MailConfigurationReport.Same : MailConfigurationReport.Different;
    }

    private string Rights() => ConfigurationWriter.Facts(Path) is { } f ? $"# {Octal(f.Mode)} {f.Uid}:{f.Gid}\n" : "";

    /// <summary>Only the lines that are not as they were.</summary>
    private string Changes()
    {
        var present = File.ReadAllText(Path).Split('\n');
        return string.Concat(Text(Secret).Split('\n').Zip(present).Where(p => p.First != p.Second).Select(p => p.First + "\n"));
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
