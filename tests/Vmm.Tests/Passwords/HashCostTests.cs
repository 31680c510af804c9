using System.Text.RegularExpressions;

namespace Vmm.Tests.Passwords;

/// <summary>How much work a stored hash takes: what misc.crypt_*_rounds say, and without them the documented defaults.</summary>
public class HashCostTests(PostgresCluster cluster)
{
    private const string Rounds = "crypt_blowfish_rounds = 5\ncrypt_sha256_rounds = 2000\ncrypt_sha512_rounds = 3000\n";

    /// <summary>By scheme: how a hash begins.</summary>
    private static readonly Dictionary<string, string> Configured = new()
    {
        ["BLF-CRYPT"] = "$2y$05$",
        ["SHA256-CRYPT"] = "$5$rounds=2000$SALT$",
        ["SHA512-CRYPT"] = "$6$rounds=3000$SALT$",
        ["CRYPT"] = "$6$rounds=3000$SALT$",
    };

    private static readonly Dictionary<string, string> Default = new()
    {
        ["BLF-CRYPT"] = "$2y$10$",
        ["SHA256-CRYPT"] = "$5$SALT$",
        ["SHA512-CRYPT"] = "$6$SALT$",
        ["CRYPT"] = "$6$SALT$",
        ["ARGON2ID"] = "$argon2id$v=19$m=65536,t=2,p=1$",
        ["ARGON2I"] = "$argon2i$v=19$m=32768,t=4,p=1$",
        ["PBKDF2"] = "$1$SALT$5000$",
        ["SCRAM-SHA-1"] = "4096,",
        ["SCRAM-SHA-256"] = "4096,",
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_stored_hash_has_the_configured_cost(bool isConfigured)
    {
        using var world = await ReadyAsync(isConfigured ? Rounds : "");
        foreach (var (scheme, beginning) in isConfigured ? Configured : Default)
        {
            await world.VmmWithInputAsync("open sesame\n", "useradd", $"{scheme}@example.com", "--password-stdin", "-s", scheme);
            var stored = await world.QueryAsync($"SELECT passwd FROM users WHERE local_part = '{scheme.ToLowerInvariant()}'");
            var form = Regex.Escape($"{{{scheme}}}{beginning}").Replace("SALT", "[./0-9A-Za-z]{16}", StringComparison.Ordinal);
            Assert.Matches("\\A" + form, Assert.Single(stored));
        }
    }

    /// <summary>So that no scheme is forgotten here whose cost can be configured.</summary>
    [Fact]
    public void every_scheme_whose_hash_depends_on_the_configured_cost_is_among_them()
    {
        var (usual, other) = (new HashCost(10, 5000, 5000), new HashCost(5, 2000, 3000));
        var depends = PasswordScheme.All.Where(s => Form(s, usual) == Form(s, usual) && Form(s, usual) != Form(s, other));
        Assert.Equal(Configured.Keys.Order(StringComparer.Ordinal), depends.Select(s => s.Name).Order(StringComparer.Ordinal));
        Assert.Subset(Default.Keys.ToHashSet(), Configured.Keys.ToHashSet());
    }

    /// <summary>A hash without its random parts.</summary>
    private static string Form(PasswordScheme scheme, HashCost cost) => Regex.Replace(
        PasswordHasher.Hash(scheme, "open sesame", EmailAddress.Parse("a@example.com"), cost).Stored,
        "(?<=[$},])(?!rounds=)[./0-9A-Za-z+=]{8,}",
        "X");

    /// <summary>All ways to a hash have the same cost.</summary>
    [Fact]
    public async Task every_command_that_hashes_does_so_with_the_configured_cost()
    {
        using var world = await ReadyAsync(Rounds);
        (await world.VmmWithInputAsync("a@example.com\topen sesame\n", "useradd", "--from-file", "-")).Succeeded();
        (await world.VmmAsync("useradd", "b@example.com", "--random")).Succeeded();
        await world.AddAccountAsync("c@example.com");
        (await world.VmmWithInputAsync("open sesame\n", "userpassword", "c@example.com", "--password-stdin")).Succeeded();
        await world.AddAccountAsync("d@example.com");
        await world.VmmWithInputAsync("open sesame\n", "userrename", "d@example.com", "d2@example.com", "--password-stdin");
        await world.AddAccountAsync("e@example.com");
        (await world.VmmAsync("userrename", "e@example.com", "e2@example.com", "--random")).Succeeded();
        world.Configure($"[misc]\nbase_directory = \"{world.Base}\"\n{Rounds}[domain]\nauto_postmaster = true\n");
        (await world.VmmWithInputAsync("open sesame\n", "domainadd", "example.net", "--password-stdin")).Succeeded();
        var stored = await world.QueryAsync("SELECT passwd FROM users");
        Assert.Equal(6, stored.Count);
        Assert.All(stored, s => Assert.StartsWith("{SHA512-CRYPT}$6$rounds=3000$", s, StringComparison.Ordinal));
    }

    private async Task<World> ReadyAsync(string rounds)
    {
        var world = await World.CreateAsync(cluster);
        world.Configure($"[misc]\nbase_directory = \"{world.Base}\"\n{rounds}");
        await world.DoAsync("domainadd example.com");
        return world;
    }
}
