using Vmm.Tests.Install;

namespace Vmm.Tests.InstalledConfiguration;

/// <summary>
/// Debian's Postfix and Dovecot as the packages configure them, on a system of their own, with an installed vmm whose database is
/// reached over a Unix socket. Only
/// their sockets, queue, logs and ports lie elsewhere. What 'vmm mailconfig --install' writes is all that they know of vmm.
/// </summary>
internal sealed class InstalledMailServer(PrivateSystem system) : MailServer
{
    private const string Passwords = "local all postgres peer\\nlocal all all scram-sha-256";

    internal override string MapDirectory => "/etc/postfix";

    internal override string DovecotConfig => "/etc/dovecot/dovecot.conf";

    /// <summary>Up to the point where an administrator would type 'vmm mailconfig'.</summary>
    public override async ValueTask InitializeAsync()
    {
        Place = system.Root + "/server";
        Directory.CreateDirectory(Place);
        await system.StartServerAsync(Passwords);
        await system.DoAsync($$"""
            cd {{Place}} && mkdir -p log dovecot/run dovecot/state postfix/queue postfix/data && chown postfix postfix/data &&
            touch log/postfix.log log/dovecot.log && chmod 0771 /srv &&
            postconf -e queue_directory={{Place}}/postfix/queue data_directory={{Place}}/postfix/data \
              maillog_file={{PostfixLog}} maillog_file_prefixes={{Place}} \
              'known_tcp_ports=smtp={{Smtp}}, submission={{Submission}}' inet_interfaces=127.0.0.1 inet_protocols=ipv4 \
              myhostname=mail.example.com mydestination= alias_maps= alias_database= smtp_dns_support_level=disabled \
              default_transport=discard:nothing mynetworks= &&
            mkdir -m 0755 /etc/vmm &&
            printf '[database]\nhost = "/run/postgresql"\npass = "v"\n[domain]\nauto_postmaster = false\n' > /etc/vmm/vmm.toml &&
            chmod 0640 /etc/vmm/vmm.toml
            """);
        WriteWithPorts(Outside("/etc/dovecot/conf.d/98-ports.conf"), $$"""
            base_dir = {{Place}}/dovecot/run
            state_dir = {{Place}}/dovecot/state
            log_path = {{DovecotLog}}
            listen = 127.0.0.1
            auth_failure_delay = 0
            service anvil {
              unix_listener anvil-auth-penalty {
                mode = 0
              }
            }
            service imap-login {
              inet_listener imap {
                port = @IMAP@
              }
              inet_listener imaps {
                port = 0
              }
            }
            service pop3-login {
              inet_listener pop3 {
                port = @POP3@
              }
              inet_listener pop3s {
                port = 0
              }
            }
            service managesieve-login {
              inet_listener sieve {
                port = @SIEVE@
              }
              # Debian 13 has it, and two servers of one run cannot both listen there.
              inet_listener sieve_deprecated {
                port = 0
              }
            }

            """);
        (await system.InstallAsync()).Succeeded();
    }

    /// <summary>Starts both, as the system would.</summary>
    internal async Task StartAsync()
    {
        await SystemStartAsync("postfix check");
        await SystemStartAsync("dovecot");
        await system.DoAsync($"until doveadm user x@example.com > {Place}/log/start 2>&1 || [ $? = 67 ]; do sleep 0.1; done");
        await SystemStartAsync("postfix start");
    }

    internal override Task<Outcome> VmmAsync(string? input, params string[] arguments) =>
        system.RunAsync("/usr/local/sbin/vmm " + string.Join(' ', arguments.Select(Run.Quoted)));

    internal override Task<Outcome> ProgramAsync(string file, IEnumerable<string> arguments, string? input = null) =>
        system.ProgramAsync(file, arguments, input);

    internal override Task SqlAsync(string sql) => system.SqlAsync(sql, "mailsys");

    internal override async Task<List<string>> QueryAsync(string sql) => [.. (await system.SqlAsync(sql, "mailsys")).Split('\n')];

    private protected override string Outside(string path) => system.Root + path;

    private protected override Task StopAsync() => system.RunAsync("postfix stop > /dev/null 2>&1; doveadm stop > /dev/null 2>&1");

    // What goes into the background must not hold our pipes.
    private async Task SystemStartAsync(string command)
    {
        var outcome = await system.RunAsync($"{command} > {Place}/log/start 2>&1 < /dev/null");
        Assert.True(
            outcome.ExitCode == 0,
            $"{command}: exit {outcome.ExitCode}\n{await File.ReadAllTextAsync(Place + "/log/start")}\n{Tails()}"
        );
    }
}
