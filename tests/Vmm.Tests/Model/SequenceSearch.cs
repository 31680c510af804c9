using System.Collections.Concurrent;
using CsCheck;
using Xunit.Sdk;

namespace Vmm.Tests.Model;

/// <summary>Plays random sequences on real installations, side by side, and shortens the first that shows a difference.</summary>
internal static class SequenceSearch
{
    // One waits for the server most of the time, so more than there are cores.
    private const int Workers = 4;

    /// <param name="cluster">The server.</param>
    /// <param name="onDelete">What becomes of mail that a deletion leaves: account.on_delete.</param>
    /// <param name="any">The sequences.</param>
    /// <param name="count">How many of them are played.</param>
    /// <param name="difference">Plays one, and says where it differs from what is expected, or null.</param>
    public static async Task RunAsync<T>(
        PostgresCluster cluster,
        string onDelete,
        Gen<T[]> any,
        int count,
        Func<RealInstallation, IReadOnlyList<T>, Task<string?>> difference)
    {
        using var pooler = await Pooler.StartAsync(cluster);
        var free = new ConcurrentBag<RealInstallation>();
        for (var i = 0; i < Workers; i++)
        {
            free.Add(await RealInstallation.CreateAsync(cluster, pooler, onDelete));
        }

        var found = 0;
        try
        {
            await any.SampleAsync(
                async steps =>
                {
                    // CsCheck looks for a shorter sequence by drawing new ones, and would not find one in this many; it is told the
                    // first.
                    if (found != 0)
                    {
                        return;
                    }

                    Assert.True(free.TryTake(out var installation));
                    try
                    {
                        if (await difference(installation, steps) is not null && Interlocked.Exchange(ref found, 1) == 0)
                        {
                            await TellShortestAsync(installation, steps, difference);
                        }
                    }
                    finally
                    {
                        free.Add(installation);
                    }
                },
                iter: count,
                threads: Workers,
                print: steps => string.Join("; ", steps.AsEnumerable()));
        }
        finally
        {
            free.ToList().ForEach(i => i.Dispose());
        }
    }

    /// <summary>Leaves out one step after the other as long as there is still a difference.</summary>
    private static async Task TellShortestAsync<T>(
        RealInstallation installation, T[] steps, Func<RealInstallation, IReadOnlyList<T>, Task<string?>> difference)
    {
        var shortest = steps.ToList();
        for (var i = shortest.Count - 1; i >= 0; i--)
        {
            var shorter = shortest.Where((_, index) => index != i).ToList();
            if (await difference(installation, shorter) is not null)
            {
                shortest = shorter;
                i = shortest.Count;
            }
        }

        var commands = string.Join('\n', shortest.Select(o => $"  vmm {o}"));
        throw new XunitException($"{await difference(installation, shortest)}\nafter\n{commands}");
    }
}
