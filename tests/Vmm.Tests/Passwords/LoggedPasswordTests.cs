using System.Text.Json;

namespace Vmm.Tests.Passwords;

/// <summary>The operations log has what was done, and never a password, whichever way that came.</summary>
public class LoggedPasswordTests(PostgresCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("SSHA256")]
    public async Task a_change_with_a_password_is_logged_without_it(string scheme)
    {
        using var world = await World.CreateAsync(cluster);
        world.Configure(
            $"[misc]\nbase_directory = \"{world.Base}\"\npassword_scheme = \"{scheme}\"\n[domain]\nauto_postmaster = true\n");
        await File.WriteAllTextAsync($"{world.Directory}/pw", "open-sesame-file\n", Ct);
        await File.WriteAllTextAsync($"{world.Directory}/in", "x@example.com\topen-sesame-lines\n", Ct);
        var file = $"{world.Directory}/pw";
        string[][] commands =
        [
            ["domainadd", "example.com", "-p", "open-sesame-1"],
            ["da", "example.net", "--password", "open-sesame-2"],
            ["domainadd", "example.org", "--password-file", file],
            ["domainadd", "other.example", "--password-stdin"],
            ["useradd", "a@example.com", "-p", "open-sesame-3"],
            ["ua", "b@example.com", "-popen-sesame-4"],
            ["useradd", "c@example.com", "--password=open-sesame-5"],
            ["useradd", "d@example.com", "--password-file", file],
            ["useradd", "e@example.com", "--password-stdin"],
            ["useradd", "f@example.com", "open-sesame-6"],
            ["useradd", "g@example.com", "--hash", "{PLAIN}open-sesame-7"],
            ["useradd", "--from-file", $"{world.Directory}/in"],
            ["userpassword", "a@example.com", "-p", "open-sesame-8"],
            ["up", "b@example.com", "open-sesame-9"],
            ["userpassword", "c@example.com", "--password-file", file],
            ["userpassword", "d@example.com", "--password-stdin"],
            ["userpassword", "e@example.com", "--hash", "{PLAIN}open-sesame-10"],
            ["userrename", "a@example.com", "a2@example.com", "-p", "open-sesame-11"],
            ["ur", "b@example.com", "b2@example.com", "--password=open-sesame-12"],
            ["userrename", "c@example.com", "c2@example.com", "--password-file", file],
            ["userrename", "d@example.com", "d2@example.com", "--password-stdin"],
            ["userrename", "e@example.com", "e@example.net", "--hash", "{PLAIN}open-sesame-13"],
        ];
        foreach (var command in commands)
        {
            (await world.VmmWithInputAsync("open-sesame-input\n", command)).Succeeded();
        }

        string[] generating = ["useradd h@example.com --random", "userrename h@example.com i@example.com --random"];
        var generated = new List<string>();
        foreach (var command in generating)
        {
            generated.Add((await world.JsonAsync(command)).GetProperty("generated_password").GetString()!);
        }

        var log = await File.ReadAllTextAsync(world.Log, Ct);
        Assert.DoesNotContain("sesame", log, StringComparison.Ordinal);
        Assert.All(generated, g => Assert.DoesNotContain(g, log, StringComparison.Ordinal));
        foreach (var hash in await world.QueryAsync("SELECT substr(passwd, strpos(passwd, '}') + 1) FROM users"))
        {
            Assert.DoesNotContain(hash, log, StringComparison.Ordinal);
        }

        // As many lines as commands: nothing was only not logged.
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement);
        Assert.Equal(
            commands.Length + generating.Length,
            lines.Count(l => l.GetProperty("ExitStatus").GetInt32() == 0 && l.GetProperty("Target").GetString() is { Length: > 0 })
        );
    }
}
