namespace Vmm.Tests.Schema;

/// <summary>One database for a class whose tests begin by emptying it: cheaper than one for each.</summary>
public sealed class EmptyDatabase(PostgresCluster server) : IAsyncLifetime
{
    public string Name { get; private set; } = "";

    public async ValueTask InitializeAsync() => Name = await server.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
