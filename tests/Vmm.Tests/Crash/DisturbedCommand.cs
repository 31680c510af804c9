using Vmm.Tests.FailureModes;

namespace Vmm.Tests.Crash;

/// <summary>A command that is disturbed often, each time with an object of its own, and what must hold afterwards.</summary>
internal abstract class DisturbedCommand : IDisposable
{
    /// <summary>Where it runs; may be another one for each run.</summary>
    public abstract World World { get; }

    /// <summary>Makes what a run needs.</summary>
    public virtual Task PrepareAsync(int run) => Task.CompletedTask;

    /// <summary>The command line of a run.</summary>
    public abstract string[] Command(int run);

    /// <summary>Everything that stays as it is when "nothing was changed".</summary>
    public abstract Task<List<string>> StateAsync();

    /// <summary>Rows and disk agree after a run, and no mail is lost.</summary>
    /// <param name="run">Its number.</param>
    /// <param name="disturbed">What it ended with.</param>
    public abstract Task VerifyAsync(int run, Outcome disturbed);

    /// <summary>The same command does what it should when nothing disturbs it, or says that it is done.</summary>
    /// <param name="run">Its number.</param>
    /// <param name="disturbed">What the disturbed one ended with.</param>
    public abstract Task RepeatAsync(int run, Outcome disturbed);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Runs the command without a disturbance.</summary>
    protected Task<Outcome> AgainAsync(int run) => World.VmmAsync(Command(run));

    /// <summary>Rows and mail directories. Hash directories belong to the installation and stay.</summary>
    protected static async Task<List<string>> RowsAndTreeAsync(World world) =>
        [.. (await Snapshot.TakeAsync(world)).Where(l => l.Split(' ') is not ["d", _, "0:0", { Length: 1 }])];
}
