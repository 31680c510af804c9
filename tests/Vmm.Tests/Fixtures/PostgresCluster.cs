using System.Diagnostics;
using Npgsql;
using Vmm.Tests;

[assembly: AssemblyFixture(typeof(PostgresCluster))]

namespace Vmm.Tests;

/// <summary>
/// A PostgreSQL server of the test run's own: run as user postgres, no fsync. It starts when a test first asks it
/// for something. The
/// schema is loaded once, as an ordinary owner in one transaction; each test works on a copy.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string Template = "vmm_template";
    private readonly TempDirectory directory = new();
    private readonly Lazy<Task> start;
    private readonly string listen;
    private int databases;

    /// <summary>Nothing runs yet.</summary>
    public PostgresCluster()
        : this("")
    {
    }

    /// <summary>One that can also be reached over TCP.</summary>
    /// <param name="listen">The address, where port 5432 must be free.</param>
    // Not on xunit's few threads: tests that wait for the start may hold all of them.
    internal PostgresCluster(string listen) => (this.listen, start) = (listen, new(() => Task.Run(StartAsync)));

    public string Socket => Started(directory.Path);

    public string Psql => Started(Programs + "/psql");

    /// <summary>Template for tests that only look at the schema.</summary>
    public static string SchemaDatabase => Template;

    private static string Programs =>
        Directory.GetDirectories("/usr/lib/postgresql").MaxBy(d => int.Parse(Path.GetFileName(d))) + "/bin";

    /// <summary>A fresh database with the schema.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"t{Interlocked.Increment(ref databases)}";
        // Copied as files, the new database has the cache of the catalogue too, and costs half of what its log would.
        await ExecuteAsync("postgres", "postgres", $"CREATE DATABASE {name} TEMPLATE {Template} OWNER vmm STRATEGY file_copy");
        return name;
    }

    public async Task<NpgsqlConnection> OpenAsync(string database, string user = "vmm")
    {
        await start.Value;
        return await ConnectAsync(database, user);
    }

    public async Task ExecuteAsync(string database, string user, string sql)
    {
        await using var connection = await OpenAsync(database, user);
        await RunAsync(connection, sql);
    }

    /// <summary>All rows, columns joined by a bar.</summary>
    public async Task<List<string>> QueryAsync(string database, string sql, string user = "vmm")
    {
        await using var connection = await OpenAsync(database, user);
        return await ListAsync(connection, sql);
    }

    /// <summary>The same on a connection that is open already; a NULL is an empty text.</summary>
    public static async Task<List<string>> ListAsync(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i)))));
        }

        return rows;
    }

    /// <summary>
    /// Makes the server read its files again, and waits for it: a session that begins then has what the files say now.
    /// </summary>
    public async Task ReloadAsync()
    {
        var loaded = await LoadTimeAsync();
        await ExecuteAsync("postgres", "postgres", "SELECT pg_reload_conf()");
        for (var clock = Stopwatch.StartNew(); await LoadTimeAsync() == loaded;)
        {
            Assert.True(clock.Elapsed.TotalSeconds < 60, "the server does not read its files again");
            await Task.Delay(10);
        }
    }

    /// <summary>Ends the server at once, as a crash would, and starts it again. It keeps no pipe of ours.</summary>
    internal async Task CrashAsync() =>
        (await Run.ShellAsync(
            $"runuser -u postgres -- {Programs}/pg_ctl -D {directory["data"]} -m immediate -w -t 60 -l {directory["log"]} restart "
            + "> /dev/null < /dev/null")).Succeeded();

    private async Task<string> LoadTimeAsync() =>
        (await QueryAsync("postgres", "SELECT pg_conf_load_time()::text", "postgres")).Single();

    public async ValueTask DisposeAsync()
    {
        if (start.IsValueCreated)
        {
            await AsPostgresAsync(Programs + "/pg_ctl", "-D", directory["data"], "-w", "-m", "immediate", "stop");
        }

        directory.Dispose();
    }

    private string Started(string name)
    {
        start.Value.GetAwaiter().GetResult();
        return name;
    }

    private async Task StartAsync()
    {
        Assert.True(Environment.IsPrivilegedProcess, "this test makes users' directories and must be run by root: sudo ./test.sh");
        Directory.CreateDirectory(directory["data"]);
        (await Run.ProgramAsync("chown", ["postgres", directory.Path, directory["data"]])).Succeeded();
        await AsPostgresAsync(Programs + "/initdb", "-N", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D", directory["data"]);
        // Nothing survives the run, so nothing has to survive a failure of the machine. And with hundreds of databases autovacuum
        // would
        // start some processes each second, for as long as the run takes.
        const string Quick = "-c fsync=off -c full_page_writes=off -c autovacuum=off -c max_wal_size=4GB -c checkpoint_timeout=1h";
        var options = $"-c listen_addresses={listen} -c unix_socket_directories={directory.Path} -c max_connections=200 {Quick}";
        await AsPostgresAsync(
            Programs + "/pg_ctl",
            "-D",
            directory["data"],
            "-w",
            "-t",
            "60",
            "-l",
            directory["log"],
            "-o",
            options,
            "start"
        );
        await using var connection = await ConnectAsync("postgres", "postgres");
        await RunAsync(
            connection,
            """
            CREATE ROLE vmm LOGIN; CREATE ROLE mailsys; CREATE ROLE postfix LOGIN IN ROLE mailsys;
            CREATE ROLE dovecot LOGIN IN ROLE mailsys
            """
        );
        await RunAsync(connection, $"CREATE DATABASE {Template} OWNER vmm ENCODING 'UTF8' TEMPLATE template0");
        string[] load = ["-qX", "-v", "ON_ERROR_STOP=1", "-1", "-f", Repository.PathOf("sql", "create_tables.pgsql")];
        (await Run.ProgramAsync(Programs + "/psql", ["-h", directory.Path, "-U", "vmm", "-d", Template, .. load])).Succeeded();
    }

    private async Task<NpgsqlConnection> ConnectAsync(string database, string user)
    {
        var connection = new NpgsqlConnection(
            $"Host={directory.Path};Database={database};Username={user};Pooling=false;Command Timeout=300");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task AsPostgresAsync(string program, params string[] arguments)
    {
        // The server keeps standard output open; a file in its place lets this end.
        var quoted = string.Join(' ', arguments.Prepend(program).Select(a => $"'{a}'"));
        (await Run.ShellAsync($"runuser -u postgres -- {quoted} > /dev/null < /dev/null")).Succeeded();
    }
}
