namespace Vmm.Tests.Upgrade;

/// <summary>Until vmm 0.5 an alias without a local part was the catch-all of its domain: Postfix asks for @domain last.</summary>
public sealed class CatchAllTests(PostgresCluster server)
{
    private const string Two = "INSERT INTO alias (gid, address, destination) VALUES (70000, '', 'alice@example.com'), "
        + "(70000, '', 'Other.One@example.org'), (70003, '', 'bob@example.net')";

    [Theory]
    [InlineData("0.3", "", "empty.example")]
    [InlineData("0.4", "", "empty.example")]
    [InlineData("0.4 as released", "", "empty.example")]
    [InlineData("0.5", "@example.org, @xn--exmple-cua.example", "alias-of-empty.example")]
    [InlineData("0.5.2", "@example.org, @xn--exmple-cua.example", "alias-of-empty.example")]
    public async Task an_alias_without_a_local_part_becomes_a_catch_all(string origin, string names, string empty)
    {
        var database = await Origin.Of(origin).MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", Two);
        using var world = World.On(server, database);
        var dry = await world.DoAsync("upgrade --dry-run");
        Assert.Contains("5 aliases", dry, StringComparison.Ordinal);
        var said = await world.DoAsync("upgrade --yes --no-dump");
        foreach (var text in (string[])[dry, said])
        {
            Assert.Contains("To do: Postfix: ", text, StringComparison.Ordinal);
            Assert.Contains(names, text, StringComparison.Ordinal);
            Assert.Contains($"@{empty}", text, StringComparison.Ordinal);
            Assert.Contains("SELECT destination FROM postfix_virtual_alias_map('%u', '%d')", text, StringComparison.Ordinal);
        }

        Assert.Equal(
            ["70000|Other.One@example.org", "70000|alice@example.com", "70003|bob@example.net"],
            await world.QueryAsync("SELECT gid, destination FROM catchall ORDER BY gid, destination COLLATE \"C\"")
        );
        Assert.Equal(["0"], await world.QueryAsync("SELECT count(*) FROM alias WHERE address = ''"));
        Assert.Equal(
            ["Other.One@example.org", "alice@example.com"],
            await world.QueryAsync(
                "SELECT destination FROM postfix_virtual_alias_map('no.one', 'example.com') ORDER BY destination COLLATE \"C\""
            )
        );
        Assert.Equal(
            ["bob@example.net"],
            await world.QueryAsync($"SELECT destination FROM postfix_virtual_alias_map('x', '{empty}')")
        );
        Assert.Contains("alice@example.com", await world.DoAsync("catchallinfo example.com"), StringComparison.Ordinal);
        await Schema.Keeping.ShouldHoldAsync(server, world.Database);
    }

    [Fact]
    public async Task of_many_catch_alls_the_number_of_those_that_are_not_named_is_said()
    {
        var database = await Origin.Of("0.4").MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", """
            INSERT INTO domains (gid, domainname, domaindir)
            SELECT 80000 + n, 'm' || n || '.example', '/srv/mail/m/' || 80000 + n FROM generate_series(11, 35) AS n;
            INSERT INTO alias (gid, address, destination) SELECT 80000 + n, '', 'x@example.org' FROM generate_series(11, 35) AS n
            """);
        using var world = World.On(server, database);
        Assert.Contains(
            "@m29.example, @m30.example and 5 more: aliases without a local part are catch-alls now",
            await world.DoAsync("upgrade --dry-run"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task a_destination_that_a_catch_all_would_fill_in_is_refused()
    {
        var database = await Origin.Of("0.4").MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", "INSERT INTO alias VALUES (70000, '', '%n@example.org')");
        using var world = World.On(server, database);
        var outcome = await world.VmmAsync("upgrade", "--dry-run");
        outcome.ShouldExit(87);
        Assert.Contains("@example.com -> %n@example.org", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.4", "INSERT INTO users (local_part, passwd, gid) VALUES ('', 'x', 70000)", "account @example.com")]
    [InlineData(
        "0.3",
        "INSERT INTO relocated (gid, address, destination) VALUES (70001, '', 'x@example.org')",
        "relocated user @example.net"
    )]
    [InlineData("0.7", "INSERT INTO users (local_part, passwd, gid) VALUES ('', 'x', 70000)", "account @example.com")]
    [InlineData("0.7", "INSERT INTO alias VALUES (70001, '', 'x@example.org')", "alias @example.net")]
    public async Task what_else_has_no_local_part_is_refused_with_the_truth(string origin, string sql, string named)
    {
        var database = await Origin.Of(origin).MakeAsync(server);
        await server.ExecuteAsync(database, "postgres", sql);
        using var world = World.On(server, database);
        var outcome = await world.VmmAsync("upgrade", "--dry-run");
        outcome.ShouldExit(87);
        Assert.Contains($"have no local part: {named}", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("catchalladd", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("No mail ever reached them", outcome.Error, StringComparison.Ordinal);
    }
}
