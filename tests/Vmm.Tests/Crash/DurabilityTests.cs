using Vmm.Tests.PostfixAdmin;

namespace Vmm.Tests.Crash;

/// <summary>
/// What a command asks of the system, in which order. The memory of the system survives the kill of a program, so only this tells
/// whether a power failure would be survived.
/// </summary>
public class DurabilityTests(PostgresCluster cluster)
{
    private const string Calls =
        "syncfs,fsync,sendto,sendmsg,write,mkdirat,openat,renameat,renameat2,unlinkat,fchown,fchownat,fchmod,fchmodat";

    /// <summary>With its end, as it is sent: each transaction begins with READ COMMITTED.</summary>
    private const string Committing = "COMMIT\\0";

    private static readonly string[] Changes = ["mkdirat(", "renameat", "unlinkat(", "fchown", "fchmod", "O_CREAT"];
    private static readonly string[] Synced = ["syncfs", "= 0"];

    [Theory]
    [InlineData("useradd new@example.com --hash {PLAIN}secret")]
    [InlineData("domainadd example.net")]
    public async Task a_directory_has_its_name_and_is_on_disk_before_the_commit(string command)
    {
        using var world = await ReadyAsync();
        var calls = await TraceAsync(world, command.Split(' '));
        IsOnDisk(calls, "\".vmm-new-70001-", "\"70001\"");
    }

    [Fact]
    public async Task many_homes_are_on_disk_before_they_get_their_names_and_these_before_the_commit()
    {
        using var world = await ReadyAsync();
        await File.WriteAllTextAsync(
            $"{world.Directory}/in", "b@example.com\t{PLAIN}x\nc@example.com\t{PLAIN}x\n", TestContext.Current.CancellationToken);
        var calls = await TraceAsync(world, ["useradd", "--from-file", $"{world.Directory}/in"]);
        IsOnDisk(calls, "\"70002\"");
        // The list that tells after a crash which homes have no row is there before any of them has its name.
        InOrder(
            calls,
            ["fsync", "= 0"],
            ["renameat2(", "\"homes.new\"", "\"homes\""],
            Synced,
            ["renameat2(", "\"70001\""],
            ["renameat2(", "\"70002\""],
            Synced,
            [Committing]
        );
    }

    [Fact]
    public async Task the_list_of_mail_is_on_disk_before_any_is_moved()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateFilledAsync(cluster, world, 2);
        var calls = await TraceAsync(
            world, ["import-postfixadmin", "--source", old.Source, "--mail-directory", old.Mail, "--yes", "--quiet"]);
        IsOnDisk(calls, "\"70001\"");
        InOrder(
            calls,
            ["fsync", "= 0"],
            ["renameat2(", "\"mail.new\"", "\"mail\""],
            Synced,
            ["renameat2(", "\"u0\"", "\"Maildir\""],
            ["renameat2(", "\"u1\"", "\"Maildir\""],
            ["renameat2(", "\"70000\""],
            ["renameat2(", "\"70001\""],
            Synced,
            [Committing]
        );
    }

    [Fact]
    public async Task the_list_of_a_home_that_moves_is_on_disk_before_it_moves_and_the_move_before_the_commit()
    {
        using var world = await ReadyAsync();
        await world.DoAsync("domainadd example.net");
        var calls = await TraceAsync(world, ["userrename", "user@example.com", "user@example.net"]);
        InOrder(
            calls,
            ["fsync", "= 0"],
            ["renameat2(", "\"moves.new\"", "\"moves\""],
            Synced,
            ["renameat2(", "\"70000\", ", ", \"70000\""],
            Synced,
            [Committing],
            ["unlinkat(", "\"moves\""]
        );
        // Nothing else changes a name between the move and the commit, and the list stays until then.
        var move = calls.FindIndex(c => Has(c, ["renameat2(", "\"70000\", ", ", \"70000\""]));
        Assert.DoesNotContain(calls[..Commit(calls)], c => Has(c, ["unlinkat(", "= 0"]));
        Assert.DoesNotContain(calls[(move + 1)..Commit(calls)], c => c.Contains("rename", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("userdelete user@example.com --delete-directory")]
    [InlineData("domaindelete example.com --force --delete-directory")]
    public async Task nothing_is_removed_before_the_commit(string command)
    {
        using var world = await ReadyAsync();
        var calls = await TraceAsync(world, command.Split(' '));
        Assert.DoesNotContain(calls[..Commit(calls)], c => IsChange(c) && !c.Contains(world.Log, StringComparison.Ordinal));
        InOrder(calls, [Committing], ["renameat2(", "\"70000\"", "\".vmm-del-70000-"], ["unlinkat("], Synced);
    }

    /// <summary>The last change of directories before the commit is that one gets its name, and a sync follows.</summary>
    private static void IsOnDisk(List<string> calls, params string[] named)
    {
        var commit = Commit(calls);
        var last = calls.FindLastIndex(commit, IsChange);
        Assert.True(last >= 0, "nothing is made before the commit");
        Assert.All(named.Prepend("renameat2("), part => Assert.Contains(part, calls[last], StringComparison.Ordinal));
        var synced = calls.FindIndex(last, c => Has(c, Synced));
        Assert.True(synced > last && synced < commit, $"the change {last}, the sync {synced}, the commit {commit}");
    }

    private static void InOrder(List<string> calls, params string[][] steps)
    {
        var at = -1;
        foreach (var step in steps)
        {
            at = calls.FindIndex(at + 1, c => Has(c, step));
            Assert.True(at >= 0, $"no {string.Join(' ', step)} in its place in:\n{string.Join('\n', calls)}");
        }
    }

    private static int Commit(List<string> calls) =>
        calls.IndexOf(Assert.Single(calls, c => c.Contains(Committing, StringComparison.Ordinal)));

    private static bool IsChange(string call) => Changes.Any(c => call.Contains(c, StringComparison.Ordinal));

    private static bool Has(string call, string[] parts) => parts.All(p => call.Contains(p, StringComparison.Ordinal));

    private static async Task<List<string>> TraceAsync(World world, string[] command)
    {
        var file = $"{world.Directory}/trace";
        string[] strace = ["-f", "-qq", "-s", "4096", "-e", $"trace={Calls}", "-o", file, Repository.Binary, .. command];
        (await Run.ProgramAsync("strace", strace, environment: world.Environment)).Succeeded();
        return [.. await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)];
    }

    private async Task<World> ReadyAsync()
    {
        var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        return world;
    }
}
