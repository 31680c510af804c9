using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Vmm.Tests.Races;

/// <summary>
/// Eight clients with mixed commands on fifty addresses, while the server of databases crashes twice: what vmm reported is what
/// happened, and the journal tells all of it.
/// </summary>
[Slow]
public sealed class ClientsTests
{
    private const int Clients = 8;

    // A minute with VMM_TEST_CLIENT_SECONDS=60.
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("VMM_TEST_CLIENT_SECONDS") ?? "12", CultureInfo.InvariantCulture));

    private static readonly string[] Addresses =
        [.. from name in (string[])["example.com", "example.net"] from i in Enumerable.Range(0, 25) select $"a{i}@{name}"];

    private static readonly string[] Tables = ["domain_data", "domain_name", "users", "alias", "relocated", "catchall"];

    private readonly ConcurrentDictionary<string, Outcome> outcomes = new();
    private readonly ConcurrentDictionary<string, string> commands = new();

    [Fact]
    public async Task what_was_reported_is_what_happened_and_the_journal_tells_it()
    {
        await using var cluster = new PostgresCluster();
        using var world = await World.CreateAsync(cluster, "[account]\non_delete = \"trash\"\n[mailbox]\nfolders = []\n");
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.net");
        foreach (var address in Addresses.Where((_, i) => i % 2 == 0))
        {
            await world.AddAccountAsync(address);
        }

        var before = await ObjectsAsync(world);
        var last = await world.QueryAsync("SELECT max(entry)::text FROM vmm_journal");
        var end = DateTime.UtcNow + Time;
#pragma warning disable CA2025 // they are awaited below, before the world goes
        var clients = Enumerable.Range(0, Clients).Select(c => Task.Run(() => WorkAsync(world, c, end))).ToList();
#pragma warning restore CA2025
        for (var crash = 0; crash < 2; crash++)
        {
            await Task.Delay(Time / 3, TestContext.Current.CancellationToken);
            await cluster.CrashAsync();
        }

        await Task.WhenAll(clients);
        await ReportsAreTrueAsync(world);
        Assert.Equal(await ObjectsAsync(world), Replay(before, await EntriesAsync(world, last[0])));
        await DiskAgreesAsync(world);
    }

    private async Task WorkAsync(World world, int client, DateTime end)
    {
        var random = new Random(client);
        for (var i = 0; DateTime.UtcNow < end; i++)
        {
            var login = $"client{client}-{i}";
            var command = Command(random, i);
            commands[login] = command;
            var environment = new Dictionary<string, string>(world.Environment) { ["SUDO_USER"] = login };
            outcomes[login] = await Run.ProgramAsync(Repository.Binary, command.Split(' '), null, environment);
        }
    }

    /// <summary>Each says something new, so that what succeeds has changed something.</summary>
    private string Command(Random random, int i)
    {
        var (one, other) = (Any(), Any());
        return random.Next(13) switch
        {
            0 or 1 => $"useradd {one} --hash {{PLAIN}}secret",
            2 => $"userdelete {one} --force",
            3 => $"usernote {one} -n note-{Guid.NewGuid():N}",
            4 => $"userquota {one} {random.Next(1, int.MaxValue)}",
            5 => $"userpassword {one} --hash {{PLAIN}}secret{Guid.NewGuid():N}",
            6 => $"userrename {one} {other} --leave {(i % 2 == 0 ? "nothing" : "alias")}",
            7 => $"aliasadd {one} {other}",
            8 => $"aliasdelete {one} --force",
            9 => $"relocatedadd {one} {other}",
            10 => $"relocateddelete {one}",
            11 => $"trashrestore {one}",
            _ => $"undo {random.Next(1, outcomes.Count + 2)}",
        };

        string Any() => Addresses[random.Next(Addresses.Length)];
    }

    private async Task ReportsAreTrueAsync(World world)
    {
        var changes = (await world.QueryAsync("SELECT login FROM vmm_change WHERE login LIKE 'client%'")).ToLookup(l => l);
        var wrong = outcomes.Select(o => Complaint(o.Key, o.Value, changes[o.Key].Count())).OfType<string>().ToList();
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {outcomes.Count}:\n{string.Join('\n', wrong.Take(8))}");
        // Something was done, and something was lost.
        Assert.True(changes.Count > Clients && outcomes.Values.Any(o => o.ExitCode == (int)ErrorCode.Database), $"{changes.Count}");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{outcomes.Count} commands, {changes.Count} changes, {outcomes.Values.Count(IsUnknown)} unknown; exits "
            + string.Join(' ', outcomes.GroupBy(o => o.Value.ExitCode).OrderBy(g => g.Key).Select(g => $"{g.Key}:{g.Count()}")));
    }

    private string? Complaint(string login, Outcome outcome, int changes)
    {
        var isTold = outcome.ExitCode == 0 || outcome.Error.Contains("vmm: error: ", StringComparison.Ordinal);
        var isOurs = !outcome.Error.Contains("deadlock", StringComparison.Ordinal)
            && !outcome.Error.Contains("   at ", StringComparison.Ordinal);
        var isTrue = IsUnknown(outcome) ? changes <= 1 : changes == (outcome.ExitCode == 0 ? 1 : 0);
        return isTold && isOurs && isTrue
            ? null
            : $"{commands[login]}: {changes} changes, exit {outcome.ExitCode}\n{outcome.Error}";
    }

    private static bool IsUnknown(Outcome outcome) => outcome.Error.Contains("did not confirm", StringComparison.Ordinal);

    /// <summary>Each object by its kind and key, with local part and properties.</summary>
    private static async Task<SortedDictionary<string, string>> ObjectsAsync(World world)
    {
        var objects = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in Tables)
        {
            var query = (await world.QueryAsync($"SELECT vmm_journal_objects('{table}', '{table}')"))[0];
            foreach (var row in await world.QueryAsync(
                $"SELECT jsonb_build_array(kind || ' ' || same, concat_ws(' ', local_part, data))::text FROM ({query}) AS o"))
            {
                var fields = JsonSerializer.Deserialize<string[]>(row)!;
                objects.Add(fields[0], fields[1]);
            }
        }

        return objects;
    }

    /// <summary>Key, before and after of each entry, in their order; null for what is not there.</summary>
    private static async Task<List<string?[]>> EntriesAsync(World world, string after) =>
        [
            .. (await world.QueryAsync($"""
                SELECT jsonb_build_array(kind || ' ' || vmm_journal_key(j),
                           CASE WHEN before IS NOT NULL
                                THEN concat_ws(' ', coalesce(substring(was FROM '^(.*)@'), local_part), before) END,
                           CASE WHEN after IS NOT NULL THEN concat_ws(' ', local_part, after) END)::text
                  FROM vmm_journal j
                 WHERE entry > {after}
                 ORDER BY entry
                """)).Select(row => JsonSerializer.Deserialize<string?[]>(row)!),
        ];

    private static SortedDictionary<string, string> Replay(SortedDictionary<string, string> before, List<string?[]> entries)
    {
        var objects = new SortedDictionary<string, string>(before, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            Assert.Equal(entry[1], objects.GetValueOrDefault(entry[0]!));
            objects.Remove(entry[0]!);
            if (entry[2] is { } after)
            {
                objects.Add(entry[0]!, after);
            }
        }

        return objects;
    }

    /// <summary>What vmm does not know of may have left a home without an account, and nothing else.</summary>
    private async Task DiskAgreesAsync(World world)
    {
        _ = await world.VmmAsync("check", "--repair");
        var findings = (await world.VmmAsync("check")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(f => !f.Contains("\tdangling-destination\t", StringComparison.Ordinal)).ToList();
        Assert.All(findings, f => Assert.StartsWith("warning\torphan-directory\t", f, StringComparison.Ordinal));
        Assert.True(findings.Count <= outcomes.Values.Count(IsUnknown), string.Join('\n', findings));
    }
}
