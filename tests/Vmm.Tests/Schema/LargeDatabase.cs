using System.Collections.Concurrent;

namespace Vmm.Tests.Schema;

/// <summary>
/// 2,000 domains (with fewer, two pages read in full are cheaper than an index), 200 alias domains and as many with A-labels,
/// 200,000 accounts,
/// 50,000 aliases, 20,000 relocated users, and catch-alls. Made once for all tests: whoever writes in it rolls back.
/// </summary>
public sealed class LargeDatabase(PostgresCluster server) : IAsyncLifetime
{
    private const string Small = """
        INSERT INTO quotalimit (bytes, messages) VALUES (1073741824, 10000);
        INSERT INTO transport (transport) VALUES ('dovecot:');
        INSERT INTO domain_data (gid, domaindir) SELECT 70000 + d, '/srv/mail/' || d FROM generate_series(1, 2000) AS d;
        INSERT INTO domain_name (domainname, gid, is_primary) SELECT format('d%s.example', d), 70000 + d, true
          FROM generate_series(1, 2000) AS d;
        INSERT INTO domain_name (domainname, gid, is_primary) SELECT format('alias%s.example', d), 70000 + d, false
          FROM generate_series(1, 200) AS d;
        INSERT INTO domain_name (domainname, gid, is_primary) SELECT format('xn--bcher%s-q9a.example', 1000 + d), 70000 + d, false
          FROM generate_series(1, 200) AS d;
        INSERT INTO catchall (gid, destination) SELECT 70000 + d, '%n@elsewhere.example' FROM generate_series(1, 2000, 7) AS d;
        INSERT INTO alias (gid, address, destination)
        SELECT 70001 + n % 2000, 'a' || n,
               CASE n % 2 WHEN 0 THEN format('to%s@elsewhere.example', n) ELSE format('u%s@d%s.example', n, 1 + n % 2000) END
          FROM generate_series(0, 49999) AS n;
        INSERT INTO relocated (gid, address, destination)
        SELECT 70001 + n % 2000, 'r' || n, 'new@elsewhere.example' FROM generate_series(0, 19999) AS n
        """;

    private const string Accounts = """
        INSERT INTO users (local_part, passwd, gid, tid, qid, ssid)
        SELECT 'u' || n, '{PLAIN}p', 70001 + n % 2000, CASE WHEN n % 10 = 0 THEN 2 END, CASE WHEN n % 11 = 0 THEN 2 END,
          CASE WHEN n % 12 = 0 THEN 3 END
          FROM generate_series(0, 199999) AS n
        """;

    private static readonly ConcurrentDictionary<PostgresCluster, Lazy<Task<string>>> Made = [];

    public string Name { get; private set; } = "";

    public async ValueTask InitializeAsync() => Name = await Made.GetOrAdd(server, s => new(() => MakeAsync(s))).Value;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The rows, without statistics.</summary>
    internal static async Task FillAsync(PostgresCluster server, string name)
    {
        await server.ExecuteAsync(name, "vmm", Small);
        await server.ExecuteAsync(name, "vmm", Accounts);
    }

    private static async Task<string> MakeAsync(PostgresCluster server)
    {
        var name = await server.CreateDatabaseAsync();
        await FillAsync(server, name);
        await server.ExecuteAsync(name, "postgres", "ANALYZE");
        return name;
    }
}
