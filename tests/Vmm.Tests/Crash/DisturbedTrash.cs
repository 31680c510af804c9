using System.Globalization;

namespace Vmm.Tests.Crash;

/// <summary>
/// A command that brings mail into the trash, or back from there. Whatever disturbed it: after a repair the mail of an account is
/// at its place where there is a row, else in the trash with all that was deleted, and the journal's last word agrees.
/// </summary>
/// <param name="filled">Accounts with mail.</param>
/// <param name="name">Which of the commands.</param>
internal sealed class DisturbedTrash(FilledWorld filled, string name) : DisturbedCommand
{
    public const string Delete = "userdelete";
    public const string DeleteDomain = "domaindelete --force";
    public const string Restore = "trashrestore";
    public const string RestoreAs = "trashrestore --as";
    public const string Undo = "undo";

    public static readonly string[] All = [Delete, DeleteDomain, Restore, RestoreAs, Undo];

    private long change;

    public override World World => filled.World;

    /// <summary>In a domain of its own, so that each kind of command can be told by it.</summary>
    public override async Task PrepareAsync(int run)
    {
        _ = Session.Change(
            SettingsFile.Load(World.Config),
            Author.Nobody,
            s =>
            {
                DisturbedCommands.AddDomain(s, run);
                DisturbedCommands.Add(s, Address(run));
                _ = Aliases.Add(
                    s,
                    EmailAddress.Parse($"list{run}@d0.example"),
                    [Vmm.Data.Values.Destination.Parse(Address(run)), Vmm.Data.Values.Destination.Parse("u0@d0.example")]);
                return 0;
            },
            CancellationToken.None);
        if (name is Restore or RestoreAs or Undo)
        {
            (await World.VmmAsync("userdelete", Address(run), "--force")).Succeeded();
            change = long.Parse((await World.QueryAsync("SELECT max(change) FROM vmm_change"))[0], CultureInfo.InvariantCulture);
        }
    }

    public override string[] Command(int run) => (name switch
    {
        Delete => $"userdelete {Address(run)} --force",
        DeleteDomain => $"domaindelete n{run}.example --force",
        Restore => $"trashrestore {Address(run)}",
        RestoreAs => $"trashrestore {Address(run)} --as other{run}@d0.example",
        _ => $"undo {change}",
    }).Split(' ');

    public override Task<List<string>> StateAsync() => RowsAndTreeAsync(World);

    public override async Task VerifyAsync(int run, Outcome disturbed)
    {
        await FilledWorld.NoBackendIsLeftAsync(World);
        (await World.VmmAsync("check", "--repair", "--quiet")).Succeeded();
        Assert.Equal(0, await filled.VerifyAsync(looksAtSchema: false));
        Assert.DoesNotContain(await World.TreeAsync(), t => t.Contains("/.vmm-", StringComparison.Ordinal));
        var uid = (await World.QueryAsync(
            $"""
            SELECT number FROM vmm_journal WHERE kind = 'account' AND local_part = 'old' AND domain = 'n{run}.example' LIMIT 1
            """))[0];
        var isThere = (await World.QueryAsync($"SELECT 1 FROM users WHERE uid = {uid}")).Count == 1;
        Assert.Equal(
            [$"{isThere}"],
            await World.QueryAsync(
                $"""
                SELECT CASE WHEN after IS NULL THEN 'False' ELSE 'True' END FROM vmm_journal
                 WHERE kind = 'account' AND number = {uid} ORDER BY entry DESC LIMIT 1
                """));
        if (!isThere)
        {
            var shown = await World.JsonAsync($"trashshow {(name == DeleteDomain ? $"n{run}.example" : Address(run))}");
            var path = shown.GetProperty("deleted").GetProperty("path").GetString();
            var mail = Directory.GetFiles(path!, "*", SearchOption.AllDirectories)
                .Count(f => f.Contains($"{(name == DeleteDomain ? "/" : "-")}{uid}/Maildir/cur/", StringComparison.Ordinal));
            Assert.Equal(DisturbedMailCommand.Mails, mail);
            Assert.Contains(shown.GetProperty("objects").EnumerateArray(), o => o.GetProperty("kind").GetString() == "account");
        }
    }

    /// <summary>What was done, or may be, says so the second time; everything else can be done now.</summary>
    public override async Task RepeatAsync(int run, Outcome disturbed)
    {
        var again = await AgainAsync(run);
        var done = name switch
        {
            Delete => ErrorCode.NoSuchAccount,
            DeleteDomain => ErrorCode.NoSuchDomain,
            Undo => ErrorCode.NotUndone,
            _ => ErrorCode.NotInTrash,
        };
        var isDone = disturbed.ExitCode is 0 or (int)ErrorCode.DirectoryNotRemoved;
        var mayBeDone = isDone || disturbed.ExitCode is Strace.Killed or (int)ErrorCode.Database;
        again.ShouldExit(isDone || (mayBeDone && again.ExitCode != 0) ? (int)done : 0);
        await VerifyAsync(run, again);
    }

    public override void Dispose() => filled.Dispose();

    private static string Address(int run) => $"old@n{run}.example";
}
