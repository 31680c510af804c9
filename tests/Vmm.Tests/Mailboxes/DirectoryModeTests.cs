using Vmm.Tests.PostfixAdmin;

namespace Vmm.Tests.Mailboxes;

/// <summary>account.directory_mode and domain.directory_mode hold for whatever makes a directory, and check goes by them.</summary>
public class DirectoryModeTests(PostgresCluster cluster)
{
    private const string Modes =
        "[account]\ndirectory_mode = \"0750\"\n[domain]\nauto_postmaster = false\ndirectory_mode = \"0775\"\n";

    [Theory]
    [InlineData("022")]
    [InlineData("077")]
    public async Task every_way_to_a_directory_makes_it_with_the_configured_mode(string umask)
    {
        using var world = await World.CreateAsync(cluster, Modes);
        foreach (var command in (string[])
        [
            "domainadd example.com",
            "useradd a@example.com --hash {PLAIN}secret",
            "domainadd --from-file domains",
            "useradd --from-file accounts",
            // The directory of its domain is missing, and made again with the account.
            "useradd again@example.net --hash {PLAIN}secret",
            "domainadd example.org",
            "useradd --from-file more",
        ])
        {
            var script = $"""
                cd {world.Directory}; umask {umask}
                printf 'example.net\n' > domains
                printf 'b@example.com\t{"{PLAIN}"}secret\n' > accounts
                printf 'd@example.org\t{"{PLAIN}"}secret\n' > more
                {(command.Contains("again@", StringComparison.Ordinal) ? $"rm -r {world.Base}/h/70001" : "")}
                {(command.Contains("more", StringComparison.Ordinal) ? $"rm -r {world.Base}/i/70002" : "")}
                exec {Repository.Binary} {command}
                """;
            (await Run.ShellAsync(script, world.Environment)).Succeeded();
        }

        await HasModesAsync(world, domains: 3, homes: 4, depth: 6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task an_import_makes_directories_with_the_configured_mode(bool withMail)
    {
        using var world = await World.CreateAsync(cluster, Modes);
        var old = await OldServer.CreateFilledAsync(cluster, world, 2);
        (withMail ? await old.ImportWithMailAsync() : await old.ImportAsync("--yes")).ShouldExit(0);
        // What is in a mailbox that was moved stays as it was.
        await HasModesAsync(world, domains: 1, homes: 2, depth: withMail ? 4 : 6);
    }

    [Fact]
    public async Task check_wants_the_configured_modes_and_repairs_give_them()
    {
        var before = Modes.Replace("0775", "0770", StringComparison.Ordinal).Replace("0750", "0700", StringComparison.Ordinal);
        using var world = await World.CreateAsync(cluster, before);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        Assert.Empty(await FoundAsync(world));
        world.Configure(Modes);
        var domain = $"{world.Base}/{Path.GetDirectoryName(world.Home())}";
        (string Path, string Message)[] wrong =
        [
            (domain, "it has mode 0770, not 0775"),
            ($"{domain}/70000", "it has mode 0700, not 0750"),
            ($"{domain}/70000/Maildir", "it has mode 0700, not 0750"),
        ];
        Assert.Equal(
            wrong.Select(w => $"warning\twrong-mode\t{w.Path}\t{w.Message}"),
            (await FoundAsync(world)).Select(l => string.Join('\t', l.Split('\t')[..4]))
        );
        (await world.VmmAsync("check", "--repair")).ShouldExit(4);
        Assert.Equal(
            "775\n750\n750\n",
            (await Run.ProgramAsync("stat", ["-c", "%a", .. wrong.Select(w => w.Path)])).Succeeded()
        );
        Assert.Empty(await FoundAsync(world));
    }

    /// <summary>What check finds, but that the configured mode lets accounts rename homes.</summary>
    private static async Task<IEnumerable<string>> FoundAsync(World world)
    {
        var found = (await world.VmmAsync("check")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Single(found, l => l.StartsWith("warning\twritable-directories\t", StringComparison.Ordinal));
        return found.Where(l => !l.Contains("writable-directories", StringComparison.Ordinal));
    }

    /// <param name="world">With these domains and homes alone.</param>
    /// <param name="domains">How many.</param>
    /// <param name="homes">How many.</param>
    /// <param name="depth">As far as modes are looked at: a domain's directory is at 2, a home at 3, its mailbox at 4.</param>
    private static async Task HasModesAsync(World world, int domains, int homes, int depth)
    {
        // type mode owner path
        var modes = (await world.TreeAsync())
            .Where(t => t[0] == 'd')
            .Select(t => t.Split(' '))
            .ToLookup(d => d[3].Count(c => c == '/') + 1, d => d[1]);
        Assert.All(modes[1], mode => Assert.Equal("751", mode));
        Assert.Equal(Enumerable.Repeat("775", domains), modes[2]);
        Assert.Equal(homes, modes[3].Count());
        Assert.All(Enumerable.Range(3, depth - 2).SelectMany(d => modes[d]), mode => Assert.Equal("750", mode));
        // Nothing else is wrong either, such as an owner.
        Assert.Empty(await FoundAsync(world));
    }
}
