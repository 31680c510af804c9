namespace Vmm.Tests.Commands;

/// <summary>The list of accounts with columns, and of those whose mailboxes are nearly full.</summary>
public class LongListTests(PostgresCluster cluster)
{
    [Fact]
    public async Task a_long_list_has_usage_services_name_and_note()
    {
        using var world = await MadeAsync();
        Assert.Equal(
            """
            Existing user accounts
            ----------------------
            	[+] empty@example.com                    -                   0/-         0/-  imap,pop3,sieve,smtp
            	[+] full@example.com                   95%              950/1000         2/-  imap,sieve            Name; a note
            	[+] many@example.com                  150%                   0/-       15/10  none


            """,
            await world.DoAsync("listusers --long"));
        var full = (await world.JsonAsync("listusers --long --pattern full@")).GetProperty("accounts")[0].GetProperty("details");
        Assert.Equal(
            """{"uid":70001,"quota_bytes":1000,"quota_messages":0,"used_bytes":950,"used_messages":2,"services":["imap","sieve"],"""
                + "\"name\":\"Name\",\"note\":\"a note\",\"used_percent\":95}",
            full.GetRawText());
    }

    [Theory]
    [InlineData("0", "full", "many")]
    [InlineData("95", "full", "many")]
    [InlineData("96", "many")]
    [InlineData("151")]
    public async Task accounts_over_their_quota_are_listed_alone(string percent, params string[] found)
    {
        using var world = await MadeAsync();
        var list = (await world.JsonAsync($"listusers --over-quota {percent}")).GetProperty("accounts").EnumerateArray();
        Assert.Equal(found.Select(f => $"{f}@example.com"), list.Select(a => a.GetProperty("address").GetString()));
    }

    [Fact]
    public async Task a_quota_of_any_size_is_compared()
    {
        using var world = await MadeAsync();
        await world.DoAsync("userquota empty@example.com 9223372036854775807");
        await world.SqlAsync("INSERT INTO userquota VALUES (70000, 9223372036854775000, -3)");
        Assert.Contains("99%", await world.DoAsync("listusers --over-quota 99"), StringComparison.Ordinal);
        await world.DoAsync("listusers --over-quota 1000000");
    }

    [Fact]
    public async Task an_account_without_a_limit_is_never_over_it()
    {
        using var world = await MadeAsync();
        await world.SqlAsync("INSERT INTO userquota VALUES (70000, 1000000, -1000)");
        Assert.DoesNotContain("empty", await world.DoAsync("listusers --over-quota 0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task pages_and_other_names_of_the_domain_are_as_in_the_short_list()
    {
        using var world = await MadeAsync();
        await world.DoAsync("aliasdomainadd other.example example.com");
        var whole = await AddressesAsync(world, "listusers");
        Assert.Equal(6, whole.Count);
        Assert.Equal(whole, await AddressesAsync(world, "listusers --long"));
        Assert.Equal(whole.Skip(2).Take(3), await AddressesAsync(world, $"listusers --long --limit 3 --after {whole[1]}"));
    }

    private static async Task<List<string?>> AddressesAsync(World world, string command) =>
    [
        .. (await world.JsonAsync(command)).GetProperty("accounts").EnumerateArray()
            .Select(a => a.GetProperty("address").GetString()),
    ];

    private async Task<World> MadeAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        foreach (var name in (string[])["empty", "full", "many"])
        {
            await world.AddAccountAsync($"{name}@example.com");
        }

        await world.DoAsync("userquota full@example.com 1000");
        await world.DoAsync("userquota many@example.com 0 -m 10");
        await world.DoAsync("userservices full@example.com -d pop3 smtp");
        await world.DoAsync("userservices many@example.com -d imap pop3 smtp sieve");
        await world.DoAsync("username full@example.com -n Name");
        (await world.VmmAsync("usernote", "full@example.com", "-n", "a note")).ShouldExit(0);
        await world.SqlAsync("INSERT INTO userquota VALUES (70001, 950, -2), (70002, 0, -15)");
        return world;
    }
}
