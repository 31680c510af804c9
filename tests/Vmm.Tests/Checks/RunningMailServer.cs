using Vmm.Tests.Install;
using Vmm.Tests.InstalledConfiguration;

namespace Vmm.Tests.Checks;

/// <summary>
/// A Postfix and a Dovecot that run as 'vmm mailconfig --install' made them, over a database with a bit of everything. Tests plant
/// faults, and take them away again.
/// </summary>
public class RunningMailServer : IAsyncLifetime
{
    private InstalledMailServer server = null!;

    internal PrivateSystem System { get; private set; } = null!;

    internal string Place => server.Place;

    internal MailServer Server => server;

    public async ValueTask InitializeAsync()
    {
        System = await SystemAsync();
        server = new InstalledMailServer(System);
        await server.InitializeAsync();
        await System.DoAsync("/usr/local/sbin/vmm mailconfig --install");
        await server.StartAsync();
        await server.DoAsync("domainadd example.com");
        await server.DoAsync("domainadd example.net");
        await server.AddAccountAsync("user@example.com");
        await server.AddAccountAsync("second@example.com", "lmtp:unix:private/dovecot-lmtp");
        await server.AddAccountAsync("other@example.net");
        foreach (
            var command in (string[])
                [
                    "aliasdomainadd example.org example.com",
                    "aliasadd info@example.com user@example.com friend@elsewhere.example",
                    "catchalladd example.net other@example.net",
                    "relocatedadd moved@example.com new@elsewhere.example",
                    "aliasadd o'brien+x@example.net user@example.com",
                    "userquota second@example.com 10m --messages 100",
                ]
        )
        {
            await server.DoAsync(command);
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await server.DisposeAsync();
        await System.DisposeAsync();
    }

    private protected virtual Task<PrivateSystem> SystemAsync() => PrivateSystem.CreateAsync(ownNetwork: false);

    /// <summary>What vmm check finds: the first three columns of each line, and the remedies.</summary>
    internal async Task<List<(string Finding, string Text, string Remedy)>> CheckAsync(string arguments = "")
    {
        var check = await System.RunAsync("vmm check " + arguments);
        Assert.Equal("", check.Error);
        check.ShouldExit(check.Out.Length == 0 ? 0 : 4);
        return
        [
            .. check
                .Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => l.Split('\t'))
                .Select(c => (string.Join(' ', c[..3]), c[3], c[4])),
        ];
    }
}

/// <summary>The same on Debian 13.</summary>
public sealed class RunningMailServerOnDebian13 : RunningMailServer
{
    private protected override Task<PrivateSystem> SystemAsync() =>
        PrivateSystem.CreateAsync(ownNetwork: false, Debian13MailServer.Root);
}
