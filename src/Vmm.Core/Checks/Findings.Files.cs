using Vmm.Core.MailConfiguration;
using Vmm.Core.MailServers;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Checks;

/// <content>What Postfix and Dovecot have in common: the files that <c>vmm mailconfig</c> writes, and programs that fail.</content>
internal static partial class Findings
{
    /// <param name="code">Of Postfix's files or of Dovecot's.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="install">The command that writes it.</param>
    internal static Finding MissingFile(FindingCode code, string path, string install) =>
        Make(code, path, "this file is not there", install, Severity.Error);

    /// <summary>The same with the settings that differ because of it.</summary>
    internal static Finding WithSettings(this Finding missingFile, IEnumerable<string> settings) =>
        missingFile with { Message = $"{missingFile.Message}, so these settings are wrong: {string.Join(", ", settings)}" };

    /// <param name="code">Of Postfix's files or of Dovecot's.</param>
    /// <param name="file">What it should be.</param>
    /// <param name="isOpen">Whether others can read the password in it.</param>
    /// <param name="install">The command that writes it.</param>
    internal static Finding DifferentFile(FindingCode code, PlannedFile file, bool isOpen, string install)
    {
        var (owner, mode, path) = ($"root:{file.Group}", PlannedFile.Octal(file.Mode), FileName.Quote(file.Path));
        var faults = new List<string>();
        if (!file.HasText)
        {
            faults.Add(file.Group is null
                ? "it also has a passdb and a userdb for other users" : "its text is not what 'vmm mailconfig' writes");
        }

        if (file.OtherRights is { } found)
        {
            faults.Add($"it has {found}, but should have {owner}, {mode}");
        }

        return Make(
            code,
            file.Path,
            string.Join("; ", faults) + (isOpen ? ": others can read the password in it" : ""),
            file.HasText ? $"chown {owner} {path} && chmod {mode} {path}" : install,
            isOpen ? Severity.Error : Severity.Warning);
    }

    private static Finding Unreadable(FindingCode code, string subject, VmmException failure) => Make(
        code,
        subject,
        InstalledPasswords.Hide(failure.Message).ReplaceLineEndings(" "),
        failure.Hint ?? "repair what it names, then run 'vmm check' again");
}
