using Vmm.Tests.PostfixAdmin;

namespace Vmm.Tests.Crash;

/// <summary>import-postfixadmin, each time of a server of its own: all mail is in the old place, or all in the new.</summary>
internal sealed class DisturbedImport(PostgresCluster cluster) : DisturbedCommand
{
    private const int Accounts = 3;
    private OldServer? old;
    private string mail = "";

    public override World World => old!.World;

    public override async Task PrepareAsync(int run)
    {
        Dispose();
        old = await OldServer.CreateFilledAsync(cluster, await World.CreateAsync(cluster), Accounts);
        // A message that was delivered to two: the second account gets a copy.
        (await Run.ShellAsync($"cd {old.Mail}/example.com && ln u0/new/0.eins u1/new/shared")).Succeeded();
        mail = await MailAsync();
    }

    public override string[] Command(int run) =>
        ["import-postfixadmin", "--source", old!.Source, "--mail-directory", old.Mail, "--yes", "--quiet"];

    public override async Task<List<string>> StateAsync() => [mail, .. await RowsAndTreeAsync(World)];

    public override async Task VerifyAsync(int run, Outcome disturbed)
    {
        await FilledWorld.NoBackendIsLeftAsync(World);
        // After the commit, the empty staging directory may fail to go: that is no error, and check removes it.
        if (disturbed.ExitCode is Strace.Killed or (int)ErrorCode.Database || (disturbed.ExitCode == 0 && await IsLeftAsync()))
        {
            var repair = await World.VmmAsync("check", "--repair", "--quiet");
            Assert.True(repair.ExitCode is 0 or (int)ErrorCode.Found, repair.Error);
        }

        Assert.False(await IsLeftAsync());
        await IsCompleteAsync(await World.CountAsync("users") > 0);
    }

    public override async Task RepeatAsync(int run, Outcome disturbed)
    {
        var isDone = await World.CountAsync("users") > 0;
        (await AgainAsync(run)).ShouldExit(isDone ? (int)ErrorCode.DomainExists : 0);
        await IsCompleteAsync(isImported: true);
    }

    public override void Dispose() => old?.World.Dispose();

    private async Task<bool> IsLeftAsync() => (await World.TreeAsync()).Any(t => t.Contains(".vmm-", StringComparison.Ordinal));

    private async Task IsCompleteAsync(bool isImported)
    {
        if (!isImported)
        {
            Assert.Equal(mail, await MailAsync());
            return;
        }

        Assert.Equal(Accounts, await World.CountAsync("users"));
        for (var i = 0; i < Accounts; i++)
        {
            var messages = Directory.GetFiles($"{await old!.HomeAsync($"u{i}@example.com")}/Maildir/new");
            Assert.Equal(i == 1 ? 4 : 3, messages.Length);
            Assert.All(messages, m => Assert.True(new FileInfo(m).Length > 10, m));
            Assert.False(Directory.Exists($"{old.Mail}/example.com/u{i}"));
        }
    }

    /// <summary>All but times and links: a message that was copied stays two.</summary>
    private async Task<string> MailAsync() =>
        (
            await Run.ShellAsync(
                $"cd {old!.Mail} && find . -printf '%y %m %U:%G %P\\n' | sort && find . -type f -exec sha256sum {{}} + | sort"
            )
        ).Succeeded();
}
