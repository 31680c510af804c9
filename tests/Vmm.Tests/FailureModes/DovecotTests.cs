namespace Vmm.Tests.FailureModes;

/// <summary>A Dovecot that is not there, or not well: the change is kept all the same.</summary>
public sealed class DovecotTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("/bin/true", "")]
    [InlineData("/no/such/doveadm", "")]
    [InlineData("Error: auth-master: auth cache flush: connect(/run/dovecot/auth-master) failed: No such file or directory", "")]
    [InlineData("Fatal: net_connect_unix(/run/dovecot/anvil) failed: Connection refused", "")]
    [InlineData("Fatal: out of memory", "vmm: warning: 'doveadm auth cache flush user@example.com' failed with exit status 75: Fatal: out of memory\n")]
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

    /// <param name="doveadm">An absolute path, or the commands of a script in its place.</param>
    private async Task<World> ConfiguredAsync(string doveadm)
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

        world.Configure($"[bin]\ndoveadm = \"{path}\"\n[dovecot]\nafter_change = \"kick\"\n");
        return world;
    }
}
