using System.Text.RegularExpressions;

namespace Vmm.Tests.Commands;

/// <summary>Deleted accounts and domains with their mail.</summary>
public sealed class TrashTests(PostgresCluster cluster) : IDisposable
{
    private World world = null!;

    public void Dispose() => world?.Dispose();

    [Fact]
    public async Task a_deleted_account_comes_back_with_everything()
    {
        await StartAsync();
        await world.DoAsync("userquota a@example.com 1G");
        await world.DoAsync("usernote a@example.com noted");
        await world.DoAsync("aliasadd list@example.com a@example.com b@example.com");
        var before = await StateAsync();
        await world.DoAsync("userdelete a@example.com --force");
        Assert.DoesNotContain(await world.TreeAsync(), l => l.EndsWith("/70000/70000", StringComparison.Ordinal));
        Assert.Equal("", await world.DoAsync("check"));
        await world.DoAsync("trash restore a@example.com");
        Assert.Equal(before, await StateAsync());
        Assert.Empty((await world.JsonAsync("trash list")).GetProperty("deleted").EnumerateArray());
        Assert.Equal("", await world.DoAsync("check"));
    }

    /// <summary>The journal may have forgotten it, with the password.</summary>
    [Theory]
    [InlineData("DELETE FROM vmm_journal_secret")]
    [InlineData("DELETE FROM vmm_journal_secret; DELETE FROM vmm_journal; DELETE FROM vmm_change")]
    [InlineData("DELETE FROM vmm_journal; UPDATE vmm_change SET began = began - interval '1 day'")]
    public async Task the_trash_needs_no_journal(string forget)
    {
        await StartAsync();
        await world.DoAsync("aliasadd list@example.com a@example.com b@example.com");
        var before = await StateAsync();
        await world.DoAsync("userdelete a@example.com --force");
        await world.SqlAsync(forget);
        await world.DoAsync("trash restore a@example.com");
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task a_domain_goes_by_one_rename_and_comes_back_whole()
    {
        await StartAsync();
        await world.DoAsync("aliasdomainadd example.net example.com");
        await world.DoAsync("catchalladd example.com a@example.com");
        var before = await StateAsync();
        await world.DoAsync("domaindelete example.com --force");
        Assert.Equal("", await world.DoAsync("check"));
        var only = (await world.JsonAsync("trash list")).GetProperty("deleted").EnumerateArray().Single();
        Assert.Equal("example.com", only.GetProperty("object").GetString());
        Assert.Equal(2, only.GetProperty("accounts").GetInt64());
        await world.DoAsync("trash restore example.com");
        Assert.Equal(before, await StateAsync());
        Assert.Equal("", await world.DoAsync("check"));
    }

    /// <summary>What led to it and was deleted with it leads to its new address, unless that has become something else.</summary>
    [Fact]
    public async Task what_led_to_an_account_leads_to_its_new_address()
    {
        await StartAsync();
        await world.DoAsync("aliasdomainadd alias.example example.com");
        await world.DoAsync("aliasadd list@example.com a@example.com b@example.com");
        await world.DoAsync("aliasadd other@example.com a@alias.example");
        await world.DoAsync("aliasadd taken@example.com a@example.com");
        await world.DoAsync("catchalladd example.com a@example.com");
        await world.DoAsync("userdelete a@example.com --force");
        await world.DoAsync("useradd taken@example.com --hash {PLAIN}x");
        Assert.Equal(
            """
            added account new@example.com, which was a@example.com
            added alias list@example.com
            added alias other@example.com
            added catch-all example.com

            """,
            await world.DoAsync("trashrestore a@example.com --as new@example.com"));
        Assert.Equal(
            ["list|b@example.com", "list|new@example.com", "other|new@example.com"],
            await world.QueryAsync("SELECT address, destination FROM alias ORDER BY 1, 2"));
        Assert.Equal(["new@example.com"], await world.QueryAsync("SELECT destination FROM catchall"));
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task an_address_that_was_deleted_twice_comes_back_as_it_was_last()
    {
        await StartAsync();
        await world.DoAsync("userdelete a@example.com");
        await world.DoAsync("useradd a@example.com --hash {PLAIN}second");
        await world.DoAsync("userdelete a@example.com");
        await world.DoAsync("trashrestore a@example.com");
        Assert.Equal(["{PLAIN}second"], await world.QueryAsync("SELECT passwd FROM users WHERE local_part = 'a'"));
        await world.DoAsync("trashrestore a@example.com --as first@example.com");
        Assert.Equal(["{PLAIN}a"], await world.QueryAsync("SELECT passwd FROM users WHERE local_part = 'first'"));
    }

    /// <summary>There is nothing to bring back, and nothing that could hide the rest.</summary>
    [Theory]
    [InlineData("rm -r {0}/*/70000/70000", "userdelete a@example.com", "the home '")]
    [InlineData("rm -r {0}/*/70000", "domaindelete example.com --force", "the domain directory '")]
    public async Task what_has_no_directory_is_not_in_the_trash(string spoil, string command, string warning)
    {
        await StartAsync();
        (await Run.ShellAsync(string.Format(null, spoil, world.Base))).Succeeded();
        var deleted = await world.VmmAsync(command.Split(' '));
        deleted.Succeeded();
        Assert.Contains(warning, deleted.Error, StringComparison.Ordinal);
        Assert.Empty((await world.JsonAsync("trashlist")).GetProperty("deleted").EnumerateArray());
        Assert.Equal("", await world.DoAsync("check"));
        Assert.DoesNotContain("in the trash", File.ReadAllText(world.Log), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("manifest", "list")]
    [InlineData("manifest", "show b@example.com")]
    [InlineData("items", "restore b@example.com")]
    public async Task a_change_that_is_damaged_does_not_hide_the_others(string file, string command)
    {
        await StartAsync();
        await world.DoAsync("userdelete a@example.com");
        await world.DoAsync("userdelete b@example.com");
        var path = Directory.GetFiles(world.Base + "/.trash", file, SearchOption.AllDirectories).Order().First();
        File.WriteAllText(path, "{ what\n");
        var told = await world.VmmAsync(["trash", .. command.Split(' ')]);
        told.Succeeded();
        Assert.Contains($"'{path}' is damaged; it is passed over\n", told.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("manifest", "show a@example.com")]
    [InlineData("passwords", "restore a@example.com")]
    public async Task a_line_that_is_damaged_is_told(string file, string command)
    {
        await StartAsync();
        await world.DoAsync("userdelete a@example.com");
        var path = Directory.GetFiles(world.Base + "/.trash", file, SearchOption.AllDirectories).Single();
        File.AppendAllText(path, "what\n");
        var told = await world.VmmAsync(["trash", .. command.Split(' ')]);
        Message.IsOneError(told, (int)ErrorCode.FileSystem, $"'{path}' is damaged");
    }

    [Fact]
    public async Task a_purge_leaves_what_another_vmm_is_at_work_on()
    {
        await StartAsync();
        await world.DoAsync("userdelete a@example.com");
        await world.DoAsync("userdelete b@example.com");
        var first = Directory.GetDirectories(world.Base + "/.trash").Order().First();
        using var held = Folder.OpenBase(first);
        Assert.True(held.TryLock());
        Assert.Equal("removed b@example.com\n", await world.DoAsync("trashpurge --all"));
    }

    [Theory]
    [InlineData("new@example.com", 70000)]
    [InlineData("new@example.org", 70001)]
    public async Task an_account_comes_back_under_another_address(string address, long gid)
    {
        await StartAsync();
        await world.DoAsync("domainadd example.org");
        await world.DoAsync("userdelete a@example.com");
        await world.DoAsync("useradd a@example.com --hash {PLAIN}other");
        await world.DoAsync($"trash restore a@example.com --as {address}");
        Assert.Equal(
            [$"new|{gid}|{{PLAIN}}a"], await world.QueryAsync("SELECT local_part, gid, passwd FROM users WHERE uid = 70000"));
        var home = Directory.GetDirectories(world.Base, "70000", SearchOption.AllDirectories)
            .Single(d => d.EndsWith($"/{gid}/70000", StringComparison.Ordinal));
        Assert.Equal("mail", File.ReadAllText($"{home}/Maildir/cur/1"));
        Assert.Equal($"70000:{gid}\n", (await Run.ShellAsync($"stat -c %u:%g {home}/Maildir/cur/1")).Out);
        Assert.Equal("", await world.DoAsync("check"));
        await world.DoAsync("undo --yes");
        Assert.Equal("", await world.DoAsync("check"));
        Message.IsOneError(
            await world.VmmAsync("trash", "restore", address, "--as", "b@example.com"),
            (int)ErrorCode.AccountExists,
            "b@example.com");
    }

    [Fact]
    public async Task a_purge_removes_what_is_old_and_all_only_when_asked_for()
    {
        await StartAsync("trash_days = 3\n");
        await world.DoAsync("userdelete a@example.com");
        await world.DoAsync("userdelete b@example.com");
        Assert.Equal("", await world.DoAsync("trash purge"));
        Assert.Equal("would remove a@example.com\n", await world.DoAsync("trash purge a@example.com --dry-run"));
        Assert.Equal("removed a@example.com\n", await world.DoAsync("trash purge a@example.com"));
        Message.IsOneError(await world.VmmAsync("trash", "show", "a@example.com"), (int)ErrorCode.NotInTrash, "a@example.com");
        var manifest = Directory.GetFiles(world.Base + "/.trash", "manifest", SearchOption.AllDirectories).Single();
        var lines = File.ReadAllLines(manifest);
        lines[0] = Regex.Replace(lines[0], "\"at\": \"[^\"]*\"", "\"at\": \"2026-01-01T00:00:00+00:00\"");
        File.WriteAllLines(manifest, lines);
        Assert.Equal("removed b@example.com\n", await world.DoAsync("trash purge"));
        Assert.Empty(Directory.GetFileSystemEntries(world.Base + "/.trash"));
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task without_a_number_of_days_nothing_is_purged_by_itself()
    {
        await StartAsync("trash_days = 0\n");
        await world.DoAsync("userdelete a@example.com");
        Assert.Equal("", await world.DoAsync("trashpurge"));
        Assert.Contains("no purge", await world.DoAsync("trashlist"), StringComparison.Ordinal);
    }

    /// <summary>Only root may look, and nothing but root's directory will do.</summary>
    [Theory]
    [InlineData("install -d -m 0755 {0}/.trash")]
    [InlineData("install -d -m 0700 -o 70000 {0}/.trash")]
    [InlineData("ln -s /tmp {0}/.trash")]
    public async Task a_trash_that_others_can_enter_is_not_used(string make)
    {
        await StartAsync();
        (await Run.ShellAsync(string.Format(null, make, world.Base))).Succeeded();
        var before = await StateAsync();
        Message.IsOneError(await world.VmmAsync("userdelete", "a@example.com"), (int)ErrorCode.UnsafePath, ".trash");
        Assert.Equal(before, await StateAsync());
    }

    [Theory]
    [InlineData("", "keep")]
    [InlineData("on_delete = \"keep\"", "keep")]
    [InlineData("on_delete = \"trash\"", "trash")]
    [InlineData("on_delete = \"remove\"", "remove")]
    [InlineData("on_delete = \"trash\"\ndelete_directory = true", "remove")]
    public async Task the_configuration_says_what_a_deletion_does(string option, string what)
    {
        world = await World.CreateAsync(cluster, $"[account]\n{option}\n");
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("useradd user@example.com --hash {PLAIN}x");
        await world.DoAsync("userdelete user@example.com");
        var home = Directory.GetDirectories(world.Base, "70000", SearchOption.AllDirectories);
        Assert.Equal(what == "keep" ? 2 : 1, home.Length);
        Assert.Equal(what == "trash", Directory.Exists(world.Base + "/.trash"));
    }

    /// <summary>A command that was killed between its commit and the move, or between the move and its commit.</summary>
    [Theory]
    [InlineData("mv {0}/.trash/*/account-70000 $(echo {0}/?/70000)/70000", "", "a")]
    [InlineData("true", "INSERT INTO users SELECT (jsonb_populate_record(NULL::users, row::jsonb)).* FROM kept", "")]
    public async Task what_was_interrupted_is_settled(string spoil, string sql, string inTrash)
    {
        await StartAsync();
        await world.SqlAsync("CREATE TABLE kept AS SELECT to_jsonb(u)::text AS row FROM users u WHERE uid = 70000");
        await world.DoAsync("userdelete a@example.com");
        (await Run.ShellAsync($"cd {world.Base}; " + string.Format(null, spoil, world.Base))).Succeeded();
        await world.SqlAsync((sql.Length > 0 ? sql + "; " : "") + "DROP TABLE kept");
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        var line = Assert.Single(check.Out.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("error\tunfinished-trash\t", line, StringComparison.Ordinal);
        await world.DoAsync("check --repair");
        Assert.Equal("", await world.DoAsync("check"));
        var mail = Directory.GetFiles(world.Base, "1", SearchOption.AllDirectories)
            .Single(f => f.EndsWith("70000/Maildir/cur/1", StringComparison.Ordinal));
        Assert.Equal(inTrash.Length > 0, mail.Contains("/.trash/", StringComparison.Ordinal));
    }

    private async Task StartAsync(string more = "")
    {
        world = await World.CreateAsync(cluster, $"[account]\non_delete = \"trash\"\n{more}");
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("useradd a@example.com --hash {PLAIN}a");
        await world.DoAsync("useradd b@example.com --hash {PLAIN}b");
        foreach (var home in (string[])["70000", "70001"])
        {
            var path = Directory.GetDirectories(world.Base, home, SearchOption.AllDirectories)
                .Single(d => d.EndsWith($"/70000/{home}", StringComparison.Ordinal));
            File.WriteAllText(path + "/Maildir/cur/1", "mail");
            (await Run.ShellAsync($"chown {home}:70000 {path}/Maildir/cur/1")).Succeeded();
        }
    }

    private async Task<List<string>> StateAsync()
    {
        var rows = new List<string>();
        foreach (var table in (string[])["users", "alias", "catchall", "domain_name", "domain_data", "vmm_address"])
        {
            rows.AddRange(await world.QueryAsync($"SELECT to_jsonb(r)::text FROM {table} r ORDER BY 1"));
        }

        return [.. rows, .. (await world.TreeAsync()).Where(l => !l.Contains(".trash", StringComparison.Ordinal))];
    }
}
