namespace Vmm.Tests.Commands;

/// <summary>Aliases: what the transcript does not show.</summary>
public class AliasTests(PostgresCluster cluster)
{
    [Fact]
    public async Task a_missing_destination_whose_domain_has_a_catch_all_is_said_to_be_taken_by_it()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        await world.DoAsync("catchalladd example.com user@example.com");
        var caught = await world.VmmAsync("aliasadd", "info@example.com", "typo@example.com");
        caught.ShouldExit(0);
        Assert.Equal(
            "vmm: warning: the destination account/alias 'typo@example.com' does not exist;"
            + " the catch-all of 'example.com' takes mail to it\n",
            caught.Error);
        // Of its own destinations a catch-all takes none.
        var own = await world.VmmAsync("catchalladd", "example.com", "none@example.com");
        Assert.DoesNotContain("takes mail to it", own.Error, StringComparison.Ordinal);
        Assert.Contains("'none@example.com' does not exist\n", own.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("per%n")]
    [InlineData("per%d")]
    [InlineData("%=")]
    public async Task an_address_that_a_destination_cannot_name_is_warned_about(string localPart)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        var added = await world.VmmAsync("useradd", $"{localPart}@example.com", "--hash", "{PLAIN}secret");
        added.ShouldExit(0);
        Assert.StartsWith(
            $"vmm: warning: no alias and no catch-all can lead to '{localPart}@example.com', because %n, %d and %= in a destination"
            + " are replaced\n",
            added.Error,
            StringComparison.Ordinal);
        var alias = await world.VmmAsync("aliasadd", "info@example.com", $"{localPart}@example.com");
        alias.ShouldExit(0);
        Assert.Contains(
            $"the destination '{localPart}@example.com' does not lead to the account of that name, because its %n, %d and %= are"
            + " replaced",
            alias.Error,
            StringComparison.Ordinal);
        Assert.Empty((await world.VmmAsync("aliasadd", "copy@example.com", "%n@archive.example")).Error);
    }

    [Theory]
    [InlineData("o'brien")]
    [InlineData("%")]
    [InlineData("x%%y")]
    [InlineData("a'||'b")]
    [InlineData("%s")]
    [InlineData("x'/**/or/**/1=1--")]
    [InlineData("{0}$1")]
    public async Task a_local_part_is_stored_and_deleted_exactly_as_given(string localPart)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("aliasadd bystander@example.com somebody@example.org");
        (
            await world.VmmAsync("aliasadd", $"{localPart}@example.com", $"{localPart}@elsewhere.example", "b@elsewhere.example")
        ).ShouldExit(0);
        var quoted = localPart.Replace("'", "''", StringComparison.Ordinal);
        Assert.Equal(
            new[] { "b@elsewhere.example", $"{localPart}@elsewhere.example" }.Order(StringComparer.Ordinal),
            (await world.QueryAsync($"SELECT destination FROM alias WHERE address = '{quoted}'")).Order(StringComparer.Ordinal)
        );
        Assert.Contains(
            $"Mail for {localPart}@example.com",
            (await world.VmmAsync("aliasinfo", $"{localPart}@example.com")).Succeeded(),
            StringComparison.Ordinal
        );
        Assert.Contains($"[+] {localPart}@example.com\n", await world.DoAsync("listaliases"), StringComparison.Ordinal);
        (await world.VmmAsync("aliasdelete", $"{localPart}@example.com", $"{localPart}@elsewhere.example")).ShouldExit(0);
        Assert.Equal(["b@elsewhere.example"], await world.QueryAsync($"SELECT destination FROM alias WHERE address = '{quoted}'"));
        (await world.VmmAsync("aliasdelete", $"{localPart}@example.com")).ShouldExit(0);
        Assert.Equal(["bystander"], await world.QueryAsync("SELECT address FROM alias"));
    }

    [Theory]
    [InlineData("/nonexistent/postconf")]
    [InlineData("/etc/passwd")]
    [InlineData("/bin/false")]
    [InlineData("/bin/true")]
    public async Task no_local_postfix_is_needed(string postconf)
    {
        using var world = await World.CreateAsync(cluster, $"[bin]\npostconf = \"{postconf}\"\n");
        await world.DoAsync("domainadd example.com");
        var added = await world.VmmAsync("aliasadd", "info@example.com", "user@elsewhere.example");
        added.ShouldExit(0);
        Assert.Equal("", added.Error);
    }

    [Fact]
    public async Task postfix_is_asked_for_its_limits()
    {
        using var world = await World.CreateAsync(cluster);
        var postconf = Path.Combine(world.Directory, "postconf");
        await File.WriteAllTextAsync(
            Path.Combine(world.Directory, "main.cf"),
            "virtual_alias_expansion_limit = 3\nvirtual_alias_recursion_limit = 2\n",
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(
            postconf,
            "#!/bin/sh\nexec /usr/sbin/postconf -c \"${0%/*}\" \"$@\"\n",
            TestContext.Current.CancellationToken
        );
        File.SetUnixFileMode(postconf, (UnixFileMode)0b111_101_101);
        world.Configure($"[bin]\npostconf = \"{postconf}\"\n");
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("aliasadd info@example.com a@elsewhere.example b@elsewhere.example c@elsewhere.example");
        var wide = await world.VmmAsync("aliasadd", "info@example.com", "d@elsewhere.example");
        wide.ShouldExit(27);
        Assert.Contains(
            "the alias 'info@example.com' would expand to 4 destinations, Postfix accepts 3",
            wide.Error,
            StringComparison.Ordinal
        );
        var deep = await world.VmmAsync("aliasadd", "all@example.com", "info@example.com");
        deep.ShouldExit(27);
        Assert.Contains(
            "the alias 'all@example.com' would be nested 2 deep, Postfix follows fewer than 2",
            deep.Error,
            StringComparison.Ordinal
        );
    }

    /// <summary>
    /// The answer of postconf comes on the thread that watches the database's socket; whoever went on there would wait for himself.
    /// </summary>
    [Fact]
    public async Task commands_that_ask_postfix_end_also_when_many_run_at_once()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async worker =>
        {
            for (var i = 0; i < 8; i++)
            {
                await world.DoAsync($"aliasadd a{worker}x{i}@example.com a@elsewhere.example");
            }
        }));
        Assert.Equal(48, await world.CountAsync("alias"));
    }

    [Fact]
    public async Task a_thousand_destinations_are_taken_and_one_more_is_refused()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        string[] many = [.. Enumerable.Range(0, 1000).Select(i => $"user{i}@elsewhere.example")];
        (await world.VmmAsync(["aliasadd", "all@example.com", .. many])).ShouldExit(0);
        (await world.VmmAsync("aliasadd", "all@example.com", "last@elsewhere.example")).ShouldExit(27);
        (await world.VmmAsync("aliasadd", "everybody@example.com", "all@example.com", "x@elsewhere.example")).ShouldExit(27);
        Assert.Equal(1000, await world.CountAsync("alias"));
    }

    [Fact]
    public async Task a_chain_that_postfix_would_not_follow_is_refused()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync(
            "INSERT INTO alias SELECT gid, 'c' || i, 'c' || i + 1 || '@example.com' FROM domain_name, generate_series(1, 3000) i"
        );
        await world.DoAsync("aliasadd end@example.com c2500@example.com");
        var outcome = await world.VmmAsync("aliasadd", "begin@example.com", "c1@example.com");
        outcome.ShouldExit(27);
        Assert.StartsWith(
            "vmm: error: the alias 'begin@example.com' would be nested 3001 deep, Postfix follows fewer than 1000\n",
            outcome.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task destinations_that_an_older_vmm_stored_can_be_deleted()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        string[] old = ["Foo@example.com", "foo@example.com", "a,b@elsewhere.example", "x@foo_bar.example", "X@Elsewhere"];
        await world.SqlAsync(
            $"INSERT INTO alias SELECT gid, 'info', unnest('{{{string.Join(',', old.Select(o => $"\"{o}\""))}}}'::text[]) FROM "
                + "domain_name"
        );
        (
            await world.VmmAsync("aliasdelete", "info@example.com", "Foo@example.com", "a,b@elsewhere.example", "x@foo_bar.example")
        ).ShouldExit(0);
        Assert.Equal(
            ["X@Elsewhere", "foo@example.com"],
            (await world.QueryAsync("SELECT destination FROM alias")).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task two_halves_of_a_loop_at_the_same_moment_do_not_make_one()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        for (var round = 0; round < 8; round++)
        {
            var (a, b) = ($"a{round}@example.com", $"b{round}@example.com");
            var both = await Task.WhenAll(world.VmmAsync("aliasadd", a, b), world.VmmAsync("aliasadd", b, a));
            Assert.Equal([0, 85], both.Select(o => o.ExitCode).Order());
        }
    }
}
