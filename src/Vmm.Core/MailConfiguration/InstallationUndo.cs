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
    private const string PostfixMain = "main.cf";

    private readonly Settings settings;
    private readonly string path;
    private readonly InstallRecord record;
    private readonly List<(ReplacedFile File, string Reason)> staying;

    private InstallationUndo(
        Settings settings, string path, InstallRecord record, List<(ReplacedFile File, string Reason)> staying) =>
        (this.settings, this.path, this.record, this.staying) = (settings, path, record, staying);

    /// <summary>What stays as it is although the installation wrote it, as warnings.</summary>
    public IReadOnlyList<string> Warnings => [.. staying.Select(f => $"'{f.File.Path}' stays as it is: {f.Reason}")];

    /// <summary>Finds the last installation, and refuses what cannot be undone.</summary>
    /// <param name="settings">For the place of the record.</param>
    /// <param name="mayReplace">
    /// Whether files are taken back that someone has changed since, and the others if the old text of one is gone, but not that of
    /// main.cf.
    /// </param>
    /// <exception cref="VmmException">
    /// 81; 94 a file was changed since, or cannot be restored; 95 there is no installation.
    /// </exception>
    public static InstallationUndo Find(Settings settings, bool mayReplace)
    {
        var (path, record) = InstallRecord.Last(settings) ?? throw new VmmException(
            ErrorCode.NothingToUndo,
            "there is no installation to undo",
            "Only 'vmm mailconfig --install' of this version and later leaves a record of what it replaces.");
        var staying = Staying(record);
        var lost = staying.Where(f => f.File.IsLost).Select(f => $"'{f.File.Path}' cannot be restored: {f.Reason}").ToList();
        var changed = record.Files.Where(f => f.IsChanged && !f.IsLost).Select(f => f.Path).ToList();
        // What stays of Postfix needs the sockets of Dovecot, and its own services: without them all mail would wait.
        var mayStay = !staying.Exists(f => f.File.IsLost && Path.GetFileName(f.File.Path) == PostfixMain);
        return (mayReplace && mayStay) || (lost.Count == 0 && changed.Count == 0)
            ? new InstallationUndo(settings, path, record, staying)
            : throw Replacement.NotUndone(lost, changed, mayStay);
    }

    /// <summary>
    /// Files whose old text is gone, and new files that one of them names.
    /// </summary>
    private static List<(ReplacedFile File, string Reason)> Staying(InstallRecord record)
    {
        var lost = record.Files.Where(f => f.IsLost).ToList();
        var texts = lost.Where(f => File.Exists(f.Path)).Select(f => (f.Path, Text: File.ReadAllText(f.Path))).ToList();
        return
        [
            .. lost.Select(f => (f, $"its copy '{f.Kept}' {(File.Exists(f.Kept) ? "has changed" : "is missing")}")),
            .. from file in record.Files
               where file.Owner is null && !file.IsBack
               let name = Path.GetFileName(file.Path)
               let user = texts.Find(t => t.Text.Contains(name, StringComparison.Ordinal)).Path
               where user is not null
               select (file, $"'{user}' names it"),
        ];
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
        List<string> kept = [.. Files.Where(f => f.IsChanged && File.Exists(f.Path)).Select(f => writer.KeepCopy(f.Path))];
        var back = 0;
        // The other way around: main.cf, which names the maps, comes last in an installation.
        foreach (var file in Files.Reverse().Where(f => !f.IsBack))
        {
            try
            {
                file.PutBack();
                back++;
            }
            catch (VmmException e) when (back > 0)
            {
                throw new VmmException(
                    e.Code,
                    e.Message,
                    $"{Errors.Count(back, "file")} of the installation {(back == 1 ? "is" : "are")} undone already. When that is"
                        + " repaired, run the command again for the rest.",
                    e);
            }
        }

        File.Delete(path);
        return report with { Backups = kept };
    }

    /// <summary>Those that do not stay.</summary>
    private IEnumerable<ReplacedFile> Files => record.Files.Where(f => !staying.Exists(s => s.File == f));

    private MailConfigurationReport Report(IReadOnlyList<string> kept, CancellationToken ct) => new(null, null, [], kept, Next(ct))
    {
        Restored = [.. Files.Where(f => f.Owner is not null && !f.IsBack).Select(f => f.Path)],
        Removed = [.. Files.Where(f => f.Owner is null && !f.IsBack).Select(f => f.Path)],
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
