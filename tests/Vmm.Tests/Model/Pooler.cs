namespace Vmm.Tests.Model;

/// <summary>
/// pgbouncer before the test run's server, in transaction mode and without any setting for vmm. To begin a session of the server
/// costs a multiple of what a command does in it.
/// </summary>
internal sealed class Pooler : IDisposable
{
    private readonly TempDirectory directory = new();

    private Pooler()
    {
    }

    /// <summary>The host to connect to, for a user of any name: the server sees vmm.</summary>
    public string Socket => directory.Path;

    public static async Task<Pooler> StartAsync(PostgresCluster cluster)
    {
        var pooler = new Pooler();
        await File.WriteAllTextAsync(pooler.directory["pgbouncer.ini"], $"""
            [databases]
            * = host={cluster.Socket} user=vmm
            [pgbouncer]
            unix_socket_dir = {pooler.Socket}
            listen_port = 5432
            auth_type = any
            pool_mode = transaction
            pidfile = {pooler.directory["pid"]}
            logfile = {pooler.directory["log"]}
            """
        );
        (
            await Run.ShellAsync(
                $"chown -R postgres {pooler.Socket} && runuser -u postgres -- pgbouncer -q -d {pooler.directory["pgbouncer.ini"]} "
                    + "> /dev/null < /dev/null"
            )
        ).Succeeded();
        return pooler;
    }

    public void Dispose()
    {
        Run.ShellAsync($"kill -QUIT $(cat {directory["pid"]})").GetAwaiter().GetResult().Succeeded();
        directory.Dispose();
    }
}
