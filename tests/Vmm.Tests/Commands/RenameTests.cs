namespace Vmm.Tests.Commands;

/// <summary>userrename, aliasrename and domainrename: what changes, what stays, and what is refused.</summary>
public class RenameTests(PostgresCluster cluster)
{
    [Fact]
    public async Task an_account_keeps_everything_but_its_address()
    {
        using var world = await ReadyAsync();
        await world.DoAsync("userquota user@example.com 5G");
        await world.DoAsync("username user@example.com --name A.User");
        await world.SqlAsync("INSERT INTO userquota VALUES (70000, 1000, 3)");
        var (before, tree) = (await world.JsonAsync("userinfo user@example.com"), await world.TreeAsync());
        Assert.Equal("", await world.DoAsync("userrename user@example.com new@example.com"));
        var after = await world.JsonAsync("userinfo new@example.com");
        Assert.Equal(
            before.ToString().Replace("user@example.com", "new@example.com", StringComparison.Ordinal), after.ToString());
        Assert.Equal(tree, await world.TreeAsync());
        Assert.Equal(["user|new@example.com"], await world.QueryAsync("SELECT address, destination FROM alias"));
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task into_another_domain_the_home_moves_by_a_rename_and_gets_the_other_group()
    {
        using var world = await ReadyAsync();
        var home = (await InfoAsync(world, "user@example.com")).GetProperty("home").GetString()!;
        await File.WriteAllTextAsync($"{home}/Maildir/cur/1", "mail", TestContext.Current.CancellationToken);
        File.SetUnixFileMode($"{home}/Maildir/cur/1", (UnixFileMode)0b110_000_000);
        (await Run.ShellAsync($"chown 70000:70000 {home}/Maildir/cur/1")).Succeeded();
        var before = await world.TreeAsync();
        var inode = await InodeAsync(home);
        var renamed = await world.JsonAsync("userrename user@example.com new@other.example --leave nothing");
        var moved = renamed.GetProperty("home").GetString()!;
        Assert.Equal(home, renamed.GetProperty("moved_from").GetString());
        Assert.Equal(inode, await InodeAsync(moved));
        Assert.False(Directory.Exists(home));
        var (from, to) = (Path.GetRelativePath(world.Base, home), Path.GetRelativePath(world.Base, moved));
        Assert.Equal(
            before.Select(l => l.Contains(from, StringComparison.Ordinal)
                ? l.Replace(from, to, StringComparison.Ordinal).Replace("70000:70000", "70000:70001", StringComparison.Ordinal)
                : l).Order(StringComparer.Ordinal),
            await world.TreeAsync());
        Assert.Equal("", await world.DoAsync("check"));
        await world.DoAsync("userrename new@other.example user@example.com --leave nothing");
        Assert.Equal(before, await world.TreeAsync());
    }

    [Fact]
    public async Task what_the_other_domain_gives_is_said_where_it_differs()
    {
        using var world = await ReadyAsync();
        await world.DoAsync("domainquota other.example 1G");
        await world.DoAsync("domainservices other.example --disable pop3");
        await world.DoAsync("domaintransport other.example error:closed");
        var renamed = await world.VmmAsync("userrename", "user@example.com", "user@other.example");
        renamed.Succeeded();
        Assert.Equal(
            "vmm: warning: the account now has the quota of 'other.example': 1.00 GiB instead of unlimited\n"
                + "vmm: warning: the account now has the services of 'other.example': smtp+imap+sieve instead of all\n"
                + "vmm: warning: the account now has the transport of 'other.example': error:closed instead of"
                + " lmtp:unix:private/dovecot-lmtp\n",
            renamed.Error);
    }

    [Fact]
    public async Task an_alias_domain_becomes_the_primary_name()
    {
        using var world = await ReadyAsync();
        await world.DoAsync("domainrename example.com example.net");
        Assert.Equal(
            ["example.com|f", "example.net|t", "other.example|t"],
            await world.QueryAsync("SELECT domainname || '|' || left(is_primary::text, 1) FROM domain_name ORDER BY 1"));
        Assert.Equal("user@example.net", (await InfoAsync(world, "user@example.com")).GetProperty("address").GetString());
        await world.DoAsync("domainrename example.net example.com --leave nothing");
        Assert.Equal(["example.com", "other.example"], await world.QueryAsync("SELECT domainname FROM domain_name ORDER BY 1"));
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Theory]
    [InlineData("alias", "SELECT address || destination FROM alias", "usernew@other.example")]
    [InlineData("relocated", "SELECT address || destination FROM relocated", "usernew@other.example")]
    [InlineData("nothing", "SELECT kind FROM vmm_address", "account")]
    public async Task what_stays_at_the_old_address_is_chosen(string left, string query, string expected)
    {
        using var world = await ReadyAsync();
        var renamed = await world.JsonAsync($"userrename user@example.net new@other.example --leave {left}");
        Assert.Equal(left, renamed.GetProperty("left").GetString());
        Assert.Equal([expected], await world.QueryAsync(query));
        Assert.Equal("", await world.DoAsync("check"));
        Assert.Equal("new@other.example", (await InfoAsync(world, "new@other.example")).GetProperty("address").GetString());
    }

    [Fact]
    public async Task destinations_follow_once_each_and_are_counted()
    {
        using var world = await ReadyAsync();
        // A catch-all in one of the two domains would take what has an extension.
        await world.DoAsync("domainadd third.example");
        await world.SqlAsync("""
            INSERT INTO alias VALUES (70000, 'one', 'user@example.com'), (70000, 'one', 'user@example.net'),
                (70001, 'two', 'user+list@Example.COM'), (70001, 'two', 'new@other.example'), (70001, 'two', 'user@example.com'),
                (70001, 'three', 'username@example.com'), (70000, 'user+own', 'x@elsewhere.example'),
                (70001, 'four', 'user+own@example.com');
            INSERT INTO catchall VALUES (70002, 'user@example.com'), (70002, 'user+all@example.net');
            INSERT INTO relocated VALUES (70001, 'gone', 'user@example.com')
            """);
        var renamed = await world.JsonAsync("userrename user@example.com new@other.example");
        Assert.Equal(
            "{\"aliases\":4,\"catch_alls\":2,\"relocated\":1}",
            System.Text.Json.JsonSerializer.Serialize(renamed.GetProperty("followed")));
        Assert.Equal(
            [
                "four|user+own@example.com", "one|new@other.example", "three|username@example.com", "two|new+list@other.example",
                "two|new@other.example", "user+own|x@elsewhere.example", "user|new@other.example",
            ],
            (await world.QueryAsync("SELECT address, destination FROM alias")).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["70002|new+all@other.example", "70002|new@other.example"],
            (await world.QueryAsync("SELECT gid, destination FROM catchall")).Order(StringComparer.Ordinal));
        Assert.Equal(["new@other.example"], await world.QueryAsync("SELECT destination FROM relocated"));
    }

    [Fact]
    public async Task a_password_whose_hash_contains_the_address_needs_a_new_one()
    {
        using var world = await ReadyAsync();
        await world.DoAsync($"userpassword user@example.com --hash {{DIGEST-MD5}}{new string('a', 32)}");
        var refused = await world.VmmAsync("userrename", "user@example.com", "new@example.com");
        Message.IsOneError(refused, (int)ErrorCode.VmmError, "a hash of the scheme DIGEST-MD5 contains the address");
        var domain = await world.VmmAsync("domainrename", "example.com", "example.org");
        Message.IsOneError(domain, (int)ErrorCode.VmmError, "1 password of 'example.com' would not work");
        Assert.Contains("user@example.com", domain.Error, StringComparison.Ordinal);
        await world.DoAsync("userrename user@example.com new@example.com --hash {PLAIN}other");
        Assert.Equal(["{PLAIN}other"], await world.QueryAsync("SELECT passwd FROM users"));
        await world.DoAsync("domainrename example.com example.org");
    }

    [Theory]
    [InlineData("userrename user@example.com info@example.com", 28, "'vmm aliasdelete info@example.com'")]
    [InlineData("userrename user@example.com away@example.com", 60, "'vmm relocateddelete away@example.com'")]
    [InlineData("userrename user@example.com two@example.com", 21, "'vmm userinfo two@example.com'")]
    [InlineData("userrename user@example.com new@example.net", 37, "Use the address 'new@example.com'")]
    [InlineData("userrename user@example.net user@example.com", 44, "Give a different new name")]
    [InlineData("userrename user@example.com new@nowhere.example", 57, "'vmm domainadd nowhere.example'")]
    [InlineData("userrename info@example.com new@example.com", 52, "'vmm aliasrename info@example.com NEW' renames it")]
    [InlineData("aliasrename user@example.com new@example.com", 53, "'vmm userrename user@example.com NEW' renames it")]
    [InlineData("userrename away@example.com new@example.com", 52, "'vmm relocatedinfo away@example.com'")]
    [InlineData("userrename user@example.com n..w@example.com", 47, "")]
    [InlineData("userrename user@example.com new@example.com --leave alais", 2, "did you mean 'alias'?")]
    [InlineData("aliasrename info@example.com user@example.com", 21, "'vmm userinfo user@example.com'")]
    [InlineData("aliasrename info@example.com other@other.example", 85, "other@other.example -> other@other.example")]
    [InlineData("domainrename other.example example.net", 23, "")]
    [InlineData("domainrename example.com other.example", 38, "")]
    [InlineData("domainrename example.net example.org", 37, "Use the primary name 'example.com'")]
    [InlineData("domainrename example.com example.com", 44, "Give a different new name")]
    [InlineData("domainrename example.com example.org --leave relocated", 2, "'--leave alias' keeps it as an alias domain")]
    [InlineData("domainrename example.com loop.example", 85, "self@loop.example -> self@loop.example")]
    [InlineData("domainrename example.com itself.example", 59, "")]
    public async Task a_rename_that_cannot_be_is_refused_and_changes_nothing(string command, int exit, string hint)
    {
        using var world = await ReadyAsync();
        await world.AddAccountAsync("two@example.com");
        await world.DoAsync("aliasadd info@example.com user@example.com other@other.example");
        await world.DoAsync("relocatedadd away@example.com x@elsewhere.example");
        await world.DoAsync("aliasadd self@example.com self@loop.example");
        await world.DoAsync("relocatedadd same@example.com same@itself.example");
        var before = await RowsAsync(world);
        var refused = await world.VmmAsync(command.Split(' '));
        refused.ShouldExit(exit);
        Assert.Contains(hint, refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, await RowsAsync(world));
        Assert.DoesNotContain(await world.TreeAsync(), l => l.Contains(".vmm-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("userrename user@example.com new@other.example")]
    [InlineData("aliasrename info@example.com new@other.example --leave nothing")]
    [InlineData("domainrename example.com example.org")]
    public async Task a_dry_run_shows_what_is_then_done_and_does_nothing(string command)
    {
        using var world = await ReadyAsync();
        await world.DoAsync("aliasadd info@example.com user@example.com");
        await world.DoAsync("aliasadd all@other.example info@example.com user+all@example.com");
        var (rows, tree) = (await RowsAsync(world), await world.TreeAsync());
        var tried = await world.JsonAsync(command + " --dry-run");
        Assert.Equal(rows, await RowsAsync(world));
        Assert.Equal(tree, await world.TreeAsync());
        var done = await world.JsonAsync(command);
        Assert.Equal(done.GetProperty("followed").ToString(), tried.GetProperty("followed").ToString());
        var after = await RowsAsync(world);
        var expected = rows.Except(Shown("-")).Concat(Shown("+")).Order(StringComparer.Ordinal);
        Assert.Equal(expected, after.Order(StringComparer.Ordinal));

        IEnumerable<string> Shown(string change) => tried.GetProperty("rows").EnumerateArray()
            .Where(r => r.GetProperty("change").GetString() == change)
            .Select(r => Row(r.GetProperty("table").GetString()!, r.GetProperty("row")));
    }

    [Theory]
    [InlineData("alias", "example.org|True example.com|False example.net|False")]
    [InlineData("nothing", "example.org|True example.net|False")]
    public async Task a_domain_gets_another_name_with_all_that_leads_to_it(string left, string names)
    {
        using var world = await ReadyAsync();
        await world.DoAsync("aliasadd info@example.com user@example.com friend@elsewhere.example");
        await world.DoAsync("catchalladd other.example info@example.com");
        await world.DoAsync("relocatedadd away@other.example user@example.com");
        var tree = await world.TreeAsync();
        var renamed = await world.JsonAsync($"domainrename example.com example.org --leave {left}");
        Assert.Equal(
            (1, 1, 1),
            (Followed("aliases"), Followed("catch_alls"), Followed("relocated")));
        Assert.Equal(
            names,
            string.Join(
                ' ',
                await world.QueryAsync(
                    "SELECT domainname, is_primary FROM domain_name WHERE gid = 70000 ORDER BY is_primary DESC, domainname")));
        Assert.Equal(
            ["friend@elsewhere.example", "user@example.org"],
            await world.QueryAsync("SELECT destination FROM alias ORDER BY 1"));
        Assert.Equal(
            ["info@example.org", "user@example.org"],
            await world.QueryAsync("SELECT destination FROM catchall UNION ALL SELECT destination FROM relocated"));
        Assert.Equal(tree, await world.TreeAsync());
        Assert.Equal("user@example.org", (await InfoAsync(world, "user@example.org")).GetProperty("address").GetString());
        Assert.Equal("", await world.DoAsync("check"));

        int Followed(string key) => renamed.GetProperty("followed").GetProperty(key).GetInt32();
    }

    private static async Task<List<string>> RowsAsync(World world) =>
    [
        .. (await world.QueryAsync("SELECT concat('users ', to_jsonb(t) - 'passwd' - 'passwd_changed') FROM users t")),
        .. (await world.QueryAsync("SELECT concat('alias ', to_jsonb(t)) FROM alias t")),
        .. (await world.QueryAsync("SELECT concat('catchall ', to_jsonb(t)) FROM catchall t")),
        .. (await world.QueryAsync("SELECT concat('relocated ', to_jsonb(t)) FROM relocated t")),
        .. (await world.QueryAsync("SELECT concat('domain_name ', to_jsonb(t)) FROM domain_name t")),
    ];

    /// <summary>A row of a dry run, as <see cref="RowsAsync"/> has it: the order of the columns is that of jsonb in both.</summary>
    private static string Row(string table, System.Text.Json.JsonElement row) =>
        $"{table} {{{string.Join(", ", Columns(row))}}}";

    private static IEnumerable<string> Columns(System.Text.Json.JsonElement row) =>
        row.EnumerateObject().Where(c => c.Name != "passwd").Select(c => $"\"{c.Name}\": {Plain(c.Value)}");

    private static string Plain(System.Text.Json.JsonElement value) =>
        value.GetRawText().Replace("\\u002B", "+", StringComparison.Ordinal);

    private static async Task<System.Text.Json.JsonElement> InfoAsync(World world, string address) =>
        (await world.JsonAsync($"userinfo {address}")).GetProperty("account");

    private static async Task<string> InodeAsync(string path) =>
        (await Run.ProgramAsync("stat", ["-c", "%d:%i", path])).Succeeded();

    private async Task<World> ReadyAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("aliasdomainadd example.net example.com");
        await world.DoAsync("domainadd other.example");
        await world.AddAccountAsync("user@example.com");
        return world;
    }
}
