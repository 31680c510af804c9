using Vmm.Tests.Crash;
using Vmm.Tests.Schema;

namespace Vmm.Tests.Commands;

/// <summary>A command about one object, and a page of a list, read what belongs to it, however much there is beside it.</summary>
[Slow]
public class GrowthTests(PostgresCluster cluster)
{
    /// <summary>In domain 6 are 100 accounts, 25 aliases and 10 relocated users, each under three names.</summary>
    private const int RowsOfADomain = 2000;

    /// <summary>The few catch-alls are in a page or two, which are cheaper to read than an index.</summary>
    private const string RowsRead = """
        SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)
          FROM pg_stat_user_tables
         WHERE relname IN ('users', 'alias', 'relocated', 'userquota', 'vmm_address', 'vmm_address_u')
        """;

    private static readonly string[] Commands =
    [
        "userinfo u5@d6.example -d aliases",
        "domaininfo d6.example",
        "domaininfo d6.example -d full",
        "aliasadd new@d6.example u5@d6.example",
        "aliasadd a5@d6.example x@elsewhere.example",
        "aliasdelete new@d6.example",
        "catchalladd d6.example u5@d6.example",
        "catchalldelete d6.example",
        "trace u5@d6.example",
        "trace a5@d6.example",
        "trace nobody@d6.example",
        "trace nobody@d8.example",
        "listusers --limit 5",
        "listusers --limit 5 --after u5@d6.example",
        "listaliases --limit 5",
        "listrelocated --limit 5",
        "listaddresses --limit 5",
        "listaddresses -p d6.example",
        "getuser 70006",
        "quota d6.example",
        "quota d6.example --over 90 --limit 5",
        "passwords d6.example",
        "passwords d6.example --weak",
        "passwords d6.example --scheme PLAIN --limit 5",
        "useradd new@d6.example --hash {PLAIN}secret",
        "usernote new@d6.example -n note",
        "userquota new@d6.example 5g",
        "userservices new@d6.example -d imap",
        "usertransport new@d6.example smtp:",
        "userdelete new@d6.example --force --delete-directory",
        "relocatedadd new@d6.example new@elsewhere.example",
        "relocateddelete new@d6.example",
        "domainadd new.example",
        "aliasdomainadd other.example new.example",
        "aliasdomaindelete other.example",
        "domainquota d7.example 5g",
        "domaindelete new.example --force",
        "check --only d6.example",
    ];

    [Fact]
    public async Task a_command_about_one_object_reads_no_more_than_its_domain_has()
    {
        using var world = await World.CreateAsync(cluster);
        await LargeDatabase.FillAsync(cluster, world.Database);
        await world.SqlAsync(
            $"UPDATE domain_data SET domaindir = '{world.Base}/d/' || gid WHERE gid BETWEEN 70006 AND 70007;"
                + " SELECT setval('users_uid', 400000), setval('domain_gid', 80000)");
        Directory.CreateDirectory($"{world.Base}/d");
        (await Run.ShellAsync(
            $"chmod 711 {world.Base}/d; for d in 70006 70007; do install -d -m 0750 -g $d {world.Base}/d/$d; done")).Succeeded();
        var read = new List<string>();
        // Right after the load, and with statistics.
        foreach (var before in (string[])["", "ANALYZE"])
        {
            if (before.Length > 0)
            {
                await cluster.ExecuteAsync(world.Database, "postgres", before);
            }

            foreach (var command in Commands)
            {
                var rows = await RowsAsync(world);
                var outcome = await world.VmmAsync(command.Split(' '));
                Assert.True(outcome.ExitCode is 0 or 4, $"{command}: {outcome}");
                var more = await RowsAsync(world) - rows;
                if (more > RowsOfADomain)
                {
                    read.Add($"{command} {before}: {more}");
                }
            }
        }

        Assert.Empty(read);
    }

    /// <summary>With statistics, the server takes a domain for one of the three: a third of everything.</summary>
    [Fact]
    public async Task with_few_domains_a_small_one_reads_nothing_of_the_large_one()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd large.example");
        await world.DoAsync("domainadd small.example");
        await world.DoAsync("domainadd empty.example");
        await world.SqlAsync(
            """
            INSERT INTO users (local_part, passwd, gid) SELECT 'u' || n, 'x', 70000 FROM generate_series(1, 20000) AS n;
            INSERT INTO alias SELECT 70000, 'a' || n, 'x@elsewhere.example' FROM generate_series(1, 20000) AS n;
            INSERT INTO relocated SELECT 70000, 'r' || n, 'x@elsewhere.example' FROM generate_series(1, 20000) AS n;
            INSERT INTO users (local_part, passwd, gid) SELECT 'u' || n, 'x', 70001 FROM generate_series(1, 20) AS n;
            INSERT INTO alias SELECT 70001, 'a' || n, 'x@elsewhere.example' FROM generate_series(1, 20) AS n;
            INSERT INTO relocated SELECT 70001, 'r' || n, 'x@elsewhere.example' FROM generate_series(1, 20) AS n;
            """);
        await cluster.ExecuteAsync(world.Database, "postgres", "ANALYZE");
        string[] commands =
        [
            "domainadd new.example", "aliasdomainadd other.example small.example", "aliasdomaindelete other.example",
            "domainrename small.example little.example", "domaindelete new.example", "domaindelete little.example --force",
        ];
        foreach (var command in commands)
        {
            var rows = await RowsAsync(world);
            await world.DoAsync(command);
            var more = await RowsAsync(world) - rows;
            Assert.True(more <= RowsOfADomain, $"{command}: {more}");
        }
    }

    /// <summary>
    /// A function of SQL stands for a thousand rows, unless it says otherwise. Of some ten thousand addresses the server would
    /// sooner read all than look up a thousand.
    /// </summary>
    [Fact]
    public async Task the_defaults_of_a_small_domain_change_without_a_look_at_all_addresses()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd large.example");
        await world.DoAsync("domainadd small.example");
        await world.SqlAsync(
            """
            INSERT INTO users (local_part, passwd, gid) SELECT 'u' || n, 'x', 70000 FROM generate_series(1, 20000) AS n;
            INSERT INTO users (local_part, passwd, gid) SELECT 'u' || n, 'x', 70001 FROM generate_series(1, 20) AS n;
            """);
        await cluster.ExecuteAsync(world.Database, "postgres", "ANALYZE");
        string[] commands =
        [
            "domainquota small.example 5g", "domainservices small.example --disable pop3", "domaintransport small.example smtp:",
            "userquota u5@small.example 6g", "userservices u5@small.example --disable imap", "usertransport u5@small.example smtp:",
        ];
        var read = new List<string>();
        foreach (var command in commands)
        {
            var rows = await RowsAsync(world);
            await world.DoAsync(command);
            var more = await RowsAsync(world) - rows;
            if (more > 200)
            {
                read.Add($"{command}: {more}");
            }
        }

        Assert.Empty(read);
    }

    [Fact]
    public async Task a_whole_list_reads_each_address_once_however_many_names_a_domain_has()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync(
            "INSERT INTO users (local_part, passwd, gid) SELECT 'u' || n, 'x', 70000 FROM generate_series(1, 100) AS n;"
                + " INSERT INTO domain_name SELECT format('a%s.example', n), 70000, false FROM generate_series(1, 100) AS n");
        var rows = await RowsAsync(world);
        await world.DoAsync("listusers --long");
        await world.DoAsync("listusers");
        // 10,100 addresses, twice; the long list reads the account of each, too.
        Assert.InRange(await RowsAsync(world) - rows, 20000, 50000);
    }

    /// <summary>A server process counts its rows when it ends, which is a moment after its client.</summary>
    internal static async Task<long> RowsAsync(World world)
    {
        await FilledWorld.NoBackendIsLeftAsync(world);
        return long.Parse((await world.QueryAsync(RowsRead))[0]);
    }
}
