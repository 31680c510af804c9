namespace Vmm.Tests.Commands;

/// <summary>An address that aliases or catch-alls still lead to is not deleted without a word.</summary>
public class PointerTests(PostgresCluster cluster)
{
    [Fact]
    public async Task an_account_that_a_catch_all_leads_to_is_kept()
    {
        using var world = await ReadyAsync();
        await world.DoAsync("catchalladd example.com user@example.com");
        var refused = await world.VmmAsync("userdelete", "user@example.com");
        refused.ShouldExit((int)ErrorCode.AliasPresent);
        Assert.StartsWith(
            "vmm: error: 1 catch-all has the destination 'user@example.com': @example.com\n",
            refused.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(1, await world.CountAsync("users"));
    }

    [Theory]
    [InlineData("user@example.com")]
    [InlineData("user@example.net")]
    public async Task with_force_the_destination_of_the_catch_all_goes_too(string destination)
    {
        using var world = await ReadyAsync();
        await world.DoAsync($"catchalladd example.com {destination}");
        await world.DoAsync($"catchalladd other.example {destination} friend@example.org");
        await world.DoAsync($"aliasadd info@other.example {destination}");
        var deleted = await world.VmmAsync("userdelete", "user@example.com", "--force", "--delete-directory", "--json");
        deleted.ShouldExit(0);
        Assert.Contains("\"alias_destinations\":1", deleted.Out, StringComparison.Ordinal);
        Assert.Contains("\"catch_all_destinations\":2", deleted.Out, StringComparison.Ordinal);
        Assert.Equal(
            "vmm: warning: the alias 'info@other.example' had no other destination and is deleted\n"
                + "vmm: warning: the catch-all of 'example.com' had no other destination and is deleted\n",
            deleted.Error
        );
        Assert.Equal(["friend@example.org"], await world.QueryAsync("SELECT destination FROM catchall"));
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task an_alias_that_goes_with_its_last_destination_leaves_others_behind_with_a_warning()
    {
        using var world = await ReadyAsync();
        await world.DoAsync("aliasadd info@example.com user@example.com");
        await world.DoAsync("aliasadd all@other.example info@example.com friend@example.org");
        var deleted = await world.VmmAsync("userdelete", "user@example.com", "--force");
        deleted.ShouldExit(0);
        Assert.Contains(
            "the alias 'all@other.example' still has a destination that is deleted", deleted.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aliasadd all@example.com info@example.com", "1 alias has", "all@example.com")]
    [InlineData("aliasadd all@other.example info@example.net", "1 alias has", "all@other.example")]
    [InlineData("catchalladd other.example info@example.com", "1 catch-all has", "@other.example")]
    public async Task an_alias_that_others_lead_to_is_kept_unless_forced(string command, string count, string source)
    {
        using var world = await ReadyAsync();
        await world.DoAsync("aliasadd info@example.com user@example.com");
        await world.DoAsync(command);
        var refused = await world.VmmAsync("aliasdelete", "info@example.net");
        refused.ShouldExit((int)ErrorCode.AliasPresent);
        Assert.Equal(
            $"vmm: error: {count} the destination 'info@example.com': {source}\n"
                + "vmm: hint: Pass --force to delete these destinations as well.\n",
            refused.Error
        );
        var forced = await world.VmmAsync("aliasdelete", "info@example.com", "--force", "--json");
        forced.ShouldExit(0);
        Assert.Matches("\"(alias|catch_all)_destinations\":1", forced.Out);
        Assert.Contains("had no other destination and is deleted\n", forced.Error, StringComparison.Ordinal);
        Assert.Equal((0L, 0L), (await world.CountAsync("alias"), await world.CountAsync("catchall")));
    }

    [Fact]
    public async Task deleting_the_last_destination_by_name_is_done_with_a_warning()
    {
        using var world = await ReadyAsync();
        await world.DoAsync("aliasadd info@example.com user@example.com friend@example.org");
        await world.DoAsync("aliasadd all@example.com info@example.com");
        Assert.Equal("", (await world.VmmAsync("aliasdelete", "info@example.com", "friend@example.org")).Error);
        var last = await world.VmmAsync("aliasdelete", "info@example.com", "user@example.com");
        last.ShouldExit(0);
        Assert.Equal("vmm: warning: the alias 'all@example.com' still has a destination that is deleted\n", last.Error);
    }

    [Fact]
    public async Task an_alias_that_leads_to_itself_is_not_in_its_own_way()
    {
        using var world = await ReadyAsync();
        await world.SqlAsync("INSERT INTO alias VALUES (70000, 'self', 'self@example.com'), (70000, 'self', 'self@example.net')");
        await world.DoAsync("aliasdelete self@example.com");
        Assert.Equal(0, await world.CountAsync("alias"));
    }

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
