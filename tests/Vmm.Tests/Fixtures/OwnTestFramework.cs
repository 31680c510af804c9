using System.Reflection;
using Vmm.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestFramework(typeof(OwnTestFramework))]

namespace Vmm.Tests;

/// <summary>
/// xunit's own, and each test has the trait that <see cref="Needs"/> finds out. A trait that is written down may only ask for more.
/// </summary>
public sealed class OwnTestFramework : XunitTestFramework
{
    /// <summary>The only need whose tests exist, for a runner that cannot choose by trait (Stryker.NET); null for all.</summary>
    private static readonly string? Only = Environment.GetEnvironmentVariable("VMM_TEST_NEEDS");

    protected override ITestFrameworkDiscoverer CreateDiscoverer(Assembly assembly) =>
        new Discoverer(new XunitTestAssembly(assembly, configFilePath: null, assemblyName: null));

    private sealed class Discoverer(IXunitTestAssembly assembly) : XunitTestFrameworkDiscoverer(assembly)
    {
        protected override ValueTask<bool> FindTestsForMethod(
            IXunitTestMethod testMethod,
            ITestFrameworkDiscoveryOptions discoveryOptions,
            Func<ITestCase, ValueTask<bool>> discoveryCallback
        )
        {
            // xunit asks about every method, those of object too.
            if (testMethod.FactAttributes.Count == 0)
            {
                return base.FindTestsForMethod(testMethod, discoveryOptions, discoveryCallback);
            }

            SlowestFirst.Note(testMethod);
            var needs = Needs.Of(testMethod.TestClass.Class, testMethod.Method);
            return base.FindTestsForMethod(testMethod, discoveryOptions, test =>
            {
                if (test is XunitTestCase { Traits: var traits })
                {
                    traits[Needs.Trait] = [Needs.Most(traits.GetValueOrDefault(Needs.Trait, []).Append(needs))];
                }

                return Only is null || test.Traits[Needs.Trait].Contains(Only) ? discoveryCallback(test) : new(true);
            });
        }
    }
}
