using System.Text.RegularExpressions;

namespace Vmm.Tests.Install;

/// <summary>The service and the timer of 'vmm housekeeping', which install.sh installs and does not enable.</summary>
[Slow]
public partial class TimerTests
{
    private const string Place = "/usr/local/lib/systemd/system/vmm-housekeeping";

    /// <summary>Of another prefix systemd does not look; a package has them where Debian's packages do.</summary>
    [Theory]
    [InlineData("", Place, "/usr/local/sbin/vmm")]
    [InlineData("--prefix /srv/opt", "/etc/systemd/system/vmm-housekeeping", "/srv/opt/sbin/vmm")]
    [InlineData("DESTDIR", "/srv/package/usr/lib/systemd/system/vmm-housekeeping", "/usr/sbin/vmm")]
    public async Task they_are_where_systemd_looks_and_start_the_program_that_was_installed(
        string options, string place, string program)
    {
        await using var system = await PrivateSystem.CreateAsync();
        if (options == "DESTDIR")
        {
            await system.DoAsync("mkdir /srv/package; export DESTDIR=/srv/package; " + Install("--prefix /usr"));
        }
        else
        {
            await system.DoAsync(Install(options + " --no-database"));
        }

        var service = await system.DoAsync($"cat {place}.service");
        Assert.Equal(program, ExecStart().Match(service).Groups[1].Value);
        Assert.Equal("644 root:root\n644 root:root\n", await system.DoAsync($"stat -c '%a %U:%G' {place}.service {place}.timer"));
        Assert.Equal("", await system.DoAsync("find /etc /srv /usr/local -path '*.wants/vmm-*'"));
    }

    [Fact]
    public async Task systemd_understands_them_and_an_uninstallation_removes_them()
    {
        await using var system = await PrivateSystem.CreateAsync();
        await system.DoAsync(Install("--no-database"));
        var verified = await system.RunAsync($"systemd-analyze verify {Place}.timer {Place}.service");
        Assert.Equal("", verified.Succeeded());
        Assert.DoesNotContain("vmm-housekeeping", verified.Error, StringComparison.Ordinal);
        // As 'systemctl enable' leaves it.
        await system.DoAsync(
            $"mkdir -p /etc/systemd/system/timers.target.wants; ln -s {Place}.timer /etc/systemd/system/timers.target.wants/");
        (await system.InstallAsync("--uninstall")).Succeeded();
        Assert.Equal("", await system.DoAsync("find /usr/local /etc/systemd -name '*vmm*'"));
    }

    /// <summary>The words after the program are a command that is there.</summary>
    [Fact]
    public static async Task the_service_runs_a_command_of_vmm()
    {
        var text = await File.ReadAllTextAsync(
            Repository.PathOf("install", "systemd", "vmm-housekeeping.service"), TestContext.Current.CancellationToken);
        var command = ExecStart().Match(text).Groups[2].Value;
        var root = CommandTree.Build(new App(new Terminal(new StandardStreams(true, true, true))));
        Assert.Contains(command, root.Subcommands.Select(c => c.Name));
    }

    private static string Install(string options) =>
        $"'{Repository.Root}/install.sh' --binary '{Repository.Binary}' {options} < /dev/null";

    [GeneratedRegex("^ExecStart=(\\S+) (\\S+)$", RegexOptions.Multiline)]
    private static partial Regex ExecStart();
}
