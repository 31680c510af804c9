namespace Vmm.Tests.Commands;

/// <summary>Undo of each kind of change: rows, look-ups and mail are as before.</summary>
public sealed class UndoTests(PostgresCluster cluster) : IDisposable
{
    private World world = null!;

    public void Dispose() => world?.Dispose();

    [Theory]
    [InlineData("username a@example.com Name")]
    [InlineData("usernote a@example.com noted")]
    [InlineData("userquota a@example.com 1G")]
    [InlineData("userservices a@example.com --disable smtp")]
    [InlineData("usertransport a@example.com error:closed")]
    [InlineData("userpassword a@example.com --hash {PLAIN}other")]
    [InlineData("usersuspend a@example.com --mode refuse --until 30d --reason unpaid --text closed")]
    [InlineData("userrename a@example.com z@example.com")]
    [InlineData("userrename a@example.com z@example.com --leave relocated")]
    [InlineData("userrename a@example.com z@example.net --leave nothing")]
    [InlineData("userdelete a@example.com --force")]
    [InlineData("useradd new@example.com --hash {PLAIN}x")]
    [InlineData("aliasadd list@example.com b@example.com c@example.org")]
    [InlineData("aliasadd other@example.com b@example.com")]
    [InlineData("aliasdelete list@example.com a@example.com")]
    [InlineData("aliasdelete list@example.com")]
    [InlineData("aliasrename list@example.com lists@example.net")]
    [InlineData("catchalladd example.com b@example.com")]
    [InlineData("catchalldelete example.com")]
    [InlineData("relocatedadd gone@example.com elsewhere@example.org")]
    [InlineData("relocatedadd other@example.com elsewhere@example.org")]
    [InlineData("relocateddelete gone@example.com")]
    [InlineData("domainadd example.org")]
    [InlineData("domainnote example.com noted")]
    [InlineData("domainquota example.com 1G --force")]
    [InlineData("domainservices example.com --disable pop3 --force")]
    [InlineData("domaintransport example.com error:closed --force")]
    [InlineData("domainsuspend example.com --mode defer --until 12h --reason moving")]
    [InlineData("domainrename example.com example.org")]
    [InlineData("domainrename example.com example.org --leave nothing")]
    [InlineData("domainrename example.com alias.example")]
    [InlineData("domaindelete example.com --force")]
    [InlineData("domainsenders example.com --aliases off")]
    [InlineData("senderadd sales@example.com a@example.com")]
    [InlineData("senderadd sales@example.com a@example.com b@example.com --expires never")]
    [InlineData("senderadd example.com b@example.com --expires 2099-01-31")]
    [InlineData("senderdelete sales@example.com")]
    [InlineData("senderdelete example.net a@example.com")]
    [InlineData("domaindelete example.net --force")]
    [InlineData("aliasdomainadd other.example example.com")]
    [InlineData("aliasdomainswitch alias.example example.net")]
    [InlineData("aliasdomaindelete alias.example")]
    public async Task every_change_can_be_undone_and_the_undo_too(string command)
    {
        foreach (var onDelete in (string[])["keep", "trash"])
        {
            await StartAsync(onDelete);
            var before = await StateAsync();
            await world.DoAsync(command);
            var after = await StateAsync();
            var change = await LastAsync();
            Assert.NotEqual(before, after);
            await world.DoAsync($"undo {change} --dry-run");
            Assert.Equal(after, await StateAsync());
            await world.DoAsync($"undo {change}");
            Assert.Equal(before, await StateAsync());
            Assert.Equal("", await world.DoAsync("check"));
            await world.DoAsync("undo --yes");
            // What the undo added goes into the trash, also where a deletion leaves the mail where it is.
            Assert.Equal(Rows(after), Rows(await StateAsync()));
            Assert.Equal("", await world.DoAsync("check"));
            await world.DoAsync($"undo {await LastAsync()}");
            Assert.Equal(before, await StateAsync());
            world.Dispose();
        }
    }

    [Theory]
    [InlineData("domainquota example.com 1G", "domainnote example.com others", "domain_data", "note", "others")]
    [InlineData("domainnote example.com noted", "domainquota example.com 1G", "domain_data", "qid IS NOT NULL", "True")]
    [InlineData("domainservices example.com --disable pop3", "domaintransport example.com lmtp:x", "domain_data", "tid>0", "True")]
    [InlineData("usertransport a@example.com lmtp:x", "userservices a@example.com --disable pop3", "users", "ssid > 0", "True")]
    [InlineData("username a@example.com Name", "usertransport a@example.com error:x", "users", "tid IS NOT NULL", "True")]
    [InlineData("usersuspend a@example.com", "usernote a@example.com others", "users", "note", "others")]
    [InlineData("usernote a@example.com mine", "usersuspend a@example.com --reason why", "users", "suspended_reason", "why")]
    [InlineData("domainnote example.com mine", "domainsuspend example.com", "domain_data", "suspended", "nologin")]
    [InlineData("userpassword a@example.com --hash {PLAIN}2", "username a@example.com Other", "users", "name", "Other")]
    public async Task a_property_that_others_changed_since_stays(
        string command, string others, string table, string what, string expected)
    {
        await StartAsync();
        await world.DoAsync(command);
        var change = await LastAsync();
        await world.DoAsync(others);
        await world.DoAsync($"undo {change}");
        var first = $"SELECT {what} FROM {table} ORDER BY {(table == "users" ? "uid" : "gid")} LIMIT 1";
        Assert.Equal([expected], await world.QueryAsync(first));
    }

    /// <summary>Aliases that come back may make a loop with those that were added since.</summary>
    [Fact]
    public async Task an_undo_does_not_make_a_loop()
    {
        await StartAsync();
        await world.DoAsync("aliasadd one@example.com two@example.com");
        await world.DoAsync("aliasdelete one@example.com");
        var deletion = await LastAsync();
        await world.DoAsync("aliasadd two@example.com one@example.com");
        var before = await StateAsync();
        Message.IsOneError(await world.VmmAsync("undo", deletion), (int)ErrorCode.AliasLoop, "one@example.com");
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task services_that_the_database_has_no_row_for_are_not_lost()
    {
        await StartAsync();
        await world.DoAsync("userservices b@example.com --disable pop3");
        await world.DoAsync("userdelete b@example.com --force");
        var deletion = await LastAsync();
        await world.SqlAsync("DELETE FROM service_set WHERE smtp AND NOT pop3 AND imap AND sieve");
        Message.IsOneError(
            await world.VmmAsync("undo", deletion), (int)ErrorCode.NotUndone, "has no row any more for the services");
    }

    /// <summary>Of two obstacles, one that no undo removes decides what is advised.</summary>
    [Fact]
    public async Task an_undo_that_would_not_help_is_not_advised()
    {
        await StartAsync();
        await world.DoAsync("userdelete b@example.com --force");
        var deletion = await LastAsync();
        await world.DoAsync("aliasadd b@example.com a@example.com");
        await world.SqlAsync("DELETE FROM vmm_journal_secret");
        var refused = await world.VmmAsync("undo", deletion);
        Message.IsOneError(refused, (int)ErrorCode.NotUndone, "is not kept any more; there is something with the address");
        Assert.Contains("vmm: hint: How long passwords are kept", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>Only what a change did is undone; what others did to the same object stays.</summary>
    [Fact]
    public async Task what_was_changed_since_stays()
    {
        await StartAsync();
        await world.DoAsync("userquota a@example.com 1G");
        var quota = await LastAsync();
        await world.DoAsync("usernote a@example.com others");
        await world.DoAsync("userrename a@example.com z@example.com --leave nothing");
        await world.DoAsync($"undo {quota}");
        Assert.Equal(
            ["z|others|"], await world.QueryAsync("SELECT local_part, note, qid FROM users WHERE note IS NOT NULL"));
    }

    [Theory]
    [InlineData("userquota a@example.com 1G", "userquota a@example.com 2G", "was changed again by change")]
    [InlineData("userpassword a@example.com --hash {PLAIN}1", "userpassword a@example.com --hash {PLAIN}2", "was changed again")]
    [InlineData("useradd n@example.com --hash {PLAIN}x", "usernote n@example.com noted", "the account 'n@example.com' was changed")]
    [InlineData("userdelete b@example.com --force", "useradd b@example.com --hash {PLAIN}x", "something with the address")]
    [InlineData("userdelete b@example.com --force", "aliasadd b@example.com a@example.com", "something with the address")]
    [InlineData("userdelete b@example.com --force", "domaindelete example.com --force", "the domain of the account")]
    [InlineData("domainadd example.org", "useradd u@example.org --hash {PLAIN}x", "got something that is still in it by change")]
    [InlineData("domainadd example.org", "aliasdomainadd more.example example.org", "got something that is still in it")]
    [InlineData("userrename a@example.com z@example.com", "aliasadd a@example.com x@example.org", "something with the address")]
    [InlineData("domaindelete example.com --force", "domainadd example.com", "the domain name 'example.com' was changed again")]
    [InlineData("usersuspend a@example.com --mode defer", "usersuspend a@example.com --reason x", "was changed again by change")]
    [InlineData("aliasdomainswitch alias.example example.net", "domaindelete example.com --force", "the domain of the domain name")]
    public async Task what_stands_in_the_way_is_named_and_undone_first(string command, string later, string message)
    {
        await StartAsync();
        var before = await StateAsync();
        await world.DoAsync(command);
        var change = await LastAsync();
        await world.DoAsync(later);
        var state = await StateAsync();
        var last = await LastAsync();
        var refused = await world.VmmAsync("undo", change);
        Message.IsOneError(refused, (int)ErrorCode.NotUndone, message);
        Assert.Contains($"or together with it: 'vmm undo {last} {change}'.", refused.Error, StringComparison.Ordinal);
        Assert.Equal(state, await StateAsync());
        Assert.Contains(message, await world.DoAsync($"journal {change}"), StringComparison.Ordinal);
        await world.DoAsync($"undo {last} {change}");
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task an_undo_that_was_undone_leaves_the_way_free()
    {
        await StartAsync();
        var before = await StateAsync();
        await world.DoAsync("userquota a@example.com 1G");
        var first = await LastAsync();
        await world.DoAsync("userquota a@example.com 2G");
        await world.DoAsync("userpassword a@example.com --hash {PLAIN}2");
        await world.DoAsync($"undo {await LastAsync()}");
        await world.DoAsync($"undo {long.Parse(await LastAsync()) - 2}");
        await world.DoAsync($"undo {first}");
        Assert.Equal(before, await StateAsync());
    }

    [Theory]
    [InlineData("userpassword a@example.com --hash {PLAIN}other")]
    [InlineData("userdelete b@example.com --force")]
    public async Task a_password_that_is_not_kept_any_more_is_told(string command)
    {
        await StartAsync();
        await world.DoAsync(command);
        await world.SqlAsync("DELETE FROM vmm_journal_secret");
        Message.IsOneError(
            await world.VmmAsync("undo", await LastAsync()), (int)ErrorCode.NotUndone, "is not kept any more");
    }

    [Fact]
    public async Task mail_that_was_removed_does_not_come_back()
    {
        await StartAsync();
        await world.DoAsync("userdelete b@example.com --force --delete-directory");
        Message.IsOneError(
            await world.VmmAsync("undo", await LastAsync()), (int)ErrorCode.NotUndone, "is neither in '");
    }

    [Fact]
    public async Task a_bulk_is_undone_at_once_and_its_mail_can_come_back()
    {
        await StartAsync("trash");
        var before = await StateAsync();
        var file = world.Directory + "/users";
        await File.WriteAllLinesAsync(
            file, Enumerable.Range(0, 50).Select(i => $"u{i}@example.com\t{{PLAIN}}x"), TestContext.Current.CancellationToken);
        await world.DoAsync($"useradd --from-file {file}");
        var uid = (await world.QueryAsync("SELECT uid FROM users WHERE local_part = 'u7'"))[0];
        var home = Directory.GetDirectories(world.Base, uid, SearchOption.AllDirectories).Single();
        File.WriteAllText($"{home}/Maildir/cur/1", "mail");
        await world.DoAsync($"undo {await LastAsync()}");
        Assert.Equal(before, await StateAsync());
        await world.DoAsync("trash restore u7@example.com");
        Assert.Equal("mail", File.ReadAllText($"{home}/Maildir/cur/1"));
        Assert.Equal(["u7"], await world.QueryAsync("SELECT local_part FROM users WHERE local_part LIKE 'u_'"));
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task without_a_number_it_asks()
    {
        await StartAsync();
        Message.IsOneError(await world.VmmAsync("undo"), (int)ErrorCode.Usage, "there is no terminal");
        Message.IsOneError(await world.VmmAsync("undo", "4711"), (int)ErrorCode.NoSuchChange, "has no change 4711");
    }

    [Fact]
    public async Task without_a_number_it_takes_the_last_change_of_the_same_administrator()
    {
        await StartAsync();
        await world.DoAsync("usernote a@example.com mine");
        var other = $"SUDO_USER=nobody {Repository.Binary} usernote b@example.com theirs";
        (await Run.ShellAsync(other, world.Environment)).Succeeded();
        await world.DoAsync("undo --yes");
        Assert.Equal(["a|", "b|theirs"], await world.QueryAsync("SELECT local_part, note FROM users ORDER BY 1"));
    }

    private async Task StartAsync(string onDelete = "keep")
    {
        world = await World.CreateAsync(cluster, $"[account]\non_delete = \"{onDelete}\"\n");
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.net");
        await world.DoAsync("aliasdomainadd alias.example example.com");
        await world.DoAsync("useradd a@example.com --hash {PLAIN}a");
        await world.DoAsync("useradd b@example.com --hash {PLAIN}b");
        await world.DoAsync("aliasadd list@example.com a@example.com b@example.com");
        await world.DoAsync("catchalladd example.com a@example.com");
        await world.DoAsync("relocatedadd gone@example.com new@example.org");
        await world.DoAsync("senderadd sales@example.com b@example.com --expires 2099-12-24");
        await world.DoAsync("senderadd list@example.com b@example.com");
        await world.DoAsync("senderadd a@example.com b@example.com");
        await world.DoAsync("senderadd @example.net a@example.com");
    }

    private static IEnumerable<string> Rows(List<string> state) => state.Where(l => l.Contains('{', StringComparison.Ordinal));

    private async Task<string> LastAsync() => (await world.QueryAsync("SELECT max(change) FROM vmm_change"))[0];

    /// <summary>All rows, also those that are looked up, and the tree without the trash.</summary>
    private async Task<List<string>> StateAsync()
    {
        var rows = new List<string>();
        string[] tables =
        [
            "users", "domain_data", "domain_name", "alias", "relocated", "catchall", "vmm_address_forms", "vmm_sender_grant",
        ];
        foreach (var table in tables)
        {
            // The undo of a change of the password is a change of it.
            rows.AddRange(await world.QueryAsync(
                $"SELECT concat('{table} ', to_jsonb(r) - 'passwd_changed') FROM {table} r ORDER BY 1"));
        }

        var tree = (await world.TreeAsync()).Where(l =>
            !l.Contains(".trash", StringComparison.Ordinal) && l.Split(' ') is not ["d", _, "0:0", { Length: 1 }]);
        return [.. rows, .. tree];
    }
}
