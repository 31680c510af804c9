namespace Vmm.Tests.Crash;

/// <summary>A command that changes rows and mail directories.</summary>
/// <param name="filled">Accounts with mail.</param>
/// <param name="command">The command line.</param>
/// <param name="done">The error when it was done before; null where that is none.</param>
internal sealed class DisturbedMailCommand(FilledWorld filled, Func<int, string> command, ErrorCode? done = null)
    : DisturbedCommand
{
    /// <summary>Of each account that is there before.</summary>
    public const int Mails = 2;

    private int residue;

    public override World World => filled.World;

    /// <summary>Makes what a run needs.</summary>
    public Action<Session, int>? Prepare { get; init; }

    public override Task PrepareAsync(int run)
    {
        if (Prepare is not null)
        {
            _ = Session.Change(
                SettingsFile.Load(World.Config),
                Author.Nobody,
                s =>
                {
                    Prepare(s, run);
                    return 0;
                },
                CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Whether it moves mail: then the home may stand in the wrong place when the command was stopped, and the repair brings it
    /// to where its row says.
    /// </summary>
    public bool IsMove { get; init; }

    public override string[] Command(int run) => command(run).Split(' ');

    public override Task<List<string>> StateAsync() => RowsAndTreeAsync(World);

    /// <summary>Directories without a row are left only where it was killed, or says so; the repair removes some.</summary>
    public override async Task VerifyAsync(int run, Outcome disturbed)
    {
        if (IsMove && disturbed.ExitCode is Strace.Killed or (int)ErrorCode.Database)
        {
            await FilledWorld.NoBackendIsLeftAsync(World);
            (await World.VmmAsync("check", "--repair", "--quiet")).Succeeded();
        }

        var found = await CountAsync();
        if (found == residue)
        {
            return;
        }

        Assert.NotEqual((int)ErrorCode.FileSystem, disturbed.ExitCode);
        var repair = await World.VmmAsync("check", "--repair", "--quiet");
        Assert.True(repair.ExitCode is 0 or (int)ErrorCode.Found, repair.Error);
        residue = await CountAsync();
        Assert.DoesNotContain(await World.TreeAsync(), t => t.Contains("/.vmm-", StringComparison.Ordinal));
    }

    public override async Task RepeatAsync(int run, Outcome disturbed)
    {
        var again = await AgainAsync(run);
        var isDone = disturbed.ExitCode is 0 or (int)ErrorCode.DirectoryNotRemoved;
        var mayBeDone = isDone || disturbed.ExitCode is Strace.Killed or (int)ErrorCode.Database;
        again.ShouldExit(isDone || (mayBeDone && again.ExitCode != 0) ? (int?)done ?? 0 : 0);
    }

    public override void Dispose() => filled.Dispose();

    private Task<int> CountAsync() => filled.VerifyAsync(local => local.StartsWith('n'), looksAtSchema: false);
}
