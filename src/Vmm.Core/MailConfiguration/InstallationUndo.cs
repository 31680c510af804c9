using Vmm.Core.Configuration;
using Vmm.Core.MailServers;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailConfiguration;

/// <summary>
/// Takes back what the last installation did. Interrupted, it can be run again: what is back already is left alone. Undone once
/// more, it takes back the installation before.
/// </summary>
public sealed class InstallationUndo
{
    private readonly Settings settings;
    private readonly string path;
    private readonly InstallRecord record;

    private InstallationUndo(Settings settings, string path, InstallRecord record) =>
        (this.settings, this.path, this.record) = (settings, path, record);

    /// <summary>Finds the last installation, and refuses what cannot be undone.</summary>
    /// <param name="settings">For the place of the record.</param>
    /// <param name="mayReplace">Whether files are taken back that someone has changed since.</param>
    /// <exception cref="VmmException">81; 94 a file was changed since; 95 there is no installation.</exception>
    public static InstallationUndo Find(Settings settings, bool mayReplace)
    {
        var (path, record) = InstallRecord.Last(settings) ?? throw new VmmException(
            ErrorCode.NothingToUndo,
            "there is no installation to undo",
            "Only 'vmm mailconfig --install' of this version and later leaves a record of what it replaces.");
        foreach (var file in record.Files.Where(f => !f.IsKept))
        {
            throw Errors.FileSystem("put back", file.Path, $"its copy '{file.Kept}' is gone or has changed");
        }

        var changed = record.Files.Where(f => f.IsChanged).Select(f => f.Path).ToList();
        return mayReplace || changed.Count == 0 ? new InstallationUndo(settings, path, record) : throw Replacement.Changed(changed);
    }

    /// <summary>What undoing would do.</summary>
    /// <param name="ct">Cancels it.</param>
    public MailConfigurationReport Try(CancellationToken ct) => Report([], ct);

    /// <summary>Puts the old files back, and removes those that were new. Files that were changed since are kept.</summary>
    /// <param name="ct">Cancels it, before the first file.</param>
    /// <exception cref="VmmException">81.</exception>
    public MailConfigurationReport Run(CancellationToken ct)
    {
        // Before the files are back: afterwards they do not tell what was done.
        var report = Report([], ct);
        var writer = new ConfigurationWriter();
        List<string> kept = [.. record.Files.Where(f => f.IsChanged && File.Exists(f.Path)).Select(f => writer.KeepCopy(f.Path))];
        // The other way around: main.cf, which names the maps, comes last in an installation.
        foreach (var file in record.Files.Reverse().Where(f => !f.IsBack))
        {
            file.PutBack();
        }

        File.Delete(path);
        return report with { Backups = kept };
    }

    private MailConfigurationReport Report(IReadOnlyList<string> kept, CancellationToken ct) => new(null, null, [], kept, Next(ct))
    {
        Restored = [.. record.Files.Where(f => f.Owner is not null && !f.IsBack).Select(f => f.Path)],
        Removed = [.. record.Files.Where(f => f.Owner is null && !f.IsBack).Select(f => f.Path)],
    };

    /// <summary>The commands that activate the old configuration, for those programs that are still on this machine.</summary>
    private List<string> Next(CancellationToken ct)
    {
        string Dovecot() => DovecotInstallation.Ask(settings, null, record.Dovecot, ct).ApplyCommand(ct);
        string Postfix() => PostfixInstallation.Ask(settings, null, record.Postfix, ct).ApplyCommand(ct);
        return
        [
            .. record.Dovecot is not null && MailServerFaults.Try(Dovecot, _ => { }) is { } first ? (string[])[first] : [],
            .. record.Postfix is not null && MailServerFaults.Try(Postfix, _ => { }) is { } second ? (string[])[second] : [],
        ];
    }
}
