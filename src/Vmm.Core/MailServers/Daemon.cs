namespace Vmm.Core.MailServers;

/// <summary>What Postfix and Dovecot have in common as daemons.</summary>
internal static class Daemon
{
    /// <summary>
    /// The command that starts a server. If it uses the system's configuration, it is the command of the system: on Debian 12 that
    /// also copies /etc/hosts and other files into Postfix's chroot, which 'postfix start' alone does not.
    /// </summary>
    internal static string StartCommand(bool isSystems, string service, string otherwise) =>
        isSystems && Directory.Exists("/run/systemd/system") ? $"systemctl start {service}"
        : isSystems && File.Exists("/etc/init.d/" + service) ? $"service {service} start"
        : otherwise;
}
