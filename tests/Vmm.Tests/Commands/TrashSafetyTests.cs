namespace Vmm.Tests.Commands;

/// <summary>No mail is lost in the trash, nor given to somebody else, whatever happened since.</summary>
public sealed class TrashSafetyTests(PostgresCluster cluster) : IDisposable
{
    private World world = null!;

    public void Dispose() => world?.Dispose();

    /// <summary>A database that came from a backup gives out the same numbers once more.</summary>
    [Fact]
    public async Task mail_of_another_account_with_the_same_number_is_left_alone()
    {
        await StartAsync();
        await world.SqlAsync("CREATE TABLE kept AS SELECT last_value FROM users_uid");
        await AddAsync("boss@example.com", 70001);
        await world.DoAsync("userdelete boss@example.com");
        // As in the backup.
        await world.SqlAsync(
            """
            DELETE FROM vmm_journal WHERE change >= 3; DELETE FROM vmm_journal_secret WHERE change >= 3;
            DELETE FROM vmm_change WHERE change >= 3; SELECT setval('users_uid', (SELECT last_value FROM kept));
            SELECT setval(pg_get_serial_sequence('vmm_change', 'change'), 2); DROP TABLE kept
            """);
        await AddAsync("intern@example.com", 70001);
        Assert.Equal("", await world.DoAsync("check"));
        await world.DoAsync("userdelete intern@example.com");
        Assert.Equal("", await world.DoAsync("check"));
        await world.DoAsync("undo --yes");
        Assert.Equal("mail of intern@example.com", Mail(70001));
        Assert.Equal("", await world.DoAsync("check"));
        await world.DoAsync("userdelete intern@example.com");
        await world.DoAsync("trashrestore intern@example.com");
        Assert.Equal("mail of intern@example.com", Mail(70001));
    }

    /// <summary>With a directory that an administrator has put there.</summary>
    [Theory]
    [InlineData("rm {0}/3/manifest")]
    [InlineData("rm {0}/3/items")]
    [InlineData("echo what > {0}/3/manifest")]
    [InlineData(": > {0}/3/manifest")]
    [InlineData("echo what > {0}/3/items")]
    public async Task a_repair_does_not_remove_mail_whose_list_is_missing(string spoil)
    {
        await StartAsync();
        await world.DoAsync("userdelete user@example.com");
        (await Run.ShellAsync(string.Format(null, "set -e; mkdir {0}/mine; echo x > {0}/mine/file; " + spoil, Trash)))
            .Succeeded();
        (await world.VmmAsync("check", "--repair")).ShouldExit(4);
        var check = await world.VmmAsync("check");
        Assert.StartsWith($"error\tdamaged-trash\t{Trash}/3\t", check.Out, StringComparison.Ordinal);
        Assert.True(File.Exists($"{Trash}/3/account-70000/Maildir/cur/1"));
        Assert.True(File.Exists($"{Trash}/mine/file"));
    }

    [Theory]
    [InlineData("items", "trash restore user@example.com", ErrorCode.NotInTrash)]
    [InlineData("manifest", "trash purge example.net", ErrorCode.NotInTrash)]
    [InlineData("items", "undo", ErrorCode.NotUndone)]
    public async Task what_may_be_in_a_change_that_cannot_be_read_is_not_said_to_be_gone(
        string file, string command, ErrorCode code)
    {
        await StartAsync();
        await world.DoAsync("userdelete user@example.com");
        var path = Directory.GetFiles(Trash, file, SearchOption.AllDirectories).Single();
        File.WriteAllText(path, "{ what\n");
        var told = await world.VmmAsync([.. command.Split(' '), .. command == "undo" ? (string[])["--yes"] : []]);
        told.ShouldExit((int)code);
        Assert.True(
            told.Error.Contains($"'{path}' is damaged\n", StringComparison.Ordinal)
                && told.Error.Contains(" in the trash, as far as it can be read: ", StringComparison.Ordinal),
            told.Error);
        Assert.DoesNotContain("useradd", told.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("useradd", "p{0}@example.com\t{{PLAIN}}x", "p2@example.com")]
    [InlineData("domainadd", "p{0}.example", "p2.example")]
    public async Task a_purge_of_one_name_does_not_take_others(string command, string line, string name)
    {
        await StartAsync();
        var file = world.Directory + "/file";
        File.WriteAllLines(file, Enumerable.Range(1, 3).Select(i => string.Format(null, line, i)));
        await world.DoAsync($"{command} --from-file {file}");
        var added = (await world.QueryAsync("SELECT max(change) FROM vmm_change"))[0];
        await world.DoAsync($"undo {added}");
        var change = (await world.QueryAsync("SELECT max(change) FROM vmm_change"))[0];
        if (command == "useradd")
        {
            var refused = await world.VmmAsync("trashpurge", name);
            Message.IsOneError(refused, (int)ErrorCode.Usage, $"'{name}' was deleted together with others, by change {change}");
        }

        Assert.Contains(
            command == "useradd" ? "(3 accounts)" : "and 2 other domains (0 accounts)",
            await world.DoAsync("trashlist"),
            StringComparison.Ordinal);
        await world.DoAsync($"trashpurge {change}");
        Assert.Empty(Directory.GetFileSystemEntries(Trash));
    }

    [Fact]
    public async Task mail_of_a_base_directory_that_no_domain_is_in_any_more_is_found()
    {
        await StartAsync();
        await world.DoAsync("userdelete user@example.com");
        await world.DoAsync("undo --yes");
        var second = world.Directory + "/second";
        Directory.CreateDirectory(second, (UnixFileMode)0b111_101_001);
        File.WriteAllText(world.Config, File.ReadAllText(world.Config).Replace(world.Base, second, StringComparison.Ordinal));
        await world.DoAsync("domaindelete example.com --force");
        Assert.Single((await world.JsonAsync("trashlist")).GetProperty("deleted").EnumerateArray());
        await world.DoAsync("trashrestore example.com");
        Assert.Equal("mail of user@example.com", Mail(70000));
    }

    [Fact]
    public async Task a_home_of_another_domain_is_not_thrown_away_with_a_directory()
    {
        await StartAsync();
        await world.DoAsync("domainadd example.net");
        var added = (await world.QueryAsync("SELECT max(change) FROM vmm_change"))[0];
        (await Run.ShellAsync($"cd {world.Base}; mv {world.Home()} */70001/; chgrp -R 70001 */70001/70000")).Succeeded();
        Message.IsOneError(await world.VmmAsync("undo", added), (int)ErrorCode.UnsafePath, "by its name it is the home of 'user@");
        Assert.Single(await world.QueryAsync("SELECT 1 FROM domain_name WHERE domainname = 'example.net'"));
    }

    /// <summary>As the hint of an undo says: the domain first, or both together.</summary>
    [Theory]
    [InlineData("userdelete user@example.com", "domaindelete example.com --force")]
    [InlineData("userrename user@example.com user@example.net --leave nothing", "domaindelete example.com --force")]
    [InlineData("userrename user@example.com user@example.net --leave nothing", "domaindelete example.net --force")]
    public async Task mail_comes_back_with_its_domain(string first, string second)
    {
        await StartAsync();
        await world.DoAsync("domainadd example.net");
        var before = await world.TreeAsync();
        await world.DoAsync(first);
        await world.DoAsync(second);
        var last = long.Parse((await world.QueryAsync("SELECT max(change) FROM vmm_change"))[0], null);
        await world.DoAsync($"undo {last} {last - 1} --dry-run");
        await world.DoAsync($"undo {last} {last - 1}");
        Assert.Equal("mail of user@example.com", Mail(70000));
        Assert.Equal(before, (await world.TreeAsync()).Where(l => !l.Contains(".trash", StringComparison.Ordinal)));
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task accounts_of_one_change_come_back_one_by_one()
    {
        await StartAsync();
        var file = world.Directory + "/file";
        File.WriteAllLines(file, Enumerable.Range(1, 4).Select(i => $"p{i}@example.com\t{{PLAIN}}{i}"));
        await world.DoAsync($"useradd --from-file {file}");
        await world.DoAsync("undo --yes");
        var change = (await world.QueryAsync("SELECT max(change) FROM vmm_change"))[0];
        await world.DoAsync("trashrestore p1@example.com");
        await world.DoAsync("userpassword p1@example.com --hash {PLAIN}new");
        await world.DoAsync("trashrestore p2@example.com --as other@example.com");
        Assert.Contains("(2 accounts)", await world.DoAsync("trashlist"), StringComparison.Ordinal);
        await world.DoAsync($"trashrestore {change}");
        Assert.Equal(
            ["other|{PLAIN}2", "p1|{PLAIN}new", "p3|{PLAIN}3", "p4|{PLAIN}4", "user|{PLAIN}x"],
            await world.QueryAsync("SELECT local_part, passwd FROM users ORDER BY 1"));
        Assert.Empty(Directory.GetFileSystemEntries(Trash));
    }

    /// <summary>What else the change did stays.</summary>
    [Fact]
    public async Task an_account_comes_back_alone_from_a_change_that_did_more()
    {
        await StartAsync();
        await world.DoAsync("useradd new@example.com --hash {PLAIN}n");
        await world.DoAsync("usernote user@example.com noted");
        var last = long.Parse((await world.QueryAsync("SELECT max(change) FROM vmm_change"))[0], null);
        await world.DoAsync($"undo {last} {last - 1}");
        await world.DoAsync("trashrestore new@example.com");
        Assert.Equal(["new|", "user|"], await world.QueryAsync("SELECT local_part, note FROM users ORDER BY 1"));
    }

    [Theory]
    [InlineData("domaindelete example.com --force", "domainadd example.com", "example.com", "something with the address")]
    [InlineData("userdelete user@example.com", "useradd user@example.com --hash {PLAIN}y", "user@example.com", "something with")]
    public async Task a_name_that_is_taken_again_is_told_without_a_journal(string delete, string add, string name, string message)
    {
        await StartAsync();
        await world.DoAsync(delete);
        await world.DoAsync(add);
        await world.SqlAsync("DELETE FROM vmm_journal; DELETE FROM vmm_journal_secret; DELETE FROM vmm_change");
        var refused = await world.VmmAsync("trashrestore", name);
        Message.IsOneError(refused, (int)ErrorCode.NotUndone, message);
        Assert.Equal(
            name.Contains('@', StringComparison.Ordinal), refused.Error.Contains("with --as ADDRESS", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("user@example.com")]
    [InlineData("user@example.net")]
    public async Task an_account_is_found_when_its_domain_has_another_name(string address)
    {
        await StartAsync();
        await world.DoAsync("userdelete user@example.com");
        await world.DoAsync("domainrename example.com example.net --leave nothing");
        Assert.Equal("added account user@example.net\n", await world.DoAsync($"trashrestore {address}"));
        Assert.Equal("mail of user@example.com", Mail(70000));
    }

    [Fact]
    public async Task an_account_that_went_with_its_domain_is_told()
    {
        await StartAsync();
        await world.DoAsync("domaindelete example.com --force");
        var refused = await world.VmmAsync("trashrestore", "user@example.com");
        Message.IsOneError(refused, (int)ErrorCode.NotInTrash, "'user@example.com' was deleted with its domain, by change 3");
        Assert.Contains("'vmm trashrestore 3'", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>journal NUMBER promises no more than undo can do.</summary>
    [Fact]
    public async Task an_undo_without_mail_is_not_promised()
    {
        await StartAsync();
        await world.DoAsync("userdelete user@example.com");
        Assert.Contains("Its undo", await world.DoAsync("journal 3"), StringComparison.Ordinal);
        await world.DoAsync("trashpurge --all");
        Assert.Contains(
            "the mail of 'user@example.com' is neither in '", await world.DoAsync("journal 3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_dry_run_leaves_nothing_behind()
    {
        await StartAsync();
        await world.DoAsync("userdelete user@example.com --dry-run");
        Assert.False(Directory.Exists(Trash));
    }

    /// <summary>A process may have as many files open as accounts are few.</summary>
    [Fact]
    public async Task more_accounts_than_open_files_go_into_the_trash()
    {
        await StartAsync();
        var file = world.Directory + "/file";
        File.WriteAllLines(file, Enumerable.Range(1, 300).Select(i => $"p{i}@example.com\t{{PLAIN}}{i}"));
        await world.DoAsync($"useradd --from-file {file}");
        (await Run.ShellAsync($"ulimit -n 200; {Repository.Binary} undo --yes", world.Environment)).Succeeded();
        Assert.Equal("", await world.DoAsync("check"));
    }

    private string Trash => world.Base + "/.trash";

    private string Mail(long uid) => File.ReadAllText($"{world.Base}/{world.Home(uid: uid)}/Maildir/cur/1");

    private async Task StartAsync()
    {
        world = await World.CreateAsync(cluster, "[account]\non_delete = \"trash\"\n");
        await world.DoAsync("domainadd example.com");
        await AddAsync("user@example.com", 70000);
    }

    private async Task AddAsync(string address, long uid)
    {
        await world.DoAsync($"useradd {address} --hash {{PLAIN}}x");
        File.WriteAllText($"{world.Base}/{world.Home(uid: uid)}/Maildir/cur/1", $"mail of {address}");
    }
}
