using Vmm.Core.Configuration;
using Vmm.Core.MailServers;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailConfiguration;

/// <summary>
/// The configuration of Postfix and Dovecot for the database of vmm: shows it, compares it with the installed one, or installs it.
/// </summary>
public sealed class MailConfigurationPlan
{
    private readonly PostfixInstallation? postfix;
    private readonly PostfixSettings? lines;
    private readonly DovecotInstallation? dovecot;
    private readonly List<PlannedFile> files = [];
    private readonly Settings settings;
    private readonly OtherUsers others;
    private readonly bool mayReplace;

    private MailConfigurationPlan(
        Settings settings,
        PostfixInstallation? postfix,
        PostfixSettings? lines,
        DovecotInstallation? dovecot,
        OtherUsers others,
        bool mayReplace) =>
        (this.settings, this.postfix, this.lines, this.dovecot, this.others, this.mayReplace) =
            (settings, postfix, lines, dovecot, others, mayReplace);

    /// <summary>The Postfix that it is for; null without one.</summary>
    internal PostfixInstallation? Postfix => postfix;

    /// <summary>The lines of main.cf and master.cf; null without Postfix.</summary>
    internal PostfixSettings? PostfixSettings => lines;

    /// <summary>The Dovecot that it is for; null without one.</summary>
    internal DovecotInstallation? Dovecot => dovecot;

    /// <summary>Where the uids and gids of accounts begin.</summary>
    internal long FirstId { get; private init; }

    /// <summary>What could not be found out, as warnings.</summary>
    public IReadOnlyList<string> Assumed { get; init; } = [];

    /// <summary>The files of both.</summary>
    internal IReadOnlyList<PlannedFile> Files => files;

    /// <summary>Finds out what is installed and what is needed; nothing is written.</summary>
    /// <param name="settings">For the address of the database and the paths of programs.</param>
    /// <param name="wish">What is requested.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">
    /// 51, 55, 67 a program fails; 91 its version is not supported; 92 its files have more than one password.
    /// </exception>
    public static MailConfigurationPlan Make(Settings settings, MailConfigurationRequest wish, CancellationToken ct)
    {
        List<string> assumed = [];
        var database = new DatabaseAccess(settings.Database)
        {
            FirstId = MailConfiguration.FirstId.Read(settings, assumed.Add, ct),
        };
        var dovecot = wish.Dovecot ? DovecotInstallation.Ask(settings, wish.DovecotVersion, wish.DovecotDirectory, ct) : null;
        var postfix = wish.Postfix ? PostfixInstallation.Ask(settings, wish.PostfixVersion, wish.PostfixDirectory, ct) : null;
        var others = dovecot is null ? OtherUsers.Here(settings, wish.DovecotDirectory, ct) : OtherUsers.Ask(dovecot, ct);
        var ldaConfig = wish.DovecotDirectory is null ? null : wish.DovecotDirectory + "/dovecot.conf";
        var lines = postfix is null ? null : PostfixSettings.Ask(postfix, database, wish.Lda, ldaConfig, others.Exist, ct);
        var plan = new MailConfigurationPlan(settings, postfix, lines, dovecot, others, wish.Replace)
        {
            FirstId = database.FirstId,
            Assumed = assumed,
        };
        if (postfix is not null)
        {
            plan.files.AddRange(PlannedFiles.Postfix(postfix, database, wish.PostfixPassword));
        }

        if (dovecot is not null)
        {
            // Dovecot's sockets are in Postfix's queue directory, and both must use the same delimiter between name and extension.
            var queue = postfix?.Queue ?? Queue(settings, wish, ct);
            var delimiter = lines?.Expanded("recipient_delimiter", ct) ?? "+";
            var text = DovecotTemplates.Settings(dovecot, queue, delimiter, others, database.FirstId);
            plan.files.AddRange(PlannedFiles.Dovecot(dovecot, database, wish.DovecotPassword, text));
        }

        return plan;
    }

    /// <summary>The parts as they should be.</summary>
    /// <param name="showSecrets">Whether passwords are shown.</param>
    /// <exception cref="VmmException">92 passwords are requested, and one is not known.</exception>
    public MailConfigurationReport Show(bool showSecrets)
    {
        if (showSecrets)
        {
            RequireSecrets();
        }

        List<MailConfigurationPart> parts =
        [
            .. files.Where(f => f.Group is not null || f.Part(false).State != MailConfigurationReport.Same)
                .Select(f => f.Part(showSecrets)),
        ];
        if (lines is not null)
        {
            parts.Add(Lines("main.cf", lines.PresentMain, lines.WantedMain));
            parts.Add(Lines("master.cf", lines.PresentMaster, lines.WantedMaster));
        }

        return new MailConfigurationReport(postfix?.Version.ToString(), dovecot?.Version.ToString(), parts);
    }

    /// <summary>The parts, with the difference to the installed one as diff -u shows it; passwords are hidden.</summary>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">51, 55, 67 diff cannot be used; 81.</exception>
    public MailConfigurationReport Compare(CancellationToken ct)
    {
        var report = Show(showSecrets: false);
        var compared = files.ToDictionary(f => f.Path, f => f.Compared());
        if (lines is not null)
        {
            compared[postfix!.Directory + "/main.cf"] = (lines.PresentMain, lines.WantedMain);
            compared[postfix.Directory + "/master.cf"] = (lines.PresentMaster, lines.WantedMaster);
        }

        var parts = new List<MailConfigurationPart>();
        foreach (var part in report.Parts)
        {
            var (present, wanted) = compared[part.Path];
            var isSame = part.State == MailConfigurationReport.Same;
            parts.Add(isSame ? part : part with { Difference = TextDifference.Show(part.Path, present, wanted, ct) });
        }

        return report with { Parts = parts };
    }

    /// <summary>
    /// What you should know before and after installing: settings that are replaced, and local domains whose mail Postfix handles
    /// in another way. Ask before installing; afterwards the settings are gone.
    /// </summary>
    /// <param name="ct">Cancels it.</param>
    public IReadOnlyList<string> Warnings(CancellationToken ct) =>
    [
        .. Assumed,
        .. mayReplace ? Replaced(ct) : [],
        .. dovecot is null ? [] : Replacement.Logins(others.Ended),
        .. dovecot is not null && lines is not null
            ? Replacement.Accounts(settings, lines.Expanded("recipient_delimiter", ct), ct)
            : [],
        .. postfix is { IsHere: true } ? Replacement.Domains(settings, postfix, lines!, ct) : [],
    ];

    private List<string> Replaced(CancellationToken ct) =>
    [
        .. lines?.Replaced(ct) ?? [],
        .. dovecot is { IsHere: true } ? DovecotReplaced.Find(dovecot, postfix?.HasLocalLmtp(ct) == true, others, ct) : [],
    ];

    /// <summary>Installs everything. After any failure everything is as it was before.</summary>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">
    /// 81; 92 a password is not known; 93 a program rejects the result; 94 a setting of the administrator is in the way.
    /// </exception>
    public MailConfigurationReport Install(CancellationToken ct)
    {
        RequireReady(ct);
        var report = Compare(ct);
        if (!report.Differs)
        {
            return report with { Backups = [], Next = [] };
        }

        var record = InstallRecord.NewName();
        var writer = new ConfigurationWriter(
            replaced => new InstallRecord(postfix?.Directory, dovecot?.Directory, replaced).Write(settings, record));
        try
        {
            foreach (var file in files)
            {
                file.Install(writer);
            }

            RequireDovecotReadsIt(ct);
            lines?.Write(writer, ct);
        }
        catch
        {
            writer.PutBack();
            InstallRecord.Remove(settings, record);
            throw;
        }

        return report with { Backups = writer.Backups, Next = Next(ct) };
    }

    /// <summary>What installing would do.</summary>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">As for installing, except for errors that show only when files are written.</exception>
    public MailConfigurationReport TryInstall(CancellationToken ct)
    {
        RequireReady(ct);
        var report = Compare(ct);
        return report with { Backups = [], Next = report.Differs ? Next(ct) : [] };
    }

    private void RequireSecrets()
    {
        foreach (var file in files.Where(f => f.IsSecret && f.Secret == RoleSecret.Hidden))
        {
            throw new VmmException(
                ErrorCode.RolePasswordUnknown,
                $"the password of the role {file.Group} is not known: none of its files in"
                + $" '{Path.GetDirectoryName(file.Path)}' has one",
                $"Pass it with --{file.Group}-password-file FILE; it is the password that was set by CREATE ROLE {file.Group}.");
        }
    }

    /// <summary>Refuses to install for a program that is not installed, or whose present configuration is faulty.</summary>
    private void RequireReady(CancellationToken ct)
    {
        RequireSecrets();
        (bool IsHere, string? Path)[] mains =
        [
            (postfix?.IsHere ?? true, postfix?.Directory + "/main.cf"),
            (dovecot?.IsHere ?? true, dovecot?.Main),
        ];
        foreach (var (isHere, path) in mains)
        {
            if (!isHere)
            {
                throw Errors.FileSystem(
                    "install the configuration beside", path!, "there is no such file, or the program is not installed");
            }
        }

        _ = dovecot?.Read(ct);
        if (!mayReplace && Replaced(ct) is { Count: > 0 } replaced)
        {
            throw Replacement.Refused(replaced);
        }
    }

    private void RequireDovecotReadsIt(CancellationToken ct)
    {
        if (dovecot is null)
        {
            return;
        }

        var answer = ChildProgram.Ask(dovecot.Program, ["-n", "-c", dovecot.Main], ct);
        if (answer.Status != 0)
        {
            throw new VmmException(
                ErrorCode.ConfigurationRejected,
                $"the new configuration is not accepted by Dovecot: {answer.Errors.ReplaceLineEndings(" ")}",
                "Everything is as it was before. Correct what the message names, then run the command again.");
        }

        if (!answer.Output.Contains(DovecotTemplates.Proof(dovecot.Version, dovecot.Directory), StringComparison.Ordinal))
        {
            throw new VmmException(
                ErrorCode.ConfigurationRejected,
                $"'{dovecot.Main}' does not read conf.d/99-vmm.conf",
                "Everything is as it was before. Add the line '!include conf.d/*.conf', then run the command again.");
        }
    }

    /// <summary>
    /// The commands that activate the configuration. Dovecot comes first: a daemon of Postfix that finds no authentication socket
    /// dies, and its service pauses for a minute. Before the first start of Postfix its queue directory does not exist, and Dovecot
    /// cannot make its sockets; 'postfix check' makes it.
    /// </summary>
    private List<string> Next(CancellationToken ct) =>
    [
        .. postfix is { HasQueue: false } ? (string[])[postfix.Command("check")] : [],
        .. dovecot is null ? (string[])[] : [dovecot.ApplyCommand(ct)],
        .. postfix is null ? (string[])[] : [postfix.ApplyCommand(ct)],
    ];

    private MailConfigurationPart Lines(string name, string present, string wanted) => new(
        $"{postfix!.Directory}/{name}", "lines", null, null, wanted,
        present == wanted ? MailConfigurationReport.Same
        : postfix.IsHere ? MailConfigurationReport.Different
        : MailConfigurationReport.Missing);

    private static string Queue(Settings settings, MailConfigurationRequest wish, CancellationToken ct)
    {
        var program = settings.Value(SettingOptions.BinPostconf);
        string[] directory = wish.PostfixDirectory is null ? [] : ["-c", wish.PostfixDirectory];
        var answer = File.Exists(program)
            ? ChildProgram.Ask(program, [.. directory, "-x", "-h", "queue_directory"], ct)
            : default;
        return answer is { Status: 0, Output: { Length: > 0 } queue } ? queue.Trim() : "/var/spool/postfix";
    }
}
