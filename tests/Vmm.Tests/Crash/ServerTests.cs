namespace Vmm.Tests.Crash;

/// <summary>The database goes away in the middle of a command.</summary>
[Slow]
public class ServerTests(PostgresCluster cluster)
{
    [Fact]
    public async Task sessions_can_be_ended_at_any_instant()
    {
        using var installation = new FilledWorld(await World.CreateAsync(cluster), mails: 20);
        await installation.FillAsync(1, 40);
        var ends = new List<int>();
        for (var i = 0; i < 30; i++)
        {
            var command =
                i % 2 == 0 ? $"useradd new{i}@d0.example --hash {{PLAIN}}secret" : $"userdelete u{i}@d0.example --delete-directory";
            var running = installation.World.VmmAsync(command.Split(' '));
            while (!running.IsCompleted)
            {
                await cluster.QueryAsync(
                    installation.World.Database,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vmm' AND datname = "
                        + "current_database() AND random() < 0.1",
                    "postgres"
                );
            }

            ends.Add((await running).ExitCode);
        }

        Assert.All(ends, exit => Assert.True(exit is 0 or 35, $"exit {exit}"));
        Assert.Contains(35, ends);
        await installation.VerifyAsync(local => local.StartsWith("new", StringComparison.Ordinal));
    }

    [Fact]
    public async Task the_server_can_crash_at_any_instant()
    {
        await using var own = new PostgresCluster();
        using var installation = new FilledWorld(await World.CreateAsync(own), mails: 20);
        await installation.FillAsync(1, 20);
        for (var i = 0; i < 6; i++)
        {
            using var stop = new CancellationTokenSource();
            var busy = Task.WhenAll(
                BusyAsync(installation.World, i, true, stop.Token),
                BusyAsync(installation.World, i, false, stop.Token)
            );
            await Task.Delay(Random.Shared.Next(100, 400), TestContext.Current.CancellationToken);
            await own.CrashAsync();
            await stop.CancelAsync();
            await busy;
            await installation.VerifyAsync(local => local.StartsWith("new", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task a_directory_stays_when_nobody_knows_whether_the_change_was_made()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        var failure = await Assert.ThrowsAsync<VmmException>(() => AddAsync(world, "user@example.com", async () =>
            {
                // All that is left to do is COMMIT.
                await cluster.QueryAsync(
                    world.Database,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vmm' AND datname = "
                        + "current_database()",
                    "postgres"
                );
            }));
        Assert.Equal(ErrorCode.Database, failure.Code);
        Assert.Contains("did not confirm", failure.Message, StringComparison.Ordinal);
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        Assert.StartsWith(
            "warning\torphan-directory\t",
            Assert.Single(check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task what_the_server_refuses_at_the_commit_leaves_no_directory()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
            CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW EXECUTE FUNCTION refuse()
            """
        );
        var before = await world.TreeAsync();
        var refused = await world.VmmAsync("useradd", "user@example.com", "--hash", "{PLAIN}secret");
        refused.ShouldExit((int)ErrorCode.Database);
        Assert.Equal("vmm: error: the database refused a statement: not today (P0001)\n", refused.Error);
        Assert.Equal(before, await world.TreeAsync());
        Assert.Equal(0, await world.CountAsync("users"));
    }

    [Fact]
    public async Task what_was_made_is_taken_back_when_something_fails_before_the_commit()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        var before = await world.TreeAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            AddAsync(world, "user@example.com", () => throw new InvalidOperationException())
        );
        Assert.Equal(before, await world.TreeAsync());
        Assert.Equal(0, await world.CountAsync("users"));
    }

    /// <summary>
    /// The directory of the domain was missing and made anew; before this one gives up, another account has moved in.
    /// </summary>
    [Fact]
    public async Task taking_back_a_domain_directory_leaves_the_homes_of_others()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        var domain = $"{world.Base}/{DomainPath.ForNew(world.Base, 70000).Hash}/70000";
        Directory.Delete(domain);
        await Assert.ThrowsAsync<InvalidOperationException>(() => AddAsync(world, "user@example.com", async () =>
        {
            await world.AddAccountAsync("second@example.com");
            throw new InvalidOperationException();
        }));
        Assert.Equal([$"{domain}/70001"], Directory.GetDirectories(domain));
        Assert.Equal("", await world.DoAsync("check"));
    }

    private static Task<int> AddAsync(World world, string address, Func<Task> then) => Task.Run(() => Session.Change(
        SettingsFile.Load(world.Config),
        Author.Nobody,
        s =>
        {
            _ = Accounts.Add(s, new NewAccount(EmailAddress.Parse(address), PasswordHasher.CheckStored("{PLAIN}secret"), null));
            then().GetAwaiter().GetResult();
            return 0;
        },
        TestContext.Current.CancellationToken));

    private static async Task BusyAsync(World world, int round, bool adds, CancellationToken stop)
    {
        for (var i = 0; i < 3 && !stop.IsCancellationRequested; i++)
        {
            var n = (round * 3) + i;
            var outcome = await world.VmmAsync(
                adds
                    ? ["useradd", $"new{n}@d0.example", "--hash", "{PLAIN}secret"]
                    : ["userdelete", $"u{n}@d0.example", "--delete-directory"]
            );
            Assert.True(outcome.ExitCode is 0 or 35, $"exit {outcome.ExitCode}: {outcome.Error}");
        }
    }
}
