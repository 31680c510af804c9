namespace Vmm.Tests.InstalledConfiguration;

/// <summary>
/// vmm mailconfig --undo where a kept copy is missing, or a file cannot be written; in copies of the system's configuration.
/// </summary>
public sealed class UndoTests(PostgresCluster cluster) : IDisposable
{
    private World world = null!;

    private string Place => world.Directory + "/etc";

    private string Main => Place + "/postfix/main.cf";

    private string Master => Place + "/postfix/master.cf";

    private string Auth => Place + "/dovecot/conf.d/10-auth.conf";

    private string Map => Place + "/postfix/pgsql-transport.cf";

    public void Dispose() => world?.Dispose();

    [Theory]
    [InlineData("rm", "is missing")]
    [InlineData("echo changed >>", "has changed")]
    public async Task a_file_without_its_copy_stops_it_and_with_replace_stays_as_it_is(string spoil, string reason)
    {
        var old = await InstallAsync();
        var copy = Kept(Master);
        (await Run.ShellAsync($"{spoil} {copy}; echo '# mine' >> {Auth}")).Succeeded();
        var spoilt = await FilesAsync();
        foreach (var option in (string[])["--undo", "--undo --dry-run"])
        {
            var refused = await world.VmmAsync(["mailconfig", .. option.Split(' ')]);
            refused.ShouldExit(94);
            Assert.StartsWith(
                "vmm: error: 1 file cannot be restored\nvmm: hint: Nothing was changed. ",
                refused.Error,
                StringComparison.Ordinal
            );
            Assert.Contains(
                $"error: '{Master}' cannot be restored: its copy '{copy}' {reason}\n",
                refused.Error,
                StringComparison.Ordinal
            );
            Assert.Contains($"error: '{Auth}' is not as vmm wrote it\n", refused.Error, StringComparison.Ordinal);
            Assert.Equal(spoilt, await FilesAsync());
        }

        var planned = await world.VmmAsync("mailconfig", "--undo", "--replace", "--dry-run");
        planned.ShouldExit(0);
        Assert.Equal(spoilt, await FilesAsync());
        var undone = await world.VmmAsync("mailconfig", "--undo", "--replace");
        undone.ShouldExit(0);
        Assert.Equal(planned.Error, undone.Error);
        Assert.Contains(
            $"vmm: warning: '{Master}' stays as it is: its copy '{copy}' {reason}\n",
            undone.Error,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(Master, undone.Out, StringComparison.Ordinal);
        Assert.Contains($"restored {Auth}\n", undone.Out, StringComparison.Ordinal);
        Assert.False(File.Exists(Map));
        Assert.False(File.Exists(Place + "/dovecot/conf.d/99-vmm.conf"));
        var now = await FilesAsync();
        Assert.Equal(Lines(spoilt, " /postfix/master.cf"), Lines(now, " /postfix/master.cf"));
        Assert.Equal(Lines(old, " /postfix/main.cf"), Lines(now, " /postfix/main.cf"));
        Assert.Equal(Lines(old, " /dovecot/conf.d/10-auth.conf"), Lines(now, " /dovecot/conf.d/10-auth.conf"));
        (await world.VmmAsync("mailconfig", "--undo")).ShouldExit(95);
    }

    /// <summary>It names the maps, and its transport is a socket of Dovecot: without the others it would stop all mail.</summary>
    [Theory]
    [InlineData("rm")]
    [InlineData("echo changed >>")]
    public async Task without_the_old_main_cf_nothing_is_undone(string spoil)
    {
        await InstallAsync();
        (await Run.ShellAsync($"{spoil} {Kept(Main)}")).Succeeded();
        var spoilt = await FilesAsync();
        var refused = await world.VmmAsync("mailconfig", "--undo", "--replace");
        refused.ShouldExit(94);
        Assert.Contains("vmm: hint: Nothing was changed. Restore these from a backup", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--replace", refused.Error, StringComparison.Ordinal);
        Assert.Equal(spoilt, await FilesAsync());
    }

    [Theory]
    [InlineData("cp -a /etc/postfix/main.cf MAIN; rm COPY")]
    [InlineData("cp -a /etc/postfix/main.cf MAIN; echo changed >> COPY")]
    public async Task a_file_that_has_its_old_text_again_needs_no_copy(string repair)
    {
        var old = await InstallAsync();
        var copy = Kept(Main);
        (await Run.ShellAsync(repair.Replace("MAIN", Main, StringComparison.Ordinal)
            .Replace("COPY", copy, StringComparison.Ordinal))).Succeeded();
        var undone = await world.VmmAsync("mailconfig", "--undo");
        undone.ShouldExit(0);
        Assert.Equal("", undone.Error);
        File.Delete(copy);
        Assert.Equal(old, await FilesAsync());
    }

    [Fact]
    public async Task what_fails_on_the_way_says_how_much_is_undone_and_the_next_run_does_the_rest()
    {
        var old = await InstallAsync();
        var dovecot = Place + "/dovecot";
        var undo = $"VMM_CONFIG={world.Config} {Repository.Binary} mailconfig --undo";
        var failed = await Run.ProgramAsync(
            "unshare",
            ["--mount", "bash", "-c", $"mount --bind {dovecot} {dovecot} && mount -o remount,bind,ro {dovecot} && {undo}"]
        );
        failed.ShouldExit(81);
        Assert.Contains(": read-only file system\n", failed.Error, StringComparison.Ordinal);
        Assert.Contains(
            "hint: 2 files of the installation are undone already. When that is repaired, run the command again for the rest.\n",
            failed.Error,
            StringComparison.Ordinal
        );
        await world.DoAsync("mailconfig --undo");
        Assert.Equal(old, await FilesAsync());
    }

    /// <summary>Also the order of what is new in main.cf, so that a tool that keeps versions of /etc shows no change.</summary>
    [Fact]
    public async Task the_same_installation_writes_the_same_bytes_again()
    {
        await InstallAsync();
        var installed = Settings(await FilesAsync());
        await world.DoAsync("mailconfig --undo");
        await InstallAgainAsync();
        Assert.Equal(installed, Settings(await FilesAsync()));

        static IEnumerable<string> Settings(List<string> files) =>
            files.Where(l => !l.Contains(".vmm-20", StringComparison.Ordinal));
    }

    private static string Kept(string path) =>
        Directory.GetFiles(Path.GetDirectoryName(path)!, $"{Path.GetFileName(path)}.vmm-*").Single();

    private static IEnumerable<string> Lines(List<string> files, string end) =>
        files.Where(l => l.EndsWith(end, StringComparison.Ordinal));

    /// <summary>Installs, and returns the files from before.</summary>
    private async Task<List<string>> InstallAsync()
    {
        world = await World.CreateAsync(cluster);
        world.Configure("[bin]\npostconf = \"/usr/sbin/postconf\"\ndoveconf = \"/usr/bin/doveconf\"\n");
        (
            await Run.ShellAsync(
                $"mkdir {Place} && cp -a /etc/postfix /etc/dovecot {Place} && rm -f {Place}/postfix/pgsql-* && "
                    + $"echo secret > {Place}/secret"
            )
        ).Succeeded();
        var old = await FilesAsync();
        await InstallAgainAsync();
        return old;
    }

    private async Task InstallAgainAsync() => await world.DoAsync(
        $"mailconfig --install --postfix-directory {Place}/postfix --dovecot-directory {Place}/dovecot "
            + $"--postfix-password-file {Place}/secret --dovecot-password-file {Place}/secret"
    );

    private async Task<List<string>> FilesAsync()
    {
        var listed = await Run.ShellAsync(
            $"cd {Place}; find postfix dovecot -printf '%m %U:%G /%p\\n'; "
                + "find postfix dovecot -type f -exec sha256sum {} + | sed 's|  |  /|'"
        );
        return [.. listed.Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }
}
