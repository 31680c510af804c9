namespace Vmm.Tests.Commands;

public class ListTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("a_c@", "a_c")]
    [InlineData("a_%@", "a_c")]
    [InlineData("x%y@", "x%y")]
    [InlineData("x%y%@", "x%y", "x%yz")]
    [InlineData("%%y@", "x%y", "xaby")]
    [InlineData("x@example.com")]
    [InlineData("%Z@%COM", "x%yz")]
    public async Task only_percent_signs_at_the_ends_of_a_pattern_stand_for_anything(string pattern, params string[] found)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync(
            "INSERT INTO alias SELECT gid, unnest('{a_c,abc,x%y,x%yz,xaby}'::text[]), 'x@elsewhere.example' FROM domain_name"
        );
        var list = (await world.VmmAsync("listaliases", "-p", pattern)).Succeeded();
        var lines = found.Length == 0 ? "\tNone\n" : string.Concat(found.Select(f => $"\t[+] {f}@example.com\n"));
        Assert.Equal($"Matching aliases\n----------------\n{lines}\n", list);
    }

    [Theory]
    [InlineData("listaliases", "a\\c@", 47)]
    [InlineData("listusers", "exa\\mple.com", 39)]
    [InlineData("listusers", "ex%mple.com", 39)]
    [InlineData("listdomains", "ex\\mple.com", 39)]
    [InlineData("listrelocated", "a'c@", 0)]
    [InlineData("listrelocated", "a\"c@", 47)]
    public async Task other_characters_are_refused_or_mean_themselves(string command, string pattern, int exit)
    {
        using var world = await World.CreateAsync(cluster);
        (await world.VmmAsync(command, "-p", pattern)).ShouldExit(exit);
    }

    [Fact]
    public async Task a_long_list_is_streamed_and_may_be_cut_short()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync(
            "INSERT INTO alias SELECT gid, 'a' || lpad(i::text, 5, '0'), 'x@elsewhere.example' FROM domain_name, "
                + "generate_series(0, 29999) i"
        );
        var all = (await world.VmmAsync("listaliases")).Succeeded().Split('\n');
        Assert.Equal(30_004, all.Length);
        Assert.Equal("\t[+] a29999@example.com", all[^3]);
        Assert.Equal(30_000, (await world.JsonAsync("listaliases")).GetProperty("aliases").GetArrayLength());
        var cut = await Run.ShellAsync($"set -o pipefail; {Repository.Binary} listaliases | head -n 1", world.Environment);
        cut.ShouldExit(0);
        Assert.Equal("Existing aliases\n", cut.Out);
        Assert.Equal("", cut.Error);

        // Nobody reads the first ones, so that it is in the middle when it is interrupted.
        var interrupted = await Run.ShellAsync(
            $"set -o pipefail; {{ timeout --preserve-status -s INT 2 {Repository.Binary} listaliases; echo $? >&2; }} | "
                + "{ sleep 3; wc -l; }",
            world.Environment);
        Assert.InRange(int.Parse(interrupted.Out, System.Globalization.CultureInfo.InvariantCulture), 0, 29_000);
        Assert.EndsWith("\n3\n", "\n" + interrupted.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_names_of_a_domain_stand_together_and_the_primary_one_first()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.net");
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync(
            "INSERT INTO domain_name SELECT n, gid, false FROM domain_name, unnest('{a.example, z.example}'::text[]) n WHERE "
                + "domainname = 'example.net'"
        );
        await world.DoAsync("relocatedadd b@example.net x@elsewhere.example");
        await world.DoAsync("relocatedadd a@example.net x@elsewhere.example");
        await world.DoAsync("relocatedadd c@example.com x@elsewhere.example");
        Assert.Equal(
            "\t[+] c@example.com\n\t[+] a@example.net\n\t[+] b@example.net\n\t[-] a@a.example\n\t[-] b@a.example\n\t[-] "
                + "a@z.example\n\t[-] b@z.example\n",
            string.Concat((await world.DoAsync("listrelocated")).Split('\n')[2..^2].Select(l => l + "\n"))
        );
        Assert.Equal(
            "\t[+] example.com\n\t[+] example.net\n\t[-]     a.example\n\t[-]     z.example\n",
            string.Concat((await world.DoAsync("ld")).Split('\n')[2..^2].Select(l => l + "\n"))
        );
        Assert.Equal(
            "\t[-]     a.example\n\t[-]     z.example\n",
            string.Concat((await world.DoAsync("ld -p %example")).Split('\n')[2..^2].Select(l => l + "\n"))
        );
    }
}
