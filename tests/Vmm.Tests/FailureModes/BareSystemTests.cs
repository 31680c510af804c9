namespace Vmm.Tests.FailureModes;

/// <summary>A root directory in which something is missing that every system has.</summary>
public class BareSystemTests(PostgresCluster cluster)
{
    [Fact]
    public async Task without_dev_one_line_says_what_is_missing()
    {
        using var world = await World.CreateAsync(cluster);
        foreach (var command in (string[])["listdomains", "domainadd example.com", "userdelete a@example.com"])
        {
            var said = await WithoutAsync(world, "dev", command);
            Message.IsOneError(said, 81, "there is no '/dev/urandom'");
        }
    }

    [Fact]
    public async Task without_etc_a_change_is_made_and_logged()
    {
        using var world = await World.CreateAsync(cluster);
        (await WithoutAsync(world, "etc", "domainadd example.com")).Succeeded();
        (await WithoutAsync(world, "etc", "useradd a@example.com --hash {PLAIN}secret")).Succeeded();
        Assert.Equal(1, await world.CountAsync("users"));
        var log = await File.ReadAllTextAsync(world.Log, TestContext.Current.CancellationToken);
        Assert.Contains("\"Who\":\"uid 0\"", log, StringComparison.Ordinal);
    }

    /// <summary>Runs vmm in a root directory with everything but one of the usual directories.</summary>
    private static Task<Outcome> WithoutAsync(World world, string missing, string command)
    {
        var script = $"""
            set -e
            root={world.Directory}/root; mkdir -p $root
            mount -t tmpfs none $root
            for d in bin dev etc lib lib64 proc run sbin sys tmp usr var; do
              [ $d != {missing} ] || continue
              if [ -L /$d ]; then cp -P /$d $root; elif [ -d /$d ]; then mkdir $root/$d; mount --rbind /$d $root/$d; fi
            done
            mkdir -p $root/program; cp {Repository.Binary} $root/program/vmm
            exec chroot $root /program/vmm --config {world.Config} {command}
            """;
        return Run.ProgramAsync("unshare", ["--mount", "--propagation", "private", "bash", "-c", script]);
    }
}
