using Vmm.Tests;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Vmm.Tests;

/// <summary>What takes longest begins first: begun last, it would keep one core busy while the other has nothing left to do.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        "mail server as shipped", "mail server of the seed document", "TrialTests", "SequenceTests", "KillTests", "SystemInstall", "ServerTests", "RaceTests",
        "PlanTests", "StressTests", "HostileOwnerTests", "TranscriptTests",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : Xunit.Sdk.ITestCollection => [.. testCollections.OrderBy(c => Rank(c.TestCollectionDisplayName))];

    private static int Rank(string name)
    {
        var rank = Array.FindIndex(Long, l => name.Contains(l, StringComparison.Ordinal));
        return rank < 0 ? Long.Length : rank;
    }
}
