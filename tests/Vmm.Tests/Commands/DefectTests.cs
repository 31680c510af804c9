namespace Vmm.Tests.Commands;

/// <summary>What was wrong in vmm 0.7 and stays mended.</summary>
public class DefectTests(PostgresCluster cluster)
{
    [Fact]
    public async Task a_domain_with_a_catch_all_can_be_deleted()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync("INSERT INTO catchall SELECT gid, 'user@example.org' FROM domain_name");
        var deleted = await world.VmmAsync("domaindelete", "example.com");
        deleted.ShouldExit(0);
        Assert.Equal("vmm: warning: the catch-all of 'example.com' with 1 destination is deleted with it\n", deleted.Error);
        Assert.Equal(0, await world.CountAsync("domain_data") + await world.CountAsync("catchall"));
    }

    [Fact]
    public async Task a_malformed_name_in_the_database_breaks_no_list_and_can_be_deleted()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        foreach (var name in (string[])["xn--.example", "-x.example", "foo_bar.example", "xn--zzzzzzzz--99.example"])
        {
            await world.DoAsync("domainadd example.net");
            await world.SqlAsync($"UPDATE domain_name SET domainname = '{name}' WHERE domainname = 'example.net'");
            Assert.Equal(
                "Existing domains\n----------------\n\t[+] "
                    + $"{string.Join("\n\t[+] ", new[] { name, "example.com" }.Order(StringComparer.Ordinal))}\n\n",
                await world.DoAsync("listdomains")
            );
            Assert.Contains(name, (await world.VmmAsync("domaininfo", "--", name)).Succeeded(), StringComparison.Ordinal);
            (await world.VmmAsync("domaindelete", "--", name)).ShouldExit(0);
        }
    }

    [Theory]
    [InlineData(
        "ALTER TABLE users ADD CONSTRAINT house_rule CHECK (local_part <> 'user')",
        "the database refused a statement: new row for relation \"users\" violates check constraint \"house_rule\" (23514)"
    )]
    [InlineData(
        "DROP TRIGGER vmm_password_changed ON users; ALTER TABLE users ALTER passwd TYPE varchar(5)",
        "the database refused a statement: value too long for type character varying(5) (22001)"
    )]
    [InlineData("REVOKE ALL ON users FROM vmm", "the database refused: permission denied for table users")]
    [InlineData("DROP TABLE users CASCADE", "the database refused a statement: relation \"users\" does not exist (42P01)")]
    [InlineData(
        "DROP TABLE maillocation CASCADE",
        "the database refused a statement: relation \"maillocation\" does not exist (42P01)"
    )]
    public async Task an_error_of_the_database_is_one_line_and_exit_35(string accident, string message)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync(accident);
        var outcome = await world.VmmAsync("useradd", "user@example.com", "--hash", "{PLAIN}secret");
        outcome.ShouldExit(35);
        Assert.StartsWith($"vmm: error: {message}\n", outcome.Error, StringComparison.Ordinal);
        Assert.All(outcome.Error.TrimEnd('\n').Split('\n'), l => Assert.Matches("^vmm: (error|hint): ", l));
        Assert.DoesNotContain(await world.TreeAsync(), l => l.Contains("/70000/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task what_cannot_be_removed_is_named_and_ends_in_exit_80()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        await world.AddAccountAsync("adm@example.com");
        // A mount point cannot be removed, whoever tries; the mount lives and dies with the shell.
        var script =
            $"mount -t tmpfs none {world.Base}/g/70000/70000/Maildir/new && {Repository.Binary} userdelete user@example.com "
                + "--delete-directory";
        var user = await Run.ProgramAsync("unshare", ["-m", "bash", "-c", script], environment: world.Environment);
        user.ShouldExit(80);
        Assert.Matches(
            $"^vmm: error: the database rows are deleted, but '{world.Base}/g/\\.vmm-del-70000-[0-9a-f]+' could not be removed: "
                + "cannot remove the directory '.*/Maildir/new': device or resource busy "
                + "\\(is another file system mounted there\\?\\)\n"
                + "vmm: hint: When that is repaired, 'vmm check --repair' removes the rest.\n",
            user.Error
        );
        Assert.Equal(["adm"], await world.QueryAsync("SELECT local_part FROM users"));
        script =
            $"mount -t tmpfs none {world.Base}/g/70000/70001/Maildir/new && {Repository.Binary} domaindelete example.com --force "
                + "--delete-directory";
        var domain = await Run.ProgramAsync("unshare", ["-m", "bash", "-c", script], environment: world.Environment);
        domain.ShouldExit(80);
        Assert.Matches($"'{world.Base}/g/\\.vmm-del-70000-[0-9a-f]+' could not be removed", domain.Error);
        (await world.VmmAsync("check")).ShouldExit(4);
        // The mounts are gone with their shells.
        (await world.VmmAsync("check", "--repair")).ShouldExit(0);
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Theory]
    [InlineData("userdelete user@example.com --delete-directory", "INT")]
    [InlineData("userdelete user@example.com --delete-directory", "TERM")]
    [InlineData("domaindelete example.com --force --delete-directory", "INT")]
    public async Task a_removal_that_is_interrupted_says_where_the_rest_is_and_how_it_goes(string command, string signal)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        (await Run.ShellAsync($"cd {world.Base}/g/70000/70000/Maildir/cur && seq 100000 | xargs touch")).Succeeded();
        using var process = Run.Start(Repository.Binary, command.Split(' '), world.Environment);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.True(
            await MailServer.EventuallyAsync(() => Directory.GetDirectories($"{world.Base}/g", ".vmm-del-*").Length > 0, 60));
        (await Run.ProgramAsync("kill", [$"-{signal}", $"{process.Id}"])).Succeeded();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Matches(
            "^(vmm: warning: .*\n)*vmm: error: the database rows are deleted, but "
                + $"'{world.Base}/g/\\.vmm-del-70000-[0-9a-f]+' could not be removed: interrupted\n"
                + "vmm: hint: 'vmm check --repair' removes the rest.\n$",
            await error);
        Assert.Equal(80, process.ExitCode);
        (await world.VmmAsync("check")).ShouldExit(4);
        (await world.VmmAsync("check", "--repair")).ShouldExit(0);
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task names_that_cannot_be_folders_are_left_out_and_named()
    {
        using var world = await World.CreateAsync(cluster, "[mailbox]\nfolders = [\"Sent\", \"a/b\", \"Inbox\"]\n");
        await world.DoAsync("domainadd example.com");
        var added = await world.VmmAsync("useradd", "user@example.com", "--hash", "{PLAIN}secret");
        added.ShouldExit(0);
        Assert.Equal(
            "vmm: warning: these names in mailbox.folders cannot be folders and were left out: a/b, Inbox\n", added.Error);
        Assert.Equal(
            [".Sent"],
            Directory.GetDirectories($"{world.Base}/g/70000/70000/Maildir", ".*").Select(Path.GetFileName));
    }

    [Fact]
    public async Task directories_have_exactly_the_configured_mode_whatever_the_umask()
    {
        using var world = await World.CreateAsync(cluster);
        var script =
            $"umask 077; {Repository.Binary} domainadd example.com; umask 0; {Repository.Binary} useradd user@example.com --hash "
                + "'{PLAIN}x'";
        (await Run.ShellAsync(script, world.Environment)).Succeeded();
        Assert.Equal(
            ["d 700 70000:70000 g/70000/70000", "d 750 0:70000 g/70000", "d 751 0:0 g"],
            (await world.TreeAsync()).Where(l => !l.Contains("Maildir", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("-p")]
    [InlineData("--password-stdin")]
    [InlineData("--password-file")]
    public async Task blanks_around_a_password_belong_to_it(string way)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        var file = Path.Combine(world.Directory, "password");
        await File.WriteAllTextAsync(file, "  two words \n", TestContext.Current.CancellationToken);
        string[] rest = way switch
        {
            "-p" => ["  two words "],
            "--password-file" => [file],
            _ => [],
        };
        (await world.VmmWithInputAsync("  two words \n", ["useradd", "user@example.com", "-s", "PLAIN", way, .. rest])).ShouldExit(
            0
        );
        Assert.Equal(["{PLAIN}  two words "], await world.QueryAsync("SELECT passwd FROM users"));
    }

    [Fact]
    public async Task a_password_of_blanks_only_is_a_password()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        (await world.VmmWithInputAsync("   \n", "useradd", "user@example.com", "--password-stdin")).ShouldExit(0);
    }

    [Fact]
    public async Task nothing_is_kept_when_a_command_reports_an_error()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        await world.SqlAsync("INSERT INTO domain_name SELECT 'alias.example', gid, false FROM domain_name");
        var before = await AllRowsAsync(world);
        (await world.VmmAsync("aliasadd", "info@alias.example", "user@example.com")).ShouldExit(37);
        (await world.VmmAsync("relocatedadd", "gone@alias.example", "user@example.org")).ShouldExit(37);
        (await world.VmmAsync("useradd", "new@alias.example", "--hash", "{PLAIN}x")).ShouldExit(37);
        (await world.VmmAsync("aliasadd", "info@example.com", "user@example.com", "a@b@c")).ShouldExit(43);
        (await world.VmmAsync("aliasadd", "info@example.com", "user@example.com", "info@alias.example")).ShouldExit(85);
        (await world.VmmAsync("domainadd", "example.net", "-t", new string('x', 271))).ShouldExit(44);
        Assert.Equal(before, await AllRowsAsync(world));
        // A destination in an alias domain is as good as one in its primary.
        (await world.VmmAsync("aliasadd", "info@example.com", "user@alias.example")).ShouldExit(0);
        (await world.VmmAsync("userdelete", "user@example.com")).ShouldExit(30);
    }

    private static async Task<List<string>> AllRowsAsync(World world)
    {
        var rows = new List<string>();
        foreach (
            var table in (string[])
                [
                    "domain_data",
                    "domain_name",
                    "users",
                    "alias",
                    "relocated",
                    "transport",
                    "maillocation",
                    "quotalimit",
                    "vmm_address",
                ]
        )
        {
            rows.AddRange(await world.QueryAsync($"SELECT '{table}', t::text FROM {table} t ORDER BY 2"));
        }

        return rows;
    }
}
