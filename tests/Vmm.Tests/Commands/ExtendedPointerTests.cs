namespace Vmm.Tests.Commands;

/// <summary>user+list@example.com leads to user@example.com, where Postfix cuts off +list.</summary>
public class ExtendedPointerTests(PostgresCluster cluster)
{
    private const string Plus = "recipient_delimiter = +\n";
    private const string Hyphen = "recipient_delimiter = -_\n";

    [Theory]
    [InlineData(null, "user+list@example.com")]
    [InlineData(Plus, "user+list@example.net")]
    [InlineData(Plus, "user+a-b_c@example.com")]
    [InlineData(Plus, "user+%n@example.com")]
    [InlineData(Hyphen, "user_list@example.com")]
    [InlineData(Hyphen, "user-list@example.net")]
    public async Task an_account_that_destinations_with_an_extension_lead_to_is_kept_unless_forced(string? main, string destination)
    {
        using var world = await ReadyAsync(main);
        // Named once in what is said, whatever names its domain has.
        await world.DoAsync("aliasdomainadd more.example other.example");
        await world.DoAsync($"aliasadd lists@other.example {destination}");
        await world.DoAsync("aliasadd lists@other.example friend@example.org");
        await world.DoAsync($"catchalladd other.example {destination.Replace("%n", "n", StringComparison.Ordinal)}");
        var moved = destination.Replace("%n", "m", StringComparison.Ordinal);
        await world.DoAsync($"relocatedadd moved@other.example {moved}");
        var refused = await world.VmmAsync("userdelete", "user@example.com");
        refused.ShouldExit((int)ErrorCode.AliasPresent);
        Assert.Equal(
            "vmm: error: 2 aliases and catch-alls have the destination 'user@example.com', with or without an extension: "
                + "lists@other.example @other.example\nvmm: hint: Pass --force to delete these destinations as well.\n",
            refused.Error
        );
        Assert.Contains("lists@other.example", await world.DoAsync("userinfo user@example.com aliases"), StringComparison.Ordinal);
        var forced = await world.VmmAsync("userdelete", "user@example.com", "--force", "--json");
        forced.ShouldExit(0);
        Assert.Contains("\"alias_destinations\":1", forced.Out, StringComparison.Ordinal);
        Assert.Contains("\"catch_all_destinations\":1", forced.Out, StringComparison.Ordinal);
        Assert.Equal(
            "vmm: warning: the catch-all of 'other.example' had no other destination and is deleted\n"
                + "vmm: warning: the relocated user 'moved@other.example' still points to an address that is deleted\n",
            forced.Error
        );
        Assert.Equal(["friend@example.org"], await world.QueryAsync("SELECT destination FROM alias"));
    }

    [Theory]
    [InlineData("aliasadd all@other.example info+x@example.com", "1 alias has", "all@other.example")]
    [InlineData("aliasadd all@example.com info+x@example.net", "1 alias has", "all@example.com")]
    [InlineData("catchalladd other.example info+x@example.com", "1 catch-all has", "@other.example")]
    public async Task an_alias_that_others_lead_to_with_an_extension_is_kept_unless_forced(
        string command, string count, string source)
    {
        using var world = await ReadyAsync(Plus);
        await world.DoAsync("aliasadd info@example.com user@example.com");
        await world.DoAsync(command);
        var refused = await world.VmmAsync("aliasdelete", "info@example.com");
        refused.ShouldExit((int)ErrorCode.AliasPresent);
        Assert.StartsWith(
            $"vmm: error: {count} the destination 'info@example.com', with or without an extension: {source}\n",
            refused.Error,
            StringComparison.Ordinal
        );
        (await world.VmmAsync("aliasdelete", "info@example.com", "--force")).ShouldExit(0);
        Assert.Equal((0L, 0L), (await world.CountAsync("alias"), await world.CountAsync("catchall")));
    }

    [Theory]
    [InlineData(Plus, "aliasadd lists@other.example user-list@example.com userx+list@example.com user@other.example")]
    [InlineData("recipient_delimiter =\n", "aliasadd lists@other.example user+list@example.com")]
    [InlineData(Hyphen, "aliasadd lists@other.example user-request@example.com user+list@example.com")]
    [InlineData(Plus, "aliasadd lists@other.example user+whole@example.com")]
    public async Task an_address_that_no_destination_leads_to_is_deleted(string main, string command)
    {
        using var world = await ReadyAsync(main);
        await world.DoAsync("aliasadd user+whole@example.com friend@example.org");
        await world.DoAsync(command);
        Assert.Equal("", (await world.VmmAsync("userdelete", "user@example.com")).Error);
        Assert.Equal(0, await world.CountAsync("users"));
    }

    [Fact]
    public async Task a_catch_all_takes_what_has_an_extension_except_its_own_destinations()
    {
        using var world = await ReadyAsync(Plus);
        await world.DoAsync("aliasadd lists@other.example user+list@example.com");
        await world.DoAsync("catchalladd example.com friend@example.org");
        await world.DoAsync("userdelete user@example.com");
        await world.AddAccountAsync("user@example.com");
        await world.DoAsync("catchalladd example.com user+rest@example.com");
        var refused = await world.VmmAsync("userdelete", "user@example.com");
        refused.ShouldExit((int)ErrorCode.AliasPresent);
        Assert.Contains("with or without an extension: @example.com\n", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aliasdelete info@example.com user@example.com")]
    [InlineData("aliasdomaindelete example.net")]
    [InlineData("domaindelete example.com --force")]
    public async Task what_still_leads_to_an_address_with_an_extension_is_warned_of(string command)
    {
        using var world = await ReadyAsync(Plus);
        await world.DoAsync("aliasadd info@example.com user@example.com");
        await world.DoAsync("aliasadd lists@other.example info+x@example.com info+x@example.net");
        var deleted = await world.VmmAsync(command.Split(' '));
        deleted.ShouldExit(0);
        Assert.Contains(
            "vmm: warning: the alias 'lists@other.example' still has a destination that is deleted\n",
            deleted.Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("aliasadd all@other.example x@example.org y@example.org info+x@example.com", "the alias 'all@other.example'")]
    [InlineData("catchalladd other.example x@example.org y@example.org info+x@example.net", "the catch-all '@other.example'")]
    public async Task what_leads_to_an_alias_with_an_extension_may_not_expand_too_far_either(string command, string named)
    {
        using var world = await ReadyAsync(Plus + "virtual_alias_expansion_limit = 3\n");
        await world.DoAsync("aliasadd info@example.com user@example.com");
        await world.DoAsync(command);
        foreach (var input in (string?[])[null, "info@example.com\tz@example.org\n"])
        {
            string[] arguments = input is null ? ["info@example.com", "z@example.org"] : ["--from-file", "-"];
            var refused = await world.VmmWithInputAsync(input, ["aliasadd", .. arguments]);
            refused.ShouldExit((int)ErrorCode.AliasExceedsExpansionLimit);
            Assert.Contains(named, refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task among_many_destinations_in_a_domain_only_those_that_begin_with_the_address_are_read()
    {
        using var world = await ReadyAsync(Plus);
        await world.SqlAsync(
            "INSERT INTO alias SELECT 70001, 'a' || n, 'user' || n || '@example.com' FROM generate_series(1, 10000) AS n;"
                + " INSERT INTO alias SELECT 70001, 'b' || n, 'a+' || n || '@example.com' FROM generate_series(1, 10000) AS n");
        await world.DoAsync("aliasadd lists@other.example user+list@example.com");
        // Right after the load, and with statistics.
        foreach (var before in (string[])["SELECT 1", "ANALYZE"])
        {
            await cluster.ExecuteAsync(world.Database, "postgres", before);
            var rows = await GrowthTests.RowsAsync(world);
            (await world.VmmAsync("userdelete", "user@example.com")).ShouldExit((int)ErrorCode.AliasPresent);
            Assert.InRange(await GrowthTests.RowsAsync(world) - rows, 1, 100);
        }
    }

    private async Task<World> ReadyAsync(string? main)
    {
        var world = await World.CreateAsync(cluster);
        if (main is not null)
        {
            world.HasPostfix(main);
        }

        await world.DoAsync("domainadd example.com");
        await world.DoAsync("aliasdomainadd example.net example.com");
        await world.DoAsync("domainadd other.example");
        await world.AddAccountAsync("user@example.com");
        return world;
    }
}
