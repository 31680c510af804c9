using Vmm.Core.MailServers;




namespace Vmm.Core.MailConfiguration;

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

    /// <summary>Permissions that it should have.</summary>
    internal UnixFileMode Mode => (UnixFileMode)(IsSecret ? 0b110_100_000 : 0b110_100_100);

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

    /// <summary>Whether what is installed has the text that it should have.</summary>
    internal bool HasText => File.Exists(Path) && File.ReadAllText(Path) == Text(Secret);

    /// <summary>Owner, group and mode of what is installed, as numbers; null where they are as they should be.</summary>
    internal string? OtherRights => Group is null || ConfigurationWriter.Facts(Path) is not { } f || (f.Uid == 0 && f.Mode == Mode && f.Gid == ConfigurationWriter.FindGroup(Group))
        ? null : $"{f.Uid}:{f.Gid}, {Octal(f.Mode)}";

    /// <summary>Same, different or missing.</summary>
    internal string State()
    {
        if (!File.Exists(Path))
        {
            return MailConfigurationReport.Missing;
        }

        return OtherRights is null && HasText ? MailConfigurationReport.Same : MailConfigurationReport.Different;
    }

    private string Rights() => ConfigurationWriter.Facts(Path) is { } f ? $"# {Octal(f.Mode)} {f.Uid}:{f.Gid}\n" : "";

    /// <summary>Only the lines that are not as they were.</summary>
    private string Changes()
    {
        var present = File.ReadAllText(Path).Split('\n');
        return string.Concat(Text(Secret).Split('\n').Zip(present).Where(p => p.First != p.Second).Select(p => p.First + "\n"));
    }

    /// <summary>As chmod takes it.</summary>
    internal static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
