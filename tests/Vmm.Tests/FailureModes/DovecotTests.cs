namespace Vmm.Tests.FailureModes;

/// <summary>A Dovecot that is not there, or not well: the change is kept all the same.</summary>
public sealed class DovecotTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("/bin/true", "")]
    [InlineData("/no/such/doveadm", "")]
    [InlineData("Error: auth-master: auth cache flush: connect(/run/dovecot/auth-master) failed: No such file or directory", "")]
    [InlineData("Fatal: net_connect_unix(/run/dovecot/anvil) failed: Connection refused", "")]
    [InlineData(
        "Fatal: out of memory",
        "vmm: warning: 'doveadm auth cache flush user@example.com' failed with exit status 75: Fatal: out of memory\n"
    )]
    public async Task what_dovecot_was_not_told_is_at_most_a_warning(string doveadm, string warning)
    {
        using var world = await ConfiguredAsync(doveadm.StartsWith('/') ? doveadm : $"echo '{doveadm}' >&2; exit 75");
        var outcome = await world.VmmAsync("userpassword", "user@example.com", "--hash", "{PLAIN}other");
        outcome.ShouldExit(0);
        Assert.Equal(warning, outcome.Error);
        Assert.Equal(["{PLAIN}other"], await world.QueryAsync("SELECT passwd FROM users"));
    }

    [Fact]
    public async Task a_doveadm_that_does_not_end_is_given_up()
    {
        using var world = await ConfiguredAsync("exec sleep 300");
        var outcome = await world.VmmAsync("userpassword", "user@example.com", "--hash", "{PLAIN}other");
        outcome.ShouldExit(0);
        Assert.Equal("vmm: warning: 'doveadm auth cache flush user@example.com' did not end within 10 seconds\n", outcome.Error);
    }

    [Fact]
    public async Task the_cache_is_flushed_at_dovecots_socket_and_doveadm_ends_sessions()
    {
        using var world = await ConfiguredAsync(Noting, socket: true);
        using var auth = new AuthMasterSocket(SocketOf(world), number => $"OK\t{number}\t1");
        await world.DoAsync("aliasdomainadd example.net example.com");
        Assert.Equal(["VERSION\t1\t0", "CACHE-FLUSH\t1"], auth.Told);
        var said = await world.DoAsync("userpassword user@example.com --hash {PLAIN}other --json");
        Assert.Contains(
            "\"commands\":[\"doveadm auth cache flush user@example.com user@example.net\",\"doveadm kick user@example.com\"",
            said,
            StringComparison.Ordinal);
        Assert.Equal(["VERSION\t1\t0", "CACHE-FLUSH\t1\tuser@example.com", "CACHE-FLUSH\t2\tuser@example.net"], auth.Told.Skip(2));
        Assert.Equal(["kick -- user@example.com", "kick -- user@example.net"], Asked(world));
    }

    /// <summary>Who logged in as user@example.net is not shut out by the other name.</summary>
    [Theory]
    [InlineData("userdelete user@example.com")]
    [InlineData("userdisable user@example.com")]
    [InlineData("userservices user@example.com --disable imap")]
    public async Task sessions_end_under_every_name_of_the_account(string command)
    {
        using var world = await ConfiguredAsync(Noting);
        await world.DoAsync("aliasdomainadd example.net example.com");
        File.Delete($"{world.Directory}/doveadm.asked");
        await world.DoAsync(command);
        Assert.Contains("kick -- user@example.com", Asked(world));
        Assert.Contains("kick -- user@example.net", Asked(world));
    }

    [Theory]
    [InlineData("FAIL\t1")]
    [InlineData("OK\t2\t0")]
    [InlineData("")]
    [InlineData(null)]
    public async Task what_the_socket_does_not_confirm_doveadm_is_asked_for(string? answer)
    {
        using var world = await ConfiguredAsync(Noting, socket: true);
        using var auth = answer is null ? null : new AuthMasterSocket(SocketOf(world), _ => answer);
        var outcome = await world.VmmAsync("useradd", "other@example.com", "--hash", "{PLAIN}secret");
        outcome.ShouldExit(0);
        Assert.Equal("", outcome.Error);
        Assert.Equal(["auth cache flush -- other@example.com"], Asked(world));
        string[] told = answer is null ? [] : ["VERSION\t1\t0", "CACHE-FLUSH\t1\tother@example.com"];
        Assert.Equal(told, auth?.Told ?? []);
    }

    /// <summary>The account is deleted all the same, and must not go on.</summary>
    [Fact]
    public async Task sessions_of_a_deleted_account_end_though_its_home_cannot_be_removed()
    {
        using var world = await ConfiguredAsync(Noting);
        var fixedFile = $"{world.Base}/{world.Home()}/Maildir/fixed";
        File.WriteAllText(fixedFile, "x");
        (await Run.ShellAsync($"chattr +i {fixedFile}")).Succeeded();
        var deleted = await world.VmmAsync("userdelete", "user@example.com", "--delete-directory");
        (await Run.ShellAsync($"chattr -i $(find {world.Base} -name fixed)")).Succeeded();
        Message.IsOneError(deleted, (int)ErrorCode.DirectoryNotRemoved, "/fixed': operation not permitted");
        Assert.Equal(["auth cache flush -- user@example.com", "kick -- user@example.com"], Asked(world));
    }

    /// <summary>It would end the sessions of all accounts that it fits.</summary>
    [Theory]
    [InlineData("userdelete ADDRESS")]
    [InlineData("userservices ADDRESS --disable imap")]
    [InlineData("userdisable ADDRESS")]
    [InlineData("userpassword ADDRESS --hash {PLAIN}other")]
    [InlineData("userrename ADDRESS plain@example.com")]
    [InlineData("userrename user@example.com ADDRESS2")]
    public async Task an_address_that_doveadm_takes_for_a_pattern_is_never_kicked(string command)
    {
        foreach (var pattern in (string[])["*@example.com", "*e@example.com", "a?c@example.com"])
        {
            using var world = await ConfiguredAsync(Noting);
            await world.AddAccountAsync(pattern);
            File.Delete($"{world.Directory}/doveadm.asked");
            var line = command
                .Replace("ADDRESS2", "new" + pattern, StringComparison.Ordinal)
                .Replace("ADDRESS", pattern, StringComparison.Ordinal);
            var said = await world.VmmAsync(line.Split(' '));
            said.ShouldExit(0);
            var kicked = Asked(world).Where(a => a.StartsWith("kick", StringComparison.Ordinal)).ToList();
            Assert.DoesNotContain(kicked, k => k.AsSpan().ContainsAny('*', '?'));
            Assert.Contains(
                "@example.com' are not ended: doveadm would take its address for a pattern\n",
                said.Error,
                StringComparison.Ordinal);
            File.Delete($"{world.Directory}/doveadm.asked");
            await world.DoAsync("domaindelete example.com --force");
            Assert.Contains("kick -- *@example.com", Asked(world));
        }
    }

    /// <summary>A doveadm that writes down what it is asked.</summary>
    private const string Noting = "echo \"$@\" >> \"$0.asked\"";

    private static string SocketOf(World world) => $"{world.Directory}/auth-master";

    private static string[] Asked(World world) => File.ReadAllLines($"{world.Directory}/doveadm.asked");

    /// <param name="doveadm">An absolute path, or the commands of a script in its place.</param>
    /// <param name="socket">Whether Dovecot's socket is named.</param>
    private async Task<World> ConfiguredAsync(string doveadm, bool socket = false)
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var path = doveadm;
        if (!doveadm.StartsWith('/'))
        {
            path = $"{world.Directory}/doveadm";
            await File.WriteAllTextAsync(path, $"#!/bin/sh\n{doveadm}\n");
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }

        var named = socket ? $"auth_socket = \"{SocketOf(world)}\"\n" : "";
        world.Configure($"[bin]\ndoveadm = \"{path}\"\n[dovecot]\nafter_change = \"kick\"\n{named}");
        return world;
    }
}
