using System.Globalization;
using System.Text.RegularExpressions;

namespace Vmm.Tests.Crash;

/// <summary>configset: the old or the new configuration is there, and nothing in between.</summary>
internal sealed partial class DisturbedSetting(World world) : DisturbedCommand
{
    private string before = "";

    public override World World => world;

    public static async Task<DisturbedCommand> CreateAsync(PostgresCluster cluster)
    {
        var world = await World.CreateAsync(cluster);
        world.Configure($"[misc]\nbase_directory = \"{world.Base}\"\ncrypt_sha512_rounds = 5999\n");
        return new DisturbedSetting(world);
    }

    public override Task PrepareAsync(int run)
    {
        before = File.ReadAllText(world.Config);
        return Task.CompletedTask;
    }

    public override string[] Command(int run) => ["configset", "misc.crypt_sha512_rounds", Wanted(run)];

    public override Task<List<string>> StateAsync() =>
        Task.FromResult<List<string>>([File.ReadAllText(world.Config), .. Unfinished()]);

    public override async Task VerifyAsync(int run, Outcome disturbed)
    {
        var now = File.ReadAllText(world.Config);
        var wanted = Rounds().Replace(before, $"rounds = {Wanted(run)}");
        Assert.Contains(now, disturbed.ExitCode == 0 ? [wanted] : (string[])[before, wanted]);
        Assert.Equal((UnixFileMode)0b110_100_000, File.GetUnixFileMode(world.Config));
        Assert.True(disturbed.ExitCode == Strace.Killed || Unfinished().Length == 0, string.Join(' ', Unfinished()));
        await world.DoAsync("configget misc.crypt_sha512_rounds");
    }

    public override async Task RepeatAsync(int run, Outcome disturbed)
    {
        (await AgainAsync(run)).Succeeded();
        Assert.Contains($"rounds = {Wanted(run)}\n", File.ReadAllText(world.Config), StringComparison.Ordinal);
    }

    public override void Dispose() => world.Dispose();

    private static string Wanted(int run) => (6000 + run).ToString(CultureInfo.InvariantCulture);

    private string[] Unfinished() => Directory.GetFiles(world.Directory, ".*.new");

    [GeneratedRegex("rounds = [0-9]+")]
    private static partial Regex Rounds();
}
