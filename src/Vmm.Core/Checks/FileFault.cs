using Vmm.Core.MailConfiguration;
using Vmm.Core.MailServers;
using Vmm.Core.Unix;




namespace Vmm.Core.Checks;

/// <summary>A file of configuration that is not as <c>vmm mailconfig</c> writes it.</summary>
internal sealed class FileFault
{
    private const UnixFileMode TooMuch = (UnixFileMode)0b000_010_111;

    private readonly string install;

    private FileFault(PlannedFile file, Finding finding, string install)
    {
        this.install = install;
        Path = file.Path;
        Finding = finding;
        IsMissing = !File.Exists(file.Path);
        HasOtherText = !IsMissing && !file.HasText;
    }

    /// <summary>Of the file.</summary>
    internal string Path { get; }

    /// <summary>Whether there is none.</summary>
    internal bool IsMissing { get; }

    /// <summary>Whether it is there with another text.</summary>
    internal bool HasOtherText { get; }

    /// <summary>Whether a finding about its consequences stands for it.</summary>
    internal bool IsTold { get; private set; }

    /// <summary>What is said of the file itself.</summary>
    internal Finding Finding { get; }

    /// <summary>Null for one that is as it ought to be.</summary>
    /// <param name="file">What ought to be.</param>
    /// <param name="code">Of the finding.</param>
    /// <param name="install">The command that writes it.</param>
    internal static FileFault? Of(PlannedFile file, string code, string install)
    {
        if (file.State() == MailConfigurationReport.Same)
        {
            return null;
        }

        // Where no other file has the password, somebody has to say it.
        install = file.IsSecret && file.Secret == RoleSecret.Hidden ? install.Replace("--install", $"--install --{file.Group}-password-file FILE", StringComparison.Ordinal) : install;
        if (file.State() == MailConfigurationReport.Missing)
        {
            return new FileFault(file, new Finding(code, Finding.Error, file.Path, "this file is not there", install), install);
        }

        var (rights, wanted) = (file.OtherRights, $"root:{file.Group}");
        var facts = ConfigurationWriter.Facts(file.Path)!.Value;
        var isOpen = file.IsSecret && rights is not null && (facts.Uid != 0 || (facts.Mode & TooMuch) != 0 || facts.Gid != ConfigurationWriter.FindGroup(file.Group!));
        var faults = (string[])[.. file.HasText ? (string[])[] : [file.Group is null ? "it has a passdb and a userdb of other users too" : "its text is not what 'vmm mailconfig' writes"], .. rights is null ? (string[])[] : [$"it has {rights}, and ought to have {wanted}, {PlannedFile.Octal(file.Mode)}"]];
        return new FileFault(
            file,
            new Finding(
                code,
                isOpen ? Finding.Error : Finding.Warning,
                file.Path,
                string.Join("; ", faults) + (isOpen ? ": the password in it may be read by others" : ""),
                file.HasText ? $"chown {wanted} {FileName.Quote(file.Path)} && chmod {PlannedFile.Octal(file.Mode)} {FileName.Quote(file.Path)}" : install),
            install);
    }

    /// <summary>Leaves it to another finding, whose remedy this is.</summary>
    internal string Tell()
    {
        IsTold = true;
        return install;
    }
}
