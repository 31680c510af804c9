using System.Globalization;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>The users of a Dovecot who are not accounts of vmm. They go on as before, beside the accounts.</summary>
/// <param name="Exist">Whether there are any.</param>
/// <param name="AreSystems">Whether users of the system are among them.</param>
/// <param name="Ended">Users of the system who can log in until vmm is installed, and have no mail.</param>
internal sealed record OtherUsers(bool Exist, bool AreSystems, IReadOnlyList<string> Ended)
{
    /// <summary>There are none.</summary>
    internal static OtherUsers None { get; } = new(false, false, []);

    /// <summary>
    /// Asks Dovecot. Debian's Dovecot lets the system's users log in from the beginning, so they count only if one of them has
    /// mail; once they are in vmm's file, they stay.
    /// </summary>
    internal static OtherUsers Ask(DovecotInstallation dovecot, CancellationToken ct)
    {
        // A configuration that Dovecot does not accept tells nothing here; an installation reports it.
        var config = dovecot.IsHere ? MailServerFaults.Try(() => DovecotConfig.Read(dovecot, ct), _ => { }) : null;
        if (config is null)
        {
            return None;
        }

        var isKept = DovecotTemplates.HasSystemUsers(dovecot.OwnFile);
        var areIncluded = DovecotTemplates.HasSystemUsers(dovecot.AuthFile);
        // An include that is back after an installation is for users whom vmm's first_valid_uid and place of mail leave out.
        var users = !isKept && areIncluded ? DovecotWithoutVmm.Ask(dovecot, d => SystemUsers(d, ct)) : [];
        var areSystems = isKept || users.Any(u => u.HasMail) || (areIncluded && HasDirectoryService());
        // Included in another way than Debian's, they stay where they are, since vmm does not touch that file.
        var areElsewhere = !isKept && !areIncluded && config.HasSystemUsers;
        return new OtherUsers(
            areSystems || areElsewhere || config.HasUsersBesideSystem,
            areSystems,
            areSystems ? [] : [.. users.Where(u => u.User.HasShell).Select(u => u.User.Name)]);
    }

    /// <summary>
    /// Whether the system has users who are not in /etc/passwd (nsswitch.conf(5)): nobody knows which of them have mail.
    /// </summary>
    private static bool HasDirectoryService()
    {
        string[] local = ["files", "compat", "systemd", "db"];
        return File.Exists("/etc/nsswitch.conf") && File.ReadLines("/etc/nsswitch.conf")
            .Where(l => l.StartsWith("passwd:", StringComparison.Ordinal))
            .SelectMany(l => l["passwd:".Length..].Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Any(service => service[0] != '[' && !service.EndsWith(']') && !local.Contains(service));
    }

    /// <summary>Those of the Dovecot on this machine, if there is one.</summary>
    internal static OtherUsers Here(Settings settings, string? directory, CancellationToken ct) =>
        MailServerFaults.Try(() => Ask(DovecotInstallation.Ask(settings, null, directory, ct), ct), _ => { }) ?? None;

    /// <summary>
    /// The users of /etc/passwd whom Dovecot accepts, and who of them has mail. PAM does not ask for a shell: some have mail only.
    /// </summary>
    private static List<(SystemUser User, bool HasMail)> SystemUsers(DovecotInstallation dovecot, CancellationToken ct)
    {
        const long Nobody = 65534;
        var config = DovecotConfig.Read(dovecot, ct);
        var usual = ChildProgram.Ask(dovecot.Program, ["-c", dovecot.Main, "-h", "first_valid_uid"], ct).Output.Trim();
        var text = config.Value("first_valid_uid", usual);
        var first = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
        return
        [
            .. File.ReadLines("/etc/passwd").Select(l => l.Split(':')).Where(f => f.Length == 7)
                .Where(f => long.TryParse(f[2], NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
                    && uid >= first && uid != Nobody)
                .Select(f => new SystemUser(f[0], f[5], Path.GetFileName(f[6]) is not ("nologin" or "false")))
                .Select(u => (u, u.HasMail(config))),
        ];
    }
}
