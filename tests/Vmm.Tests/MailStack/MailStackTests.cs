namespace Vmm.Tests.MailStack;

/// <summary>All tests of the shipped configuration share one server.</summary>
[CollectionDefinition(Name)]
public class AsShipped : ICollectionFixture<ShippedMailServer>
{
    public const string Name = "mail server as shipped";
}

/// <summary>All tests of the seed document's configuration share another.</summary>
[CollectionDefinition(Name)]
public class AsInTheSeed : ICollectionFixture<SeedMailServer>
{
    public const string Name = "mail server of the seed document";
}

/// <summary>
/// Around each test: it shows the logs when the test failed, else it proves that nothing waits in the queue and no log complains.
/// </summary>
[Slow]
public abstract class MailStackTests(MailServer server) : IAsyncLifetime
{
    protected MailServer Server { get; } = server;

    public ValueTask InitializeAsync()
    {
        Server.TestBegins();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(Server.Tails());
            await Server.EmptyQueueAsync();
            return;
        }

        await Server.TestEndsAsync();
    }
}
