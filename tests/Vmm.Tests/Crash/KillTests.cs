namespace Vmm.Tests.Crash;

/// <summary>
/// kill -9 at 300 random instants, and SIGTERM. The crash rule holds each time. One class for each command: they run side by side.
/// </summary>
[Slow]
public abstract class KillTests(PostgresCluster cluster)
{
    protected const int Kills = 100;
    private const int Batch = 10;
    private readonly Random random = new();

    protected PostgresCluster Cluster { get; } = cluster;

    /// <summary>
    /// Complete runs, five at first and one before each batch, tell how long one takes; then one is hit at an instant within that,
    /// evenly spread.
    /// </summary>
    /// <returns>The number of directories without a row at the end.</returns>
    private protected async Task<int> KillAsync(FilledWorld installation, Func<int, string> command, int signal, int count)
    {
        var spare = count;
        var durations = new Queue<TimeSpan>();
        for (var i = 0; i < 4; i++)
        {
            durations.Enqueue(await Victim.MeasureAsync(installation.World, command(spare++)));
        }

        var whole = TimeSpan.Zero;
        var hit = 0;
        var residue = 0;
        for (var i = 0; i < count; i++)
        {
            if (i % Batch == 0)
            {
                durations.Enqueue(await Victim.MeasureAsync(installation.World, command(spare++)));
                whole = durations.TakeLast(5).Order().ElementAt(2);
            }

            var status = await Victim.SignalAsync(
                installation.World,
                command(i),
                whole * ((i % Batch) + random.NextDouble()) / Batch,
                signal
            );
            hit += status == 0 ? 0 : 1;
            if (i % Batch == Batch - 1)
            {
                residue = await installation.VerifyAsync(local => local.StartsWith("new", StringComparison.Ordinal));
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{command(0)}: {hit} of {count} ended early, a whole run takes {whole.TotalMilliseconds:f0} ms, {residue} "
                + "directories without a row"
        );
        Assert.True(hit >= count / 3, $"only {hit} of {count} were hit while they ran");
        return residue;
    }
}

public sealed class UserAddKillTests(PostgresCluster cluster) : KillTests(cluster)
{
    [Fact]
    public async Task useradd_can_be_killed_at_any_instant()
    {
        using var installation = new FilledWorld(await World.CreateAsync(Cluster), mails: 0);
        await installation.FillAsync(1, 2);
        await KillAsync(installation, i => $"useradd new{i}@d0.example --hash {{PLAIN}}secret", Victim.Kill, Kills);
    }

    [Fact]
    public async Task useradd_that_is_asked_to_end_leaves_nothing_half_done()
    {
        using var installation = new FilledWorld(await World.CreateAsync(Cluster), mails: 0);
        await installation.FillAsync(1, 2);
        Assert.Equal(
            0,
            await KillAsync(installation, i => $"useradd new{i}@d0.example --hash {{PLAIN}}secret", Victim.Terminate, 40)
        );
    }
}

public sealed class UserDeleteKillTests(PostgresCluster cluster) : KillTests(cluster)
{
    [Fact]
    public async Task userdelete_can_be_killed_at_any_instant()
    {
        using var installation = new FilledWorld(await World.CreateAsync(Cluster), mails: 150);
        await installation.FillAsync(1, Kills + 20);
        await KillAsync(installation, i => $"userdelete u{i}@d0.example --delete-directory", Victim.Kill, Kills);
    }

    [Fact]
    public async Task userdelete_that_is_asked_to_end_keeps_the_rule()
    {
        using var installation = new FilledWorld(await World.CreateAsync(Cluster), mails: 150);
        await installation.FillAsync(1, 50);
        await KillAsync(installation, i => $"userdelete u{i}@d0.example --delete-directory", Victim.Terminate, 40);
    }
}

public sealed class DomainDeleteKillTests(PostgresCluster cluster) : KillTests(cluster)
{
    [Fact]
    public async Task domaindelete_can_be_killed_at_any_instant()
    {
        using var installation = new FilledWorld(await World.CreateAsync(Cluster), mails: 40);
        await installation.FillAsync(Kills + 20, 4);
        await KillAsync(installation, i => $"domaindelete d{i}.example --force --delete-directory", Victim.Kill, Kills);
    }
}
