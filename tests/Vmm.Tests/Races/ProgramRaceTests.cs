using Npgsql;

namespace Vmm.Tests.Races;

[Slow]
public class ProgramRaceTests(PostgresCluster cluster)
{
    [Fact]
    public async Task of_64_useradds_of_one_address_one_wins_and_nothing_else_is_left()
    {
        using var world = await WithDomainAsync();
        var exits = await TogetherAsync(world, Enumerable.Repeat("useradd user@example.com --hash {PLAIN}secret", 64));
        Assert.Equal([0, .. Enumerable.Repeat(21, 63)], exits.Order());
        Assert.Equal(1, await world.CountAsync("users"));
        await OnlyHomesOfRowsAsync(world, 1);
    }

    [Fact]
    public async Task of_32_useradds_and_32_aliasadds_of_one_address_it_becomes_exactly_one_thing()
    {
        using var world = await WithDomainAsync();
        for (var round = 0; round < 3; round++)
        {
            var address = $"user{round}@example.com";
            var commands = Enumerable
                .Range(0, 64)
                .Select(i => i % 2 == 0 ? $"useradd {address} --hash {{PLAIN}}secret" : $"aliasadd {address} other@example.net")
                .ToList();
            var exits = await TogetherAsync(world, commands);
            var kinds = await world.QueryAsync($"SELECT kind FROM vmm_address WHERE address = '{address}'");
            var kind = Assert.Single(kinds);
            for (var i = 0; i < 64; i++)
            {
                // Losers hear what the address is; a second aliasadd finds its destination there already, as vmm 0.7 has it.
                int[] expected = (i % 2 == 0, kind) switch
                {
                    (true, "account") => [0, 21],
                    (true, _) => [28],
                    (false, "account") => [21],
                    (false, _) => [0, 28],
                };
                Assert.Contains(exits[i], expected);
            }

            Assert.Equal(kind == "account" ? 1 : 0, exits.Where((e, i) => i % 2 == 0 && e == 0).Count());
            Assert.Equal(
                kind == "account",
                await CountAsync(world, $"SELECT count(*) FROM users WHERE local_part = 'user{round}'") == 1
            );
            Assert.Equal(
                kind == "alias",
                await CountAsync(world, $"SELECT count(*) FROM alias WHERE address = 'user{round}'") == 1
            );
        }

        await OnlyHomesOfRowsAsync(world, (int)await world.CountAsync("users"));
    }

    [Fact]
    public async Task a_domain_is_deleted_with_all_that_was_added_until_then()
    {
        using var world = await WithDomainAsync();
        var commands = Enumerable
            .Range(0, 24)
            .Select(i =>
                i == 12
                    ? "domaindelete example.com --force --delete-directory"
                    : $"useradd user{i}@example.com --hash {{PLAIN}}secret"
            );
        var exits = await TogetherAsync(world, commands);
        Assert.Equal(0, exits[12]);
        Assert.All(exits, exit => Assert.True(exit is 0 or 57, $"exit {exit}"));
        Assert.Equal(0, await world.CountAsync("users"));
        Assert.Equal(0, await world.CountAsync("domain_data"));
        await OnlyHomesOfRowsAsync(world, 0);
    }

    /// <summary>
    /// Whoever deletes a domain has it locked before its addresses, so everybody else has to take them in that order as well.
    /// </summary>
    [Theory]
    [InlineData("userdelete user@example.com", "users")]
    [InlineData("aliasdelete info@example.com", "alias")]
    [InlineData("relocateddelete old@example.com", "relocated")]
    public async Task a_delete_never_deadlocks_with_the_deletion_of_its_domain(string command, string table)
    {
        using var world = await WithDomainAsync();
        await world.AddAccountAsync("user@example.com");
        await world.DoAsync("aliasadd info@example.com other@example.org");
        await world.DoAsync("relocatedadd old@example.com new@example.org");
        await using var domaindelete = await cluster.OpenAsync(world.Database);
        await RunAsync(domaindelete, "BEGIN");
        await RunAsync(domaindelete, "SELECT FROM domain_data FOR UPDATE");
        var waiting = world.VmmAsync(command.Split(' '));
        while (
            await CountAsync(
                world,
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ) == 0
        )
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await RunAsync(domaindelete, $"SET LOCAL lock_timeout = '5s'; DELETE FROM {table}");
        await RunAsync(domaindelete, "ROLLBACK");
        (await waiting).ShouldExit(0);
    }

    [Fact]
    public async Task of_two_domaindeletes_one_wins()
    {
        using var world = await WithDomainAsync();
        await world.AddAccountAsync("user@example.com");
        var exits = await TogetherAsync(world, Enumerable.Repeat("domaindelete example.com --force --delete-directory", 8));
        Assert.Equal([0, .. Enumerable.Repeat(57, 7)], exits.Order());
        await OnlyHomesOfRowsAsync(world, 0);
    }

    [Fact]
    public async Task of_many_domainadds_of_one_name_one_wins()
    {
        using var world = await World.CreateAsync(cluster, "[domain]\nauto_postmaster = true\n");
        var exits = await TogetherAsync(world, Enumerable.Repeat("domainadd example.com --hash {PLAIN}secret", 16));
        Assert.Equal([0, .. Enumerable.Repeat(38, 15)], exits.Order());
        await OnlyHomesOfRowsAsync(world, 1);
    }

    /// <summary>All of them may have to make the directory of the domain, and none may take it away from the others.</summary>
    [Fact]
    public async Task a_missing_domain_directory_is_made_once()
    {
        using var world = await WithDomainAsync();
        Directory.Delete($"{world.Base}/{DomainPath.ForNew(world.Base, 70000).Hash}", recursive: true);
        var exits = await TogetherAsync(
            world,
            Enumerable.Range(0, 24).Select(i => $"useradd user{i}@example.com --hash {{PLAIN}}secret")
        );
        Assert.All(exits, exit => Assert.Equal(0, exit));
        await OnlyHomesOfRowsAsync(world, 24);
    }

    [Fact]
    public async Task a_password_is_changed_or_the_account_is_gone()
    {
        using var world = await WithDomainAsync();
        for (var round = 0; round < 4; round++)
        {
            await world.AddAccountAsync("user@example.com");
            var exits = await TogetherAsync(
                world,
                Enumerable
                    .Range(0, 8)
                    .Select(i =>
                        i == 4
                            ? "userdelete user@example.com --delete-directory"
                            : "userpassword user@example.com --hash {PLAIN}other"
                    )
            );
            Assert.Equal(0, exits[4]);
            Assert.All(exits, exit => Assert.True(exit is 0 or 52, $"exit {exit}"));
            await OnlyHomesOfRowsAsync(world, 0);
        }
    }

    private async Task<World> WithDomainAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        return world;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Starts all at once; exit statuses in the order of the commands.</summary>
    private static Task<int[]> TogetherAsync(World world, IEnumerable<string> commands) =>
        Task.WhenAll(commands.Select(async command => (await world.VmmAsync(command.Split(' '))).ExitCode));

    private static async Task<long> CountAsync(World world, string sql) => long.Parse((await world.QueryAsync(sql))[0]);

    private static async Task OnlyHomesOfRowsAsync(World world, int homes)
    {
        Assert.Equal("", (await world.VmmAsync("check")).Out);
        Assert.Equal(homes, (await world.TreeAsync()).Count(line => line.EndsWith("/Maildir", StringComparison.Ordinal)));
        Assert.DoesNotContain(await world.TreeAsync(), line => line.Contains(".vmm-", StringComparison.Ordinal));
    }
}
