using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Vmm.Tests.FailureModes;

/// <summary>A database that is not there, not ours, or goes away.</summary>
public class DatabaseFailureTests(PostgresCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("host = \"/nowhere\"", 35, "'mailsys' at /nowhere:5432 cannot be reached: ")]
    [InlineData("host = \"/nowhere\"", 35, "cannot be reached: there is no directory '/nowhere'\n")]
    [InlineData("host = \"/etc/passwd\"", 35, "cannot be reached: '/etc/passwd' is a file, not the directory of a socket\n")]
    [InlineData("host = \"SOCKET\"\nport = 1", 35, "cannot be reached: there is no socket 'SOCKET/.s.PGSQL.1'\n")]
    [InlineData("host = \"127.0.0.1\"\nport = 1", 35, "'mailsys' at 127.0.0.1:1 cannot be reached: connection refused")]
    [InlineData("host = \"no-such-host.invalid\"", 35, "cannot be reached: ")]
    [InlineData("host = \"one,two\"", 35, "'mailsys' at one,two:5432 cannot be reached: ")]
    [InlineData("host = \"SOCKET\"\nname = \"nowhere\"", 35, "the database 'nowhere' at SOCKET:5432 does not exist")]
    [InlineData("host = \"SOCKET\"\nname = \"postgres\"\nuser = \"nobody\"", 35, "refused the role 'nobody'")]
    [InlineData("host = \"SOCKET\"\nname = \"postgres\"", 82, "the database has no vmm 0.8 schema")]
    [InlineData("host = \"SOCKET\"\nname = \"vmm_template\"\nuser = \"postfix\"", 35, "refused: permission denied")]
    public async Task an_unusable_database_is_one_line_and_its_code(string section, int code, string text)
    {
        using var world = await World.CreateAsync(cluster);
        File.WriteAllText(
            world.Config,
            $"[database]\n{section}\n[misc]\nbase_directory = \"{world.Base}\"\n[log]\nfile = \"\"".Replace(
                "SOCKET",
                cluster.Socket,
                StringComparison.Ordinal
            )
        );
        foreach (
            var command in (string[][])
                [
                    ["listdomains"],
                    ["domainadd", "example.com", "--hash", "{PLAIN}x"],
                ]
        )
        {
            Message.IsOneError(
                await world.VmmAsync(command),
                code,
                text.Replace("SOCKET", cluster.Socket, StringComparison.Ordinal)
            );
        }

        Assert.Empty(await world.TreeAsync());
    }

    [Fact]
    public async Task a_wrong_password_is_35_and_never_shown()
    {
        // Only this role is asked for a password; the cluster trusts the others.
        await cluster.ExecuteAsync("postgres", "postgres", "CREATE ROLE guarded LOGIN PASSWORD 'right'");
        var rules = cluster.Socket + "/data/pg_hba.conf";
        await File.WriteAllTextAsync(rules, "local all guarded scram-sha-256\n" + await File.ReadAllTextAsync(rules, Ct), Ct);
        await cluster.ReloadAsync();

        using var world = await World.CreateAsync(cluster);
        foreach (var (pass, text) in new[] { ("open sesame", "refused the role 'guarded'"), ("", "") })
        {
            File.WriteAllText(
                world.Config,
                $"[database]\nhost = \"{cluster.Socket}\"\nname = \"{world.Database}\"\nuser = \"guarded\"\npass = \"{pass}\""
            );
            var refused = await world.VmmAsync("listdomains");
            Message.IsOneError(refused, 35, text);
            Assert.DoesNotContain("sesame", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task what_is_set_for_libpq_does_not_disturb()
    {
        using var world = await World.CreateAsync(cluster);
        var environment = new Dictionary<string, string>(world.Environment)
        {
            ["PGREQUIREAUTH"] = "scram-sha-256",
            ["PGCLIENTENCODING"] = "LATIN1",
            ["PGOPTIONS"] = "-c nothing.there",
        };
        string[] commands = ["domainadd example.com", "domainnote example.com -n Владимир", "domaininfo example.com"];
        foreach (var command in commands)
        {
            (await Run.ProgramAsync(Repository.Binary, command.Split(' '), environment: environment)).Succeeded();
        }

        Assert.Equal(["Владимир"], await world.QueryAsync("SELECT note FROM domain_data"));
    }

    [Fact]
    public async Task a_newer_schema_is_refused_before_anything_is_done()
    {
        using var world = await World.CreateAsync(cluster);
        await world.SqlAsync("UPDATE vmm_schema SET version = version + 1");
        Message.IsOneError(
            await world.VmmAsync("domainadd", "example.com"),
            82,
            "the database has schema version 3, this vmm supports 2"
        );
        Assert.Empty(await world.TreeAsync());
    }

    [Fact]
    public async Task a_host_that_does_not_answer_is_given_up_after_ten_seconds()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var world = await World.CreateAsync(cluster);
        File.WriteAllText(
            world.Config,
            $"[database]\nhost = \"127.0.0.1\"\nport = {((IPEndPoint)silent.LocalEndpoint).Port}\nsslmode = \"disable\""
        );
        var clock = Stopwatch.StartNew();
        Message.IsOneError(await world.VmmAsync("listdomains"), 35, "cannot be reached: ");
        Assert.InRange(clock.Elapsed.TotalSeconds, 5, 60);
    }

    [Theory]
    [InlineData("TERM", 3)]
    [InlineData("INT", 3)]
    [InlineData("lost", 35)]
    public async Task what_is_interrupted_in_the_middle_is_undone(string how, int code)
    {
        using var world = await World.CreateAsync(cluster, "[domain]\nauto_postmaster = true");
        Snapshot.MakeHashDirectories(world);
        var before = await Snapshot.TakeAsync(world);
        await using var blocker = await cluster.OpenAsync(world.Database);
        await using var transaction = await blocker.BeginTransactionAsync(Ct);
        await using (var block = blocker.CreateCommand())
        {
            block.CommandText = "LOCK TABLE users IN SHARE MODE";
            await block.ExecuteNonQueryAsync(Ct);
        }

        // The domain's directory is made before its postmaster waits for the lock.
        using var process = Run.Start(Repository.Binary, ["domainadd", "example.com", "--hash", "{PLAIN}x"], world.Environment);
        var waiting =
            $"SELECT pid FROM pg_stat_activity WHERE datname = '{world.Database}' AND application_name = 'vmm' AND "
                + "wait_event_type = 'Lock'";
        var clock = Stopwatch.StartNew();
        while ((await cluster.QueryAsync("postgres", waiting, "postgres")).Count == 0)
        {
            Assert.True(clock.Elapsed.TotalSeconds < 60 && !process.HasExited, "vmm never waited for the lock");
            await Task.Delay(20, Ct);
        }

        Assert.NotEqual(before, await Snapshot.TakeAsync(world));
        if (how == "lost")
        {
            await cluster.QueryAsync(
                "postgres",
                waiting.Replace("SELECT pid", "SELECT pg_terminate_backend(pid)", StringComparison.Ordinal),
                "postgres"
            );
        }
        else
        {
            (await Run.ProgramAsync("kill", ["-" + how, process.Id.ToString()])).Succeeded();
        }

        await process.WaitForExitAsync(Ct).WaitAsync(TimeSpan.FromSeconds(60), Ct);
        Message.IsOneError(
            new Outcome(process.ExitCode, "", await process.StandardError.ReadToEndAsync(Ct)),
            code,
            code == 3 ? "interrupted" : "the database "
        );
        await transaction.RollbackAsync(Ct);
        await Snapshot.UnchangedAsync(world, before);
        Assert.Contains($"\"ExitStatus\":{code}", await File.ReadAllTextAsync(world.Log, Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_defect_is_one_line_with_125_and_its_trace_is_in_the_log()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        // Nothing but a broken schema brings vmm there.
        await world.SqlAsync("ALTER TABLE domain_data ALTER domaindir DROP NOT NULL");
        await world.SqlAsync("UPDATE domain_data SET domaindir = NULL");
        Message.IsOneError(await world.VmmAsync("domaininfo", "example.com"), 125, "internal error: InvalidCastException: ");
        var last = (await File.ReadAllLinesAsync(world.Log, Ct))[^1];
        Assert.Contains("Details", last, StringComparison.Ordinal);
        Assert.Contains("   at ", last, StringComparison.Ordinal);
    }
}
