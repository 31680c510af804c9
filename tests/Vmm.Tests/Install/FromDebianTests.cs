namespace Vmm.Tests.Install;

/// <summary>An administrator of Debian's vmm 0.7 gets this vmm, by the commands that install.sh names.</summary>
[Slow]
public class FromDebianTests
{
    private static readonly string[] Population =
    [
        "domainadd example.com",
        "domainadd example.net",
        "aliasdomainadd example.org example.com",
        "useradd user@example.com -p secret",
        "useradd other@example.net -p secret",
        "useradd lda@example.com -p secret",
        "usertransport lda@example.com dovecot:",
        "userservices user@example.com -d pop3",
        "aliasadd info@example.com user@example.com lda@example.com",
        "aliasadd plus@example.com %n=%d@example.net",
        "useradd plus=example.com@example.net -p secret",
        "relocatedadd moved@example.com new@elsewhere.example",
        "catchalladd example.net other@example.net",
        "useradd small@example.com -p secret",
        "userquota small@example.com 100",
        "usernote small@example.com -n of-2015",
    ];

    [Fact]
    public async Task mail_keeps_flowing_through_the_unchanged_files_when_install_sh_and_upgrade_have_run()
    {
        await using var system = await PrivateSystem.CreateAsync(ownNetwork: false);
        await using var server = new DebianMailServer(system);
        await server.InitializeAsync();
        await server.OldAsync(Population);
        await server.SqlAsync("INSERT INTO userquota SELECT uid, 4711, 3 FROM users WHERE local_part = 'user'");
        await FlowsAsync(server);
        await IsTooFullAsync(server, 1);
        var files = await server.FilesAsync();

        // Each run of install.sh names the next command, until nothing is left.
        const string Configuration = "/usr/local/sbin/vmm upgrade --from-config /etc/vmm/vmm.cfg --overwrite";
        Assert.Contains(
            $"to go on with the settings of an older vmm: {Configuration}, then run this again\n",
            (await system.InstallAsync()).Succeeded(),
            StringComparison.Ordinal
        );
        await system.DoAsync(Configuration);
        Assert.Contains(
            "then do it: /usr/local/sbin/vmm upgrade\n",
            (await system.InstallAsync()).Succeeded(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "2 domains, 5 accounts",
            (await server.VmmAsync(null, "upgrade", "--dry-run")).Succeeded(),
            StringComparison.Ordinal
        );
        var said = (await server.VmmAsync(null, "upgrade", "--yes", "--dump", system.Root + "/before.sql")).Succeeded();
        Assert.DoesNotContain("To do", said, StringComparison.Ordinal);
        Assert.DoesNotContain("older vmm", (await system.InstallAsync()).Succeeded(), StringComparison.Ordinal);
        Assert.Contains(
            "nothing to do",
            (await server.VmmAsync(null, "upgrade", "--yes")).Succeeded(),
            StringComparison.OrdinalIgnoreCase
        );

        // Nothing was restarted: the daemons go on with the connections that they have.
        await FlowsAsync(server);
        await IsTooFullAsync(server, 2);
        await server.DoAsync("userquota small@example.com 1m");
        await server.ArrivedAsync("small@example.com", await Mail.SendAsync(server, "small@example.com"));
        Assert.Equal(
            ["4711|3"],
            await server.QueryAsync("SELECT bytes, messages FROM userquota JOIN users USING (uid) WHERE local_part = 'user'")
        );
        Assert.Contains(
            "of-2015",
            (await server.VmmAsync(null, "userinfo", "small@example.com")).Succeeded(),
            StringComparison.Ordinal
        );
        await server.AddAccountAsync("later@example.com");
        await server.ArrivedAsync("later@example.com", await Mail.SendAsync(server, "later@example.com"));
        Assert.Equal(files, await server.FilesAsync(only: files));

        // 0.7 let the umask take bits of domain.directory_mode away, and so does the conversion of its configuration.
        Assert.Empty(await OwnFindingsAsync(server));
        await server.TestEndsAsync();
    }

    /// <summary>What is not about Postfix's or Dovecot's own configuration, which is still 0.7's.</summary>
    private static async Task<List<string>> OwnFindingsAsync(DebianMailServer server) =>
        [
            .. (await server.VmmAsync(null, "check"))
                .Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(f => f.Split('\t')[1].Split('-')[0] is not ("postfix" or "dovecot")),
        ];

    private static async Task FlowsAsync(DebianMailServer server)
    {
        await server.ArrivedAsync("user@example.com", await Mail.SendAsync(server, "user@example.com"));
        await server.ArrivedAsync("user@example.com", await Mail.SendAsync(server, "user@example.org"));
        var toBoth = await Mail.SendAsync(server, "info@example.org");
        await server.ArrivedAsync("user@example.com", toBoth);
        await server.ArrivedAsync("lda@example.com", toBoth);
        await server.ArrivedAsync("plus=example.com@example.net", await Mail.SendAsync(server, "plus@example.com"));
        await server.ArrivedAsync("other@example.net", await Mail.SendAsync(server, "whoever@example.net"));
        Assert.StartsWith("550 5.1.6 ", await Mail.AnswerToAsync(server, "moved@example.com"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.1 ", await Mail.AnswerToAsync(server, "nobody@example.com"), StringComparison.Ordinal);
        Assert.Equal("smtp imap sieve", await Mail.ServicesOfAsync(server, "user@example.com"));
        Assert.Equal("smtp imap sieve", await Mail.ServicesOfAsync(server, "user@example.org"));
    }

    // No message is as small as this quota.
    private static async Task IsTooFullAsync(DebianMailServer server, int times)
    {
        await Mail.SendAsync(server, "small@example.com");
        Assert.True(
            await MailServer.EventuallyAsync(
                () => server.News(server.PostfixLog).Split("552 5.2.2 <small@example.com> Quota exceeded").Length == times + 1,
                60
            ),
            server.Tails()
        );
    }
}
