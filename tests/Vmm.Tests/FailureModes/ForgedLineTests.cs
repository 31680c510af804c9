namespace Vmm.Tests.FailureModes;

/// <summary>A stored name with a line break, which vmm refuses and SQL does not, is one line in every list and info.</summary>
public class ForgedLineTests(PostgresCluster cluster)
{
    private const string Forged = "[+] forged";

    [Theory]
    [InlineData("listdomains")]
    [InlineData("listusers")]
    [InlineData("listaliases")]
    [InlineData("listrelocated")]
    [InlineData("listaddresses")]
    [InlineData("quota")]
    [InlineData("passwords --scheme PLAIN")]
    [InlineData("domaininfo example.com --details full")]
    [InlineData("catchallinfo example.com")]
    [InlineData("getuser 70001")]
    [InlineData("check")]
    [InlineData("trace all@example.com")]
    [InlineData("aliasinfo all@example.com")]
    [InlineData("userinfo user@example.com --details full")]
    [InlineData("relocatedinfo away@example.com")]
    [InlineData("domaindelete example.com --force --dry-run")]
    public async Task a_line_break_in_a_name_makes_no_line(string command)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        await world.AddAccountAsync("evil@example.com");
        await world.DoAsync("aliasadd all@example.com user@example.com");
        await world.DoAsync("aliasadd evilalias@example.com user@example.com");
        await world.DoAsync("relocatedadd away@example.com x@example.org");
        await world.DoAsync("relocatedadd evilaway@example.com x@example.org");
        await world.DoAsync("catchalladd example.com user@example.com");
        await world.SqlAsync(
            """
            UPDATE users SET local_part = E'evil\n\t[+] forged', name = E'evil\n\t[+] forged' WHERE local_part = 'evil';
            UPDATE alias SET address = E'evil\n\t[+] forged' || 'alias' WHERE address = 'evilalias';
            UPDATE relocated SET address = E'evil\n\t[+] forgedaway' WHERE address = 'evilaway';
            INSERT INTO alias SELECT gid, 'all', E'x@example.com\n\t[+] forged' FROM domain_name;
            INSERT INTO alias SELECT gid, E'evil\n\t[+] forgedtoo', 'user@example.com' FROM domain_name;
            INSERT INTO catchall SELECT gid, E'x@example.com\n\t[+] forged' FROM domain_name;
            INSERT INTO relocated SELECT gid, 'moved', E'x@example.com\n\t[+] forged' FROM domain_name;
            INSERT INTO domain_name SELECT E'evil.example\n\t[+] forged', gid, false FROM domain_name;
            """);
        var said = await world.VmmAsync(command.Split(' '));
        Assert.True(said.ExitCode is 0 or 4, $"{said}");
        Assert.DoesNotContain(said.Out.Split('\n'), l => l.TrimStart().StartsWith(Forged, StringComparison.Ordinal));
        if (command.StartsWith("list", StringComparison.Ordinal) || command.Contains("full", StringComparison.Ordinal))
        {
            Assert.Contains("\\u000a", said.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task a_relocated_destination_and_an_alias_domain_make_no_line_either()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("relocatedadd moved@example.com x@example.org");
        await world.DoAsync("aliasdomainadd example.net example.com");
        await world.SqlAsync(
            """
            UPDATE relocated SET destination = E'x@example.org\n\t[+] forged';
            UPDATE domain_name SET domainname = E'example.com\n\t[+] forged' WHERE is_primary;
            """);
        string[] commands = ["relocatedinfo moved@example.net", "aliasdomaininfo example.net", "domaininfo example.net"];
        foreach (var command in commands)
        {
            var said = await world.VmmAsync(command.Split(' '));
            said.ShouldExit(0);
            Assert.Contains("\\u000a\\u0009[+] forged", said.Out, StringComparison.Ordinal);
        }
    }
}
