namespace Vmm.Tests;

/// <summary>
/// The configuration of the INSTALL document of vmm 0.4 (tests/Vmm.Tests/MailStack/seed), on the views that it asks. Its delivery
/// is the LDA through
/// the pipe transport; accounts with the transport of LMTP go the other way.
/// </summary>
public sealed class SeedMailServer(PostgresCluster cluster) : MailServer
{
    private World? world;

    /// <summary>Where the shipped map files lie, rendered for the same database.</summary>
    internal string ShippedMapDirectory => MapDirectory + "/shipped";

    public override async ValueTask InitializeAsync()
    {
        world = await World.CreateAsync(cluster, "[domain]\nauto_postmaster = false\ntransport = \"dovecot:\"\n");
        Place = world.Directory;
        await WriteConfigurationAsync();
        // "check" makes the queue directories in which Dovecot puts its sockets; an smtpd that finds no socket there would die.
        await StartAsync($"postfix -c {MapDirectory} check");
        await StartAsync($"dovecot -c {DovecotConfig}");
        var asked = await Run.ShellAsync(
            $"until doveadm -c {DovecotConfig} user x@example.com > {Place}/log/start 2>&1 || [ $? = 67 ]; do sleep 0.1; done"
        );
        asked.Succeeded();
        await StartAsync($"postfix -c {MapDirectory} start");
        await DoAsync("domainadd example.com");
        await DoAsync("domainadd example.net");
    }

    internal override Task<Outcome> VmmAsync(string? input, params string[] arguments) =>
        world!.VmmWithInputAsync(input, arguments);

    internal override Task SqlAsync(string sql) => world!.SqlAsync(sql);

    internal override Task<List<string>> QueryAsync(string sql) => world!.QueryAsync(sql);

    private protected override async Task StopAsync()
    {
        // Dovecot's processes live on as long as an smtpd holds their socket.
        await Run.ShellAsync($"postfix -c {MapDirectory} stop > /dev/null 2>&1; doveadm -c {DovecotConfig} stop > /dev/null 2>&1");
        world!.Dispose();
    }

    private async Task WriteConfigurationAsync()
    {
        (
            await Run.ShellAsync(
                $"""
                cd {Place} && mkdir -p log dovecot/run dovecot/state postfix/queue postfix/data postfix/etc/shipped lda &&
                chown postfix postfix/data &&
                install -m 4750 -o root -g mail /usr/lib/dovecot/dovecot-lda lda/deliver
                """
            )
        ).Succeeded();
        foreach (var file in Directory.GetFiles(Repository.PathOf("tests", "Vmm.Tests", "MailStack", "seed"), "*.c*f"))
        {
            var name = Path.GetFileName(file);
            Render(file, $"{(name.StartsWith("dovecot", StringComparison.Ordinal) ? Place + "/dovecot" : MapDirectory)}/{name}");
        }

        await File.AppendAllTextAsync(MapDirectory + "/main.cf", await File.ReadAllTextAsync(MapDirectory + "/main.private.cf"));
        foreach (var file in Directory.GetFiles(Repository.PathOf("install", "postfix"), "pgsql-*.cf"))
        {
            Render(file, $"{ShippedMapDirectory}/{Path.GetFileName(file)}");
        }
    }

    private void Render(string template, string target)
    {
        var text = File.ReadAllText(template)
            .Replace("/etc/postfix/", MapDirectory + "/", StringComparison.Ordinal)
            .Replace("host=localhost dbname=mailsys", $"host={cluster.Socket} dbname={world!.Database}", StringComparison.Ordinal)
            .Replace("@HOSTS@", $"unix:{cluster.Socket} unix:{cluster.Socket}", StringComparison.Ordinal)
            .Replace("$Dovecot_PASS", "none", StringComparison.Ordinal)
            .Replace("@PASSWORD@", "none", StringComparison.Ordinal)
            .Replace("@DBNAME@", world.Database, StringComparison.Ordinal)
            .Replace("@RUN@", Place, StringComparison.Ordinal);
        WriteWithPorts(target, text);
    }
}
