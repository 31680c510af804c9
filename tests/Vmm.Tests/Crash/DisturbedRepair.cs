namespace Vmm.Tests.Crash;

/// <summary>check --repair after a useradd and a userdelete that were killed, and a change of a mode by hand.</summary>
internal sealed class DisturbedRepair(FilledWorld filled) : DisturbedCommand
{
    private const int Accounts = 3;

    public override World World => filled.World;

    public static async Task<DisturbedCommand> CreateAsync(PostgresCluster cluster)
    {
        var filled = new FilledWorld(await World.CreateAsync(cluster), DisturbedMailCommand.Mails);
        await filled.FillAsync(1, Accounts);
        return new DisturbedRepair(filled);
    }

    /// <summary>
    /// The home of u1 again, as one that a command of many accounts has moved to its place before it was killed, and as one that is
    /// being removed.
    /// </summary>
    public override async Task PrepareAsync(int run)
    {
        var domain = (await World.QueryAsync("SELECT domaindir FROM domain_data"))[0];
        var hash = Path.GetDirectoryName(domain);
        var gid = Path.GetFileName(domain);
        var uids = await World.QueryAsync("SELECT uid FROM users ORDER BY uid");
        var stranger = 80000 + run;
        (
            await Run.ShellAsync(
                $"""
                set -e
                cd {hash}
                mkdir -m 0700 .vmm-new-{gid}-0123456789ab
                cp -a {gid}/{uids[1]} {gid}/{stranger}
                find {gid}/{stranger} -name '[0-9]*' -type f -delete
                chown -R {stranger} {gid}/{stranger}
                printf '{uids[1]}\n{stranger}\n' > .vmm-new-{gid}-0123456789ab/homes
                cp -a {gid}/{uids[1]} .vmm-del-{uids[1]}-0123456789ab
                chmod 0777 {gid}/{uids[0]}
                """
            )
        ).Succeeded();
    }

    public override string[] Command(int run) => ["check", "--repair", "--quiet"];

    public override Task<List<string>> StateAsync() => RowsAndTreeAsync(World);

    public override async Task VerifyAsync(int run, Outcome disturbed) =>
        Assert.Equal(Accounts, await World.CountAsync("users"));

    public override async Task RepeatAsync(int run, Outcome disturbed)
    {
        (await AgainAsync(run)).Succeeded();
        Assert.Equal(0, await filled.VerifyAsync(looksAtSchema: false));
    }

    public override void Dispose() => filled.Dispose();
}
