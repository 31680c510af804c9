namespace Vmm.Tests.Mailboxes;

public class HomeTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("077")]
    [InlineData("000")]
    [InlineData("027")]
    public async Task owners_and_modes_are_exact_whatever_the_umask(string umask)
    {
        using var world = await World.CreateAsync(cluster);
        foreach (var command in (string[])["domainadd example.com", "useradd user@example.com --hash {PLAIN}secret"])
        {
            (await Run.ShellAsync($"umask {umask}; exec {Repository.Binary} {command}", world.Environment)).Succeeded();
        }

        Golden.Check("tree-of-one-account", string.Join('\n', await world.TreeAsync()) + "\n");
    }

    [Fact]
    public async Task folders_outside_ascii_are_written_in_modified_utf7()
    {
        using var world = await World.CreateAsync(
            cluster,
            "[mailbox]\nfolders = [\"Entwürfe\", \"R&D\", \" 送信済み \", \"Archive.2024\", \"😀\"]\n"
        );
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var mailbox = $"{world.Base}/{world.Home()}/Maildir";
        string[] names = ["Entw&APw-rfe", "R&-D", "&kAFP4W4IMH8-", "Archive.2024", "&2D3eAA-"];
        Assert.Equal(
            [.. names.Select(n => "." + n).Order(StringComparer.Ordinal), "cur", "new", "tmp"],
            Directory.GetDirectories(mailbox).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal(names, await File.ReadAllLinesAsync($"{mailbox}/subscriptions", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task folders_that_are_not_to_be_subscribed_are_there_without_a_list()
    {
        using var world = await World.CreateAsync(cluster, "[mailbox]\nroot = \"Mail\"\nsubscribe = false\n");
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("a@example.com");
        (await world.VmmWithInputAsync("b@example.com\t{PLAIN}x\n", "useradd", "--from-file", "-")).Succeeded();
        foreach (var uid in (long[])[70000, 70001])
        {
            Assert.Equal(
                [".Drafts", ".Sent", ".Templates", ".Trash", "cur", "new", "tmp"],
                Directory.GetFileSystemEntries($"{world.Base}/{world.Home(70000, uid)}/Mail")
                    .Select(Path.GetFileName)
                    .Order(StringComparer.Ordinal)
            );
        }

        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task names_that_cannot_be_folders_are_left_out_with_a_warning()
    {
        using var world = await World.CreateAsync(
            cluster,
            "[mailbox]\nfolders = [\"../x\", \"a/b\", \"~root\", \".hidden\", \"Trash\", \"inbox\", \"end.\", \"Trash\"]\n"
        );
        await world.DoAsync("domainadd example.com");
        var added = await world.VmmAsync("useradd", "user@example.com", "--hash", "{PLAIN}secret");
        added.Succeeded();
        Assert.Contains("../x, a/b, ~root, .hidden, inbox, end.", added.Error, StringComparison.Ordinal);
        Assert.Equal(
            [".Trash", "cur", "new", "tmp"],
            Directory.GetDirectories($"{world.Base}/{world.Home()}/Maildir").Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    /// <summary>Each option of the configuration is for one command.</summary>
    [Theory]
    [InlineData("[account]\ndelete_directory = true\n", false, true)]
    [InlineData("[domain]\nauto_postmaster = false\ndelete_directory = true\n", true, false)]
    public async Task a_directory_is_removed_by_the_command_that_the_configuration_names(string extra, bool home, bool domain)
    {
        using var world = await World.CreateAsync(cluster, extra);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var path = $"{world.Base}/{world.Home()}";
        await world.DoAsync("userdelete user@example.com");
        Assert.Equal(home, Directory.Exists(path));
        await world.DoAsync("domaindelete example.com");
        Assert.Equal(domain, Directory.Exists(Path.GetDirectoryName(path)));
    }

    [Fact]
    public async Task a_missing_domain_directory_is_made_anew_where_the_domain_has_it()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var complete = await world.TreeAsync();
        var old = world.Base;
        await world.DoAsync("userdelete user@example.com --delete-directory");
        Directory.Delete($"{old}/{Path.GetDirectoryName(world.Home(70000, 70000))}");

        // The base of new domains is another one by now.
        Directory.CreateDirectory($"{world.Directory}/elsewhere");
        world.Configure($"[misc]\nbase_directory = \"{world.Directory}/elsewhere\"\n");
        await world.AddAccountAsync("user@example.com");
        Assert.Equal(
            complete.Select(line =>
                line.Replace("70000/70000", "70000/70001", StringComparison.Ordinal)
                    .Replace("70000:70000 g/70000/70001", "70001:70000 g/70000/70001", StringComparison.Ordinal)
            ),
            await world.TreeAsync()
        );
        Assert.Empty(Directory.GetFileSystemEntries($"{world.Directory}/elsewhere"));
    }

    /// <summary>PostgreSQL may hand out a number again that it gave before a crash, to a transaction that never was.</summary>
    [Fact]
    public async Task a_number_whose_directory_is_there_already_is_passed_over()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        Directory.CreateDirectory($"{world.Base}/{world.Home(70000, 70000)}/Maildir/new");
        Directory.CreateDirectory($"{world.Base}/{world.Home(70000, 70002)}");
        Directory.CreateDirectory($"{world.Base}/{DomainPath.ForNew(world.Base, 70001).Hash}/70001/70003");
        var other = $"{world.Base}/{DomainPath.ForNew(world.Base, 70001).Hash}/70001";
        (
            await Run.ShellAsync(
                $"cd {world.Base} && chown 70000:70000 {world.Home(70000, 70000)} && chown 70002:70000 {world.Home(70000, 70002)} "
                    + $"&& chown 0:70001 {other}"
            )
        ).Succeeded();
        var before = await world.TreeAsync();
        await world.DoAsync("useradd a@example.com --hash {PLAIN}secret");
        await File.WriteAllTextAsync(
            $"{world.Directory}/users",
            "b@example.com\t{PLAIN}secret\nc@example.com\t{PLAIN}secret\n",
            TestContext.Current.CancellationToken
        );
        await world.DoAsync($"useradd --from-file {world.Directory}/users");
        await world.DoAsync("domainadd example.net");
        Assert.Equal(["a|70001", "b|70003", "c|70004"], await world.QueryAsync("SELECT local_part, uid FROM users ORDER BY uid"));
        Assert.Equal(["70000", "70002"], await world.QueryAsync("SELECT gid FROM domain_data ORDER BY gid"));
        Assert.Subset((await world.TreeAsync()).ToHashSet(), before.ToHashSet());
    }

    [Fact]
    public async Task a_directory_that_is_in_the_way_is_refused_and_left_alone()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("useradd a@example.com --hash {PLAIN}secret");
        Directory.CreateDirectory($"{world.Base}/{world.Home(70000, 70001)}/Maildir");
        var before = await world.TreeAsync();
        (await world.VmmAsync("useradd", "user@example.com", "--hash", "{PLAIN}secret")).ShouldExit(81);
        Assert.Equal(before, await world.TreeAsync());
        Assert.Equal(1, await world.CountAsync("users"));
        await world.AddAccountAsync("user@example.com");
    }

    /// <summary>A tmpfs with room for n files fails at the n-th step.</summary>
    [Fact]
    public async Task a_disk_that_is_full_at_any_step_leaves_nothing_behind()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        var script = $$"""
            for inodes in {1..32}; do
              mount -t tmpfs -o mode=0771,nr_inodes=$inodes tmpfs {{world.Base}}
              {{Repository.Binary}} useradd user$inodes@example.com --hash '{PLAIN}secret' 2> /dev/null
              echo "$inodes $? $(find {{world.Base}} -mindepth 2 | wc -l)"
              umount {{world.Base}}
            done
            """;
        var lines = (await Run.ProgramAsync("unshare", ["-m", "bash", "-c", script], environment: world.Environment))
            .Succeeded()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // The base and its hash directory, then the domain and the home with all that is in it: 27 files and directories.
        Assert.Equal(Enumerable.Range(1, 32).Select(n => n < 29 ? $"{n} 81 0" : $"{n} 0 27"), lines);
        Assert.Equal(4, await world.CountAsync("users"));
    }
}
