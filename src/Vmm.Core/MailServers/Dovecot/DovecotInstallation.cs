using System.Globalization;
using Vmm.Core.Configuration;
using Vmm.Core.MailConfiguration;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>The Dovecot for which a configuration is made.</summary>
/// <param name="Program">Path of doveconf.</param>
/// <param name="Version">Its own, or the one that is asked for.</param>
/// <param name="Directory">Of dovecot.conf.</param>
/// <param name="IsHere">Whether it can be asked what it has.</param>
internal sealed record DovecotInstallation(string Program, MailVersion Version, string Directory, bool IsHere)
{
    /// <summary>The main file.</summary>
    internal string Main => Directory + "/dovecot.conf";

    /// <summary>Asks doveconf, which tells version and path in its first line; without an answer all is as distributions have it.</summary>
    /// <exception cref="VmmException">51, 55, 67 it cannot be asked and no version is given; 91 a version that is not supported.</exception>
    internal static DovecotInstallation Ask(Settings settings, MailConfigurationRequest wish, CancellationToken ct)
    {
        var program = settings.Value(SettingOptions.BinDoveconf);
        var isHere = File.Exists(program);
        if (!isHere && wish.DovecotVersion is null)
        {
            throw PostfixInstallation.NoProgram("Dovecot", program, "dovecot");
        }

        // "# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf"
        var first = isHere && (wish.DovecotVersion is null || wish.DovecotDirectory is null) ? Run(program, wish.DovecotDirectory, ct).Split('\n')[0] : "";
        var version = MailVersion.OfDovecot(wish.DovecotVersion ?? first.TrimStart('#', ' '));
        var directory = wish.DovecotDirectory ?? (first.IndexOf(": /", StringComparison.Ordinal) is > 0 and var at ? Path.GetDirectoryName(first[(at + 2)..])! : "/etc/dovecot");
        return new DovecotInstallation(program, version, directory, isHere && File.Exists(directory + "/dovecot.conf"));
    }

    /// <summary>All that is set otherwise than by default.</summary>
    /// <exception cref="VmmException">67 Dovecot finds fault with it.</exception>
    internal string Read(CancellationToken ct) => Run(Program, Directory, ct);

    /// <summary>The command after which a running Dovecot has it.</summary>
    internal string Reload => $"doveadm{Option} reload";

    /// <summary>The command that starts it.</summary>
    internal string Start => Daemon.Start(IsSystems, "dovecot", $"dovecot{Option}");

    private bool IsSystems => Directory == "/etc/dovecot";

    private string Option => IsSystems ? "" : $" -c {FileName.Quote(Main)}";

    /// <summary>The command after which Dovecot has the new configuration.</summary>
    internal string Obey(CancellationToken ct)
    {
        var place = ChildProgram.Ask(Program, ["-c", Main, "-h", "base_dir"], ct).Output.Trim();
        return Runs(place + "/master.pid") ? Reload : Start;
    }

    /// <summary>Whether the process is Dovecot's whose number it wrote into its file.</summary>
    private static bool Runs(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid)
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
