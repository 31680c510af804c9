using System.Diagnostics;
using System.Globalization;

namespace Vmm.Tests.Upgrade;

/// <summary>
/// Whatever happens on the way: the database is as it was. An event trigger of the server is the disturbance; vmm knows nothing of
/// it.
/// </summary>
public sealed class FailureTests(PostgresCluster server)
{
    /// <summary>
    /// Counts the statements that change the schema, also those of transactions that are rolled back, and does something at one of
    /// them.
    /// </summary>
    private const string Disturbance = """
        CREATE SCHEMA disturbance;
        CREATE SEQUENCE disturbance.statements;
        CREATE TABLE disturbance.plan (at bigint, seconds int);
        CREATE TABLE disturbance.late (x int);
        CREATE FUNCTION disturbance.fail() RETURNS trigger
          LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disturbed at the end'; END $$;
        CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON disturbance.late DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION disturbance.fail();
        CREATE FUNCTION disturbance.disturb() RETURNS event_trigger
          LANGUAGE plpgsql SECURITY DEFINER SET search_path = disturbance AS $$
        DECLARE
            number bigint := nextval('statements');
        BEGIN
            IF number = (SELECT at FROM plan) THEN
                IF (SELECT seconds FROM plan) > 0 THEN
                    PERFORM pg_sleep((SELECT seconds FROM plan));
                ELSIF (SELECT seconds FROM plan) < 0 THEN
                    INSERT INTO late VALUES (1);
                ELSE
                    RAISE EXCEPTION 'disturbed at statement %', number;
                END IF;
            END IF;
        END
        $$;
        CREATE EVENT TRIGGER disturb ON ddl_command_end EXECUTE FUNCTION disturbance.disturb();
        """;

    public static TheoryData<string> Names => Origin.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task a_failure_on_the_way_leaves_everything_as_it_was(string name)
    {
        var origin = Origin.Of(name);
        var database = await origin.MakeAsync(server);
        await server.ExecuteAsync(database, "postgres", Disturbance);
        using var world = World.On(server, database);
        var before = await server.DumpAsync(database, "-N", "disturbance");
        await world.DoAsync("upgrade --dry-run");
        var all = await CountAsync(database);
        var ends = await EndsAsync(origin);
        // What vmm makes for itself comes first and last: it is a few statements more than the files have.
        var own = all - ends[^1];
        Assert.InRange(own, 1, 10);
        Assert.True(all > 50, $"only {all} statements");
        // The end of every step; the first and the last; and for the longest ways some in between.
        var isLong = origin.Steps.Length > 4 || name == "0.6 before Dovecot 1.2";
        var within = Enumerable.Range(1, isLong ? 11 : 0).Select(i => 1 + (i * (all - 1) / 12));
        foreach (var at in ends.Select(e => e + own - 1).Concat(within).Concat([1, all]).Distinct().Order())
        {
            await PlanAsync(database, at, 0);
            var outcome = await world.VmmAsync("upgrade", "--yes", "--no-dump");
            outcome.ShouldExit(35);
            Assert.Contains($"disturbed at statement {at}", outcome.Error, StringComparison.Ordinal);
            Assert.Equal(before, await server.DumpAsync(database, "-N", "disturbance"));
        }

        // And when all is done, at COMMIT.
        await PlanAsync(database, all, -1);
        var last = await world.VmmAsync("upgrade", "--yes", "--no-dump");
        last.ShouldExit(35);
        Assert.Contains("disturbed at the end", last.Error, StringComparison.Ordinal);
        Assert.Equal(before, await server.DumpAsync(database, "-N", "disturbance"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task killed_or_interrupted_in_the_middle_it_leaves_everything_as_it_was(bool interrupted)
    {
        var database = await Origin.Of("0.5").MakeAsync(server);
        await server.ExecuteAsync(database, "postgres", Disturbance + "INSERT INTO disturbance.plan VALUES (60, 5)");
        using var world = World.On(server, database);
        var before = await server.DumpAsync(database, "-N", "disturbance");
        using var process = Run.Start(Repository.Binary, ["upgrade", "--yes", "--no-dump"], world.Environment);
        var said = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.True(await UntilAsync(database, "wait_event = 'PgSleep'", 1), "it did not get there");
        if (interrupted)
        {
            await Run.ShellAsync($"kill -INT {process.Id}");
        }
        else
        {
            process.Kill();
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(interrupted ? 3 : 137, process.ExitCode);
        Assert.Equal(
            interrupted,
            File.Exists(world.Log) && File.ReadAllText(world.Log).Contains("\"ExitStatus\":3,", StringComparison.Ordinal)
        );
        Assert.Equal(interrupted ? "vmm: error: interrupted\nvmm: hint: Nothing was changed.\n" : "", await said);
        Assert.True(await UntilAsync(database, "true", 0), "the server still works on it");
        Assert.Equal(before, await server.DumpAsync(database, "-N", "disturbance"));
        await server.ExecuteAsync(database, "postgres", "DELETE FROM disturbance.plan");
        await world.DoAsync("upgrade --yes --no-dump");
    }

    /// <summary>How many statements there are until the end of each step; told by another database, by hand.</summary>
    private async Task<List<long>> EndsAsync(Origin origin)
    {
        var database = await origin.MakeAsync(server);
        await server.ExecuteAsync(database, "postgres", Disturbance);
        var ends = new List<long>();
        foreach (var step in origin.Steps)
        {
            (
                await Run.ProgramAsync(
                    server.Psql,
                    [
                        "-h",
                        server.Socket,
                        "-U",
                        "vmm",
                        "-d",
                        database,
                        "-qX",
                        "-f",
                        Repository.PathOf("sql", $"upgrade_{step}.pgsql"),
                    ]
                )
            ).Succeeded();
            ends.Add(await CountAsync(database));
        }

        return ends;
    }

    private async Task<long> CountAsync(string database) =>
        long.Parse(
            (await server.QueryAsync(database, "SELECT last_value FROM disturbance.statements", "postgres"))[0],
            CultureInfo.InvariantCulture
        );

    private Task PlanAsync(string database, long at, int seconds) =>
        server.ExecuteAsync(
            database,
            "postgres",
            "SELECT setval('disturbance.statements', 1, false); DELETE FROM disturbance.plan; INSERT INTO disturbance.plan "
                + $"VALUES ({at}, {seconds})"
        );

    private async Task<bool> UntilAsync(string database, string condition, int number)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < 60)
        {
            if (
                (
                    await server.QueryAsync(
                        "postgres",
                        $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND application_name = 'vmm' AND "
                            + $"{condition}",
                        "postgres"
                    )
                )[0] == $"{number}"
            )
            {
                return true;
            }

            await Task.Delay(20);
        }

        return false;
    }
}
