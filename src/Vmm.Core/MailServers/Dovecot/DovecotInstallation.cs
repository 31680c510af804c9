using System.Globalization;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>The Dovecot for which a configuration is made.</summary>
/// <param name="Program">Path of doveconf.</param>
/// <param name="Version">The installed version, or the requested one.</param>
/// <param name="Directory">Directory of dovecot.conf.</param>
/// <param name="IsHere">Whether it is installed, so that its configuration can be read.</param>
internal sealed record DovecotInstallation(string Program, MailVersion Version, string Directory, bool IsHere)
{
    /// <summary>What doveconf -n printed, where it was asked for version and path.</summary>
    internal string? Printed { get; init; }

    /// <summary>The main file.</summary>
    internal string Main => Directory + "/dovecot.conf";

    /// <summary>The file of vmm, which is read after the distribution's.</summary>
    internal string OwnFile => Directory + "/conf.d/99-vmm.conf";

    /// <summary>The distribution's file that says which users there are.</summary>
    internal string AuthFile => Directory + "/conf.d/10-auth.conf";

    /// <summary>
    /// Runs doveconf, which prints version and path in its first line; without it the paths of the distributions apply.
    /// </summary>
    /// <param name="settings">Say where doveconf is.</param>
    /// <param name="givenVersion">In place of its own; null asks for it.</param>
    /// <param name="givenDirectory">Of dovecot.conf, in place of its own; null asks for it.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">
    /// 51, 55, 67 doveconf cannot be run and no version is given; 91 a version that is not supported.
    /// </exception>
    internal static DovecotInstallation Ask(Settings settings, string? givenVersion, string? givenDirectory, CancellationToken ct)
    {
        var program = settings.Value(SettingOptions.BinDoveconf);
        var isHere = File.Exists(program);
        if (!isHere && givenVersion is null)
        {
            throw MailVersion.Unknown("Dovecot", program, "dovecot");
        }

        // "# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf"
        var isAsked = isHere && (givenVersion is null || givenDirectory is null);
        var printed = isAsked ? Run(program, givenDirectory, ct) : null;
        var first = printed?.Split('\n')[0] ?? "";
        var version = MailVersion.ReadDovecot(givenVersion ?? first.TrimStart('#', ' '));
        var at = first.IndexOf(": /", StringComparison.Ordinal);
        var directory = givenDirectory ?? (at > 0 ? Path.GetDirectoryName(first[(at + 2)..])! : "/etc/dovecot");
        return new DovecotInstallation(program, version, directory, isHere && File.Exists(directory + "/dovecot.conf"))
        {
            Printed = printed,
        };
    }

    /// <summary>All settings that differ from the defaults.</summary>
    /// <exception cref="VmmException">67 Dovecot rejects the configuration.</exception>
    internal string Read(CancellationToken ct) => Run(Program, Directory, ct);

    /// <summary>The command that activates the configuration in a running Dovecot.</summary>
    internal string Reload => $"doveadm{Option} reload";

    /// <summary>The command that starts it.</summary>
    internal string Start => Daemon.StartCommand(IsSystems, "dovecot", $"dovecot{Option}");

    private bool IsSystems => Directory == "/etc/dovecot";

    private string Option => IsSystems ? "" : $" -c {FileName.Quote(Main)}";

    /// <summary>The command that activates the configuration: reloads Dovecot, or starts it if it does not run.</summary>
    internal string ApplyCommand(CancellationToken ct)
    {
        var place = ChildProgram.Ask(Program, ["-c", Main, "-h", "base_dir"], ct).Output.Trim();
        return Runs(place + "/master.pid") ? Reload : Start;
    }

    /// <summary>Whether the process with the number in Dovecot's pid file exists and is Dovecot.</summary>
    private static bool Runs(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && File.ReadAllText($"/proc/{pid}/comm").TrimEnd('\n') == "dovecot";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Run(string program, string? directory, CancellationToken ct) =>
        ChildProgram.Run(program, directory is null ? ["-n"] : ["-n", "-c", directory + "/dovecot.conf"], ct);
}
