using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Vmm.Tests.FailureModes;

/// <summary>The operations log: who changed what, with which result; never in the way of the change.</summary>
public class OperationsLogTests(PostgresCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task each_change_is_one_json_line_with_who_what_result_and_duration()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        (await Run.ShellAsync($"SUDO_USER=operator {Repository.Binary} domainadd example.com", world.Environment)).ShouldExit(38);
        await world.DoAsync("listdomains");
        (await world.VmmAsync("useradd", "a\nb\u202e@example.com", "--random")).ShouldExit(47);

        var lines = (await File.ReadAllLinesAsync(world.Log, Ct)).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(["domainadd", "domainadd", "useradd"], lines.Select(l => l.GetProperty("Command").GetString()));
        Assert.Equal(
            ["example.com", "example.com", "a\nb\u202e@example.com"],
            lines.Select(l => l.GetProperty("Target").GetString())
        );
        Assert.Equal(["root", "operator", "root"], lines.Select(l => l.GetProperty("Who").GetString()));
        Assert.Equal([0, 38, 47], lines.Select(l => l.GetProperty("ExitStatus").GetInt32()));
        Assert.Equal("ok", lines[0].GetProperty("Error").GetString());
        Assert.Equal("the domain 'example.com' already exists", lines[1].GetProperty("Error").GetString());
        Assert.All(lines, l => Assert.InRange(l.GetProperty("Milliseconds").GetInt64(), 0, 60_000));
        Assert.All(lines, l =>
            Assert.InRange((DateTimeOffset.UtcNow - l.GetProperty("@t").GetDateTimeOffset()).TotalSeconds, -1, 120)
        );
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(world.Log));
    }

    [Fact]
    public async Task a_deletion_names_the_number_and_the_directory_of_what_was_deleted()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        await world.DoAsync("userdelete user@example.com");
        await world.AddAccountAsync("other@example.com");
        var said = await world.JsonAsync("userdelete other@example.com --delete-directory");
        await world.AddAccountAsync("third@example.com");
        await world.DoAsync("domaindelete example.com --force");
        await world.DoAsync("domainadd example.net");
        await world.DoAsync("domaindelete example.net --delete-directory");
        var lines = (await File.ReadAllLinesAsync(world.Log, Ct))
            .Select(l => JsonDocument.Parse(l).RootElement)
            .Where(l => l.GetProperty("Command").GetString()!.EndsWith("delete", StringComparison.Ordinal))
            .Select(l => $"{l.GetProperty("Target").GetString()}: {l.GetProperty("Details").GetString()}");
        var domain = $"{world.Base}/g/70000";
        Assert.Equal(
            [
                $"user@example.com: uid 70000, the home {domain}/70000 stays",
                $"other@example.com: uid 70001, with the home {domain}/70001",
                $"example.com: gid 70000, the directory {domain} stays; 1 account, 0 aliases, 0 relocated users",
                $"example.net: gid 70001, with the directory {world.Base}/h/70001; 0 accounts, 0 aliases, 0 relocated users",
            ],
            lines);
        Assert.Equal($"70001 {domain}/70001", $"{said.GetProperty("uid")} {said.GetProperty("home")}");
    }

    /// <summary>With what is passed over it is a success, and nothing is in the log that looks like a failure.</summary>
    [Fact]
    public async Task what_is_only_tried_is_not_in_it_and_what_is_passed_over_is_no_failure()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("configset domain.quota_bytes 500M --dry-run");
        await world.DoAsync("domainadd example.com --dry-run");
        Assert.Empty(File.Exists(world.Log) ? await File.ReadAllTextAsync(world.Log, Ct) : "");
        await world.DoAsync("userdelete nobody@example.com --if-exists");
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.com --if-not-exists");
        await world.DoAsync("configset domain.quota_bytes 500M");
        var lines = (await File.ReadAllLinesAsync(world.Log, Ct)).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(
            ["userdelete", "domainadd", "domainadd", "configset"], lines.Select(l => l.GetProperty("Command").GetString()));
        Assert.All(lines, l => Assert.Equal(0, l.GetProperty("ExitStatus").GetInt32()));
        Assert.All(lines, l => Assert.False(l.TryGetProperty("@l", out _)));
    }

    [Theory]
    [InlineData("/nowhere/vmm.log", "no such file or directory")]
    [InlineData("/dev/full", "no space left on device")]
    [InlineData("/", "is a directory")]
    [InlineData("PIPE", "no such device or address")]
    [InlineData("LINK", "too many levels of symbolic links")]
    public async Task a_log_that_cannot_be_written_is_a_warning_and_the_change_is_made(string path, string reason)
    {
        using var world = await World.CreateAsync(cluster);
        (await Run.ShellAsync($"cd {world.Directory} && mkfifo PIPE && touch target && ln -s target LINK")).Succeeded();
        path = path.StartsWith('/') ? path : $"{world.Directory}/{path}";
        File.WriteAllText(
            world.Config, (await File.ReadAllTextAsync(world.Config, Ct)).Replace(world.Log, path, StringComparison.Ordinal));
        var added = await world.VmmAsync("domainadd", "example.com");
        added.ShouldExit(0);
        Assert.Matches($"\\Avmm: warning: cannot [a-z ]+ '{path}': {reason}; this change is not logged\n\\z", added.Error);
        Assert.Equal("", await File.ReadAllTextAsync(world.Directory + "/target", Ct));
        Assert.Equal(1, await world.CountAsync("domain_data"));

        var refused = await world.VmmAsync("domainadd", "example.com");
        Message.IsOneError(refused, 38, "already exists");
        Assert.StartsWith("vmm: warning: ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_upgrade_that_cannot_be_logged_is_made_with_a_warning()
    {
        using var world = World.On(cluster, await Upgrade.Origin.Of("0.4").MakeAsync(cluster));
        File.WriteAllText(
            world.Config,
            File.ReadAllText(world.Config).Replace(world.Log, "/nowhere/vmm.log", StringComparison.Ordinal)
        );
        var upgraded = await world.VmmAsync("upgrade", "--yes", "--no-dump");
        upgraded.ShouldExit(0);
        Assert.Contains(
            "vmm: warning: cannot open the log '/nowhere/vmm.log': no such file or directory; this change is not logged\n",
            upgraded.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task a_repair_is_one_line_and_one_that_finds_nothing_or_is_only_tried_is_none()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var home = (await world.JsonAsync("userinfo user@example.com")).GetProperty("account").GetProperty("home").GetString()!;
        (await Run.ProgramAsync("chmod", ["0777", home])).Succeeded();
        var before = (await File.ReadAllLinesAsync(world.Log, Ct)).Length;

        await world.VmmAsync("check", "--repair", "--dry-run");
        Assert.Equal(before, (await File.ReadAllLinesAsync(world.Log, Ct)).Length);

        Assert.StartsWith("repaired ", (await world.VmmAsync("check", "--repair")).Out, StringComparison.Ordinal);
        var line = JsonDocument.Parse(Assert.Single((await File.ReadAllLinesAsync(world.Log, Ct)).Skip(before))).RootElement;
        Assert.Equal("check", line.GetProperty("Command").GetString());
        Assert.Contains(home, line.GetProperty("Target").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, line.GetProperty("ExitStatus").GetInt32());

        await world.VmmAsync("check", "--repair");
        Assert.Equal(before + 1, (await File.ReadAllLinesAsync(world.Log, Ct)).Length);
    }

    [Theory]
    [InlineData("mailconfig", "--install")]
    [InlineData("useradd", "user@example.com", "--hash", "{PLAIN}secret")]
    public async Task an_interruption_is_one_line(params string[] command)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        // One waits for a program, the other for a lock.
        var program = world.Directory + "/postconf";
        File.WriteAllText(program, $"#!/bin/sh\ntouch {world.Directory}/begun\nsleep 60\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        world.Configure($"[bin]\npostconf = \"{program}\"\n");
        using var lockHolder = Run.Start(
            cluster.Psql,
            [
                "-h",
                cluster.Socket,
                "-U",
                "vmm",
                "-d",
                world.Database,
                "-qX",
                "-c",
                "BEGIN; LOCK TABLE users",
                "-c",
                "SELECT pg_sleep(30)",
            ]
        );
        const string Here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        await WaitAsync(async () =>
            (
                await world.QueryAsync(
                    $"SELECT count(*) FROM pg_locks WHERE {Here} AND mode = 'AccessExclusiveLock' AND relation = "
                        + "'users'::regclass AND granted"
                )
            )[0] != "0"
        );

        using var process = Run.Start(Repository.Binary, command, world.Environment);
        await WaitAsync(async () =>
            File.Exists(world.Directory + "/begun")
            || (await world.QueryAsync($"SELECT count(*) FROM pg_locks WHERE {Here} AND NOT granted"))[0] != "0"
        );
        (
            await Run.ProgramAsync("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        ).Succeeded();
        await process.WaitForExitAsync(Ct);
        lockHolder.Kill();

        Assert.Equal(3, process.ExitCode);
        var last = JsonDocument.Parse((await File.ReadAllLinesAsync(world.Log, Ct))[^1]).RootElement;
        Assert.Equal(command[0], last.GetProperty("Command").GetString());
        Assert.Equal(3, last.GetProperty("ExitStatus").GetInt32());
        Assert.Equal("interrupted", last.GetProperty("Error").GetString());
    }

    private static async Task WaitAsync(Func<Task<bool>> isThere)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while (!await isThere())
        {
            Assert.True(DateTime.UtcNow < end, "it does not come");
            await Task.Delay(50, Ct);
        }
    }

    [Fact]
    public async Task an_empty_name_means_no_log()
    {
        using var world = await World.CreateAsync(cluster);
        File.WriteAllText(world.Config, File.ReadAllText(world.Config).Replace(world.Log, "", StringComparison.Ordinal));
        Assert.Empty((await world.VmmAsync("domainadd", "example.com")).Error);
        Assert.False(File.Exists(world.Log));
    }

    [Fact]
    public async Task lines_of_commands_that_run_at_once_do_not_mix()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => world.DoAsync($"aliasadd a{i}@example.com b@example.net")));
        var lines = await File.ReadAllLinesAsync(world.Log, Ct);
        Assert.Equal(9, lines.Length);
        Assert.All(lines, l => JsonDocument.Parse(l));
    }

    [Fact]
    public async Task syslog_gets_the_same_as_one_line_of_facility_mail()
    {
        using var world = await World.CreateAsync(cluster);
        File.AppendAllText(world.Config, "\nsyslog = true\n");
        using var daemon = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        daemon.Bind(new UnixDomainSocketEndPoint(world.Directory + "/log"));

        // A /dev of its own, with what a program needs, and the test's socket as its log.
        var script =
            $"mkdir {world.Directory}/dev && mount --rbind /dev {world.Directory}/dev && mount -t tmpfs none /dev && for f in "
                + "null zero full urandom random; do "
            + $"touch /dev/$f; mount --bind {world.Directory}/dev/$f /dev/$f; done; ln -s {world.Directory}/log /dev/log; exec "
                + $"{Repository.Binary} \"$@\"";
        (
            await Run.ProgramAsync(
                "unshare",
                ["-m", "bash", "-c", script, "vmm", "domainadd", "example.com"],
                environment: world.Environment
            )
        ).Succeeded();
        Assert.Matches(@"\A<22>vmm\[\d+\]: domainadd example\.com by root: 0 ok \(\d+ ms\)\z", Receive(daemon));

        script = script.Replace($"mkdir {world.Directory}/dev && ", "", StringComparison.Ordinal);
        (
            await Run.ProgramAsync(
                "unshare",
                ["-m", "bash", "-c", script, "vmm", "domainadd", "x\n<0>forged"],
                environment: world.Environment
            )
        ).ShouldExit(39);
        var refused = Receive(daemon);
        Assert.StartsWith("<20>vmm[", refused, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused);
    }

    private static string Receive(Socket daemon)
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, daemon.Receive(buffer));
    }
}
