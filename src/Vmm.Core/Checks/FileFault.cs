using Vmm.Core.MailConfiguration;
using Vmm.Core.MailServers;

namespace Vmm.Core.Checks;

/// <summary>A file of configuration that differs from what <c>vmm mailconfig</c> writes.</summary>
internal sealed class FileFault
{
    private const UnixFileMode ForOthers = (UnixFileMode)0b000_010_111;

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

    /// <summary>Whether it is there with a different text.</summary>
    internal bool HasOtherText { get; }

    /// <summary>
    /// Whether another finding, about the consequences, already has the remedy: then the file is no finding of its own.
    /// </summary>
    internal bool IsExplained { get; private set; }

    /// <summary>What is said of the file itself.</summary>
    internal Finding Finding { get; }

    /// <summary>Null for a file that is as it should be.</summary>
    /// <param name="file">What should be there.</param>
    /// <param name="code">Of the finding.</param>
    /// <param name="install">The command that writes it.</param>
    internal static FileFault? Find(PlannedFile file, FindingCode code, string install)
    {
        if (file.State() == MailConfigurationReport.Same)
        {
            return null;
        }

        if (file.IsSecret && file.Secret == RoleSecret.Hidden)
        {
            // No other file has the password, so the administrator must give it.
            install = install.Replace("--install", $"--install --{file.Group}-password-file FILE", StringComparison.Ordinal);
        }

        var finding = file.State() == MailConfigurationReport.Missing
            ? Findings.MissingFile(code, file.Path, install)
            : Findings.DifferentFile(code, file, IsOpen(file), install);
        return new FileFault(file, finding, install);
    }

    /// <summary>The remedy, for a finding that this file is the cause of; the file is then no finding of its own.</summary>
    internal string Explain()
    {
        IsExplained = true;
        return install;
    }

    /// <summary>Whether others can read the password in it.</summary>
    private static bool IsOpen(PlannedFile file)
    {
        if (!file.IsSecret || file.OtherRights is null)
        {
            return false;
        }

        var facts = ConfigurationWriter.Facts(file.Path)!.Value;
        return facts.Uid != 0 || (facts.Mode & ForOthers) != 0 || facts.Gid != ConfigurationWriter.FindGroup(file.Group!);
    }
}
