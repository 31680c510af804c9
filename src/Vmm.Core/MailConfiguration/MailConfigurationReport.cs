namespace Vmm.Core.MailConfiguration;

/// <summary>The configuration of Postfix and Dovecot, and what was done with it.</summary>
/// <param name="Postfix">Version of Postfix that it is for; left out without Postfix.</param>
/// <param name="Dovecot">Version of Dovecot that it is for; left out without Dovecot.</param>
/// <param name="Parts">Its parts, in the order in which they are installed.</param>
/// <param name="Backups">Copies of the files from before; left out unless something was installed.</param>
/// <param name="Next">Commands that activate the configuration; left out unless something was, or would be, installed.</param>
public sealed record MailConfigurationReport(
    string? Postfix,
    string? Dovecot,
    IReadOnlyList<MailConfigurationPart> Parts,
    IReadOnlyList<string>? Backups = null,
    IReadOnlyList<string>? Next = null)
{
    /// <summary>A state: installed as it should be.</summary>
    public const string Same = "same";

    /// <summary>A state: installed with other content, owner or mode.</summary>
    public const string Different = "different";

    /// <summary>A state: not installed.</summary>
    public const string Missing = "missing";

    /// <summary>With --undo, files that have their old content, owner and mode again; left out otherwise.</summary>
    public IReadOnlyList<string>? Restored { get; init; }

    /// <summary>With --undo, files that were not there before the installation and are removed; left out otherwise.</summary>
    public IReadOnlyList<string>? Removed { get; init; }

    /// <summary>Whether something is not installed as it should be.</summary>
    public bool Differs => Parts.Any(p => p.State != Same);
}

/// <summary>A file of the configuration, or lines in a file that otherwise belongs to the administrator.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Kind">
/// file: vmm writes the whole file. lines: vmm writes only the lines in content and leaves the rest alone.
/// </param>
/// <param name="Owner">Owner and group of a file, such as root:postfix; left out for lines, whose file keeps them.</param>
/// <param name="Mode">Permission bits of a file in octal, such as 0640; left out for lines.</param>
/// <param name="Content">The file, or the lines. A password is hidden unless it was asked for.</param>
/// <param name="State">What is installed: same, different, or missing.</param>
/// <param name="Difference">
/// The installed content compared with content, as diff -u shows it; left out unless it was asked for and there is a difference.
/// </param>
public sealed record MailConfigurationPart(
    string Path, string Kind, string? Owner, string? Mode, string Content, string State, string? Difference = null);
