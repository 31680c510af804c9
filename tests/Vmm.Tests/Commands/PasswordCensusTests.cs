namespace Vmm.Tests.Commands;

/// <summary>The census of password schemes. The transcript passwords.txt has what a session looks like.</summary>
public class PasswordCensusTests(PostgresCluster cluster)
{
    private const string Old = "# 2.3.19.1 (9b53102964): /etc/dovecot.conf\npassdb {\n  args = QUERIES\n  driver = sql\n}\n";
    private const string New = "# 2.4.1-4 (7d8c0e5759): /etc/dovecot/dovecot.conf\n";
    private const string Asks = "passdb sql {\n  query = SELECT * FROM dovecotpassword('x', 'y')\n";

    public static TheoryData<string, string, string> Defaults =>
        new()
        {
            { Old, "default_pass_scheme = CRAM-MD5\n", "CRAM-MD5 accepted" },
            { Old, " default_pass_scheme=ssha256.hex\n#default_pass_scheme = PLAIN\n", "SSHA256 accepted" },
            { Old, "driver = pgsql\n", "MD5 weak" },
            { Old.Replace("QUERIES", "/nonexistent", StringComparison.Ordinal), "", "default depends" },
            { New + Asks + "}\n", "", "PLAIN accepted" },
            { New + "passdb_default_password_scheme = PLAIN-MD5\n" + Asks + "}\n", "", "PLAIN-MD5 refused" },
            { New + "auth_allow_weak_schemes = yes\n" + Asks + "  default_password_scheme = PLAIN-MD5\n}\n", "", "PLAIN-MD5 weak" },
            { New + Asks + "  passdb_default_password_scheme = LANMAN\n}\n", "", "LANMAN unknown" },
            { New + "passdb sql {\n  deny = yes\n  default_password_scheme = LANMAN\n}\n" + Asks + "}\n", "", "PLAIN accepted" },
            { New + "passdb pam {\n}\n", "", "default depends" },
        };

    [Theory]
    [MemberData(nameof(Defaults))]
    public async Task passwords_that_name_no_scheme_have_the_default_of_the_dovecot_of_this_machine(
        string configuration, string queries, string expected)
    {
        using var world = await WithDovecotAsync(configuration, queries);
        await StoreAsync(world, "secret");
        var count = await world.JsonAsync("passwords");
        var scheme = count.GetProperty("schemes")[0];
        Assert.Equal(expected, $"{scheme.GetProperty("scheme")} {scheme.GetProperty("verdict")}");
        Assert.False(scheme.GetProperty("has_prefix").GetBoolean());
        Assert.Equal(configuration.Split(' ')[1], count.GetProperty("dovecot").GetString()!.Split(' ')[0]);
        Assert.Equal(["u1@example.com"], await ListedAsync(world, $"--scheme {expected.Split(' ')[0]}"));
        Assert.Equal(["u1@example.com"], await ListedAsync(world, "--scheme Default"));
        string[] weak = expected.Split(' ')[1] is "accepted" or "depends" ? [] : ["u1@example.com"];
        Assert.Equal(weak, await ListedAsync(world, "--weak"));
    }

    [Fact]
    public async Task those_that_name_their_scheme_and_those_that_do_not_have_a_line_each()
    {
        using var world = await WithDovecotAsync(New + Asks + "}\n", "");
        await StoreAsync(world, "secret", "$1", "$6$ecret", "{PLAIN}x", "{plain.B64}eA==");
        Assert.Equal(
            """
            Password schemes
            ----------------
            	         3  PLAIN             accepted  no {SCHEME} in front
            	         2  PLAIN             accepted


            """,
            await world.DoAsync("passwords"));
        Assert.Equal(5, (await ListedAsync(world, "--scheme plain")).Count);
    }

    [Fact]
    public async Task dovecot_refuses_what_is_weak_and_does_not_know_the_rest()
    {
        using var world = await WithDovecotAsync(New + Asks + "}\n", "");
        await StoreAsync(world, "{SHA512-CRYPT}$6$a$b", "{MD5-CRYPT}$1$a$b", "$1$a$b", "{LANMAN}x", "{CRYPT}$2y$05$x", "{CRYPT}ab");
        Assert.Equal(
            """
            Password schemes
            ----------------
            	         2  MD5-CRYPT         refused   Dovecot 2.4.1-4 refuses it: they cannot log in
            	         1  CRYPT             refused   DES; Dovecot 2.4.1-4 refuses it: they cannot log in
            	         1  CRYPT             accepted  $2y$
            	         1  LANMAN            unknown   Dovecot 2.4.1-4 does not know it: they cannot log in
            	         1  SHA512-CRYPT      accepted


            """,
            await world.DoAsync("passwords"));
        Assert.Equal(
            ["u2@example.com", "u3@example.com", "u4@example.com", "u6@example.com"], await ListedAsync(world, "--weak"));
    }

    [Theory]
    [InlineData("{CRYPT}$6$a$b")]
    [InlineData("{crypt}$6$a$b")]
    [InlineData("{Crypt}$6$a$b")]
    public async Task a_scheme_is_the_same_in_any_case(string password)
    {
        using var world = await WithDovecotAsync(New + Asks + "}\n", "");
        await StoreAsync(world, password);
        var said = await world.DoAsync("passwords");
        Assert.Contains("\t         1  CRYPT             accepted  $6$\n", said, StringComparison.Ordinal);
        Assert.Empty(await ListedAsync(world, "--weak"));
        var found = (await world.VmmAsync("check")).Out;
        Assert.DoesNotContain("password-scheme", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task no_part_of_a_hash_or_a_password_is_shown()
    {
        using var world = await World.CreateAsync(cluster);
        await StoreAsync(
            world,
            "Sesame",
            "$Sesame$x",
            "$6$Sesame$Sesame",
            "{Sesame, open}x",
            "{Sesame",
            "{}Sesame",
            "{SesameSesameSesameSesameSesameSesame}x",
            "{CRYPT}$Sesame$x",
            "{CRYPT}Sesame",
            "{PLAIN}Sesame}",
            "}Sesame{",
            "{PLAIN.Sesame}x",
            "{{PLAIN}Sesame}");
        string[] commands =
        [
            "passwords", "passwords --json", "passwords --weak", "passwords --weak --json", "passwords --scheme default --json",
            "passwords --scheme malformed", "passwords --scheme CRYPT --json", "passwords --scheme PLAIN",
        ];
        foreach (var command in commands)
        {
            var said = await world.DoAsync(command);
            Assert.DoesNotContain("Sesame", said, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(13, (await world.JsonAsync("passwords")).GetProperty("accounts").GetInt64());
    }

    [Fact]
    public async Task check_and_the_census_judge_alike()
    {
        using var world = await World.CreateAsync(cluster);
        string[] schemes =
        [
            .. PasswordScheme.All.Select(s => s.Name), "DES-CRYPT", "OTP", "LANMAN", "NTLM", "SKEY", "RPA", "NoSuch", "ssha.hex",
        ];
        await StoreAsync(world, [.. schemes.Select(s => $"{{{s}}}x"), "{CRYPT}$1$a$b", "{CRYPT}$y$a$b", "bare"]);
        var census = (await world.JsonAsync("passwords")).GetProperty("schemes").EnumerateArray()
            .Select(s => (Scheme: s.GetProperty("scheme").GetString()!, Verdict: s.GetProperty("verdict").GetString()!))
            .Where(s => s.Verdict is not ("accepted" or "depends"))
            .Select(s => $"{s.Verdict} {s.Scheme}");
        var check = (await world.VmmAsync("check")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split('\t'))
            .Where(f => f[1].EndsWith("password-scheme", StringComparison.Ordinal))
            .Select(f => $"{f[1].Split('-')[0]} {f[2]}");
        Assert.Equal(check.Order(StringComparer.Ordinal), census.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task pages_of_a_list_are_the_whole_list()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.net");
        await world.DoAsync("domainadd b.example");
        await world.DoAsync("aliasdomainadd a.example example.net");
        await StoreAsync(world, "{PLAIN}x");
        await world.SqlAsync(
            "INSERT INTO users (local_part, passwd, gid) SELECT 'n' || n, CASE n % 2 WHEN 0 THEN '{PLAIN}x' ELSE '{MD5}x' END, "
                + "70000 + n % 3 FROM generate_series(1, 30) n");
        var whole = await ListedAsync(world, "--weak");
        Assert.Equal(15, whole.Count);
        Assert.Equal(
            whole.OrderBy(a => a.Split('@')[1], StringComparer.Ordinal).ThenBy(a => a.Split('@')[0], StringComparer.Ordinal),
            whole);
        var pages = new List<string>();
        var page = await ListedAsync(world, "--weak --limit 7");
        while (page.Count > 0)
        {
            Assert.InRange(page.Count, 1, 7);
            pages.AddRange(page);
            page = await ListedAsync(world, $"--weak --limit 7 --after {pages[^1]}");
        }

        Assert.Equal(whole, pages);
        var after = whole.First(a => a.EndsWith("@example.net", StringComparison.Ordinal));
        Assert.Equal(
            whole.SkipWhile(a => a != after).Skip(1),
            await ListedAsync(world, $"--weak --after {after.Split('@')[0]}@a.example"));
    }

    private static async Task<List<string>> ListedAsync(World world, string options) =>
    [
        .. (await world.JsonAsync($"passwords {options}")).GetProperty("accounts").EnumerateArray()
            .Select(a => a.GetProperty("address").GetString()!),
    ];

    /// <summary>Accounts u1, u2 and so on of example.com with these passwords as they are.</summary>
    private static async Task StoreAsync(World world, params string[] stored)
    {
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync(string.Concat(stored.Select((text, i) =>
            $"INSERT INTO users (local_part, passwd, gid) SELECT 'u{i + 1}', '{text}', gid FROM domain_name"
                + " WHERE domainname = 'example.com';")));
    }

    /// <summary>A world with a doveconf and a doveadm that say what they are told to.</summary>
    private async Task<World> WithDovecotAsync(string configuration, string queries)
    {
        var world = await World.CreateAsync(cluster);
        await File.WriteAllTextAsync($"{world.Directory}/queries", queries);
        var text = configuration.Replace("QUERIES", $"{world.Directory}/queries", StringComparison.Ordinal);
        await File.WriteAllTextAsync($"{world.Directory}/conf", text);
        await File.WriteAllTextAsync($"{world.Directory}/doveconf", $"#!/bin/sh\nexec cat {world.Directory}/conf\n");
        var known = string.Join(' ', PasswordScheme.All.Select(s => s.Name));
        await File.WriteAllTextAsync($"{world.Directory}/doveadm", $"#!/bin/sh\necho {known}\n");
        foreach (var program in (string[])["doveconf", "doveadm"])
        {
            File.SetUnixFileMode($"{world.Directory}/{program}", (UnixFileMode)0b111_101_101);
        }

        world.Configure(
            $"[bin]\npostconf = \"/nonexistent\"\ndoveconf = \"{world.Directory}/doveconf\"\n"
                + $"doveadm = \"{world.Directory}/doveadm\"\n");
        return world;
    }
}
