namespace Vmm.Tests.Commands;

[Slow]
public class TranscriptTests(PostgresCluster cluster)
{
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Transcript.Folder, "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task a_session_goes_as_it_is_written_down(string name)
    {
        using var world = await World.CreateAsync(cluster);
        await Transcript.CheckAsync(world, cluster, name);
    }
}
