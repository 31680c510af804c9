namespace Vmm.Core.MailServers;

/// <summary>A server that must hear of a new configuration.</summary>
internal static class Daemon
{
    /// <summary>
    /// The command that starts a server: as the system does it where the configuration is the system's. Debian 12 copies /etc/hosts and the like into
    /// Postfix's chroot there, and 'postfix start' alone does not.
    /// </summary>
    internal static string Start(bool isSystems, string service, string otherwise) =>
        isSystems && Directory.Exists("/run/systemd/system") ? $"systemctl start {service}"
        : isSystems && File.Exists("/etc/init.d/" + service) ? $"service {service} start"
        : otherwise;
}
