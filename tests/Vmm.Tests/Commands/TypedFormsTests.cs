namespace Vmm.Tests.Commands;

/// <summary>Services and sizes in the forms that people type.</summary>
public class TypedFormsTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("--disable pop3 imap", "sieve smtp")]
    [InlineData("--disable pop3,imap", "sieve smtp")]
    [InlineData("-d POP3, Imap", "sieve smtp")]
    [InlineData("--disable all", "")]
    [InlineData("--enable none", "")]
    [InlineData("--disable none", "imap pop3 sieve smtp")]
    [InlineData("--enable=all", "imap pop3 sieve smtp")]
    public async Task services_are_named_one_by_one_with_commas_or_all_at_once(string words, string left)
    {
        using var world = await ExampleAsync();
        foreach (var (command, info) in ((string, string)[])
            [("userservices u@example.com", "userinfo u@example.com"), ("domainservices example.com", "domaininfo example.com")])
        {
            await world.DoAsync($"{command} {words}");
            var shown = (await world.JsonAsync(info)).GetProperty(info.StartsWith('u') ? "account" : "domain");
            Assert.Equal(left, string.Join(' ', shown.GetProperty("services").EnumerateArray()));
        }
    }

    [Fact]
    public async Task several_services_are_allowed_and_forbidden_by_the_old_commands_too()
    {
        using var world = await ExampleAsync();
        await world.DoAsync("userdisable u@example.com pop3,imap sieve");
        Assert.Equal("smtp", await ServicesAsync(world));
        await world.DoAsync("userenable u@example.com imap pop3");
        Assert.Equal("imap pop3 smtp", await ServicesAsync(world));
    }

    [Theory]
    [InlineData("userservices u@example.com -e imap webmail", "'webmail' is not a service; the services are imap, pop3, sieve")]
    [InlineData("userservices u@example.com -e imap,none", "'none' cannot stand beside other services")]
    [InlineData("userservices u@example.com -d ,", "no service is named; the services are imap, pop3, sieve")]
    [InlineData("userenable u@example.com ,", "no service is named; the services are imap, pop3, sieve")]
    [InlineData("domainservices example.com -e ,", "no service is named; the services are imap, pop3, sieve")]
    [InlineData("userenable u@example.com webmail", "separated by blanks or commas; also 'all' and 'none'")]
    [InlineData("userquota u@example.com 5GX", "is not a size such as 500M, 1.5G or 1T, nor 'unlimited' or 'domain'")]
    [InlineData("domainquota example.com domain", "is not a size such as 500M, 1.5G or 1T, nor 'unlimited'")]
    public async Task what_is_refused_names_the_forms(string command, string message)
    {
        using var world = await ExampleAsync();
        Message.IsOneError(await world.VmmAsync(command.Split(' ')), 2, message);
    }

    [Theory]
    [InlineData("500MB", 524_288_000)]
    [InlineData("1.5G", 1_610_612_736)]
    [InlineData("1T", 1_099_511_627_776)]
    [InlineData("unlimited", 0)]
    public async Task sizes_are_taken_on_the_command_line_in_a_file_and_in_the_configuration(string size, long bytes)
    {
        using var world = await ExampleAsync();
        await world.DoAsync($"userquota u@example.com {size}");
        Assert.Equal(bytes, await QuotaAsync(world, "u@example.com"));
        await world.DoAsync($"configset domain.quota_bytes {size}");
        Assert.Equal(bytes, (await world.JsonAsync("configget domain.quota_bytes")).GetProperty("value").GetInt64());
        await world.DoAsync("domainadd example.org");
        var domain = (await world.JsonAsync("domaininfo example.org")).GetProperty("domain");
        Assert.Equal(bytes, domain.GetProperty("quota_bytes").GetInt64());
        (await world.VmmWithInputAsync($"f@example.com\t{{PLAIN}}x\t\t\t{size}\n", "useradd", "--from-file", "-")).Succeeded();
        Assert.Equal(bytes, await QuotaAsync(world, "f@example.com"));
    }

    [Fact]
    public async Task a_line_of_a_file_has_quota_and_services_or_those_of_the_domain()
    {
        using var world = await ExampleAsync();
        await world.DoAsync("domainquota example.com 1G");
        const string Lines = "a@example.com\t{PLAIN}x\t\t\tdomain\timap,smtp\n"
            + "b@example.com\t{PLAIN}x\t\t\t2 GB\tnone\n"
            + "c@example.com\t{PLAIN}x\t\t\t\tdomain\n";
        (await world.VmmWithInputAsync(Lines, "useradd", "--from-file", "-")).Succeeded();
        Assert.Equal("imap smtp", await ServicesAsync(world, "a@example.com"));
        Assert.Equal("", await ServicesAsync(world, "b@example.com"));
        Assert.Equal(1L << 31, await QuotaAsync(world, "b@example.com"));
        foreach (var address in (string[])["a@example.com", "c@example.com"])
        {
            var account = (await world.JsonAsync($"userinfo {address}")).GetProperty("account");
            Assert.True(account.GetProperty("quota_inherited").GetBoolean());
            Assert.Equal(1L << 30, account.GetProperty("quota_bytes").GetInt64());
        }

        var wrong = await world.VmmWithInputAsync("d@example.com\t{PLAIN}x\t\t\tmuch\timap\n", "useradd", "--from-file", "-");
        wrong.ShouldExit(44);
        Assert.Contains("line 1: 'much' is not a size such as 500M", wrong.Error, StringComparison.Ordinal);
        wrong = await world.VmmWithInputAsync("d@example.com\t{PLAIN}x\t\t\t\twebmail\n", "useradd", "--from-file", "-");
        wrong.ShouldExit(44);
        Assert.Contains("line 1: 'webmail' is not a service", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_number_of_messages_may_be_unlimited()
    {
        using var world = await ExampleAsync();
        await world.DoAsync("userquota u@example.com 1G --messages unlimited");
        await world.DoAsync("configset domain.quota_messages unlimited");
        Assert.Equal(0, (await world.JsonAsync("configget domain.quota_messages")).GetProperty("value").GetInt64());
    }

    private async Task<World> ExampleAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("u@example.com");
        return world;
    }

    private static async Task<string> ServicesAsync(World world, string address = "u@example.com") => string.Join(
        ' ', (await world.JsonAsync($"userinfo {address}")).GetProperty("account").GetProperty("services").EnumerateArray());

    private static async Task<long> QuotaAsync(World world, string address) =>
        (await world.JsonAsync($"userinfo {address}")).GetProperty("account").GetProperty("quota_bytes").GetInt64();
}
