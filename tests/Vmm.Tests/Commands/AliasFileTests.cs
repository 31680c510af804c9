namespace Vmm.Tests.Commands;

/// <summary>A file of aliases or of relocated users does what its lines would do one by one.</summary>
public class AliasFileTests(PostgresCluster cluster)
{
    private const string Rows = """
        SELECT gid, address, destination FROM alias UNION ALL SELECT gid, address, destination FROM relocated
         ORDER BY 1, 2, 3
        """;

    /// <summary>More lines than a server has room for locks (max_locks_per_transaction, 64 for each of 200 connections).</summary>
    private const int ManyLines = 20000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task a_file_of_aliases_does_what_its_lines_do(int seed)
    {
        var random = new Random(seed);
        string[] names = ["a", "b", "c", "d", "acc", "gone", "new+tag", "-x"];
        string[] domains = ["example.com", "example.net", "alias.example"];
        var lines = Enumerable.Range(0, 40).Select(_ => string.Join('\t', Enumerable.Range(0, random.Next(2, 4)).Select(
            i => i > 0 && random.Next(3) == 0 ? "x@elsewhere.example"
                : $"{names[random.Next(i == 0 ? 4 : names.Length)]}@{domains[random.Next(domains.Length)]}"))).ToList();
        using var one = await MadeAsync();
        using var many = await MadeAsync();
        // What is refused is refused alone; what is left must go in one file.
        var taken = new List<string>();
        foreach (var line in lines)
        {
            var outcome = await one.VmmAsync(["aliasadd", "--", .. line.Split('\t')]);
            Assert.DoesNotContain("internal", outcome.Error, StringComparison.Ordinal);
            if (outcome.ExitCode == 0)
            {
                taken.Add(line);
            }
        }

        Assert.InRange(taken.Count, 5, 39);
        (await many.VmmWithInputAsync(string.Join('\n', taken) + "\n", "aliasadd", "--from-file", "-")).ShouldExit(0);
        Assert.Equal(await one.QueryAsync(Rows), await many.QueryAsync(Rows));
        Assert.Equal(
            await one.QueryAsync("SELECT address, kind FROM vmm_address ORDER BY 1"),
            await many.QueryAsync("SELECT address, kind FROM vmm_address ORDER BY 1"));
    }

    [Fact]
    public async Task a_loop_over_several_lines_and_what_is_there_is_refused_at_its_last_line()
    {
        using var world = await MadeAsync();
        await world.DoAsync("aliasadd c@example.com a@example.com");
        var outcome = await world.VmmWithInputAsync(
            "a@example.com\tb@example.net\nother@example.com\tacc@example.com\nb@example.net\tc@alias.example\n"
                + "last@example.com\tacc@example.com\n",
            "aliasadd",
            "--from-file",
            "-");
        outcome.ShouldExit(85);
        Assert.Contains("line 3: the alias would lead back to itself", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(1, await world.CountAsync("alias"));
    }

    [Theory]
    [InlineData("new@example.com\ta@example.com", 1)]
    [InlineData("x@example.com\tacc@example.com\nn1@example.com\ta@example.com\tn2@example.com\nn2@example.com\tn1@example.com", 3)]
    public async Task what_leads_into_a_loop_that_is_there_is_refused_too(string lines, int line)
    {
        using var world = await MadeAsync();
        await world.SqlAsync(
            "INSERT INTO alias SELECT gid, 'a', 'b@example.com' FROM domain_name WHERE domainname = 'example.com'"
                + " UNION ALL SELECT gid, 'b', 'a@example.com' FROM domain_name WHERE domainname = 'example.com'");
        var outcome = await world.VmmWithInputAsync(lines + "\n", "aliasadd", "--from-file", "-");
        outcome.ShouldExit(85);
        Assert.Contains($"line {line}: the alias would lead back to itself", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(2, await world.CountAsync("alias"));
    }

    [Theory]
    [InlineData("aliasadd one@example.com gone@example.com")]
    [InlineData("aliasadd --from-file -")]
    public async Task a_destination_that_has_moved_is_told_apart_from_one_that_a_catch_all_takes(string command)
    {
        using var world = await MadeAsync();
        await world.DoAsync("relocatedadd gone@example.com x@elsewhere.example");
        await world.DoAsync("catchalladd example.com all@elsewhere.example");
        var moved = await world.VmmWithInputAsync("one@example.com\tgone@example.com\n", command.Split(' '));
        moved.ShouldExit(0);
        Assert.EndsWith("the destination 'gone@example.com' leads to a relocated user, so that mail to it bounces\n", moved.Error);
        var caught = await world.VmmAsync("aliasadd", "two@example.com", "nobody@example.com");
        Assert.EndsWith("does not exist; the catch-all of 'example.com' takes mail to it\n", caught.Error);
    }

    [Fact]
    public async Task a_domain_that_has_lost_its_primary_name_is_no_defect()
    {
        using var world = await MadeAsync();
        await world.DoAsync("aliasadd a@example.com acc@example.com");
        await world.DoAsync("relocatedadd r@example.com x@elsewhere.example");
        await world.SqlAsync("UPDATE domain_name SET is_primary = false WHERE domainname = 'example.com'");
        foreach (var (command, lines) in ((string, string)[])
            [("aliasadd", "a@example.com\ty@elsewhere.example\na@alias.example\tz@elsewhere.example\n"),
                ("relocatedadd", "r@example.com\ty@elsewhere.example\nr@alias.example\tz@elsewhere.example\n")])
        {
            (await world.VmmWithInputAsync(lines, command, "--from-file", "-")).ShouldExit(0);
        }

        Assert.Equal(3, await world.CountAsync("alias"));
        Assert.Equal(["z@elsewhere.example"], await world.QueryAsync("SELECT destination FROM relocated"));
    }

    [Fact]
    public async Task destinations_are_counted_over_lines_and_what_is_there()
    {
        using var world = await MadeAsync();
        var most = string.Join('\t', Enumerable.Range(0, 600).Select(i => $"u{i}@elsewhere.example"));
        var rest = string.Join('\t', Enumerable.Range(600, 401).Select(i => $"u{i}@elsewhere.example"));
        (await world.VmmWithInputAsync($"big@example.com\t{most}\n", "aliasadd", "--from-file", "-")).ShouldExit(0);
        var outcome = await world.VmmWithInputAsync(
            $"x@example.com\ty@elsewhere.example\nbig@alias.example\t{rest}\n", "aliasadd", "--from-file", "-");
        outcome.ShouldExit(27);
        Assert.Contains("line 2: ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(600, await world.CountAsync("alias"));
    }

    [Fact]
    public async Task relocated_users_of_a_file_are_added_and_changed()
    {
        using var world = await MadeAsync();
        await world.DoAsync("relocatedadd old@example.com first@elsewhere.example");
        var outcome = await world.VmmWithInputAsync(
            "old@alias.example\tsecond@elsewhere.example\nnew@example.com\tone@elsewhere.example\n"
                + "new@example.com\ttwo@elsewhere.example\nlost@example.com\tnobody@example.net\n",
            "relocatedadd",
            "--from-file",
            "-");
        outcome.ShouldExit(0);
        Assert.Equal(
            "vmm: warning: standard input, line 4: the destination account/alias 'nobody@example.net' does not exist\n",
            outcome.Error);
        Assert.Equal(
            ["lost nobody@example.net", "new two@elsewhere.example", "old second@elsewhere.example"],
            await world.QueryAsync("SELECT address || ' ' || destination FROM relocated ORDER BY 1"));
        foreach (var line in (string[])
            ["old@example.com\tsecond@elsewhere.example", "acc@example.com\tx@elsewhere.example",
                "z@alias.example\tx@elsewhere.example", "z@example.com\tz@example.com"])
        {
            var refused = await world.VmmWithInputAsync(
                $"fine@example.com\tx@elsewhere.example\n{line}\n", "relocatedadd", "--from-file", "-");
            Assert.True(refused.ExitCode > 2, line);
            Assert.Contains("line 2: ", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(3, await world.CountAsync("relocated"));
    }

    [Theory]
    [InlineData("d@alias.example", "aliasadd", "d@example.com\tz@elsewhere.example")]
    [InlineData("nobody@alias.example", "catchalladd", "example.com\tz@elsewhere.example")]
    public async Task what_leads_there_by_another_address_may_not_expand_too_far_either(
        string destination, string command, string line)
    {
        using var world = await MadeAsync();
        world.HasPostfix("virtual_alias_expansion_limit = 3\n");
        await world.DoAsync("aliasadd d@example.com acc@example.com");
        await world.DoAsync("catchalladd example.com acc@example.com");
        await world.DoAsync($"aliasadd all@example.net x@elsewhere.example y@elsewhere.example {destination}");
        var outcome = await world.VmmWithInputAsync(line + "\n", command, "--from-file", "-");
        outcome.ShouldExit(27);
        Assert.Contains(
            "line 1: the alias 'all@example.net' would expand to 4 destinations", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aliasadd", "alias")]
    [InlineData("relocatedadd", "relocated")]
    public async Task a_file_may_have_more_lines_than_the_server_has_locks(string command, string table)
    {
        using var world = await MadeAsync();
        var lines = string.Concat(Enumerable.Range(0, ManyLines).Select(i => $"m{i}@example.com\tx@elsewhere.example\n"));
        (await world.VmmWithInputAsync(lines, command, "--from-file", "-")).ShouldExit(0);
        Assert.Equal(ManyLines, await world.CountAsync(table));
    }

    private async Task<World> MadeAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.net");
        await world.DoAsync("aliasdomainadd alias.example example.com");
        await world.AddAccountAsync("acc@example.com");
        return world;
    }
}
