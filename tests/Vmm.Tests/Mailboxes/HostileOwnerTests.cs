using System.Diagnostics;

namespace Vmm.Tests.Mailboxes;

/// <summary>Owners of homes, and members of a domain's group, who work against vmm while it removes.</summary>
[Slow]
public class HostileOwnerTests(PostgresCluster cluster)
{
    [Fact]
    public async Task an_owner_who_keeps_making_files_cannot_keep_his_home()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        for (var uid = 70000; uid < 70004; uid++)
        {
            await world.AddAccountAsync("user@example.com");
            var mailbox = $"{world.Base}/{world.Home(70000, uid)}/Maildir";
            using var hostile = As(
                uid,
                $"cd {mailbox}; i=0; while :; do i=$((i+1)); mkdir -p cur/$i/a/b new/$i; : > "
                    + "cur/$i/a/f; : > new/f$i; done"
            );
            await UntilAsync(() => Directory.Exists($"{mailbox}/new/9"), hostile);
            var deleted = await world.VmmAsync("userdelete", "user@example.com", "--delete-directory");
            await StopAsync(hostile);
            deleted.Succeeded();
            Assert.DoesNotContain(await world.TreeAsync(), line =>
                line.Contains(".vmm-del", StringComparison.Ordinal) || line.Contains($"/70000/{uid}", StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public async Task a_home_that_is_swapped_for_a_link_never_leads_outside()
    {
        using var world = await World.CreateAsync(cluster, "[domain]\nauto_postmaster = false\ndirectory_mode = \"0770\"\n");
        var outside = $"{world.Directory}/outside";
        Directory.CreateDirectory(outside);
        await File.WriteAllTextAsync($"{outside}/file", "kept", TestContext.Current.CancellationToken);
        await world.DoAsync("domainadd example.com");
        var domain = $"{world.Base}/{Path.GetDirectoryName(world.Home())}";
        var ends = new List<int>();
        // Of the commands some meet the link. Of those that did not nothing is learnt, so it goes on until enough did.
        for (var uid = 70000; uid < 70100 && (ends.Count < 6 || ends.Count(e => e != 0) < 2); uid++)
        {
            await world.AddAccountAsync("user@example.com");

            // Where the domain's directory is writable for its group, another account of it exchanges the home.
            var home = $"{domain}/{uid}";
            using var hostile = As(
                71000,
                $"cd {domain}; while :; do mv {uid} x && ln -s {outside} {uid}; rm -f {uid}; mv x {uid}; done 2> /dev/null"
            );
            await UntilAsync(() => new FileInfo(home).LinkTarget is not null, hostile);
            await Task.Delay(Random.Shared.Next(0, 20), TestContext.Current.CancellationToken);
            var deleted = await world.VmmAsync("userdelete", "user@example.com", "--delete-directory");
            await StopAsync(hostile);
            ends.Add(deleted.ExitCode);
            Assert.True(deleted.ExitCode is 0 or 80 or 84, $"exit {deleted.ExitCode}: {deleted.Error}");
            Assert.Equal("kept", await File.ReadAllTextAsync($"{outside}/file", TestContext.Current.CancellationToken));
            Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(outside));
            await world.VmmAsync("userdelete", "user@example.com");
            // Left under the name x, it would swallow the next home.
            (await Run.ShellAsync($"rm -rf {domain}/*")).Succeeded();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"exit statuses: {string.Join(' ', ends)}");
        Assert.True(ends.Count(e => e != 0) >= 2, "the home was never met while it was exchanged");
    }

    [Fact]
    public async Task what_is_mounted_in_a_home_is_neither_entered_nor_forgotten()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var home = $"{world.Base}/{world.Home()}";
        var script = $"""
            mkdir {world.Directory}/outside {home}/mounted && echo kept > {world.Directory}/outside/file
            mount --bind {world.Directory}/outside {home}/mounted
            {Repository.Binary} userdelete user@example.com --delete-directory
            """;
        var deleted = await Run.ProgramAsync("unshare", ["-m", "bash", "-c", script], environment: world.Environment);
        deleted.ShouldExit(80);
        Assert.Matches("could not be removed: .*'.*/\\.vmm-del-70000-[0-9a-f]+/mounted': device or resource busy", deleted.Error);
        Assert.True(File.Exists($"{world.Directory}/outside/file"));
        Assert.Equal(0, await world.CountAsync("users"));
        Assert.DoesNotContain(await world.TreeAsync(), line => line.EndsWith("/Maildir", StringComparison.Ordinal));

        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        Assert.StartsWith(
            "warning\tremoval-directory\t",
            Assert.Single(check.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );
    }

    private static Process As(int uid, string script) =>
        Run.Start("setpriv", ["--reuid", $"{uid}", "--regid", "70000", "--clear-groups", "bash", "-c", script]);

    /// <summary>The adversary is at work: without this a busy machine may be through before it begins.</summary>
    private static async Task UntilAsync(Func<bool> isThere, Process hostile)
    {
        for (var clock = Stopwatch.StartNew(); !isThere();)
        {
            Assert.True(clock.Elapsed.TotalSeconds < 60 && !hostile.HasExited, "the adversary does nothing");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    private static async Task StopAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }
}
