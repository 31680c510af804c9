using Vmm.Tests.Upgrade;

namespace Vmm.Tests.FailureModes;

/// <summary>A limit of file sizes (ulimit -f, LimitFSIZE) makes a call fail; it kills no command by SIGXFSZ.</summary>
public class FileSizeLimitTests(PostgresCluster cluster)
{
    private static readonly int[] Limits = [0, 1, 8];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    public async Task a_limit_of_file_sizes_is_an_error_and_no_death(int blocks)
    {
        using var world = await ReadyAsync();
        var added = await LimitedAsync(world, blocks, "aliasadd a@example.com b@example.net");
        added.ShouldExit(0);
        Assert.Contains("vmm: warning: cannot write the log", added.Error, StringComparison.Ordinal);
        Assert.Equal(1, await world.CountAsync("alias"));
        // Without a block a Maildir has no file of subscriptions, and so it is not made.
        (await LimitedAsync(world, blocks, "useradd new@example.com --hash {PLAIN}secret")).ShouldExit(blocks == 0 ? 81 : 0);
        Assert.Equal("", await world.DoAsync("check"));
    }

    /// <summary>The change is made, or it is not and the reason is told.</summary>
    [Theory]
    [InlineData("userdelete user@example.com --delete-directory")]
    [InlineData("domaindelete example.com --force --delete-directory")]
    [InlineData("domainadd new.example")]
    [InlineData("relocatedadd moved@example.com new@example.net")]
    [InlineData("catchalladd example.com user@example.com")]
    [InlineData("usernote user@example.com -n x")]
    [InlineData("userpassword user@example.com --hash {PLAIN}other")]
    [InlineData("userrename user@example.com user@other.example")]
    [InlineData("domainrename example.com new.example")]
    [InlineData("configset domain.imap true")]
    [InlineData("listusers")]
    [InlineData("check --show-changes")]
    [InlineData("check --repair")]
    public async Task no_command_dies_of_it(string command)
    {
        foreach (var blocks in Limits)
        {
            using var world = await ReadyAsync();
            await EndsAsync(world, blocks, command);
            Assert.Equal("", await world.DoAsync("check"));
        }
    }

    [Fact]
    public async Task an_installation_does_not_die_of_it_and_is_whole_or_taken_back()
    {
        foreach (var blocks in Limits)
        {
            using var world = await World.CreateAsync(cluster);
            world.Configure("[bin]\npostconf = \"/usr/sbin/postconf\"\ndoveconf = \"/usr/bin/doveconf\"\n");
            File.WriteAllText(world.Log, new string('x', 20_000) + "\n");
            var (place, secret) = (world.Directory + "/etc", world.Directory + "/secret");
            File.WriteAllText(secret, "secret of the roles\n");
            (await Run.ShellAsync($"mkdir {place} && cp -a /etc/postfix /etc/dovecot {place}")).Succeeded();
            var before = await FilesAsync(place);
            var done = await EndsAsync(
                world,
                blocks,
                $"mailconfig --install --postfix-directory {place}/postfix --dovecot-directory {place}/dovecot "
                    + $"--postfix-password-file {secret} --dovecot-password-file {secret}");
            Assert.Equal(done, before != await FilesAsync(place));
        }
    }

    [Fact]
    public async Task an_upgrade_whose_dump_cannot_be_written_changes_nothing()
    {
        using var world = World.On(cluster, await Origin.Of("0.7").MakeAsync(cluster));
        var before = await cluster.DumpAsync(world.Database);
        foreach (var blocks in (int[])[0, 1])
        {
            Assert.False(await EndsAsync(world, blocks, $"upgrade --yes --dump {world.Directory}/dump.sql"));
            Assert.Equal(before, await cluster.DumpAsync(world.Database));
            Assert.False(File.Exists(world.Directory + "/dump.sql"));
        }
    }

    /// <returns>Whether it succeeded.</returns>
    private static async Task<bool> EndsAsync(World world, int blocks, string command)
    {
        var ended = await LimitedAsync(world, blocks, command);
        Assert.True(ended.ExitCode is 0 or 67 or 81 or 93, $"{blocks}: {ended}");
        if (ended.ExitCode != 0)
        {
            Message.IsOneError(ended);
        }

        return ended.ExitCode == 0;
    }

    private static Task<Outcome> LimitedAsync(World world, int blocks, string command) =>
        Run.ShellAsync($"ulimit -f {blocks}; exec {Repository.Binary} {command}", world.Environment);

    private static async Task<string> FilesAsync(string place) =>
        (await Run.ShellAsync($"cd {place} && find . -type f -exec sha256sum {{}} + | sort -k 2")).Succeeded();

    private async Task<World> ReadyAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        await world.DoAsync("domainadd other.example");
        File.WriteAllText(world.Log, new string('x', 20_000) + "\n");
        return world;
    }
}
