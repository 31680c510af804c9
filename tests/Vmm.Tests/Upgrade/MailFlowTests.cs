namespace Vmm.Tests.Upgrade;

/// <summary>Debian's vmm 0.7, its mail server and its map files: mail flows before and after the upgrade, and not a line of them is changed.</summary>
public sealed class MailFlowTests(PostgresCluster cluster)
{
    [Fact]
    public async Task mail_keeps_flowing_through_the_unchanged_files_of_0_7()
    {
        await using var server = new OldMailServer(cluster);
        await server.InitializeAsync();
        foreach (var command in (string[])
        [
            "domainadd example.com", "domainadd example.net", "aliasdomainadd example.org example.com", "useradd user@example.com -p secret", "useradd other@example.net -p secret",
            "useradd lda@example.com -p secret", "usertransport lda@example.com dovecot:", "userservices user@example.com -d pop3", "aliasadd info@example.com user@example.com lda@example.com",
            "aliasadd plus@example.com %n=%d@example.net", "useradd plus=example.com@example.net -p secret", "relocatedadd moved@example.com new@elsewhere.example",
            "catchalladd example.net other@example.net",
        ])
        {
            await server.OldAsync(command);
        }

        var files = await server.FilesAsync();
        await FlowsAsync(server, "other@example.net");
        var said = await server.VmmAsync(null, "upgrade", "--yes", "--no-dump");
        Assert.Contains("Upgraded from vmm 0.6 or 0.7: 2 domains, 4 accounts", said.Succeeded(), StringComparison.Ordinal);
        Assert.DoesNotContain("To do", said.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Directory", said.Out, StringComparison.Ordinal);
        // Nothing was restarted: the daemons go on with the connections that they have.
        await FlowsAsync(server, "other@example.net");
        await server.AddAccountAsync("later@example.com");
        await server.ArrivedAsync("later@example.com", await Mail.SendAsync(server, "later@example.com"));
        Assert.Equal(files, await server.FilesAsync());
        await server.TestEndsAsync();
    }

    private static async Task FlowsAsync(MailServer server, string catching)
    {
        await server.ArrivedAsync("user@example.com", await Mail.SendAsync(server, "user@example.com"));
        await server.ArrivedAsync("user@example.com", await Mail.SendAsync(server, "user@example.org"));
        var toBoth = await Mail.SendAsync(server, "info@example.org");
        await server.ArrivedAsync("user@example.com", toBoth);
        await server.ArrivedAsync("lda@example.com", toBoth);
        await server.ArrivedAsync("plus=example.com@example.net", await Mail.SendAsync(server, "plus@example.com"));
        await server.ArrivedAsync(catching, await Mail.SendAsync(server, "whoever@example.net"));
        Assert.StartsWith("550 5.1.6 ", await Mail.AnswerToAsync(server, "moved@example.com"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.1 ", await Mail.AnswerToAsync(server, "nobody@example.com"), StringComparison.Ordinal);
        Assert.Equal("smtp imap sieve", await Mail.ServicesOfAsync(server, "user@example.com"));
        Assert.Equal("smtp imap sieve", await Mail.ServicesOfAsync(server, "user@example.org"));
    }
}
