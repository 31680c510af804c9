namespace Vmm.Tests.Commands;

/// <summary>
/// A file of domains, alias domains or catch-alls does what its lines would do one by one, and refuses what they would.
/// </summary>
public sealed class DomainFileTests(PostgresCluster cluster)
{
    private const string Rows = """
        SELECT gid, domainname, is_primary FROM domain_name UNION ALL SELECT gid, destination, NULL FROM catchall
         UNION ALL
        SELECT gid, concat_ws(' ', domaindir, tid, qid, ssid, coalesce(note, '-')), NULL FROM domain_data
         ORDER BY 1, 2, 3
        """;

    private static readonly string[] Names = ["a", "b", "c", "d", "e", "f", "also", "second"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task a_file_of_domains_does_what_its_lines_do(int seed)
    {
        var random = new Random(seed);
        await CompareAsync(
            "domainadd",
            i => $"{Names[random.Next(8)]}{i % 3}.example\t{(i % 2 == 0 ? "virtual:" : "")}\tnote {i}",
            fields => [.. fields[1].Length > 0 ? (string[])["--transport", fields[1]] : [], "--note", fields[2], fields[0]]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task a_file_of_alias_domains_does_what_its_lines_do(int seed)
    {
        var random = new Random(seed);
        await CompareAsync(
            "aliasdomainadd",
            _ => $"{Names[random.Next(8)]}0.example\t{Names[random.Next(8)]}{random.Next(2)}.example",
            fields => fields);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task a_file_of_catch_alls_does_what_its_lines_do(int seed)
    {
        var random = new Random(seed);
        string[] destinations =
            ["x@elsewhere.example", "acc@a1.example", "%n@b1.example", "nobody@a1.example", "acc@also1.example"];
        await CompareAsync(
            "catchalladd",
            _ => $"{Names[random.Next(8)]}1.example\t{destinations[random.Next(5)]}"
                + (random.Next(2) == 0 ? "" : $"\t{destinations[random.Next(5)]}"),
            fields => fields);
    }

    [Fact]
    public async Task a_loop_over_catch_alls_is_refused_at_the_line_that_closes_it()
    {
        using var world = await ReadyAsync();
        await world.DoAsync("catchalladd a1.example %n@b1.example");
        var refused = await world.VmmWithInputAsync(
            "c1.example\tx@elsewhere.example\nb1.example\t%n@c1.example\nc1.example\t%n@also1.example\n",
            "catchalladd",
            "--from-file",
            "-");
        refused.ShouldExit(85);
        Assert.StartsWith("vmm: error: standard input, line 3: ", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, await world.CountAsync("catchall"));
    }

    [Fact]
    public async Task a_file_may_have_more_domains_than_the_server_has_locks()
    {
        const int Many = 8000;
        using var world = await World.CreateAsync(cluster);
        var lines = string.Concat(Enumerable.Range(0, Many).Select(i => $"m{i}.example\n"));
        (await world.VmmWithInputAsync(lines, "domainadd", "--from-file", "-")).ShouldExit(0);
        Assert.Equal(Many, Directory.GetDirectories(world.Base).SelectMany(Directory.GetDirectories).Count());
        var again = await world.VmmWithInputAsync(lines + "one.example\n", "domainadd", "--from-file", "-", "--if-not-exists");
        again.ShouldExit(0);
        Assert.Equal(Many + 1, await world.CountAsync("domain_data"));
        (await world.VmmWithInputAsync(
            string.Concat(Enumerable.Range(0, Many).Select(i => $"also{i}.example\tm{i}.example\n")),
            "aliasdomainadd", "--from-file", "-")).ShouldExit(0);
        (await world.VmmWithInputAsync(
            string.Concat(Enumerable.Range(0, Many).Select(i => $"also{i}.example\tx@elsewhere.example\n")),
            "catchalladd", "--from-file", "-")).ShouldExit(0);
        Assert.Equal((2 * Many) + 1, await world.CountAsync("domain_name"));
        Assert.Equal(Many, await world.CountAsync("catchall"));
    }

    private async Task CompareAsync(string command, Func<int, string> line, Func<string[], string[]> arguments)
    {
        string[] lines = [.. Enumerable.Range(0, 14).Select(line)];
        using var one = await ReadyAsync();
        using var many = await ReadyAsync();
        var taken = new List<string>();
        var refused = new List<string>();
        var warned = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            var outcome = await one.VmmAsync([command, .. arguments(lines[i].Split('\t'))]);
            if (outcome.ExitCode == 0)
            {
                taken.Add(lines[i]);
                warned.AddRange(Messages(outcome, "warning: "));
            }
            else
            {
                refused.Add($"standard input, line {i + 1}: {Messages(outcome, "error: ").Single()}");
            }
        }

        Assert.InRange(taken.Count, 2, lines.Length);
        if (refused.Count > 0)
        {
            var all = await many.VmmWithInputAsync(string.Join('\n', lines) + "\n", command, "--from-file", "-");
            Assert.Equal(refused, Messages(all, "error: ").SkipLast(1));
        }

        var added = await many.VmmWithInputAsync(string.Join('\n', taken) + "\n", command, "--from-file", "-");
        added.ShouldExit(0);
        // Without the number of the line.
        var told = Messages(added, "warning: ").Select(w => w[(w.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        Assert.Equal(warned.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
        Assert.Equal(Anonymous(await one.QueryAsync(Rows), one), Anonymous(await many.QueryAsync(Rows), many));
        Assert.Equal(
            await one.QueryAsync("SELECT address, kind FROM vmm_address ORDER BY 1"),
            await many.QueryAsync("SELECT address, kind FROM vmm_address ORDER BY 1"));
        Assert.DoesNotContain("directory\t", (await many.VmmAsync("check")).Out, StringComparison.Ordinal);
    }

    /// <summary>A refused line may have used up a number.</summary>
    private static IEnumerable<string> Anonymous(List<string> rows, World world)
    {
        var numbers = new Dictionary<string, int>();
        foreach (var row in rows)
        {
            var gid = row.Split('|')[0];
            var number = numbers.TryGetValue(gid, out var known) ? known : numbers[gid] = numbers.Count;
            var text = row.Replace(world.Base, "BASE", StringComparison.Ordinal);
            yield return System.Text.RegularExpressions.Regex.Replace(
                text.Replace(gid, $"#{number}", StringComparison.Ordinal), "BASE/[0-9a-z]/", "BASE/");
        }
    }

    private static IEnumerable<string> Messages(Outcome outcome, string kind) => outcome.Error.Split('\n')
        .Where(l => l.StartsWith($"vmm: {kind}", StringComparison.Ordinal))
        .Select(l => l[$"vmm: {kind}".Length..]);

    private async Task<World> ReadyAsync()
    {
        var world = await World.CreateAsync(cluster);
        foreach (var name in (string[])["a1", "b1", "c1"])
        {
            await world.DoAsync($"domainadd {name}.example");
        }

        await world.DoAsync("aliasdomainadd also1.example a1.example");
        await world.AddAccountAsync("acc@a1.example");
        return world;
    }
}
