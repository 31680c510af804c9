namespace Vmm.Tests.FailureModes;

/// <summary>uids and gids that a container or a restored database does not have.</summary>
public class NumbersTests(PostgresCluster cluster)
{
    [Fact]
    public async Task an_id_that_is_not_mapped_in_a_container_is_named()
    {
        using var world = await World.CreateAsync(cluster);
        var added = await InContainerAsync(world, 65536, "domainadd example.com");
        Message.IsOneError(added, 81, "gid 70000 is not mapped in this container, which has 0-65535");
        Assert.Equal(0, await world.CountAsync("domain_name"));

        await world.DoAsync("domainadd example.net");
        var account = await InContainerAsync(world, 65536, "useradd user@example.net --hash {PLAIN}secret");
        account.ShouldExit(36);
        Assert.Contains("vmm: hint: Nothing was changed. Gid 70001 is not mapped", account.Error, StringComparison.Ordinal);
        Assert.Equal(0, await world.CountAsync("users"));
    }

    [Fact]
    public async Task a_uid_that_is_not_mapped_is_named_and_one_that_is_mapped_works()
    {
        using var world = await World.CreateAsync(cluster);
        await world.SqlAsync("ALTER SEQUENCE users_uid RESTART 80000");
        (await InContainerAsync(world, 80000, "domainadd example.com")).Succeeded();
        var added = await InContainerAsync(world, 80000, "useradd user@example.com --hash {PLAIN}secret");
        Message.IsOneError(added, 81, "uid 80000 is not mapped in this container, which has 0-79999");
        // The number that was tried is used up.
        (await InContainerAsync(world, 80010, "useradd user@example.com --hash {PLAIN}secret")).Succeeded();
    }

    /// <summary>A chown to it, or a repair, would fail.</summary>
    [Theory]
    [InlineData(65536, "gid 70000 is not mapped in this container, which has 0-65535", "")]
    [InlineData(80000, "uid 80000 is not mapped in this container, which has 0-79999", "/80000")]
    public async Task check_names_an_id_that_is_not_mapped_and_repairs_nothing(int ids, string reason, string home)
    {
        using var world = await World.CreateAsync(cluster);
        await world.SqlAsync("ALTER SEQUENCE users_uid RESTART 80000");
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var before = await world.TreeAsync();
        foreach (var command in (string[])["check", "check --repair"])
        {
            var check = await InContainerAsync(world, ids, command);
            check.ShouldExit(4);
            Assert.Equal(
                $"error\tunmapped-id\t{world.Base}/g/70000{home}\t{reason}\tmap more ids into the container, on its host: "
                    + "/etc/subuid, /etc/subgid, lxc.idmap\n",
                check.Out);
        }

        Assert.Equal(before, await world.TreeAsync());
        Assert.Equal("", (await InContainerAsync(world, 80001, "check")).Succeeded());
    }

    [Fact]
    public async Task a_sequence_that_is_behind_is_named_and_the_command_of_check_sets_it()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        for (var i = 0; i < 3; i++)
        {
            await world.AddAccountAsync($"user{i}@example.com");
        }

        await world.DoAsync("domainadd example.net");
        // As a restore of the rows alone leaves it; the homes are not there either.
        await world.SqlAsync("SELECT setval('users_uid', 70000, false), setval('domain_gid', 70000)");
        (await Run.ShellAsync($"rm -r {world.Base}/*/* && mkdir -m 750 {world.Base}/g/70000")).Succeeded();
        (await Run.ShellAsync($"chgrp 70000 {world.Base}/g/70000")).Succeeded();

        var check = await world.VmmAsync("check");
        var behind = check.Out.Split('\n')
            .Select(l => l.Split('\t'))
            .Where(f => f.Length == 5 && f[1] == "sequence-behind")
            .ToList();
        Assert.Equal(["domain_gid", "users_uid"], behind.Select(f => f[2]));
        Assert.Equal("it gives out 70000 next, and 70002 is in use: adding fails at each number that is", behind[1][3]);
        var account = await world.VmmAsync("useradd", "new@example.com", "--hash", "{PLAIN}secret");
        Message.IsOneError(account, 35, "the next number of users_uid is in use");
        var tolerant = await world.VmmAsync("useradd", "new@example.com", "--hash", "{PLAIN}secret", "--if-not-exists");
        Message.IsOneError(tolerant, 35, "the next number of users_uid is in use");
        var batch = await world.VmmWithInputAsync("new@example.com\t{PLAIN}x\n", "useradd", "--from-file", "-");
        batch.ShouldExit(35);
        Message.IsOneError(await world.VmmAsync("domainadd", "example.org"), 35, "the next number of domain_gid is in use");

        foreach (var finding in behind)
        {
            (await Run.ShellAsync($"PATH={Path.GetDirectoryName(cluster.Psql)}:$PATH; {finding[4]}")).Succeeded();
        }

        Assert.DoesNotContain("sequence-behind", (await world.VmmAsync("check")).Out, StringComparison.Ordinal);
        Assert.Equal(70003, (await world.JsonAsync("useradd new@example.com --hash {PLAIN}x")).GetProperty("uid").GetInt64());
        await world.DoAsync("domainadd example.org");
    }

    [Fact]
    public async Task a_new_database_and_one_without_rows_have_no_sequence_behind()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("check");
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        await world.DoAsync("check");
        await world.DoAsync("domaindelete example.com --force --delete-directory");
        await world.DoAsync("check");
    }

    [Theory]
    [InlineData("users_uid", "user@example.com", "uid")]
    [InlineData("domain_gid", "example.com", "gid")]
    public async Task a_number_that_is_too_high_for_dovecot_is_a_finding(string sequence, string subject, string kind)
    {
        using var world = await World.CreateAsync(cluster);
        await world.SqlAsync($"ALTER SEQUENCE {sequence} RESTART 2147483647");
        await world.DoAsync("domainadd example.net");
        await world.AddAccountAsync("user@example.net");
        await world.DoAsync("check");
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        foreach (var command in (string[])["check", "check --only example.com"])
        {
            var check = await world.VmmAsync(command.Split(' '));
            check.ShouldExit(4);
            Assert.Equal(
                $"error\tunusable-id\t{subject}\tits {kind} 2147483648 is above 2147483647, the highest that Dovecot accepts: mail "
                    + $"is deferred, and {(kind == "uid" ? "its user cannot" : "none of its users can")} log in\tlet the sequence "
                    + $"{(kind == "uid" ? "users_uid" : "domain_gid")} give lower numbers (ALTER SEQUENCE ... RESTART WITH), then "
                    + "move the mail aside, delete it, add it again, and move the mail into the new directory\n",
                check.Out);
        }

        await world.DoAsync("check --only example.net");
    }

    [Theory]
    [InlineData("", 70000)]
    [InlineData("ALTER SEQUENCE users_uid MINVALUE 20000 RESTART 20000", 20000)]
    [InlineData("ALTER SEQUENCE domain_gid MINVALUE 30000 RESTART 30000", 30000)]
    [InlineData("UPDATE users SET uid = 5000", 5000)]
    [InlineData("ALTER SEQUENCE users_uid START 80000 MINVALUE 80000 RESTART 80000", 70000)]
    public async Task the_mail_servers_are_told_where_the_numbers_begin(string statement, int first)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        if (statement.Length > 0)
        {
            await world.SqlAsync(statement);
        }

        foreach (var version in (string[])["2.3", "2.4"])
        {
            var said = await world.DoAsync($"mailconfig --postfix-version 3.7 --dovecot-version {version}");
            foreach (var name in (string[])["first_valid_uid", "first_valid_gid", "virtual_minimum_uid"])
            {
                Assert.Contains($"{name} = {first}\n", said, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task without_a_database_the_mail_servers_are_told_the_usual_beginning()
    {
        using var world = await World.CreateAsync(cluster);
        world.Configure(host: "/nowhere");
        var said = await world.VmmAsync("mailconfig", "--postfix-version", "3.7", "--dovecot-version", "2.3");
        said.ShouldExit(0);
        Assert.Contains("first_valid_uid = 70000\n", said.Out, StringComparison.Ordinal);
        Assert.StartsWith(
            "vmm: warning: the database cannot be asked where uids and gids begin, and 70000 is assumed: the database ",
            said.Error,
            StringComparison.Ordinal);
    }

    private static Task<Outcome> InContainerAsync(World world, int ids, string command) =>
        Container.RunAsync(ids, $"{Repository.Binary} {command}", environment: world.Environment);
}
