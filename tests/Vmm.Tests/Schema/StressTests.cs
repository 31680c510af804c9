using System.Collections.Concurrent;

namespace Vmm.Tests.Schema;

/// <summary>Eight writers without any agreement among them, all at one small heap of addresses.</summary>
[Slow]
public sealed class StressTests(PostgresCluster server)
{
    private static readonly string[] Names = ["n1.example", "n2.example", "n3.example", "n4.example", "n5.example"];

    [Theory]
    [InlineData("READ COMMITTED")]
    [InlineData("REPEATABLE READ")]
    [InlineData("SERIALIZABLE")]
    public async Task writers_never_deadlock_and_leave_every_address_right(string level)
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(
            database,
            "vmm",
            """
            INSERT INTO domain_data (gid, domaindir) VALUES (1, '/1'), (2, '/2'), (3, '/3');
            INSERT INTO domain_name VALUES ('n1.example', 1, true), ('n2.example', 2, true), ('n3.example', 3, true),
                ('n4.example', 1, false)
            """
        );
        var outcomes = new ConcurrentBag<string>();
        var end = DateTime.UtcNow.AddSeconds(4);
        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(n => Task.Run(() => WriteAsync(database, level, new Random(n), end, outcomes)))
        );
        await server.ShouldHoldAsync(database);
        Assert.Empty(await server.QueryAsync(database, Keeping.Doubles));
        var counts = outcomes.CountBy(o => o).ToDictionary();
        var told = string.Join(' ', counts);
        Assert.True(counts.GetValueOrDefault("") > 200, told);
        string[] expected = level == "READ COMMITTED" ? ["", "23505"] : ["", "23505", "40001", "0A000"];
        Assert.True(counts.Keys.All(expected.Contains), told);
    }

    private async Task WriteAsync(string database, string level, Random random, DateTime end, ConcurrentBag<string> outcomes)
    {
        await using var connection = await server.OpenAsync(database);
        await connection.TryAsync($"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {level}");
        while (DateTime.UtcNow < end)
        {
            outcomes.Add(await connection.TryAsync(Statement(random)) ?? "");
        }
    }

    private static string Statement(Random random)
    {
        var part = $"{(char)('a' + random.Next(4))}";
        var gid = 1 + random.Next(2);
        var destination = $"{random.Next(3)}@example.org";
        var name = Names[random.Next(Names.Length)];
        return random.Next(14) switch
        {
            0 or 1 => $"INSERT INTO users (local_part, passwd, gid) VALUES ('{part}', 'x', {gid})",
            2 =>
                $"INSERT INTO users (local_part, passwd, gid) SELECT chr(96 + n), 'x', {gid} FROM generate_series(1, 3) AS n ON "
                    + "CONFLICT DO NOTHING",
            3 => $"DELETE FROM users WHERE gid = {gid} AND local_part = '{part}'",
            4 => $"UPDATE users SET passwd = 'y' WHERE gid = {gid} AND local_part = '{part}'",
            5 or 6 => $"INSERT INTO alias VALUES ({gid}, '{part}', '{destination}') ON CONFLICT DO NOTHING",
            7 =>
                $"INSERT INTO alias SELECT {gid}, '{part}', n || '@example.org' FROM generate_series(0, 2) AS n ON CONFLICT DO "
                    + "NOTHING",
            8 => $"DELETE FROM alias WHERE gid = {gid} AND address = '{part}' AND destination = '{destination}'",
            9 => $"DELETE FROM alias WHERE gid = {gid} AND address = '{part}'",
            10 =>
                $"INSERT INTO relocated VALUES ({gid}, '{part}', '{destination}') ON CONFLICT (gid, address) DO UPDATE SET "
                    + "destination = excluded.destination",
            11 => $"DELETE FROM relocated WHERE gid = {gid} AND address = '{part}'",
            12 => $"INSERT INTO domain_name VALUES ('{name}', {gid}, false) ON CONFLICT DO NOTHING",
            _ => $"DELETE FROM domain_name WHERE domainname = '{name}' AND NOT is_primary",
        };
    }
}
