using System.Diagnostics;

namespace Vmm.Tests.PostfixAdmin;

/// <summary>The mail of others: it is moved whole or not at all, and is never lost.</summary>
public class MovedMailTests(PostgresCluster cluster)
{
    [Fact]
    public async Task a_move_that_fails_brings_those_before_it_back()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await FillAsync(world, 5);
        // What is mounted cannot be renamed; it is the same file system, so that nothing shows it before.
        var place = $"{old.Mail}/example.com/u3";
        (await Run.ShellAsync($"mount --bind {place} {place}")).Succeeded();
        try
        {
            var mail = await old.SnapshotAsync();
            var failed = await old.ImportWithMailAsync();
            failed.ShouldExit((int)ErrorCode.FileSystem);
            Assert.Contains("example.com/u3", failed.Error, StringComparison.Ordinal);
            Assert.Equal((mail, 0), (await old.SnapshotAsync(), await world.CountAsync("users")));
            Assert.DoesNotContain(await world.TreeAsync(), t => t.Contains(".vmm-", StringComparison.Ordinal));
        }
        finally
        {
            (await Run.ShellAsync($"umount {place}")).Succeeded();
        }
    }

    /// <summary>
    /// Each kill ends in one of two states after the repair: everything is imported, or all mail is where it was. The first kills
    /// come at any instant before, the
    /// others when some mail is on its way, more of it each time, the last when all is.
    /// </summary>
    [Fact]
    public async Task it_can_be_killed_at_any_instant()
    {
        var broken = 0;
        // On a busy machine an import may be through before enough kills hit: then once more from the beginning.
        for (var i = 0; i < 5 && broken < 5; i++)
        {
            broken += await KillAsync();
        }

        Assert.True(broken >= 5, $"only {broken} kills hit while mail was on its way");
    }

    /// <returns>How many kills hit while mail was on its way.</returns>
    private async Task<int> KillAsync()
    {
        const int Accounts = 40;
        using var world = await World.CreateAsync(cluster);
        var old = await FillAsync(world, Accounts);
        var (before, rows) = (await old.SnapshotAsync(), await old.RowsAsync());
        var broken = 0;
        for (var i = 0; i < 30 && await world.CountAsync("users") == 0; i++)
        {
            using var process = Run.Start(
                Repository.Binary,
                ["import-postfixadmin", "--source", old.Source, "--mail-directory", old.Mail, "--yes", "--quiet"],
                world.Environment
            );
            await WaitAsync(process, i < 10 ? null : Accounts * (i - 9) / 20, old);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            if (await world.CountAsync("users") > 0)
            {
                break;
            }

            if (await old.SnapshotAsync() != before)
            {
                broken++;
                var again = await old.ImportWithMailAsync();
                again.ShouldExit((int)ErrorCode.FileSystem);
                Assert.Contains(
                    "vmm: hint: Run 'vmm check --repair', which brings the mail back to where it was, then import again.",
                    again.Error,
                    StringComparison.Ordinal
                );
            }

            await world.VmmAsync("check", "--repair");
            Assert.Equal((before, rows), (await old.SnapshotAsync(), await old.RowsAsync()));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{broken} were killed with mail on its way");
        if (await world.CountAsync("users") == 0)
        {
            (await old.ImportWithMailAsync()).ShouldExit(0);
        }

        await world.VmmAsync("check", "--repair");
        for (var i = 0; i < Accounts; i++)
        {
            Assert.Equal(3, Directory.GetFiles($"{await old.HomeAsync($"u{i}@example.com")}/Maildir/new").Length);
        }

        Assert.Equal("", (await Run.ShellAsync($"find {old.Mail} -type f")).Succeeded());
        return broken;
    }

    [Fact]
    public async Task a_message_that_two_accounts_share_becomes_two()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await FillAsync(world, 2);
        var (first, second) = ($"{old.Mail}/example.com/u0/new/shared", $"{old.Mail}/example.com/u1/cur/shared:2,S");
        (
            await Run.ShellAsync(
                $"echo hello > {first}; touch -d 2019-05-05 {first}; ln {first} {second}; chown "
                    + $"{OldServer.Owner}:{OldServer.Owner} {first}; chmod 600 {first}"
            )
        ).Succeeded();
        (await old.ImportWithMailAsync()).ShouldExit(0);
        foreach (var (address, name) in new[] { ("u0@example.com", "new/shared"), ("u1@example.com", "cur/shared:2,S") })
        {
            var path = $"{await old.HomeAsync(address)}/Maildir/{name}";
            Assert.Equal(
                $"{await old.UidAsync(address)} 600 2019\n",
                (await Run.ShellAsync($"stat -c '%u %a %y' {Run.Quoted(path)} | cut -c1-14")).Succeeded()
            );
            Assert.Equal("hello\n", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("chown 9:8 {0}/new/0.eins", "it belongs to 9:8, not to 8:8 as the maildir")]
    [InlineData("ln -s /etc {0}/etc; chown -h 0:0 {0}/etc", "it belongs to 0:0, not to 8:8 as the maildir")]
    [InlineData("mv {0} {0}x; ln -s {0}x {0}", "it is not a directory, or a symbolic link")]
    [InlineData("rm -r {0}/cur", "is not a maildir")]
    [InlineData("chown 0:0 {0}", "it belongs to root, but mail never does")]
    public async Task what_cannot_be_moved_is_told_before_anything_is_done(string damage, string message)
    {
        using var world = await World.CreateAsync(cluster);
        var old = await FillAsync(world, 2);
        (await Run.ShellAsync(damage.Replace("{0}", $"{old.Mail}/example.com/u1", StringComparison.Ordinal))).Succeeded();
        var mail = await old.SnapshotAsync();
        var refused = await old.ImportWithMailAsync();
        refused.ShouldExit((int)ErrorCode.InvalidArgument);
        Assert.Contains("mailbox 'u1@example.com' cannot be imported: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        Assert.Equal((mail, 0), (await old.SnapshotAsync(), await world.CountAsync("users")));
    }

    [Fact]
    public async Task a_maildir_in_a_home_is_found_and_what_is_beside_it_is_named()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        await old.AddMailboxAsync("anna@example.com");
        await old.AddMailAsync("example.com/anna/Maildir", 2);
        Directory.CreateDirectory($"{old.Mail}/example.com/anna/sieve");
        var done = await old.ImportWithMailAsync();
        done.ShouldExit(0);
        Assert.Contains(
            "mailbox 'anna@example.com' changed: these are not mail, and no program finds them after the move: sieve",
            done.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(2, Directory.GetFiles(await old.HomeAsync("anna@example.com") + "/Maildir/new").Length);
        Assert.True(Directory.Exists($"{old.Mail}/example.com/anna/sieve"));
    }

    [Fact]
    public async Task mail_on_another_file_system_is_refused()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await FillAsync(world, 1);
        var refused = await old.ImportAsync("--yes", "--mail-directory", "/dev/shm");
        refused.ShouldExit((int)ErrorCode.InvalidArgument);
        Assert.Contains("are on different file systems", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>Waits until so many maildirs are gone from their old place, or with null for a moment.</summary>
    private static async Task WaitAsync(Process process, int? gone, OldServer old)
    {
        if (gone is null)
        {
            await Task.Delay(Random.Shared.Next(5, 80), TestContext.Current.CancellationToken);
            return;
        }

        var all = Directory.GetDirectories(old.Mail + "/example.com").Length;
        while (!process.HasExited && all - Directory.GetDirectories(old.Mail + "/example.com").Length < gone)
        {
            Thread.Sleep(0);
        }
    }

    private Task<OldServer> FillAsync(World world, int accounts) => OldServer.CreateFilledAsync(cluster, world, accounts);
}
