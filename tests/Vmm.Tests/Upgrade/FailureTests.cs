using System.Diagnostics;
using System.Globalization;

namespace Vmm.Tests.Upgrade;

/// <summary>Whatever happens on the way: the database is as it was. An event trigger of the server is the disturbance; vmm knows nothing of it.</summary>
public sealed class FailureTests(PostgresCluster server)
{
    /// <summary>Counts the statements that change the schema, also those of transactions that are rolled back, and does something at one of them.</summary>
    private const string Disturbance = """
        CREATE SCHEMA disturbance;
        CREATE SEQUENCE disturbance.statements;
        CREATE TABLE disturbance.plan (at bigint, seconds int);
        CREATE FUNCTION disturbance.disturb() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = disturbance AS $$
        DECLARE
            number bigint := nextval('statements');
        BEGIN
            IF number = (SELECT at FROM plan) THEN
                IF (SELECT seconds FROM plan) > 0 THEN
                    PERFORM pg_sleep((SELECT seconds FROM plan));
                ELSE
                    RAISE EXCEPTION 'disturbed at statement %', number;
                END IF;
            END IF;
        END
        $$;
        CREATE EVENT TRIGGER disturb ON ddl_command_end EXECUTE FUNCTION disturbance.disturb();
        """;

    [Theory]
    [InlineData("0.3")]
    [InlineData("0.4 as released")]
    [InlineData("0.6 before Dovecot 1.2")]
    public async Task a_failure_on_the_way_leaves_everything_as_it_was(string name)
    {
        var database = await Origin.Of(name).MakeAsync(server);
        await server.ExecuteAsync(database, "postgres", Disturbance);
        using var world = World.On(server, database);
        var before = await server.DumpAsync(database, "-N", "disturbance");
        await world.DoAsync("upgrade --dry-run");
        var all = long.Parse((await server.QueryAsync(database, "SELECT last_value FROM disturbance.statements", "postgres"))[0], CultureInfo.InvariantCulture);
        Assert.True(all > 80, $"only {all} statements");
        // The first, the last, and some in every step.
        foreach (var at in Enumerable.Range(0, 13).Select(i => 1 + (i * (all - 1) / 12)))
        {
            await server.ExecuteAsync(database, "postgres", $"SELECT setval('disturbance.statements', 1, false); DELETE FROM disturbance.plan; INSERT INTO disturbance.plan VALUES ({at}, 0)");
            var outcome = await world.VmmAsync("upgrade", "--yes", "--no-dump");
            outcome.ShouldExit(35);
            Assert.Contains($"disturbed at statement {at}", outcome.Error, StringComparison.Ordinal);
            Assert.Equal(before, await server.DumpAsync(database, "-N", "disturbance"));
        }
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
        Assert.Equal(interrupted ? "vmm: error: interrupted\nvmm: hint: Nothing was changed.\n" : "", await said);
        Assert.True(await UntilAsync(database, "true", 0), "the server still works on it");
        Assert.Equal(before, await server.DumpAsync(database, "-N", "disturbance"));
        await server.ExecuteAsync(database, "postgres", "DELETE FROM disturbance.plan");
        await world.DoAsync("upgrade --yes --no-dump");
    }

    private async Task<bool> UntilAsync(string database, string condition, int number)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < 60)
        {
            if ((await server.QueryAsync("postgres", $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND application_name = 'vmm' AND {condition}", "postgres"))[0] == $"{number}")
            {
                return true;
            }

            await Task.Delay(20);
        }

        return false;
    }
}
