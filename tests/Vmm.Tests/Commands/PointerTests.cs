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
