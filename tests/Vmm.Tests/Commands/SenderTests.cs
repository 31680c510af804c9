namespace Vmm.Tests.Commands;

/// <summary>What becomes of sender grants when accounts, aliases and domains change.</summary>
public sealed class SenderTests(PostgresCluster cluster) : IDisposable
{
    private World world = null!;

    public void Dispose() => world?.Dispose();

    [Theory]
    [InlineData("userrename a@example.com z@example.net", "z@example.net")]
    [InlineData("userrename a@example.com z@example.com --leave nothing", "z@example.com")]
    [InlineData("userrename a@example.com z@example.com --leave relocated", "z@example.com")]
    [InlineData("domainrename example.com new.example", "a@new.example")]
    [InlineData("domainrename example.com new.example --leave nothing", "a@new.example")]
    public async Task a_grant_follows_the_address_to_its_new_name(string command, string now)
    {
        await StartAsync();
        await world.DoAsync("senderadd a@example.com b@example.org --expires 2099-12-24");
        await world.DoAsync(command);
        Assert.Equal([now + "|2099"], await GrantsAsync());
        Assert.Equal(["b@example.org"], (await LoginsAsync(now)).Where(l => l.StartsWith('b')));
    }

    /// <summary>The account is the same under its new name.</summary>
    [Theory]
    [InlineData("userrename b@example.org z@example.com", "z@example.com")]
    [InlineData("domainrename example.org new.example --leave nothing", "b@new.example")]
    public async Task a_grant_follows_the_account_to_its_new_name(string command, string now)
    {
        await StartAsync();
        await world.DoAsync("senderadd noreply@example.com b@example.org");
        await world.DoAsync(command);
        Assert.Equal([now], await LoginsAsync("noreply@example.com"));
    }

    [Fact]
    public async Task of_two_grants_that_become_one_the_longer_stays()
    {
        await StartAsync();
        foreach (var (sender, account, end) in (List<(string, string, string)>)
            [
                ("list", "a@example.com", "2098-01-31"), ("lists", "a@example.com", "2099-01-31"),
                ("list", "b@example.org", "never"), ("lists", "b@example.org", "2099-01-31"),
            ])
        {
            await world.DoAsync($"senderadd {sender}@example.com {account} --expires {end}");
        }

        Assert.Equal(
            "2 sender grants changed\n",
            await world.DoAsync("aliasrename list@example.com lists@example.com --leave nothing"));
        Assert.Equal(["lists@example.com|", "lists@example.com|2099"], await GrantsAsync());
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("DELETE FROM vmm_journal_secret; DELETE FROM vmm_journal; DELETE FROM vmm_change")]
    public async Task grants_go_into_the_trash_with_the_account_and_come_back(string forget)
    {
        await StartAsync();
        await world.DoAsync("senderadd noreply@example.com b@example.org --expires 2099-12-24");
        await world.DoAsync("senderadd @example.org b@example.org");
        var before = await GrantsAsync();
        var deleted = await world.JsonAsync("userdelete b@example.org");
        Assert.Equal(2, deleted.GetProperty("sender_grants").GetInt32());
        Assert.Empty(await GrantsAsync());
        if (forget.Length > 0)
        {
            await world.SqlAsync(forget);
        }

        await world.DoAsync("trashrestore b@example.org");
        Assert.Equal(before, await GrantsAsync());
        await world.DoAsync("userdelete b@example.org");
        Assert.Equal(
            """
            added account z@example.com, which was b@example.org
            added sender grant noreply@example.com
            added sender grant @example.org

            """,
            await world.DoAsync("trashrestore b@example.org --as z@example.com"));
        Assert.Equal(before, await GrantsAsync());
        Assert.Equal(["z@example.com"], await LoginsAsync("noreply@example.com"));
    }

    [Fact]
    public async Task grants_go_into_the_trash_with_a_domain_and_come_back()
    {
        await StartAsync();
        await world.DoAsync("senderadd noreply@example.com b@example.org --expires 2099-12-24");
        await world.DoAsync("senderadd @example.org a@example.com");
        await world.DoAsync("domainsenders example.org --aliases off");
        var before = await GrantsAsync();
        var deleted = await world.JsonAsync("domaindelete example.org --force");
        Assert.Equal(2, deleted.GetProperty("sender_grants").GetInt32());
        Assert.Empty(await GrantsAsync());
        await world.DoAsync("trashrestore example.org");
        Assert.Equal(before, await GrantsAsync());
        var info = (await world.JsonAsync("domaininfo example.org")).GetProperty("domain");
        Assert.False(info.GetProperty("alias_senders").GetBoolean());
    }

    [Fact]
    public async Task an_undo_names_the_account_that_has_to_come_back_first()
    {
        await StartAsync();
        await world.DoAsync("senderadd noreply@example.com b@example.org");
        await world.DoAsync("senderdelete noreply@example.com");
        var change = (await world.QueryAsync("SELECT max(change) FROM vmm_change"))[0];
        await world.DoAsync("userdelete b@example.org");
        var deletion = (await world.QueryAsync("SELECT max(change) FROM vmm_change"))[0];
        var refused = await world.VmmAsync("undo", change);
        Message.IsOneError(
            refused,
            (int)ErrorCode.NotUndone,
            $"the account of the sender grant 'noreply@example.com' was deleted by change {deletion}");
        await world.DoAsync($"undo {deletion} {change}");
        Assert.Equal(["b@example.org"], await LoginsAsync("noreply@example.com"));
    }

    /// <summary>What has expired can be granted again; what has not stays as it is without the option.</summary>
    [Fact]
    public async Task a_grant_that_has_expired_can_be_given_again()
    {
        await StartAsync();
        await world.DoAsync("senderadd noreply@example.com b@example.org --expires 1d");
        Assert.Equal(
            "b@example.org",
            (await world.JsonAsync("senderadd noreply@example.com b@example.org")).GetProperty("ignored")[0].GetString());
        await world.SqlAsync("UPDATE vmm_sender_grant SET expires = now() - interval '1 second'");
        Assert.Empty(await LoginsAsync("noreply@example.com"));
        var info = (await world.JsonAsync("senderinfo noreply@example.com")).GetProperty("accounts")[0];
        Assert.True(info.GetProperty("is_expired").GetBoolean());
        Assert.Contains("noreply@example.com, expired ", await world.DoAsync("userinfo b@example.org"), StringComparison.Ordinal);
        Assert.Equal(
            "b@example.org",
            (await world.JsonAsync("senderadd noreply@example.com b@example.org")).GetProperty("added")[0].GetString());
        Assert.Equal(["b@example.org"], await LoginsAsync("noreply@example.com"));
    }

    [Fact]
    public async Task what_postfix_would_have_to_read_each_time_has_a_limit()
    {
        await StartAsync();
        await world.SqlAsync("""
            INSERT INTO users (local_part, passwd, gid) SELECT 'u' || i, 'x', 70000 FROM generate_series(1, 1000) AS i;
            INSERT INTO vmm_sender_grant SELECT 70000, 'noreply', uid FROM users WHERE local_part LIKE 'u%'
            """);
        Message.IsOneError(
            await world.VmmAsync("senderadd", "noreply@example.com", "b@example.org"),
            (int)ErrorCode.InvalidArgument,
            "more than 1000 accounts");
        await world.DoAsync("senderadd noreply@example.com u1@example.com --expires 1d");
    }

    /// <summary>At the same time as it is granted something.</summary>
    [Fact]
    public async Task an_account_is_deleted_with_all_its_grants()
    {
        await StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await world.AddAccountAsync("c@example.org");
            var outcomes = await Task.WhenAll(
                world.VmmAsync("userdelete", "c@example.org"),
                world.VmmAsync("senderadd", "noreply@example.com", "c@example.org"),
                world.VmmAsync("senderadd", "@example.com", "c@example.org", "b@example.org"));
            outcomes[0].ShouldExit(0);
            Assert.All(outcomes, o => Assert.True(o.ExitCode is 0 or (int)ErrorCode.NoSuchAccount, o.Error));
            Assert.Empty(await world.QueryAsync(
                "SELECT uid FROM vmm_sender_grant WHERE uid NOT IN (SELECT uid FROM users WHERE local_part = 'b')"));
        }
    }

    private async Task StartAsync()
    {
        world = await World.CreateAsync(cluster, "[account]\non_delete = \"trash\"\n");
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.org");
        await world.DoAsync("domainadd example.net");
        await world.AddAccountAsync("a@example.com");
        await world.AddAccountAsync("b@example.org");
        await world.DoAsync("aliasadd list@example.com a@example.com");
    }

    private Task<List<string>> LoginsAsync(string sender) => world.QueryAsync(
        $"SELECT login FROM postfix_smtpd_sender_login_map('{sender.Split('@')[0]}', '{sender.Split('@')[1]}') ORDER BY 1");

    /// <summary>Each with the year in which it ends.</summary>
    private Task<List<string>> GrantsAsync() => world.QueryAsync(
        """
        SELECT g.address || '@' || n.domainname, extract(year FROM g.expires)
          FROM vmm_sender_grant g JOIN domain_name n ON n.gid = g.gid AND n.is_primary ORDER BY 1, 2 NULLS FIRST
        """);
}
