using System.Globalization;

namespace Vmm;

/// <summary>A server that must hear of a new configuration.</summary>
internal static class Daemon
{
    /// <summary>Whether the process runs whose number a server wrote into its file.</summary>
    /// <param name="path">Of the file, with the number alone.</param>
    /// <param name="name">Of the program, which a process that has the number by now would not have.</param>
    internal static bool Runs(string path, string name)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid)
                && File.ReadAllText($"/proc/{pid}/comm").TrimEnd('\n') == name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// The command that starts a server: as the system does it where the configuration is the system's. Debian 12 copies /etc/hosts and the like into
    /// Postfix's chroot there, and 'postfix start' alone does not.
    /// </summary>
    internal static string Start(bool isSystems, string service, string otherwise) =>
        isSystems && Directory.Exists("/run/systemd/system") ? $"systemctl start {service}"
        : isSystems && File.Exists("/etc/init.d/" + service) ? $"service {service} start"
        : otherwise;
}
