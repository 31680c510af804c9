using System.Diagnostics;

namespace Vmm.Tests.Upgrade;

/// <summary>The dump that is made before: what pg_dump is told, and what is left when something happens to it.</summary>
public sealed class DumpTests(PostgresCluster server)
{
    private const string Password = @"se:s\am";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task what_the_caller_has_set_for_libpq_does_not_reach_pg_dump()
    {
        var origin = Origin.Of("0.4");
        using var world = World.On(server, await origin.MakeAsync(server));
        var before = await server.DumpAsync(world.Database);
        var path = world.Directory + "/before.sql";
        var environment = new Dictionary<string, string>(world.Environment)
        {
            ["PGHOST"] = "/nowhere",
            ["PGHOSTADDR"] = "192.0.2.1",
            ["PGPORT"] = "1",
            ["PGDATABASE"] = "postgres",
            ["PGUSER"] = "dovecot",
            ["PGPASSWORD"] = "wrong",
            ["PGPASSFILE"] = "/nowhere",
            ["PGOPTIONS"] = "-c role=dovecot",
            ["PGSERVICE"] = "nowhere",
            ["PGSSLMODE"] = "verify-full",
            ["PGCLUSTER"] = "9/nowhere",
        };
        (await Run.ProgramAsync(Repository.Binary, ["upgrade", "--yes", "--dump", path], null, environment)).Succeeded();
        var dump = await File.ReadAllTextAsync(path, Ct);
        Assert.Contains("SET client_encoding = 'UTF8'", dump, StringComparison.Ordinal);
        Assert.Contains("Alice Örtchen", dump, StringComparison.Ordinal);
        var empty = await RestoreAsync(path);
        Assert.Equal(before, await server.DumpAsync(empty));
    }

    /// <summary>'disabled' is a word of vmm 0.7, which libpq does not know.</summary>
    [Theory]
    [InlineData("disabled")]
    [InlineData("disable")]
    [InlineData("prefer")]
    public async Task pg_dump_connects_as_vmm_does(string mode)
    {
        using var world = World.On(server, await Origin.Of("0.7").MakeAsync(server));
        var configuration = await File.ReadAllTextAsync(world.Config, Ct);
        await File.WriteAllTextAsync(
            world.Config,
            configuration.Replace("[database]\n", $"[database]\nsslmode = \"{mode}\"\n", StringComparison.Ordinal),
            Ct);
        await world.DoAsync($"upgrade --yes --dump {world.Directory}/before.sql");
        Assert.True(new FileInfo(world.Directory + "/before.sql").Length > 0);
    }

    [Fact]
    public async Task the_password_is_in_no_argument_and_no_file_also_when_vmm_is_killed()
    {
        var database = await Origin.Of("0.4").MakeAsync(server);
        using var world = World.On(server, database);
        await File.WriteAllTextAsync(
            world.Config,
            (await File.ReadAllTextAsync(world.Config, Ct)).Replace(
                "[database]\n",
                $"[database]\npass = '{Password}'\n",
                StringComparison.Ordinal
            ),
            Ct
        );
        var before = await server.DumpAsync(database);
        var path = world.Directory + "/before.sql";
        await using (var holder = await server.OpenAsync(database))
        {
            // pg_dump waits for this lock.
            await using var begin = new Npgsql.NpgsqlCommand("BEGIN; LOCK TABLE transport", holder);
            await begin.ExecuteNonQueryAsync(Ct);
            using var process = Run.Start(Repository.Binary, ["upgrade", "--yes", "--dump", path], world.Environment);
            var child = await ChildAsync(process.Id, database);
            Assert.DoesNotContain("se:s", await File.ReadAllTextAsync($"/proc/{child}/cmdline", Ct), StringComparison.Ordinal);
            Assert.Contains($"PGPASSWORD={Password}", (await File.ReadAllTextAsync($"/proc/{child}/environ", Ct)).Split('\0'));
            Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(path));
            process.Kill();
            await process.WaitForExitAsync(Ct);
            Assert.All(Directory.GetFiles(world.Directory).Where(f => f != world.Config), f =>
                Assert.DoesNotContain("se:s", File.ReadAllText(f), StringComparison.Ordinal)
            );
            Assert.Equal(
                ["before.sql", "mail", "vmm.toml"],
                Directory
                    .GetFileSystemEntries(world.Directory)
                    .Select(f => Path.GetFileName(f))
                    .Where(f => f != "vmm.log")
                    .Order(StringComparer.Ordinal)
            );
            (await Run.ProgramAsync("kill", [$"{child}"])).Succeeded();
        }

        File.Delete(path);
        (await world.VmmAsync("upgrade", "--yes", "--dump", path)).Succeeded();
        Assert.Equal(before, await server.DumpAsync(await RestoreAsync(path)));
    }

    /// <summary>vmm's own connection, which comes before, takes them from there as well.</summary>
    [Fact]
    public async Task the_files_of_certificates_that_the_caller_names_are_all_that_pg_dump_gets_of_it()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        using var world = World.On(server, database);
        var set = new Dictionary<string, string>
        {
            ["PGSSLROOTCERT"] = "/srv/ca.pem",
            ["PGSSLCERT"] = "/srv/vmm.pem",
            ["PGSSLKEY"] = "/srv/vmm.key",
        };
        await using var holder = await server.OpenAsync(database);
        await using var begin = new Npgsql.NpgsqlCommand("BEGIN; LOCK TABLE transport", holder);
        await begin.ExecuteNonQueryAsync(Ct);
        using var process = Run.Start(
            Repository.Binary,
            ["upgrade", "--yes", "--dump", world.Directory + "/before.sql"],
            new Dictionary<string, string>(world.Environment.Concat(set))
            {
                ["PGSSLMODE"] = "verify-full",
                ["PGSSLCRL"] = "/srv/crl.pem",
                ["PGOPTIONS"] = "-c role=dovecot",
            }
        );
        var child = await ChildAsync(process.Id, database);
        // Debian's pg_dump sets PGSYSCONFDIR for itself.
        var environment = (await File.ReadAllTextAsync($"/proc/{child}/environ", Ct))
            .Split('\0')
            .Where(v => v.StartsWith("PG", StringComparison.Ordinal) && !v.StartsWith("PGSYSCONFDIR=", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.Equal(
            ["PGDATABASE", "PGHOST", "PGPASSFILE", "PGPORT", "PGSSLCERT", "PGSSLKEY", "PGSSLMODE", "PGSSLROOTCERT", "PGUSER"],
            environment.Select(v => v.Split('=')[0])
        );
        Assert.All(set, v => Assert.Contains($"{v.Key}={v.Value}", environment));
        Assert.Contains("PGSSLMODE=prefer", environment);
        process.Kill();
        await process.WaitForExitAsync(Ct);
        (await Run.ProgramAsync("kill", [$"{child}"])).Succeeded();
    }

    [Fact]
    public async Task why_pg_dump_failed_is_told_without_a_word_about_files_of_passwords()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        await server.ExecuteAsync(database, "postgres", "CREATE TABLE others (x int)");
        using var world = World.On(server, database);
        var outcome = await world.VmmAsync("upgrade", "--yes", "--dump", world.Directory + "/before.sql");
        outcome.ShouldExit(67);
        Assert.Contains("permission denied for table others", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("password file", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(world.Directory + "/before.sql"));
    }

    [Fact]
    public async Task a_file_that_is_there_is_not_replaced()
    {
        using var world = World.On(server, await Origin.Of("0.7").MakeAsync(server));
        var path = world.Directory + "/before.sql";
        await File.WriteAllTextAsync(path, "kept", TestContext.Current.CancellationToken);
        var before = await server.DumpAsync(world.Database);
        var refused = await world.VmmAsync("upgrade", "--yes", "--dump", path);
        Message.IsOneError(refused, 81, $"cannot write the dump '{path}': the file exists already");
        Assert.Equal("kept", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(before, await server.DumpAsync(world.Database));
    }

    [Fact]
    public async Task a_disk_that_is_full_stops_it_and_leaves_no_dump()
    {
        using var world = World.On(server, await Origin.Of("0.7").MakeAsync(server));
        await world.SqlAsync("UPDATE domain_data SET note = repeat(md5(gid::text), 10000)");
        var before = await server.DumpAsync(world.Database);
        var script =
            $"mount -t tmpfs -o size=64k none {world.Base} && {Repository.Binary} upgrade --yes --dump {world.Base}/before.sql; "
                + $"status=$?; ls {world.Base}; exit $status";
        var outcome = await Run.ProgramAsync("unshare", ["-m", "bash", "-c", script], null, world.Environment);
        outcome.ShouldExit(81);
        Assert.Equal("", outcome.Out);
        Assert.Contains(
            $"vmm: error: cannot write the dump '{world.Base}/before.sql': no space left on device\nvmm: hint: Nothing was "
                + "changed.",
            outcome.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(before, await server.DumpAsync(world.Database));
    }

    /// <summary>The pg_dump of this vmm, as soon as it waits.</summary>
    private async Task<int> ChildAsync(int parent, string database)
    {
        var clock = Stopwatch.StartNew();
        while (
            (
                await server.QueryAsync(
                    "postgres",
                    $"SELECT FROM pg_stat_activity WHERE datname = '{database}' AND application_name = 'pg_dump' AND "
                        + "wait_event_type = 'Lock'",
                    "postgres"
                )
            ).Count == 0
        )
        {
            Assert.True(clock.Elapsed.TotalSeconds < 60, "it did not get there");
            await Task.Delay(50, Ct);
        }

        return int.Parse(
            (await Run.ProgramAsync("pgrep", ["-P", $"{parent}"])).Succeeded().Trim(),
            System.Globalization.CultureInfo.InvariantCulture
        );
    }

    private async Task<string> RestoreAsync(string path)
    {
        var empty = "restored_" + Guid.NewGuid().ToString("N")[..8];
        await server.ExecuteAsync("postgres", "postgres", $"CREATE DATABASE {empty} OWNER vmm TEMPLATE template0");
        (
            await Run.ProgramAsync(
                server.Psql,
                ["-h", server.Socket, "-U", "postgres", "-d", empty, "-qX", "-v", "ON_ERROR_STOP=1", "-f", path]
            )
        ).Succeeded();
        return empty;
    }
}
