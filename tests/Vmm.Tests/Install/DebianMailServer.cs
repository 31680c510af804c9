using System.Text.Json;
using Vmm.Tests.Predecessor;

namespace Vmm.Tests.Install;

/// <summary>
/// A system on which Debian's vmm 0.7 works with Postfix, Dovecot and its quota plugin: configuration in /etc, maps as they are
/// packaged, mail in
/// /srv/mail. Only its sockets, queue and logs lie elsewhere, and its ports are high. Then install.sh comes.
/// </summary>
internal sealed class DebianMailServer(PrivateSystem system) : MailServer
{
    private const string Passwords = "local all postgres peer\\nlocal all all scram-sha-256";
    private static readonly string Seed = Repository.PathOf("tests", "Vmm.Tests", "MailStack", "seed");
    private static readonly string Driver = Repository.PathOf("tests", "Vmm.Tests", "Predecessor", "old_vmm.py");

    internal override string MapDirectory => "/etc/postfix";

    internal override string DovecotConfig => "/etc/dovecot/dovecot.conf";

    public override async ValueTask InitializeAsync()
    {
        Place = system.Root + "/server";
        Directory.CreateDirectory(Place);
        await system.StartServerAsync(Passwords);
        await MakeDatabaseAsync();
        await WriteConfigurationAsync();
        await SystemStartAsync("postfix check");
        await SystemStartAsync("dovecot");
        await system.DoAsync($"until doveadm user x@example.com > {Place}/log/start 2>&1 || [ $? = 67 ]; do sleep 0.1; done");
        await SystemStartAsync("postfix start");
    }

    /// <summary>Commands of vmm 0.7, one a line, each of which must succeed.</summary>
    internal async Task OldAsync(params string[] commands)
    {
        await File.WriteAllLinesAsync(Place + "/commands", commands.Select(c => JsonSerializer.Serialize(c.Split(' '))));
        var answers = await system.DoAsync($"LC_ALL=C.UTF-8 /usr/bin/python3 {Driver} < {Place}/commands");
        foreach (
            var (answer, command) in answers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Zip(commands, (a, c) => (a, c))
        )
        {
            Assert.True(answer.StartsWith("[0, ", StringComparison.Ordinal), $"vmm {command}: {answer}");
        }
    }

    /// <summary>
    /// The hash of every file of Postfix and Dovecot; what a later run adds is left out with <paramref name="only"/>, an earlier
    /// answer.
    /// </summary>
    internal async Task<string> FilesAsync(string? only = null)
    {
        var now = await system.DoAsync("find /etc/postfix /etc/dovecot -type f -exec sha256sum {} + | sort -k 2");
        var names = only?.Split('\n').Select(l => l.Split("  ")[^1]).ToHashSet();
        return string.Join('\n', now.Split('\n').Where(l => names is null || names.Contains(l.Split("  ")[^1])));
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

    // The steps of its installation: roles, its script, and what its set-permissions.py grants.
    private async Task MakeDatabaseAsync()
    {
        await system.SqlAsync(
            "CREATE ROLE vmm LOGIN PASSWORD 'v'; CREATE ROLE mailsys; CREATE ROLE postfix LOGIN PASSWORD 'some_password'; CREATE "
                + "ROLE dovecot LOGIN PASSWORD 'd'"
        );
        await system.SqlAsync("CREATE DATABASE mailsys OWNER vmm TEMPLATE template0 ENCODING 'UTF8'");
        await File.WriteAllTextAsync(Place + "/schema.sql", OldVmm.Schema());
        await system.DoAsync(
            $"""
            PGPASSWORD=v psql -qX -1 -v ON_ERROR_STOP=1 -h /run/postgresql -U vmm -d mailsys -f {Place}/schema.sql &&
            /usr/bin/python3 /usr/share/doc/vmm/examples/pgsql/set-permissions.py -H /run/postgresql -n mailsys -U vmm -p v
            """
        );
    }

    private async Task WriteConfigurationAsync()
    {
        await system.DoAsync($"""
            cd {Place} && mkdir -p log dovecot/run dovecot/state postfix/queue postfix/data lda &&
            chown postfix postfix/data && touch log/postfix.log log/dovecot.log &&
            install -m 4750 -o root -g mail /usr/lib/dovecot/dovecot-lda lda/deliver &&
            rm -rf /etc/dovecot/* && chmod 0771 /srv && mkdir -m 0771 -p /etc/vmm /srv/mail &&
            install -g postfix -m 0640 /usr/share/doc/vmm/examples/postfix/pgsql-*.cf /etc/postfix &&
            sed -i 's|^hosts = .*|hosts = unix:/run/postgresql|' /etc/postfix/pgsql-*.cf
            """
        );
        var own = new Dictionary<string, string>
        {
            ["host"] = "/run/postgresql",
            ["pass"] = "v",
            ["base_directory"] = "/srv/mail",
            ["dovecot_version"] = "2.3.19",
            ["password_scheme"] = "PLAIN",
        };
        Write(
            "/etc/vmm/vmm.cfg",
            string.Concat(
                (await File.ReadAllLinesAsync("/etc/vmm/vmm.cfg")).Select(l =>
                    own.TryGetValue(l.Split(" = ")[0], out var value) ? $"{l.Split(" = ")[0]} = {value}\n" : l + "\n"
                )
            )
        );
        await system.DoAsync("chmod 0640 /etc/vmm/vmm.cfg");
        foreach (var name in (string[])["main.cf", "master.cf", "dovecot.conf"])
        {
            Write((name == "dovecot.conf" ? "/etc/dovecot/" : "/etc/postfix/") + name, Rendered(name));
        }

        await File.AppendAllTextAsync(Outside("/etc/postfix/main.cf"), Rendered("main.private.cf"));
        await File.AppendAllTextAsync(Outside(DovecotConfig), """

            mail_plugins = $mail_plugins quota
            protocol imap {
              mail_plugins = $mail_plugins imap_quota
            }
            plugin {
              quota = count:User quota
              quota_vsizes = yes
            }

            """);
        Write("/etc/dovecot/dovecot-sql.conf.ext", """
            driver = pgsql
            connect = host=/run/postgresql dbname=mailsys user=dovecot password=d
            default_pass_scheme = CRAM-MD5
            password_query = SELECT userid AS "user", password FROM dovecotpassword('%Ln', '%Ld') WHERE %Ls
            user_query = SELECT home, uid, gid, mail, quota_rule FROM dovecotquotauser('%Ln', '%Ld')

            """);
    }

    private string Rendered(string name) => File.ReadAllText($"{Seed}/{name}")
        .Replace("/etc/postfix/pgsql-transport.cf", "/etc/postfix/pgsql-transport_maps.cf", StringComparison.Ordinal)
        .Replace("@RUN@/postfix/etc/", "/etc/postfix/", StringComparison.Ordinal)
        .Replace("@RUN@/dovecot/dovecot.conf", DovecotConfig, StringComparison.Ordinal)
        .Replace("@RUN@/dovecot/dovecot-sql.conf", "/etc/dovecot/dovecot-sql.conf.ext", StringComparison.Ordinal)
        .Replace("@RUN@", Place, StringComparison.Ordinal);

    private void Write(string path, string text) => WriteWithPorts(Outside(path), text);
}
