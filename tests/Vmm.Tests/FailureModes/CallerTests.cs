namespace Vmm.Tests.FailureModes;

/// <summary>Who calls, with what around: user, streams, terminal, locale, configuration.</summary>
public class CallerTests(PostgresCluster cluster)
{
    private static string Vmm => Repository.Binary;

    [Fact]
    public async Task anybody_may_read_the_help_and_only_root_works()
    {
        using var world = await World.CreateAsync(cluster);
        var before = await Snapshot.TakeAsync(world);
        var program = world.Directory + "/vmm";
        File.Copy(Vmm, program);
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        Task<Outcome> AsNobody(params string[] arguments) =>
            Run.ProgramAsync(
                "setpriv",
                ["--reuid=65534", "--regid=65534", "--clear-groups", program, .. arguments],
                environment: world.Environment
            );

        foreach (
            var words in (string[][])
                [
                    ["domainadd", "example.com"],
                    ["listdomains"],
                    ["configget", "domain.imap"],
                ]
        )
        {
            Message.IsOneError(await AsNobody(words), 33, "must be run as root");
        }

        foreach (var words in (string[][])[["--help"], ["--version"], ["version"], ["help"], ["help", "useradd"]])
        {
            Assert.Empty((await AsNobody(words)).Error);
        }

        await Snapshot.UnchangedAsync(world, before);
    }

    [Fact]
    public async Task a_world_readable_or_broken_configuration_stops_every_command()
    {
        using var world = await World.CreateAsync(cluster);
        File.SetUnixFileMode(world.Config, (UnixFileMode)0b110_100_100);
        Message.IsOneError(await world.VmmAsync("domainadd", "example.com"), 34, "has mode 0644, at most 0640 is safe");
        File.SetUnixFileMode(world.Config, (UnixFileMode)0b110_100_000);
        File.WriteAllText(world.Config, "[database\n");
        Message.IsOneError(await world.VmmAsync("domainadd", "example.com"), 31, $"{world.Config}, line 1: ");
        Assert.Empty(await world.TreeAsync());
        Assert.Equal(0, await world.CountAsync("domain_data"));
    }

    [Fact]
    public async Task a_closed_standard_output_stops_a_change_before_it_begins()
    {
        using var world = await World.CreateAsync(cluster);
        var before = await Snapshot.TakeAsync(world);
        foreach (var closed in (string[])[">&-", "1</dev/null", ">&- <&-"])
        {
            foreach (var command in (string[])["domainadd example.com", "listdomains", "version", "configget domain.imap"])
            {
                Message.IsOneError(
                    await Run.ShellAsync($"{Vmm} {command} {closed}", world.Environment),
                    83,
                    "standard output is closed"
                );
            }
        }

        await Snapshot.UnchangedAsync(world, before);
    }

    [Fact]
    public async Task closed_standard_input_and_error_hurt_nothing()
    {
        using var world = await World.CreateAsync(cluster);
        (await Run.ShellAsync($"{Vmm} domainadd example.com <&- 2>&-", world.Environment)).Succeeded();
        (await Run.ShellAsync($"{Vmm} useradd a@example.com --random <&- 2>&-", world.Environment)).Succeeded();
        (await Run.ShellAsync($"{Vmm} domaininfo example.org <&- 2>&-", world.Environment)).ShouldExit(57);
        (await Run.ShellAsync($"{Vmm} domaininfo example.org 2>/dev/full", world.Environment)).ShouldExit(57);
        (await Run.ShellAsync($"{Vmm} useradd a@example.org -p x >&- <&- 2>&-", world.Environment)).ShouldExit(83);
        Assert.Equal(1, await world.CountAsync("users"));
    }

    [Theory]
    [InlineData("listdomains")]
    [InlineData("listrelocated")]
    [InlineData("listrelocated --json")]
    [InlineData("domaininfo example.com")]
    [InlineData("domaininfo example.com --json")]
    [InlineData("useradd a@example.com --random")]
    [InlineData("version")]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("help useradd")]
    public async Task a_full_disk_behind_standard_output_is_83_told_once(string command)
    {
        using var world = await WorldWithManyAsync();
        Message.IsOneError(
            await Run.ShellAsync($"{Vmm} {command} > /dev/full", world.Environment),
            83,
            "cannot write to standard output: no space left on device"
        );
    }

    [Fact]
    public async Task a_reader_that_has_seen_enough_is_no_error()
    {
        using var world = await WorldWithManyAsync();
        foreach (var format in (string[])["", "--json"])
        {
            var cut = await Run.ShellAsync($"set -o pipefail; {Vmm} listrelocated {format} | head -n 1", world.Environment);
            Assert.Single(cut.Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Empty(cut.Error);
        }
    }

    [Fact]
    public async Task width_and_locale_of_the_terminal_change_nothing()
    {
        using var world = await World.CreateAsync(cluster);
        (await world.VmmAsync("domainadd", "bücher.example")).Succeeded();
        foreach (var command in (string[])["domaininfo bücher.example", "--help", "help useradd", "listdomains", "quota"])
        {
            var plain = (await Run.ShellAsync($"{Vmm} {command}", world.Environment)).Succeeded();
            foreach (
                var odd in (string[])
                    [
                        "COLUMNS=0",
                        "COLUMNS=1",
                        "COLUMNS=-5",
                        "COLUMNS=x",
                        "LC_ALL=xx LANG=yy",
                        "LC_ALL=C",
                        "TERM=",
                        "-u HOME -u PATH",
                        "TZ=Nowhere/Nothing",
                    ]
            )
            {
                var outcome = await Run.ShellAsync($"env {odd} {Vmm} {command}", world.Environment);
                Assert.Equal(plain, outcome.Succeeded());
                Assert.Empty(outcome.Error);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public async Task a_terminal_of_any_width_shows_the_same(int columns)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        foreach (var command in (string[])["domaininfo example.com", "--help"])
        {
            var plain = (await Run.ShellAsync($"{Vmm} {command}", world.Environment)).Succeeded();
            using var terminal = PseudoTerminal.Start(world, command, $"stty cols {columns} rows 0;");
            Assert.Equal(0, await terminal.EndAsync());
            Assert.Equal(plain, terminal.Seen.Replace("\r\n", "\n", StringComparison.Ordinal));
        }
    }

    private async Task<World> WorldWithManyAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync("""
            INSERT INTO relocated (gid, address, destination)
            SELECT gid, 'moved' || n, 'somebody.with.a.long.name@example.net' FROM domain_name, generate_series(1, 3000) n
            """);
        return world;
    }
}
