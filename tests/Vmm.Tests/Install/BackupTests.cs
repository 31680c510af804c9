using System.Text.RegularExpressions;

namespace Vmm.Tests.Install;

/// <summary>The commands of docs/backup.md, run as they stand there, with the places of a test instead of a system's.</summary>
public partial class BackupTests(PostgresCluster cluster)
{
    [Fact]
    public async Task the_documented_commands_bring_everything_back()
    {
        using var world = await FilledAsync();
        var (rows, tree) = (await RowsAsync(world), await world.TreeAsync());
        await DoAsync(world, "backup");

        await world.DoAsync("domaindelete example.com --force --delete-directory");
        await world.DoAsync("configset domain.transport smtp:");
        await DoAsync(world, "restore");

        Assert.Equal(rows, await RowsAsync(world));
        Assert.Equal(tree, await world.TreeAsync());
        Assert.Equal("kept", await File.ReadAllTextAsync($"{world.Base}/g/70000/70000/Maildir/new/1", Ct));
        Assert.Contains("lmtp:", await world.DoAsync("configget domain.transport"), StringComparison.Ordinal);
        Assert.Equal(70002, (await world.JsonAsync("useradd new@example.com --random")).GetProperty("uid").GetInt64());
        await world.DoAsync("check");
    }

    [Fact]
    public async Task what_changed_between_the_dump_and_the_copy_is_listed_and_harms_nothing()
    {
        using var world = await FilledAsync();
        var commands = Commands(world, "backup").ToList();
        await ShellAsync(world, [.. commands.Take(2)]);
        await world.AddAccountAsync("late@example.com");
        await world.DoAsync("userdelete second@example.com --delete-directory");
        await ShellAsync(world, [.. commands.Skip(2)]);

        await world.DoAsync("domaindelete example.com --force --delete-directory");
        var restored = await Run.ShellAsync(Script(Commands(world, "restore")), Environment(world));
        // The home of the account that the copy had, and the dump had not.
        restored.ShouldExit(4);
        Assert.Contains("orphan-directory", restored.Out, StringComparison.Ordinal);
        var last = await world.VmmAsync("check");
        last.ShouldExit(4);
        Assert.Equal(
            [$"missing-directory {world.Base}/g/70000/70001", $"orphan-directory {world.Base}/g/70000/70002"],
            last.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => string.Join(' ', l.Split('\t')[1..3])));
        await world.DoAsync("useradd new@example.com --random");
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<World> FilledAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com --note kept");
        await world.AddAccountAsync("user@example.com");
        await world.AddAccountAsync("second@example.com");
        await world.DoAsync("aliasadd info@example.com user@example.com");
        await world.DoAsync("relocatedadd old@example.com new@example.org");
        await world.DoAsync("userquota user@example.com 1G");
        var mail = $"{world.Base}/g/70000/70000/Maildir";
        (await Run.ShellAsync(
            $"mkdir -p {mail}/new {mail}/cur {mail}/tmp && printf kept > {mail}/new/1 && chmod 600 {mail}/new/1"
            + $" && chmod 700 {mail}/* && chown -R 70000:70000 {mail}")).Succeeded();
        return world;
    }

    private static Task<List<string>> RowsAsync(World world) => world.QueryAsync(
        """
        SELECT 'u' || users::text FROM users UNION ALL SELECT 'd' || domain_data::text FROM domain_data
        UNION ALL SELECT 'n' || domain_name::text FROM domain_name UNION ALL SELECT 'a' || alias::text FROM alias
        UNION ALL SELECT 'r' || relocated::text FROM relocated UNION ALL SELECT 'f' || vmm_address::text FROM vmm_address
        ORDER BY 1
        """);

    private async Task DoAsync(World world, string part) => await ShellAsync(world, [.. Commands(world, part)]);

    private async Task ShellAsync(World world, params string[] commands) =>
        (await Run.ShellAsync(Script(commands), Environment(world))).Succeeded();

    private static string Script(IEnumerable<string> commands) => "set -eo pipefail\n" + string.Join('\n', commands);

    private static IEnumerable<string> Commands(World world, string part)
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "backup.md"));
        var lines = page.Split($"<!-- {part} -->\n")[1].Split('\n')
            .SkipWhile(l => l.Length == 0)
            .TakeWhile(l => l.StartsWith("    ", StringComparison.Ordinal));
        return lines.Select(l => Database().Replace(l.Trim(), world.Database)
            .Replace("runuser -u postgres -- ", "", StringComparison.Ordinal)
            .Replace("/var/backups/vmm", $"{world.Directory}/backup", StringComparison.Ordinal)
            .Replace("/etc/vmm/vmm.toml", world.Config, StringComparison.Ordinal)
            .Replace("/srv/mail", world.Base, StringComparison.Ordinal));
    }

    private Dictionary<string, string> Environment(World world) => new(world.ShellEnvironment)
    {
        ["PATH"] = $"{Path.GetDirectoryName(cluster.Psql)}:{world.ShellEnvironment["PATH"]}",
        ["PGHOST"] = cluster.Socket,
        ["PGUSER"] = "postgres",
    };

    [GeneratedRegex(@"\bmailsys\b(?!\.dump)")]
    private static partial Regex Database();
}
