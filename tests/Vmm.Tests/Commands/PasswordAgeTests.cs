using System.Text.Json;

namespace Vmm.Tests.Commands;

/// <summary>When passwords were changed. The transcript passwords.txt has what a session looks like.</summary>
public sealed class PasswordAgeTests(PostgresCluster cluster) : IDisposable
{
    private World world = null!;

    public void Dispose() => world?.Dispose();

    /// <summary>Whoever sets one; and nothing else is a change of a password.</summary>
    [Theory]
    [InlineData("vmm userpassword a@example.com --hash {PLAIN}new", true)]
    [InlineData("UPDATE users SET passwd = '{PLAIN}new'", true)]
    [InlineData("UPDATE users SET passwd = '{PLAIN}new', passwd_changed = '2000-01-01'", true)]
    [InlineData("UPDATE users SET passwd = passwd, note = 'noted'", false)]
    [InlineData("vmm userquota a@example.com 1G", false)]
    [InlineData("vmm userrename a@example.com b@example.com", false)]
    [InlineData("vmm domainrename example.com example.org", false)]
    public async Task a_change_of_the_password_is_dated_and_no_other(string change, bool isDated)
    {
        await StartAsync();
        await SetAsync("now() - interval '1 year'");
        if (change.StartsWith("vmm ", StringComparison.Ordinal))
        {
            await world.DoAsync(change[4..]);
        }
        else
        {
            await world.SqlAsync(change);
        }

        Assert.Equal(
            [isDated ? "t" : "f"],
            await world.QueryAsync(
                "SELECT CASE WHEN passwd_changed > now() - interval '1 minute' THEN 't' ELSE 'f' END FROM users"));
        Assert.Equal(isDated ? 0 : 1, (await OlderAsync("30d")).Count);
    }

    [Fact]
    public async Task new_accounts_are_dated_and_those_from_before_are_counted()
    {
        await StartAsync();
        await File.WriteAllTextAsync(
            world.Directory + "/users", "b@example.com\t{PLAIN}x\n", TestContext.Current.CancellationToken);
        await world.DoAsync($"useradd --from-file {world.Directory}/users");
        await world.SqlAsync("INSERT INTO users (local_part, passwd, gid) VALUES ('c', '{PLAIN}x', 70000)");
        Assert.Equal(3, await world.CountAsync("users WHERE passwd_changed > now() - interval '1 minute'"));
        await world.SqlAsync(
            """
            UPDATE users SET passwd_changed = NULL WHERE local_part = 'a';
            UPDATE users SET passwd_changed = '2020-01-31 18:00Z' WHERE local_part = 'b';
            """);
        Assert.Equal(1, (await world.JsonAsync("passwords")).GetProperty("undated").GetInt64());
        Assert.Equal(0, (await world.JsonAsync("passwords example.net")).GetProperty("undated").GetInt64());
        var old = Assert.Single(await OlderAsync("2021-01-01"));
        Assert.Equal("b@example.com", old.GetProperty("address").GetString());
        Assert.Equal("2020-01-31T18:00:00Z", old.GetProperty("password_changed").GetString());
        Assert.Empty(await OlderAsync("2020-01-01"));
        Assert.Empty(await OlderAsync("2021-01-01 --scheme CRYPT"));
        Assert.Single(await OlderAsync("2021-01-01 --scheme PLAIN"));
        var told = await world.VmmAsync("passwords", "--older-than", "2021-01-01");
        Assert.Equal("vmm: warning: 1 more account had the last change of the password before vmm kept its time\n", told.Error);
        var info = (await world.JsonAsync("userinfo b@example.com")).GetProperty("account");
        Assert.Equal("2020-01-31T18:00:00Z", info.GetProperty("password_changed").GetString());
        Assert.False(
            (await world.JsonAsync("userinfo a@example.com")).GetProperty("account").TryGetProperty("password_changed", out _));
    }

    [Theory]
    [InlineData("userdelete a@example.com", "trash restore a@example.com", "SELECT")]
    [InlineData("userdelete a@example.com", "trash restore a@example.com", "DELETE FROM vmm_journal; DELETE FROM vmm_change")]
    [InlineData("userdelete a@example.com", "trash restore a@example.com --as b@example.com", "SELECT")]
    [InlineData("userdelete a@example.com", "undo 4", "SELECT")]
    [InlineData("domaindelete example.com --force", "trash restore example.com", "DELETE FROM vmm_journal_secret")]
    public async Task what_is_deleted_comes_back_with_its_time(string delete, string restore, string forget)
    {
        foreach (var time in (string[])["'2020-01-31 18:00:00.123456Z'", "NULL"])
        {
            await StartAsync();
            await SetAsync(time);
            await world.DoAsync(delete);
            await world.SqlAsync(forget);
            await world.DoAsync(restore);
            Assert.Equal(
                [time == "NULL" ? "f" : "t"],
                await world.QueryAsync(
                    "SELECT CASE WHEN passwd_changed = '2020-01-31 18:00:00.123456Z' THEN 't' ELSE 'f' END FROM users"));
            world.Dispose();
        }
    }

    [Fact]
    public async Task a_password_that_an_undo_brings_back_is_as_old_as_it_was()
    {
        await StartAsync();
        await SetAsync("'2020-01-31 18:00Z'");
        await world.DoAsync("userpassword a@example.com --hash {PLAIN}new");
        Assert.Empty(await OlderAsync("2021-01-01"));
        await world.DoAsync("undo --yes");
        Assert.Single(await OlderAsync("2021-01-01"));
    }

    [Fact]
    public async Task the_lookups_do_not_need_it_and_do_not_get_it()
    {
        await StartAsync();
        foreach (var role in (string[])["dovecot", "postfix"])
        {
            Assert.Equal(
                ["f"],
                await world.QueryAsync(
                    $"SELECT left(has_column_privilege('{role}', 'users', 'passwd_changed', 'SELECT')::text, 1)"));
        }
    }

    private Task SetAsync(string time) => world.SqlAsync($"UPDATE users SET passwd_changed = {time}");

    private async Task<List<JsonElement>> OlderAsync(string options) =>
        [.. (await world.JsonAsync($"passwords --older-than {options}")).GetProperty("accounts").EnumerateArray()];

    private async Task StartAsync()
    {
        world = await World.CreateAsync(cluster, "[account]\non_delete = \"trash\"\n");
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("a@example.com");
        await world.DoAsync("domainadd example.net");
    }
}
