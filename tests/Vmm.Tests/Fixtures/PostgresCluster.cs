using Npgsql;
using Vmm.Tests;

[assembly: AssemblyFixture(typeof(PostgresCluster))]

namespace Vmm.Tests;

/// <summary>
/// A PostgreSQL server of the test run's own: run as user postgres, Unix socket only, no fsync. The schema is loaded once, as an ordinary owner in one
/// transaction; each test works on a copy.
/// </summary>
public sealed class PostgresCluster : IAsyncLifetime
{
    private const string Template = "vmm_template";
    private readonly TempDirectory directory = new();
    private readonly string bin = Directory.GetDirectories("/usr/lib/postgresql").OrderBy(d => int.Parse(Path.GetFileName(d))).Last() + "/bin";
    private int databases;

    public string Socket => directory.Path;

    public string Psql => bin + "/psql";

    public async ValueTask InitializeAsync()
    {
        Assert.True(Environment.IsPrivilegedProcess, "the tests make users' directories and must be run by root");
        Directory.CreateDirectory(directory["data"]);
        (await Run.ProgramAsync("chown", ["postgres", directory.Path, directory["data"]])).Succeeded();
        await AsPostgresAsync(bin + "/initdb", "-N", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D", directory["data"]);
        var options = $"-c listen_addresses= -c unix_socket_directories={Socket} -c fsync=off -c max_connections=200";
        await AsPostgresAsync(bin + "/pg_ctl", "-D", directory["data"], "-w", "-t", "60", "-l", directory["log"], "-o", options, "start");
        await ExecuteAsync("postgres", "postgres", """
            CREATE ROLE vmm LOGIN; CREATE ROLE mailsys; CREATE ROLE postfix LOGIN IN ROLE mailsys; CREATE ROLE dovecot LOGIN IN ROLE mailsys
            """);
        await ExecuteAsync("postgres", "postgres", $"CREATE DATABASE {Template} OWNER vmm ENCODING 'UTF8' TEMPLATE template0");
        var load = await Run.ProgramAsync(
            Psql, ["-h", Socket, "-U", "vmm", "-d", Template, "-qX", "-v", "ON_ERROR_STOP=1", "-1", "-f", Repository.PathOf("sql", "create_tables.pgsql")]);
        load.Succeeded();
    }

    /// <summary>A fresh database with the schema.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"t{Interlocked.Increment(ref databases)}";
        await ExecuteAsync("postgres", "postgres", $"CREATE DATABASE {name} TEMPLATE {Template} OWNER vmm");
        return name;
    }

    public async Task<NpgsqlConnection> OpenAsync(string database, string user = "vmm")
    {
        var connection = new NpgsqlConnection($"Host={Socket};Database={database};Username={user};Pooling=false;Command Timeout=300");
        await connection.OpenAsync();
        return connection;
    }

    public async Task ExecuteAsync(string database, string user, string sql)
    {
        await using var connection = await OpenAsync(database, user);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
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

    /// <summary>Template for tests that only look at the schema.</summary>
    public static string SchemaDatabase => Template;

    public async ValueTask DisposeAsync()
    {
        await AsPostgresAsync(bin + "/pg_ctl", "-D", directory["data"], "-w", "-m", "immediate", "stop");
        directory.Dispose();
    }

    private static async Task AsPostgresAsync(string program, params string[] arguments)
    {
        // The server keeps standard output open; a file in its place lets this end.
        var quoted = string.Join(' ', arguments.Prepend(program).Select(a => $"'{a}'"));
        (await Run.ShellAsync($"runuser -u postgres -- {quoted} > /dev/null < /dev/null")).Succeeded();
    }
}
