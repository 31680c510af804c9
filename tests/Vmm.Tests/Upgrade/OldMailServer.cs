using Vmm.Tests.Predecessor;

namespace Vmm.Tests.Upgrade;

/// <summary>Debian's vmm 0.7 with a Postfix that has its map files as they are packaged, and a Dovecot that asks its functions. The new program can get at the same database and mail.</summary>
public sealed class OldMailServer : MailServer
{
    private const string ItsMaps = "/usr/share/doc/vmm/examples/postfix";
    private readonly PostgresCluster cluster;
    private OldVmm? old;
    private World? world;

    public OldMailServer(PostgresCluster cluster) => this.cluster = cluster;

    public override async ValueTask InitializeAsync()
    {
        old = await OldVmm.OnItsOwnSchemaAsync(cluster);
        world = World.On(cluster, old.Database, $"[misc]\nbase_directory = \"{old.Base}\"\n");
        foreach (var file in (string[])["grants-0.6", "quota-0.6"])
        {
            var text = await File.ReadAllTextAsync(Repository.PathOf("tests", "Vmm.Tests", "Upgrade", file + ".sql"));
            await world.SqlAsync(string.Join('\n', text.Split('\n').Where(l => l.StartsWith("GRANT", StringComparison.Ordinal))));
        }

        Place = world.Directory;
        await WriteConfigurationAsync();
        await StartAsync($"postfix -c {MapDirectory} check");
        await StartAsync($"dovecot -c {DovecotConfig}");
        (await Run.ShellAsync($"until doveadm -c {DovecotConfig} user x@example.com > {Place}/log/start 2>&1 || [ $? = 67 ]; do sleep 0.1; done")).Succeeded();
        await StartAsync($"postfix -c {MapDirectory} start");
        foreach (var log in new[] { PostfixLog, DovecotLog })
        {
            await File.AppendAllTextAsync(log, "");
        }
    }

    /// <summary>By vmm 0.7.</summary>
    internal async Task OldAsync(string command) => (await old!.VmmAsync(command.Split(' '))).Succeeded();

    /// <summary>Every file of Postfix and Dovecot that names a query, and their hashes.</summary>
    internal async Task<string> FilesAsync() =>
        (await Run.ShellAsync($"cd {Place} && sha256sum postfix/etc/*.cf dovecot/*.conf")).Succeeded();

    internal override Task<Outcome> VmmAsync(string? input, params string[] arguments) => world!.VmmWithInputAsync(input, arguments);

    internal override Task SqlAsync(string sql) => world!.SqlAsync(sql);

    internal override Task<List<string>> QueryAsync(string sql) => world!.QueryAsync(sql);

    private protected override async Task StopAsync()
    {
        await Run.ShellAsync($"postfix -c {MapDirectory} stop > /dev/null 2>&1; doveadm -c {DovecotConfig} stop > /dev/null 2>&1");
        old!.Dispose();
        world!.Dispose();
    }

    private async Task WriteConfigurationAsync()
    {
        (await Run.ShellAsync($"""
            cd {Place} && mkdir -p log dovecot/run dovecot/state postfix/queue postfix/data postfix/etc lda && chown postfix postfix/data &&
            install -m 4750 -o root -g mail /usr/lib/dovecot/dovecot-lda lda/deliver
            """)).Succeeded();
        var seed = Repository.PathOf("tests", "Vmm.Tests", "MailStack", "seed");
        foreach (var name in (string[])["main.cf", "main.private.cf", "master.cf", "dovecot.conf"])
        {
            Render($"{seed}/{name}", $"{(name == "dovecot.conf" ? Place + "/dovecot" : MapDirectory)}/{name}");
        }

        await File.AppendAllTextAsync(MapDirectory + "/main.cf", await File.ReadAllTextAsync(MapDirectory + "/main.private.cf"));
        foreach (var file in Directory.GetFiles(ItsMaps, "*.cf"))
        {
            Render(file, $"{MapDirectory}/{Path.GetFileName(file)}");
        }

        await File.WriteAllTextAsync(Place + "/dovecot/dovecot-sql.conf", $"""
            driver = pgsql
            connect = host={cluster.Socket} dbname={world!.Database} user=dovecot
            default_pass_scheme = CRAM-MD5
            password_query = SELECT userid AS "user", password FROM dovecotpassword('%Ln', '%Ld') WHERE %Ls
            user_query = SELECT home, uid, gid, mail FROM dovecotuser('%Ln', '%Ld')

            """);
    }

    private void Render(string template, string target)
    {
        var text = File.ReadAllText(template)
            .Replace("/etc/postfix/pgsql-transport.cf", "/etc/postfix/pgsql-transport_maps.cf", StringComparison.Ordinal)
            .Replace("/etc/postfix/", MapDirectory + "/", StringComparison.Ordinal)
            .Replace("hosts = localhost", $"hosts = unix:{cluster.Socket}", StringComparison.Ordinal)
            .Replace("dbname = mailsys", $"dbname = {world!.Database}", StringComparison.Ordinal)
            .Replace("@RUN@", Place, StringComparison.Ordinal);
        WriteWithPorts(target, text);
    }
}
