namespace Vmm.Tests.Crash;

/// <summary>
/// mailconfig --install into copies of the system's configuration: all files are the old ones, or all are the new ones, or
/// --undo restores the old ones.
/// </summary>
internal sealed class DisturbedInstallation(World world) : DisturbedCommand
{
    private string[] options = [];
    private List<string>? after;

    public override World World => world;

    private string Place => world.Directory + "/etc";

    public static async Task<DisturbedCommand> CreateAsync(PostgresCluster cluster)
    {
        var world = await World.CreateAsync(cluster);
        world.Configure("[bin]\npostconf = \"/usr/sbin/postconf\"\ndoveconf = \"/usr/bin/doveconf\"\n");
        var installation = new DisturbedInstallation(world);
        var secret = world.Directory + "/secret";
        File.WriteAllText(secret, "secret of the roles\n");
        installation.options =
            [
                "--postfix-directory", $"{installation.Place}/postfix", "--dovecot-directory", $"{installation.Place}/dovecot",
                "--postfix-password-file", secret, "--dovecot-password-file", secret,
            ];
        return installation;
    }

    public override async Task PrepareAsync(int run)
    {
        if (run > 0)
        {
            after ??= await StateAsync();
        }

        (
            await Run.ShellAsync(
                $"rm -rf {Place} {world.Directory}/mailconfig-*.json && mkdir {Place} && cp -a /etc/postfix /etc/dovecot {Place}"
            )
        ).Succeeded();
    }

    public override string[] Command(int run) => ["mailconfig", "--install", .. options];

    /// <summary>The files that the servers read.</summary>
    public override async Task<List<string>> StateAsync() =>
        [
            .. (await EverythingAsync()).Where(l =>
                !l.Contains(".vmm-20", StringComparison.Ordinal) && !l.EndsWith(".new", StringComparison.Ordinal)
            ),
        ];

    public override async Task VerifyAsync(int run, Outcome disturbed)
    {
        var now = await StateAsync();
        var old = await OldAsync();
        if (disturbed.ExitCode == 0)
        {
            Assert.Equal(after, now);
        }
        else if (disturbed.ExitCode != Strace.Killed)
        {
            // No copy is left either.
            Assert.Equal(old, await EverythingAsync());
            Assert.Empty(Records());
        }
        else if (after is null || !now.SequenceEqual(after))
        {
            Assert.True(Records().Length > 0 || now.SequenceEqual(old), "nobody knows what was there");
            if (Records().Length > 0)
            {
                await world.DoAsync("mailconfig --undo");
            }

            Assert.Equal(old, await StateAsync());
            Assert.DoesNotContain(await EverythingAsync(), l => l.Contains(".vmm-20", StringComparison.Ordinal));
        }
    }

    public override async Task RepeatAsync(int run, Outcome disturbed)
    {
        (await AgainAsync(run)).ShouldExit(0);
        Assert.Equal(after, await StateAsync());
        Assert.DoesNotContain(await EverythingAsync(), l => l.EndsWith(".new", StringComparison.Ordinal));
    }

    public override void Dispose() => world.Dispose();

    private string[] Records() => Directory.GetFiles(world.Directory, "mailconfig-*.json");

    private Task<List<string>> EverythingAsync() => FilesAsync($"{Place}/postfix {Place}/dovecot", Place);

    private static Task<List<string>> OldAsync() => FilesAsync("/etc/postfix /etc/dovecot", "/etc");

    private static async Task<List<string>> FilesAsync(string directories, string place)
    {
        var listed = await Run.ShellAsync(
            $"find {directories} -printf '%y %m %U:%G %p\\n'; find {directories} -type f -exec sha256sum {{}} +"
        );
        return
        [
            .. listed.Succeeded().Replace(place, "", StringComparison.Ordinal)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
        ];
    }
}
