using System.Collections.Concurrent;
using Vmm.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(SlowestFirst))]

namespace Vmm.Tests;

/// <summary>
/// Takes half a minute or more in all: begins before the others, and --filter-not-trait speed=slow leaves it out.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SlowAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("speed", "slow")];
}

/// <summary>What is slow begins first: begun last, it would keep one core busy while the other has nothing left to do.</summary>
public sealed class SlowestFirst : ITestCollectionOrderer
{
    private static readonly ConcurrentDictionary<string, int> Slow = [];

    /// <summary>Notes a test that was found.</summary>
    internal static void Note(IXunitTestMethod test)
    {
        if (test.TestClass.Class.IsDefined(typeof(SlowAttribute), inherit: true))
        {
            Slow.AddOrUpdate(test.TestClass.TestCollection.UniqueID, 1, (_, tests) => tests + 1);
        }
    }

    /// <summary>The collections with the most slow tests first.</summary>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections
    )
        where TTestCollection : ITestCollection => [.. testCollections.OrderByDescending(c => Slow.GetValueOrDefault(c.UniqueID))];
}
