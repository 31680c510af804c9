using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CsCheck;

namespace Vmm.Tests.Commands;

/// <summary>The list of accounts by quota usage. The transcript quota.txt has what a session looks like.</summary>
public class QuotaUsageTests(PostgresCluster cluster)
{
    private const string Utf8 = "export LC_ALL=C.UTF-8;";

    [Fact]
    public async Task the_fullest_come_first_whatever_limits_and_usage_there_are()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.net");
        await world.DoAsync("domainquota example.net 1000");
        await world.SqlAsync(
            """
            INSERT INTO quotalimit (bytes, messages)
            SELECT b, m FROM unnest('{0,1,100,1000,4000000000,9223372036854775807}'::bigint[]) b,
                   unnest('{0,1,100,2147483647}'::int[]) m ON CONFLICT DO NOTHING;
            SELECT setseed(0.5);
            INSERT INTO users (local_part, passwd, gid, qid)
            SELECT 'u' || n, 'x', 70000 + n % 2, CASE WHEN n % 7 > 0 THEN q.qid END
              FROM generate_series(1, 600) n JOIN (SELECT qid, row_number() OVER () - 1 AS i FROM quotalimit) q ON q.i = n % 24;
            INSERT INTO userquota (uid, bytes, messages)
            SELECT uid, ((random() * 10) ^ (random() * 18))::bigint * sign(random() - 0.1)::int,
                   -((random() * 10) ^ (random() * 9))::int - 1
              FROM users WHERE uid % 5 > 0
            """);
        var accounts = (await world.JsonAsync("quota")).GetProperty("accounts").EnumerateArray().Select(a => new Usage(a)).ToList();
        Assert.Equal(600, accounts.Count);
        var byHand = accounts
            .OrderByDescending(a => a.Percent ?? -1)
            .ThenByDescending(a => a.Bytes)
            .ThenByDescending(a => a.Messages)
            .ThenBy(a => a.Address.Split('@')[1], StringComparer.Ordinal)
            .ThenBy(a => a.Address.Split('@')[0], StringComparer.Ordinal);
        Assert.Equal(byHand.Select(a => a.Address), accounts.Select(a => a.Address));
        Assert.All(accounts, a => Assert.Equal(a.Percent, a.Printed));
        Assert.Contains(accounts, a => a.Percent > 100);
        Assert.Contains(accounts, a => a is { Percent: null, Bytes: > 0 });
        Assert.Contains(accounts, a => a is { Percent: 0, Bytes: 0, Messages: 0 });
        foreach (var percent in (long[])[0, 1, 50, 100, 1_000_000])
        {
            var over = (await world.JsonAsync($"quota --over {percent}%")).GetProperty("accounts").EnumerateArray();
            Assert.Equal(accounts.Where(a => a.Percent >= percent).Select(a => a.Address), over.Select(a => new Usage(a).Address));
            var listed = (await world.JsonAsync($"listusers --over-quota {percent}")).GetProperty("accounts").GetArrayLength();
            Assert.Equal(accounts.Count(a => a.Percent >= percent), listed);
        }

        var page = (await world.JsonAsync("quota example.net --limit 7")).GetProperty("accounts").EnumerateArray();
        Assert.Equal(
            accounts.Where(a => a.Address.EndsWith("@example.net", StringComparison.Ordinal)).Take(7).Select(a => a.Address),
            page.Select(a => new Usage(a).Address));
    }

    [Fact]
    public async Task program_and_database_compute_the_same_percentage()
    {
        long[] bytes = [-1, 0, 1, 99, 100, 101, 92233720368547758, 92233720368547759, long.MaxValue - 1, long.MaxValue];
        int[] messages = [-1, 0, 1, 99, 101, int.MaxValue];
        await using var connection = await cluster.OpenAsync(PostgresCluster.SchemaDatabase);
        var rows = await PostgresCluster.ListAsync(
            connection,
            $"""
            SELECT concat_ws(' ', q.bytes, q.messages, w.bytes, w.messages, {QuotaSql.UsedPercent})
              FROM unnest(ARRAY[{string.Join(',', bytes)}]::bigint[]) b, unnest(ARRAY[{string.Join(',', messages)}]::int[]) m,
                   unnest(ARRAY[{string.Join(',', bytes)}]::bigint[]) c, unnest(ARRAY[{string.Join(',', messages)}]::int[]) n,
                   LATERAL (SELECT b AS bytes, m AS messages) q,
                   LATERAL (SELECT c AS bytes, n AS messages) w
            """);
        Assert.Equal(3600, rows.Count);
        Assert.All(rows, row =>
        {
            var numbers = row.Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToList();
            long? expected = numbers.Count == 5 ? numbers[4] : null;
            Assert.Equal(expected, new Quota(numbers[0], (int)numbers[1]).UsedPercent(numbers[2], numbers[3]));
        });
    }

    [Theory]
    [InlineData(120, Utf8, "  95% ██████████████████████████████████████░░ ", "    - ", "   1% █░░░░░░░")]
    [InlineData(120, "export LC_ALL=C;", "  95% ######################################.. ", "    - ", "   1% #.......")]
    [InlineData(120, "unset LC_ALL LC_CTYPE; export LANG=de_DE.utf8;", "  95% ███", " 150% ██████", "░")]
    [InlineData(80, Utf8, "  95% █████░ ", " 150% ██████ ", "   1% █░░░░░ ")]
    [InlineData(0, Utf8, "  95% █████░ ", " 150% ██████ ", "   1% █░░░░░ ")]
    [InlineData(60, Utf8, "  95%              950/1000 ", "    -                   0/- ")]
    [InlineData(120, Utf8 + " export NO_COLOR=1;", "  95%              950/1000 ", "    -                   0/- ")]
    public async Task on_a_terminal_there_are_bars_that_fit(int columns, string before, params string[] shown)
    {
        using var world = await FilledAsync();
        using var terminal = PseudoTerminal.Start(world, "quota", $"unset NO_COLOR; stty cols {columns}; {before}");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.All(shown, text => Assert.True(terminal.Seen.Contains(text, StringComparison.Ordinal), terminal.Seen));
        Assert.DoesNotContain("\u001b", terminal.Seen, StringComparison.Ordinal);
        var lines = terminal.Seen.Replace("\t", new string(' ', 8), StringComparison.Ordinal).Split("\r\n");
        Assert.All(lines, line => Assert.True(line.Length <= Math.Max(columns, 80), line));
    }

    [Fact]
    public async Task without_a_terminal_there_are_columns_that_scripts_can_split()
    {
        using var world = await FilledAsync();
        var lines = (await world.DoAsync("quota")).Split('\n').Where(l => l.StartsWith('\t')).ToList();
        Assert.Equal(4, lines.Count);
        Assert.All(lines, line => Assert.Equal(4, line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Single(lines.Select(l => l.IndexOf("@", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public static void a_percentage_is_that_of_bytes_or_messages_whichever_is_more() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue], Gen.Long, Gen.Int).Sample((limit, most, bytes, messages) =>
        {
            BigInteger[] of =
            [
                limit == 0 ? -1 : BigInteger.Max(bytes, 0) * 100 / limit,
                most == 0 ? -1 : BigInteger.Max(messages, 0) * 100 / most,
            ];
            return (new Quota(limit, most).UsedPercent(bytes, messages) ?? -1) == BigInteger.Min(of.Max(), long.MaxValue);
        });

    private async Task<World> FilledAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        foreach (var name in (string[])["over", "full", "slim", "free"])
        {
            await world.AddAccountAsync($"{name}@example.com");
        }

        await world.DoAsync("userquota over@example.com 1000");
        await world.DoAsync("userquota full@example.com 1000");
        await world.DoAsync("userquota slim@example.com 1000");
        await world.SqlAsync("INSERT INTO userquota VALUES (70000, 1500, -1), (70001, 950, -1), (70002, 10, -1)");
        return world;
    }

    private sealed record Usage(string Address, long Limit, long Most, long Bytes, long Messages, long? Printed)
    {
        public Usage(JsonElement a)
            : this(
                a.GetProperty("address").GetString()!,
                a.GetProperty("quota_bytes").GetInt64(),
                a.GetProperty("quota_messages").GetInt64(),
                a.GetProperty("used_bytes").GetInt64(),
                a.GetProperty("used_messages").GetInt64(),
                a.TryGetProperty("used_percent", out var percent) ? percent.GetInt64() : null)
        {
        }

        /// <summary>Computed in another way.</summary>
        public long? Percent => Limit == 0 && Most == 0 ? null
            : (long)BigInteger.Min(
                long.MaxValue,
                BigInteger.Max(
                    Limit == 0 ? 0 : BigInteger.Max(Bytes, 0) * 100 / Limit,
                    Most == 0 ? 0 : BigInteger.Max(Messages, 0) * 100 / Most));
    }
}
