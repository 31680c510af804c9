using Npgsql;

namespace Vmm.Tests.Schema;

/// <summary>One database and three connections for all races: two that write and one that looks on.</summary>
public sealed class RaceTrack(PostgresCluster server) : IAsyncLifetime
{
    private string name = "";

    public NpgsqlConnection First { get; private set; } = null!;

    public NpgsqlConnection Second { get; private set; } = null!;

    public NpgsqlConnection Watch { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        name = await server.CreateDatabaseAsync();
        First = await server.OpenAsync(name);
        Second = await server.OpenAsync(name);
        Watch = await server.OpenAsync(name);
    }

    /// <summary>
    /// Ends what a race before this one left, and sets up three domains, two accounts and two aliases, one with two destinations.
    /// </summary>
    public async Task ResetAsync()
    {
        Assert.Null(await First.TryAsync("ROLLBACK"));
        Assert.Null(await Second.TryAsync("ROLLBACK"));
        Assert.Null(
            await Watch.TryAsync(
                """
                DELETE FROM users; DELETE FROM alias; DELETE FROM relocated; DELETE FROM domain_name; DELETE FROM domain_data;
                DELETE FROM vmm_address;
                INSERT INTO domain_data (gid, domaindir) VALUES (1, '/1'), (2, '/2'), (3, '/3');
                INSERT INTO domain_name VALUES ('n1.example', 1, true), ('other.example', 2, false), ('gone.example', 3, true);
                INSERT INTO users (local_part, passwd, gid) VALUES ('c', 'x', 1), ('d', 'x', 1);
                INSERT INTO alias VALUES (1, 'b', 'x@example.org'), (1, 'b', 'y@example.org'), (1, 'f', 'q@example.org')
                """
            )
        );
    }

    /// <summary>
    /// The first writes; the second, whose snapshot is as old, begins to write; the first ends; the second ends. The second's
    /// error.
    /// </summary>
    public async Task<string?> RunAsync(string first, string second, string level, bool commit)
    {
        await ResetAsync();
        Assert.Null(
            await Second.TryAsync($"BEGIN ISOLATION LEVEL {level}; SET LOCAL lock_timeout = '20s'; SELECT count(*) FROM users")
        );
        Assert.Null(await First.TryAsync("BEGIN; " + first));
        var writing = Second.TryAsync(second);
        var blocked = $"SELECT cardinality(pg_blocking_pids({Second.ProcessID}))";
        for (var i = 0; i < 500 && !writing.IsCompleted && (await PostgresCluster.ListAsync(Watch, blocked))[0] == "0"; i++)
        {
            await Task.Delay(5);
        }

        Assert.Null(await First.TryAsync(commit ? "COMMIT" : "ROLLBACK"));
        var error = await writing ?? await Second.TryAsync("COMMIT");
        Assert.Null(await Second.TryAsync("ROLLBACK"));
        Assert.Empty(await PostgresCluster.ListAsync(Watch, Keeping.Faults));
        Assert.Empty(await PostgresCluster.ListAsync(Watch, Keeping.Doubles));
        return error;
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        await Watch.DisposeAsync();
    }
}
