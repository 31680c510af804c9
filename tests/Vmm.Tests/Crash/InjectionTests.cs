namespace Vmm.Tests.Crash;

/// <summary>
/// Errors of the system, and kill -9, at the system calls that change something: rows and disk agree, the message is true, no mail
/// is lost, and the command can be repeated. At one call of each name; with VMM_TEST_INJECTIONS=all at every call of more commands
/// (tests/injection.sh).
/// </summary>
[Slow]
public class InjectionTests(PostgresCluster cluster)
{
    /// <summary>More tell nothing new.</summary>
    private const int MostFaults = 12;

    private const string ConfigSet = "configset";
    private const string Check = "check --repair";
    private const string MailConfig = "mailconfig --install";
    private const string Upgrade = "upgrade";
    private const string Import = "import-postfixadmin";

    private static readonly string[] Quick =
        [
            DisturbedCommands.UserAdd, DisturbedCommands.UserDelete, DisturbedCommands.UserRename, DisturbedCommands.DomainAdd,
            DisturbedTrash.Delete, DisturbedTrash.Restore, ConfigSet,
        ];

    private static readonly string[] Others =
        [
            DisturbedCommands.DomainDelete, DisturbedCommands.DomainRename, DisturbedCommands.FromFile,
            DisturbedCommands.Switch, DisturbedTrash.DeleteDomain, DisturbedTrash.RestoreAs, DisturbedTrash.Undo, Check,
            MailConfig, Upgrade, Import,
        ];

    public static TheoryData<string> Names => [.. Injection.Commands(Quick, Quick.Concat(Others))];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task a_failing_system_call_or_a_kill_leaves_rows_and_disk_in_agreement(string name)
    {
        var subject = await CreateAsync(name);
        var faults = new List<string>();
        var (run, missed) = (0, 0);
        List<Injection> plan = [];
        try
        {
            await subject.PrepareAsync(run);
            var calls = await Strace.RecordAsync(subject.World, subject.Command(run));
            plan = Injection.Plan(calls);
            foreach (var injection in plan)
            {
                run++;
                if (name == DisturbedCommands.DomainAdd)
                {
                    // The directory of the letter is made for the first domain only.
                    subject.Dispose();
                    subject = await CreateAsync(name);
                }

                try
                {
                    missed += await DisturbAsync(subject, run, injection) ? 0 : 1;
                }
                catch (Exception e) when (e is Xunit.Sdk.XunitException or TimeoutException)
                {
                    faults.Add($"{injection}\n{e.Message}");
                    Assert.True(faults.Count < MostFaults, string.Join("\n\n", faults));
                    subject.Dispose();
                    subject = await CreateAsync(name);
                    await subject.PrepareAsync(0);
                    (await subject.World.VmmAsync(subject.Command(0))).ShouldExit(0);
                }
            }

            TestContext.Current.TestOutputHelper?.WriteLine(Row(name, calls, plan, missed, faults.Count));
        }
        finally
        {
            subject.Dispose();
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
        Assert.True(missed * 10 <= plan.Count, $"{missed} of {plan.Count} were not reached");
    }

    /// <summary>Each file takes two: the record of the installation is replaced before it.</summary>
    [Fact]
    public async Task an_installation_that_is_killed_in_the_middle_can_be_undone()
    {
        using var installation = await DisturbedInstallation.CreateAsync(cluster);
        await installation.PrepareAsync(0);
        var middle = new Injection(new SystemCall("renameat", 20, ""), null);
        var killed = await Strace.InjectAsync(installation.World, installation.Command(0), middle);
        Assert.NotNull(killed);
        await installation.VerifyAsync(0, killed);
    }

    private static async Task<bool> DisturbAsync(DisturbedCommand subject, int run, Injection injection)
    {
        await subject.PrepareAsync(run);
        var before = await subject.StateAsync();
        var outcome = await Strace.InjectAsync(subject.World, subject.Command(run), injection);
        if (outcome is null)
        {
            return false;
        }

        if (injection.Error is null)
        {
            outcome.ShouldExit(Strace.Killed);
        }
        else if (outcome.ExitCode is 0 or (int)ErrorCode.Found)
        {
            Assert.DoesNotContain("vmm: error:", outcome.Error, StringComparison.Ordinal);
        }
        else
        {
            await IsTrueAsync(subject, injection, outcome, before);
        }

        await subject.VerifyAsync(run, outcome);
        await subject.RepeatAsync(run, outcome);
        return true;
    }

    /// <summary>One line, which names the thing and the reason; and nothing was changed where it says so.</summary>
    private static async Task IsTrueAsync(DisturbedCommand subject, Injection injection, Outcome outcome, List<string> before)
    {
        Message.IsOneError(outcome);
        Assert.NotEqual(ErrorCode.Internal, (ErrorCode)outcome.ExitCode);
        Assert.True(Enum.IsDefined((ErrorCode)outcome.ExitCode), outcome.Error);
        Assert.Contains(injection.Reason, outcome.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Matches("vmm: error: .*('.+'|the database)", outcome.Error);
        if (outcome.Error.Contains("vmm: hint: Nothing was changed", StringComparison.Ordinal))
        {
            Assert.Equal(before, await subject.StateAsync());
        }
    }

    /// <summary>A line of the table that tests/injection.sh prints.</summary>
    private static string Row(string name, List<SystemCall> calls, List<Injection> plan, int missed, int faults)
    {
        var kills = plan.Count(i => i.Error is null);
        return $"injected\t{name}\t{calls.Count}\t{plan.Count - kills}\t{kills}\t{missed}\t{faults}";
    }

    private async Task<DisturbedCommand> CreateAsync(string name) => name switch
    {
        ConfigSet => await DisturbedSetting.CreateAsync(cluster),
        Check => await DisturbedRepair.CreateAsync(cluster),
        MailConfig => await DisturbedInstallation.CreateAsync(cluster),
        Upgrade => new DisturbedUpgrade(cluster),
        Import => new DisturbedImport(cluster),
        _ => await DisturbedCommands.CreateAsync(name, cluster),
    };
}
