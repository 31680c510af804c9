using Vmm.Core.MailConfiguration;

namespace Vmm.Tests.Checks;

/// <summary>A domain of vmm in a list of Postfix where it does not belong is found, however it got there.</summary>
public sealed class DomainClassTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("mydestination = $myhostname, localhost", "mx.example.com")]
    [InlineData("mydestination = localhost Example.COM", "example.com")]
    [InlineData("mydestination = localhost, hash:DIR/table", "table.example")]
    [InlineData("mydestination = localhost, DIR/names", "file.example")]
    [InlineData("virtual_alias_domains = example.net", "example.net")]
    [InlineData("virtual_alias_domains = $mydomain", "example.com")]
    [InlineData("mydomain = example.org\nvirtual_alias_domains = localhost, ${mydomain}", "example.org")]
    [InlineData("own = example.org\nmore = ${own?{x.$own, $own}}\nrelay_domains = ${none:$more}", "example.org")]
    [InlineData("own = hash:DIR/table\nmydestination = localhost $(own)", "table.example")]
    [InlineData("virtual_alias_maps = hash:DIR/table", "table.example")]
    [InlineData("relay_domains = $mydestination, example.net", "example.net")]
    [InlineData("relay_domains = example.org", "below.example.org")]
    [InlineData("parent_domain_matches_subdomains =\nrelay_domains = .example.org", "below.example.org")]
    [InlineData("mydestination = bücher.example", "xn--bcher-kva.example")]
    public async Task a_domain_in_another_list_is_found_and_warned_of(string main, string domain)
    {
        using var world = await WorldAsync(main);
        var added = await world.VmmAsync("domainadd", domain);
        added.ShouldExit(0);
        var list = main.Split('\n')[^1].Split(' ')[0].Replace("_maps", "_domains", StringComparison.Ordinal);
        Assert.StartsWith($"vmm: warning: '{domain}' is in {list} too: Postfix ", added.Error, StringComparison.Ordinal);
        await world.DoAsync("domainadd other.example");
        Assert.Equal([$"error\t{domain}"], await FoundAsync(world));
        await world.DoAsync($"domaindelete {domain}");
        var alias = await world.VmmAsync("aliasdomainadd", domain, "other.example");
        Assert.StartsWith($"vmm: warning: '{domain}' is in {list} too: Postfix ", alias.Error, StringComparison.Ordinal);
        Assert.Equal([$"error\t{domain}"], await FoundAsync(world));
        Assert.Equal([$"error\t{domain}"], await FoundAsync(world, "--only", "other.example"));
    }

    [Theory]
    [InlineData("mydestination = example.org")]
    [InlineData("mydestination = !example.com, hash:DIR/table, example.com")]
    [InlineData("relay_domains = com, below.example.com\nparent_domain_matches_subdomains =")]
    [InlineData("virtual_alias_domains =")]
    public async Task a_domain_in_no_other_list_is_not(string main)
    {
        using var world = await WorldAsync(main);
        var added = await world.VmmAsync("domainadd", "example.com");
        Assert.Equal((0, ""), (added.ExitCode, added.Error));
        Assert.Empty(await FoundAsync(world));
    }

    [Theory]
    [InlineData(
        "mydestination",
        "5.1.1 User unknown in local recipient table, unless it is a user of the system",
        "user@example.com: it goes to the mailbox ",
        "a%b@example.com: Postfix reads the % in it as a route to a@b, because example.com is in mydestination"
    )]
    [InlineData(
        "virtual_alias_domains",
        "5.1.1 User unknown in virtual alias table",
        "user@example.com: it bounces: 5.1.1 User unknown in virtual alias table: example.com is in virtual_alias_domains\n",
        "a%b@example.com: it bounces: 5.1.1 User unknown in virtual alias table"
    )]
    public async Task a_trace_says_what_becomes_of_the_mail(string list, string answer, string end, string route)
    {
        using var world = await WorldAsync($"{list} = example.com");
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.net");
        await world.AddAccountAsync("user@example.com");
        await world.DoAsync("aliasadd info@example.net user@example.com");
        var text = await world.DoAsync("trace user@example.com");
        Assert.Contains($"\tPostfix rejects mail to it: 550 {answer}: example.com is in {list}\n", text, StringComparison.Ordinal);
        Assert.Contains($"is a domain of vmm, but Postfix has it in {list}\n", text, StringComparison.Ordinal);
        // What was accepted for the alias goes by the transport of the account.
        Assert.Contains(end, await world.DoAsync("trace info@example.net"), StringComparison.Ordinal);
        await world.AddAccountAsync("a%b@example.com");
        await world.DoAsync("aliasadd odd@example.net a%b@example.com");
        Assert.Contains(route, await world.DoAsync("trace odd@example.net"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("virtual_alias_domains = $mydomain")]
    [InlineData("own = example.com\nvirtual_alias_domains = ${own?{$own, $virtual_alias_maps}}")]
    [InlineData("own = example.com\nvirtual_alias_domains = $own, $virtual_alias_maps")]
    public async Task mailconfig_warns_of_a_domain_in_the_alias_domains_that_it_leaves(string main)
    {
        using var world = await WorldAsync(main);
        await File.WriteAllTextAsync($"{world.Directory}/master.cf", "", TestContext.Current.CancellationToken);
        await world.DoAsync("domainadd example.com");
        var plan = MailConfigurationPlan.Make(
            SettingsFile.Load(world.Config),
            new MailConfigurationRequest(Postfix: true, Dovecot: false),
            TestContext.Current.CancellationToken);
        Assert.Contains(
            "the domain example.com of the database is in virtual_alias_domains of main.cf too: Postfix looks for an alias only,"
                + " and rejects mail to its accounts; remove it there",
            plan.Warnings(TestContext.Current.CancellationToken)
        );
        Assert.Single(await FoundAsync(world));
    }

    [Theory]
    [InlineData("recipient_delimiter = -", "-")]
    [InlineData("sign = _\nrecipient_delimiter = $sign", "_")]
    [InlineData("recipient_delimiter = $$", "$")]
    public async Task dovecot_gets_the_delimiter_that_postfix_has(string main, string delimiter)
    {
        using var world = await WorldAsync(main);
        await File.WriteAllTextAsync($"{world.Directory}/master.cf", "", TestContext.Current.CancellationToken);
        var plan = MailConfigurationPlan.Make(
            SettingsFile.Load(world.Config),
            new MailConfigurationRequest(true, true) { DovecotVersion = "2.4", DovecotDirectory = world.Directory },
            TestContext.Current.CancellationToken);
        var settings = plan.Show(showSecrets: false).Parts.Single(p => p.Path.EndsWith("/99-vmm.conf", StringComparison.Ordinal));
        Assert.Contains($"\nrecipient_delimiter = {delimiter}\n", settings.Content, StringComparison.Ordinal);
    }

    /// <summary>Their mail goes to others, or bounces, as soon as Dovecot has it too.</summary>
    [Theory]
    [InlineData("-", "-", "anna-lena", "1 account of the database contains", "anna-lena@example.com")]
    [InlineData("+-", "+-", "a+b c-d e_f", "2 accounts of the database contain", "a+b@example.com, c-d@example.com")]
    [InlineData(
        ".",
        ".",
        "a.1 a.2 a.3 a.4 a.5 a.6",
        "6 accounts of the database contain",
        "a.1@example.com, a.2@example.com, a.3@example.com, a.4@example.com, a.5@example.com, ..."
    )]
    [InlineData("$sign", "_", "a_b insignia", "1 account of the database contains", "a_b@example.com")]
    [InlineData("+", "+", "a-b", null, "")]
    [InlineData("", "+", "a+b c-d", "1 account of the database contains", "a+b@example.com")]
    public async Task mailconfig_warns_of_accounts_that_contain_the_delimiter(
        string value, string delimiter, string accounts, string? found, string named)
    {
        using var world = await WorldAsync($"sign = _\nrecipient_delimiter = {value}");
        await File.WriteAllTextAsync($"{world.Directory}/master.cf", "", TestContext.Current.CancellationToken);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd virtual.example -t virtual:");
        await world.AddAccountAsync($"no{delimiter[0]}cut@virtual.example");
        foreach (var account in accounts.Split(' '))
        {
            await world.AddAccountAsync($"{account}@example.com");
        }

        var plan = MailConfigurationPlan.Make(
            SettingsFile.Load(world.Config),
            new MailConfigurationRequest(true, true) { DovecotVersion = "2.4", DovecotDirectory = world.Directory },
            TestContext.Current.CancellationToken);
        var warnings = plan.Warnings(TestContext.Current.CancellationToken)
            .Where(w => w.Contains("recipient_delimiter", StringComparison.Ordinal));
        string[] expected = found is null ? [] :
        [
            $"recipient_delimiter of main.cf is '{delimiter}', and {found} it, whose mail Dovecot delivers by the shorter name:"
                + $" {named}; 'vmm check' explains each",
        ];
        Assert.Equal(expected, warnings);
    }

    [Fact]
    public async Task a_table_that_does_not_answer_is_a_finding_and_stops_no_command()
    {
        using var world = await WorldAsync("mydestination = hash:DIR/missing");
        Assert.Equal("", (await world.VmmAsync("domainadd", "example.com")).Error);
        Assert.Contains("postfix-map-unanswered\tmydestination\t", (await world.VmmAsync("check")).Out, StringComparison.Ordinal);
    }

    private static async Task<List<string>> FoundAsync(World world, params string[] only) =>
    [
        .. (await world.VmmAsync(["check", .. only]))
            .Out.Split('\n')
            .Select(l => l.Split('\t'))
            .Where(c => c.Length > 2 && c[1] == "postfix-domain-class")
            .Select(c => $"{c[0]}\t{c[2]}"),
    ];

    private async Task<World> WorldAsync(string main)
    {
        var world = await World.CreateAsync(cluster);
        var settings = main.Replace("DIR", world.Directory, StringComparison.Ordinal);
        // The last of two values of a parameter holds.
        var lists = main.Contains("_maps", StringComparison.Ordinal) ? "" : "virtual_alias_domains =\n";
        world.HasPostfix($"myhostname = mx.example.com\nmydestination = localhost\n{lists}{settings}\n");
        await File.WriteAllTextAsync($"{world.Directory}/table", "table.example anything\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync($"{world.Directory}/names", "# one\nfile.example\n", TestContext.Current.CancellationToken);
        (await Run.ProgramAsync("/usr/sbin/postmap", [$"hash:{world.Directory}/table"])).Succeeded();
        return world;
    }
}
