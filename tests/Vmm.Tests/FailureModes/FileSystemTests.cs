namespace Vmm.Tests.FailureModes;

/// <summary>Full and read-only file systems, in mount namespaces of their own.</summary>
public class FileSystemTests(PostgresCluster cluster)
{
    private const string UserAdd = "useradd user@example.com --hash {PLAIN}x";

    [Fact]
    public async Task a_disk_that_fills_up_at_any_step_is_81_and_leaves_nothing()
    {
        using var world = await WorldWithDomainAsync();
        var before = await Snapshot.TakeAsync(world);
        var statuses = new List<int>();
        for (var inodes = 4; inodes <= 40; inodes += 3)
        {
            // The hash and the domain directory take three; each directory and file of the account takes one more.
            var (tried, tree) = await OnTmpfsAsync(world, $"nr_inodes={inodes}", "", UserAdd);
            statuses.Add(tried.ExitCode);
            if (tried.ExitCode == 0)
            {
                break;
            }

            Message.IsOneError(tried, 81, "no space left on device");
            Assert.Equal(before.Where(l => l.StartsWith("d ", StringComparison.Ordinal)), tree);
            await Snapshot.UnchangedAsync(world, before);
        }

        Assert.Equal(0, statuses[^1]);
        Assert.True(statuses.Count > 5, "the disk was never full");
    }

    [Theory]
    [InlineData("useradd new@example.com --hash {PLAIN}x", 81)]
    [InlineData("useradd --from-file /dev/stdin", 81)]
    public async Task a_domain_with_a_file_system_of_its_own_is_told(string command, int exit)
    {
        using var world = await WorldWithDomainAsync();
        var domain = (await world.QueryAsync("SELECT domaindir FROM domain_data"))[0];
        var before = await Snapshot.TakeAsync(world);
        var tried = await Run.ShellAsync(
            $"unshare -m bash -c 'mount -t tmpfs -o mode=0750,gid=70000 none {domain} && printf \"new@example.com\\t{{PLAIN}}x\\n\""
                + $" | {Repository.Binary} {command}'",
            world.Environment);
        Message.IsOneError(tried, exit, "are on different file systems");
        Assert.Contains("cannot be a file system of its own", tried.Error, StringComparison.Ordinal);
        await Snapshot.UnchangedAsync(world, before);
    }

    [Theory]
    [InlineData("userdelete user@example.com --delete-directory", "g/70000", "bind")]
    [InlineData("userdelete user@example.com --delete-directory", "g/70000", "tmpfs")]
    [InlineData("userdelete user@example.com --delete-directory", "g/70000/70000", "bind")]
    [InlineData("userdelete user@example.com --delete-directory", "g/70000/70000", "tmpfs")]
    [InlineData("domaindelete example.com --force --delete-directory", "g/70000", "bind")]
    [InlineData("domaindelete example.com --force --delete-directory", "g/70000", "tmpfs")]
    public async Task nothing_is_deleted_from_a_file_system_of_its_own(string command, string mounted, string kind)
    {
        using var world = await WorldWithDomainAsync();
        await world.AddAccountAsync("user@example.com");
        var place = $"{world.Base}/{mounted}";
        var mount = kind == "bind"
            ? $"mount --bind {place} {place}"
            : $"cp -a {place} {world.Directory}/copy && mount -t tmpfs -o mode=0700 none {place} && "
                + $"cp -a {world.Directory}/copy/. {place}";
        var before = await Snapshot.TakeAsync(world);
        var tried = await Run.ShellAsync($"unshare -m bash -c '{mount} && {Repository.Binary} {command}'", world.Environment);
        Message.IsOneError(tried, 81, "are on different file systems");
        Assert.Contains("vmm: hint: Nothing was deleted. ", tried.Error, StringComparison.Ordinal);
        await Snapshot.UnchangedAsync(world, before);

        var check = await Run.ShellAsync(
            $"rm -rf {world.Directory}/copy; unshare -m bash -c '{mount} && {Repository.Binary} check'",
            world.Environment);
        check.ShouldExit(4);
        Assert.StartsWith($"warning\tmounted-directory\t{place}\t", check.Out, StringComparison.Ordinal);
        Assert.Single(check.Out.TrimEnd('\n').Split('\n'));
        // Without the mount it can be.
        await world.DoAsync(command);
    }

    [Theory]
    [InlineData("g")]
    [InlineData("")]
    public async Task what_is_mounted_above_the_domains_is_all_right(string mounted)
    {
        using var world = await WorldWithDomainAsync();
        await world.AddAccountAsync("user@example.com");
        var place = $"{world.Base}/{mounted}";
        var done = await Run.ShellAsync(
            $"unshare -m bash -c 'mount --bind {place} {place} && {Repository.Binary} check && {Repository.Binary} userdelete "
                + "user@example.com --delete-directory'",
            world.Environment);
        done.Succeeded();
        Assert.Equal(["d 750 0:70000 g/70000", "d 751 0:0 g"], await world.TreeAsync());
    }

    [Fact]
    public async Task many_domains_in_one_run_need_no_more_open_files_than_a_shell_has()
    {
        using var world = await World.CreateAsync(cluster);
        var names = Enumerable.Range(0, 200).Select(i => $"d{i}.example").ToList();
        foreach (
            var (command, lines) in new[] { ("domainadd", names), ("useradd", names.Select(n => $"user@{n}\t{{PLAIN}}x").ToList()) }
        )
        {
            var added = await Run.ProgramAsync(
                "prlimit",
                ["--nofile=128:10000", Repository.Binary, command, "--from-file", "-"],
                string.Concat(lines.Select(l => l + "\n")),
                world.Environment
            );
            added.Succeeded();
        }

        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task a_disk_without_room_for_a_file_is_81_and_leaves_nothing()
    {
        using var world = await WorldWithDomainAsync();
        var before = await Snapshot.TakeAsync(world);
        var (tried, tree) = await OnTmpfsAsync(world, "size=4k", "head -c 4096 /dev/zero > $BASE/fill;", UserAdd);
        Message.IsOneError(tried, 81, "no space left on device");
        Assert.DoesNotContain(tree, l => l.Contains("Maildir", StringComparison.Ordinal));
        await Snapshot.UnchangedAsync(world, before);
    }

    [Theory]
    [InlineData(UserAdd)]
    [InlineData("domainadd example.net")]
    public async Task a_read_only_base_directory_is_81_and_nothing_is_done(string command)
    {
        using var world = await WorldWithDomainAsync();
        var before = await Snapshot.TakeAsync(world);
        Message.IsOneError(await Run.ShellAsync(ReadOnly(world, command), world.Environment), 81, "read-only file system");
        await Snapshot.UnchangedAsync(world, before);
    }

    [Fact]
    public async Task on_a_read_only_base_directory_look_ups_work_and_nothing_is_deleted()
    {
        using var world = await WorldWithDomainAsync();
        await world.AddAccountAsync("user@example.com");
        (await Run.ShellAsync(ReadOnly(world, "userinfo user@example.com"), world.Environment)).Succeeded();
        var before = await Snapshot.TakeAsync(world);
        foreach (
            var command in new[]
            {
                "userdelete user@example.com --delete-directory",
                "domaindelete example.com --force --delete-directory",
            }
        )
        {
            Message.IsOneError(await Run.ShellAsync(ReadOnly(world, command), world.Environment), 81, "read-only file system");
            await Snapshot.UnchangedAsync(world, before);
        }
    }

    [Fact]
    public async Task a_base_directory_that_is_not_there_or_no_directory_is_56()
    {
        using var world = await World.CreateAsync(cluster);
        Directory.Delete(world.Base);
        Message.IsOneError(await world.VmmAsync("domainadd", "example.com"), 56, world.Base);
        File.WriteAllText(world.Base, "");
        Message.IsOneError(await world.VmmAsync("domainadd", "example.com"), 56, world.Base);
        Assert.Equal(0, await world.CountAsync("domain_data"));
    }

    private async Task<World> WorldWithDomainAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        return world;
    }

    private static string ReadOnly(World world, string command) =>
        $"unshare -m bash -c 'mount --bind {world.Base} {world.Base} && mount -o remount,bind,ro {world.Base} && exec "
            + $"{Repository.Binary} {command}'";

    /// <summary>Runs vmm with a small tmpfs in place of the base directory, holding a copy of what is there.</summary>
    private static async Task<(Outcome Outcome, List<string> Tree)> OnTmpfsAsync(
        World world,
        string size,
        string prepare,
        string command
    )
    {
        var script = $$"""
            set -e; BASE={{world.Base}}
            cp -a $BASE {{world.Directory}}/copy.$$; mount -t tmpfs -o {{size}},mode=0771 none $BASE
            cp -a {{world.Directory}}/copy.$$/. $BASE; rm -r {{world.Directory}}/copy.$$; {{prepare}}
            set +e; {{Repository.Binary}} {{command}}; status=$?
            find $BASE -mindepth 1 -printf '%y %m %U:%G %P\n' | sort > {{world.Directory}}/tree; exit $status
            """;
        var outcome = await Run.ProgramAsync("unshare", ["-m", "bash", "-c", script], environment: world.Environment);
        Assert.DoesNotContain("bash", outcome.Error, StringComparison.Ordinal);
        return (outcome, [.. (await File.ReadAllLinesAsync(world.Directory + "/tree")).Order(StringComparer.Ordinal)]);
    }

    [Theory]
    [InlineData("userdelete user@example.com --delete-directory")]
    [InlineData("domaindelete example.com --force --delete-directory")]
    public async Task a_file_that_is_immutable_is_the_reason_that_is_told(string command)
    {
        const string Reason = "/fixed': operation not permitted (is it immutable? see lsattr)";
        using var world = await WorldWithDomainAsync();
        await world.AddAccountAsync("user@example.com");
        var file = $"{world.Base}/{world.Home()}/Maildir/fixed";
        File.WriteAllText(file, "x");
        (await Run.ShellAsync($"chattr +i {file}")).Succeeded();
        var deleted = await world.VmmAsync(command.Split(' '));
        var repaired = await world.VmmAsync("check", "--repair");
        (await Run.ShellAsync($"chattr -i $(find {world.Base} -name fixed)")).Succeeded();
        Message.IsOneError(deleted, 80, Reason);
        Assert.NotEqual(0, repaired.ExitCode);
        Assert.Contains(Reason, repaired.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was changed", repaired.Error, StringComparison.Ordinal);
        (await world.VmmAsync("check", "--repair")).ShouldExit(0);
        Assert.Equal("", (await Run.ShellAsync($"find {world.Base} -name fixed")).Succeeded());
    }

    /// <summary>
    /// The list of new homes is longer than the limit: the first call writes a part of it, the second has the reason.
    /// </summary>
    [Fact]
    public async Task a_file_that_is_written_in_part_has_the_reason_of_the_rest()
    {
        using var world = await WorldWithDomainAsync();
        var before = await Snapshot.TakeAsync(world);
        var list = world.Directory + "/list";
        File.WriteAllLines(list, Enumerable.Range(0, 200).Select(i => $"u{i}@example.com\t{{PLAIN}}secret"));
        var limited = $"ulimit -f 1; exec {Repository.Binary} useradd --from-file {list} --quiet";
        Message.IsOneError(await Run.ShellAsync(limited, world.Environment), 81, "/homes.new': file too large");
        await Snapshot.UnchangedAsync(world, before);
    }
}
