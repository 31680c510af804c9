using Vmm.Core.MailServers;

namespace Vmm.Core.MailConfiguration;

/// <summary>A file that vmm writes as a whole, or that vmm changes in one place.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Text">Makes the whole text, with a password or with the mark that replaces it.</param>
internal sealed record PlannedFile(string Path, Func<RoleSecret, string> Text)
{
    /// <summary>The password that it needs.</summary>
    internal required RoleSecret Secret { get; init; }

    /// <summary>Group that may read it; null where the file belongs to the administrator and keeps owner and mode.</summary>
    internal string? Group { get; init; }

    /// <summary>Whether there is a password in it.</summary>
    internal bool IsSecret { get; init; }

    /// <summary>Permissions that it should have.</summary>
    internal UnixFileMode Mode => (UnixFileMode)(IsSecret ? 0b110_100_000 : 0b110_100_100);

    /// <summary>The part of the report about it.</summary>
    /// <param name="showSecrets">Whether the password is shown.</param>
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
        // An invisible difference is described in words.
        return present is not null && present != wanted && shown == hidden ? (shown, hidden + "# different password\n")
            : present == wanted && State() != MailConfigurationReport.Same
                ? (Permissions() + shown, $"# {Octal(Mode)} root:{Group}\n" + hidden)
            : (shown, hidden);
    }

    /// <summary>Installs it, unless that was done already.</summary>
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
            writer.Write(Path, Text(Secret), Group, Mode, IsSecret);
        }
    }

    /// <summary>Whether the installed file has the text that it should have.</summary>
    internal bool HasText => File.Exists(Path) && File.ReadAllText(Path) == Text(Secret);

    /// <summary>Owner, group and mode of the installed file, as numbers; null where they are as they should be.</summary>
    internal string? OtherRights =>
        Group is null
        || ConfigurationWriter.Facts(Path) is not { } facts
        || (facts.Uid == 0 && facts.Mode == Mode && facts.Gid == ConfigurationWriter.FindGroup(Group))
            ? null
            : $"{facts.Uid}:{facts.Gid}, {Octal(facts.Mode)}";

    /// <summary>Same, different or missing.</summary>
    internal string State()
    {
        if (!File.Exists(Path))
        {
            return MailConfigurationReport.Missing;
        }

        return OtherRights is null && HasText ? MailConfigurationReport.Same : MailConfigurationReport.Different;
    }

    private string Permissions() =>
        ConfigurationWriter.Facts(Path) is { } facts ? $"# {Octal(facts.Mode)} {facts.Uid}:{facts.Gid}\n" : "";

    /// <summary>Only the lines that change.</summary>
    private string Changes()
    {
        var present = File.ReadAllText(Path).Split('\n');
        return string.Concat(
            Text(Secret).Split('\n').Zip(present).Where(p => p.First != p.Second).Select(p => p.First + "\n"));
    }

    /// <summary>A mode in the form that chmod takes.</summary>
    internal static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
