namespace Vmm.Tests.Commands;

[Slow]
public class TranscriptTests(PostgresCluster cluster)
{
    public static TheoryData<string> Names => [.. Transcript.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task a_session_goes_as_it_is_written_down(string name)
    {
        using var world = await World.CreateAsync(cluster);
        await Transcript.CheckAsync(world, cluster, name);
    }
}
