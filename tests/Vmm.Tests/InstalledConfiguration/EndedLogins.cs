using Vmm.Tests.Install;

namespace Vmm.Tests.InstalledConfiguration;

/// <summary>
/// Users of the system log in to Debian's Dovecot from the beginning. If none has mail, an installation ends that, and says so
/// first.
/// </summary>
internal static class EndedLogins
{
    private const string Ended = "of the system could log in to Dovecot until now, and cannot any more, since none has mail: ";

    /// <summary>Afterwards the system has the users that it had.</summary>
    internal static async Task AreToldAsync(PrivateSystem system)
    {
        await system.DoAsync(
            "cp -a /etc/passwd /etc/kept.passwd && awk -F: '$3 < 500 || $3 == 65534' /etc/kept.passwd > /etc/passwd");
        await AddAsync(system, 1801, "guest", "/usr/sbin/nologin");
        Assert.DoesNotContain(Ended, await WarningsAsync(system), StringComparison.Ordinal);
        await AddAsync(system, 1802, "carl");
        Assert.Contains($"vmm: warning: 1 user {Ended}carl\n", await WarningsAsync(system), StringComparison.Ordinal);
        for (var i = 1; i <= 5; i++)
        {
            await AddAsync(system, 1802 + i, $"user{i}");
        }

        Assert.Contains(
            $"vmm: warning: 6 users {Ended}carl, user1, user2, user3, user4, ...\n",
            await WarningsAsync(system),
            StringComparison.Ordinal);
        // With mail of one of them, all can log in as before.
        await system.DoAsync("mkdir -p /srv/user5/Maildir/new && : > /srv/user5/Maildir/new/1");
        Assert.DoesNotContain(Ended, await WarningsAsync(system), StringComparison.Ordinal);
        await system.DoAsync("rm -r /srv/user5 && mv /etc/kept.passwd /etc/passwd");
    }

    private static Task<string> AddAsync(PrivateSystem system, int uid, string name, string shell = "/bin/bash") =>
        system.DoAsync($"echo '{name}:x:{uid}:{uid}::/srv/{name}:{shell}' >> /etc/passwd");

    private static async Task<string> WarningsAsync(PrivateSystem system)
    {
        var planned = await system.RunAsync("/usr/local/sbin/vmm mailconfig --install --dry-run");
        planned.ShouldExit(0);
        return planned.Error;
    }
}
