namespace Vmm.Tests.Checks;

/// <summary>What a repair does by itself.</summary>
public sealed class RepairTests(PostgresCluster cluster)
{
    [Fact]
    public async Task what_somebody_is_at_work_on_since_it_was_found_is_left_alone()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        var place = Directory.GetDirectories(world.Base).Single();
        using var hash = Folder.OpenBase(place);
        using var staged = hash.Make(".vmm-new-70000-0123456789ab", MailStore.Private);
        Finding[] found = [Findings.StagingDirectory(staged.Path)];
        var settings = SettingsFile.Load(world.Config);
        using (var other = hash.TryOpen(".vmm-new-70000-0123456789ab")!)
        {
            Assert.True(other.TryLock());
            Assert.Empty(Repairs.Run(settings, Author.Nobody, found, _ => { }, TestContext.Current.CancellationToken));
            Assert.True(Directory.Exists(staged.Path));
        }

        Assert.Single(Repairs.Run(settings, Author.Nobody, found, _ => { }, TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(staged.Path));
    }

    [Fact]
    public async Task owners_and_modes_are_given_back_each_step_is_told_and_a_second_repair_has_nothing_to_do()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var before = await world.TreeAsync();
        (
            await Run.ShellAsync(
                $"cd {world.Base}/*/70000 && chmod 0755 . 70000 && chown 12345:12345 70000 70000/Maildir && chmod 0753 .. && "
                    + "mkdir -m 0700 ../.vmm-new-70009-abc"
            )
        ).Succeeded();
        var planted = await world.TreeAsync();

        var dry = await world.VmmAsync("check", "--repair", "--dry-run");
        dry.ShouldExit(4);
        Assert.Equal(planted, await world.TreeAsync());
        Assert.All(dry.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(6), l =>
            Assert.StartsWith("would repair ", l, StringComparison.Ordinal)
        );
        Assert.Equal("", dry.Error);

        var repair = await world.VmmAsync("check", "--repair");
        repair.ShouldExit(0);
        var place = $"{world.Base}/{Path.GetDirectoryName(world.Home())}";
        Assert.Equal(
            [
                $"vmm: chmod 0700 {place}/70000",
                $"vmm: chmod 0750 {place}",
                $"vmm: chmod 0751 {Path.GetDirectoryName(place)}",
                $"vmm: chown -h 70000:70000 {place}/70000",
                $"vmm: chown -h 70000:70000 {place}/70000/Maildir",
                $"vmm: removing {Path.GetDirectoryName(place)}/.vmm-new-70009-abc",
            ],
            repair.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)
        );
        Assert.Equal(before, await world.TreeAsync());
        var again = await world.VmmAsync("check", "--repair");
        again.ShouldExit(0);
        Assert.Equal("", again.Out + again.Error);
    }

    [Fact]
    public async Task one_wrong_half_of_an_owner_is_found_and_given_back()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var before = await world.TreeAsync();
        var home = $"{world.Base}/{world.Home()}";
        var domain = Path.GetDirectoryName(home)!;
        (string Command, string Path, string Found)[] halves =
        [
            ("chown 12345", home, "12345:70000"),
            ("chgrp 12345", home, "70000:12345"),
            ("chown 12345", $"{home}/Maildir", "12345:70000"),
            ("chgrp 12345", $"{home}/Maildir", "70000:12345"),
            ("chown 12345", domain, "12345:70000"),
            ("chgrp 12345", domain, "0:12345"),
            // Its group is the administrator's business.
            ("chown 12345", Path.GetDirectoryName(domain)!, "12345:0"),
        ];
        foreach (var (command, path, found) in halves)
        {
            (await Run.ShellAsync($"{command} {path}")).Succeeded();
            var repair = await world.VmmAsync("check", "--repair");
            repair.ShouldExit(0);
            Assert.StartsWith(
                $"repaired error\twrong-owner\t{path}\tit belongs to {found}, not to ",
                Assert.Single(repair.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
                StringComparison.Ordinal
            );
            Assert.Equal(before, await world.TreeAsync());
        }
    }

    [Fact]
    public async Task what_is_in_a_directory_is_left_as_it_is()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var home = $"{world.Base}/{world.Home()}";
        (
            await Run.ShellAsync(
                $"echo x > {home}/file && chmod 0604 {home}/file && chown 4:4 {home}/file && chown 4:4 {home} && ln -s / "
                    + $"{home}/link"
            )
        ).Succeeded();
        await world.DoAsync("check --repair");
        Assert.Equal("604 4:4\n", (await Run.ProgramAsync("stat", ["-c", "%a %u:%g", $"{home}/file"])).Out);
        Assert.Equal("70000:70000\n", (await Run.ProgramAsync("stat", ["-c", "%u:%g", home])).Out);
    }

    [Fact]
    public async Task a_dry_run_without_a_repair_is_refused()
    {
        using var world = await World.CreateAsync(cluster);
        (await world.VmmAsync("check", "--dry-run")).ShouldExit(2);
        (await world.VmmAsync("check", "--show-changes", "--only", "example.com")).ShouldExit(2);
        (await world.VmmAsync("check", "--show-changes", "--repair")).ShouldExit(2);
    }
}
