namespace Vmm.Tests.Crash;

/// <summary>
/// The connection to the server breaks after any message: rows and disk agree, and the command can be repeated. After some of them,
/// those around the commit included; with VMM_TEST_INJECTIONS=all after every one.
/// </summary>
[Slow]
public class LostConnectionTests(PostgresCluster cluster)
{
    /// <summary>How many messages at the end are all tried: COMMIT and its answer are among them.</summary>
    private const int Last = 8;

    /// <summary>How many are tried of those before.</summary>
    private const int Spread = 6;

    private static readonly string[] Commands =
        [
            DisturbedCommands.UserAdd, DisturbedCommands.UserDelete, DisturbedCommands.DomainAdd, DisturbedCommands.DomainDelete,
            DisturbedCommands.AliasAdd, DisturbedCommands.Switch, DisturbedCommands.FromFile, DisturbedCommands.CatchAllAdd,
            DisturbedCommands.UserRename, DisturbedCommands.DomainRename, .. DisturbedTrash.All,
        ];

    public static TheoryData<string> Names => [.. Injection.Commands(Commands, Commands)];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task the_connection_can_be_cut_after_any_message(string name)
    {
        using var proxy = new CuttingProxy(cluster);
        using var subject = await DisturbedCommands.CreateAsync(name, cluster, proxy.Host);
        await subject.PrepareAsync(0);
        proxy.PassAll();
        (await subject.World.VmmAsync(subject.Command(0))).Succeeded();
        var all = proxy.Messages;
        Assert.True(all > Last + Spread, $"only {all} messages");
        var failed = 0;
        foreach (var after in Enumerable.Range(1, all).Where(n => Injection.All || n > all - Last || n % (all / Spread) == 1))
        {
            proxy.PassAll();
            await subject.PrepareAsync(after);
            proxy.CutAfter(after);
            var cut = await subject.World.VmmAsync(subject.Command(after));
            proxy.PassAll();
            if (cut.ExitCode != 0)
            {
                failed++;
                Message.IsOneError(cut, (int)ErrorCode.Database, "vmm: error: the database ");
            }

            await subject.VerifyAsync(after, cut);
            await subject.RepeatAsync(after, cut);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"cut\t{name}\t{all}\t{failed}");
        Assert.True(failed > Spread, $"only {failed} runs were hit");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task an_answer_to_commit_that_is_lost_leaves_what_was_made_and_says_so(string name)
    {
        using var proxy = new CuttingProxy(cluster);
        using var subject = await DisturbedCommands.CreateAsync(name, cluster, proxy.Host);
        await subject.PrepareAsync(1);
        proxy.SwallowAnswerToCommit();
        var unknown = await subject.World.VmmAsync(subject.Command(1));
        proxy.PassAll();
        Message.IsOneError(unknown, (int)ErrorCode.Database, "vmm: error: the database did not confirm the change: ");
        Assert.Contains("vmm: hint: The change may or may not be made. ", unknown.Error, StringComparison.Ordinal);
        await subject.VerifyAsync(1, unknown);
        // As after a command that was successful.
        await subject.RepeatAsync(1, new Outcome(0, "", ""));
    }
}
