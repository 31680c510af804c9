using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Vmm.Tests.Install;

/// <summary>install.sh --trial: whole mail servers, built, stopped, killed and removed.</summary>
[Trait(Needs.Trait, Needs.MailServer)]
[Slow]
public class TrialTests
{
    private const string Subject = "doveadm -c $VMM_TRIAL_RUN/dovecot/dovecot.conf fetch -u user@example.com hdr.subject all";

    [Fact]
    public async Task a_trial_delivers_survives_stop_and_kill_and_leaves_nothing()
    {
        using var home = new TempDirectory();
        var trial = home["trial"];
        await using var guard = new Removal(trial);
        var before = Leftovers();

        // A reader of its output sees the end: no daemon holds it open. And as in a container, root may not see where other users'
        // processes work.
        const string Container = "setpriv --bounding-set=-sys_ptrace";
        var built = await InstallAsync($"--trial {trial} --port-base 31100", before: Container, through: "| cat");
        Assert.Contains(
            "the same message by IMAP, as user@example.com             ok\n",
            built.Succeeded(),
            StringComparison.Ordinal
        );
        Assert.Contains("Subject: It works\n", built.Out, StringComparison.Ordinal);
        Assert.Contains("It works", await InTrialAsync(trial, Subject), StringComparison.Ordinal);
        Assert.Contains("PostgreSQL", await InTrialAsync(trial, "psql -Atc 'SELECT version()'"), StringComparison.Ordinal);
        await IsAsMailconfigHasItAsync(trial);
        await IsBoundToTheTrialAsync(trial);

        Assert.Contains(
            $"the trial in {trial} is running",
            (await InstallAsync($"--trial {trial}")).Succeeded(),
            StringComparison.Ordinal
        );
        var other = await InstallAsync($"--trial {trial} --port-base 31110");
        other.ShouldExit(1);
        Assert.Contains("is built already, with SMTP on port 31100", other.Error, StringComparison.Ordinal);

        (await InstallAsync($"--trial-stop {trial}", before: Container)).Succeeded();
        Assert.Empty(ProcessesOf(trial));

        using (var listener = new TcpListener(IPAddress.Loopback, 31102))
        {
            listener.Start();
            var taken = await InstallAsync($"--trial {trial}");
            taken.ShouldExit(1);
            Assert.Contains(
                "port 31102, which dovecot of this trial has, is in use by another program",
                taken.Error,
                StringComparison.Ordinal
            );
        }

        var started = (await InstallAsync($"--trial {trial}", through: "| cat")).Succeeded();
        Assert.Contains($"starting the trial in {trial}", started, StringComparison.Ordinal);
        Assert.DoesNotContain("domainadd", started, StringComparison.Ordinal);
        Assert.Contains("It works", await InTrialAsync(trial, Subject), StringComparison.Ordinal);

        // Main processes are killed, children stay; and a number in a pid file is somebody else's by now.
        await InTrialAsync(
            trial,
            "kill -9 $(cat $VMM_TRIAL_RUN/dovecot/run/master.pid) $(cat $VMM_TRIAL_RUN/postfix/queue/pid/master.pid) $(head -n 1 "
                + "$VMM_TRIAL_RUN/pg/data/postmaster.pid)"
        );
        using var innocent = Process.Start("sleep", "100");
        await InTrialAsync(trial, $"echo {innocent.Id} > $VMM_TRIAL_RUN/dovecot/run/master.pid");
        (await InstallAsync($"--trial-remove {trial}")).Succeeded();
        Assert.False(innocent.HasExited);
        innocent.Kill();
        Assert.Empty(ProcessesOf(trial));
        Assert.False(Directory.Exists(trial));
        Assert.Equal(before, Leftovers());
    }

    [Fact]
    public async Task a_clone_that_only_root_can_enter_with_a_blank_and_a_quote_in_its_name_gets_a_trial()
    {
        using var home = new TempDirectory();
        File.SetUnixFileMode(home.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var clone = home["it's a clone"];
        Directory.CreateDirectory(clone);
        (await Run.ShellAsync($"cd '{Repository.Root}' && cp -r install.sh install sql etc {Run.Quoted(clone)}")).Succeeded();
        var before = Leftovers();
        await using var guard = new Removal(clone + "/trial");
        var built = await InstallAsync("--trial --port-base 31200", script: clone + "/install.sh", through: "| cat");
        Assert.Contains("the running part lies in /var/lib/vmm-trial-", built.Succeeded(), StringComparison.Ordinal);
        Assert.Contains("It works", await InTrialAsync(clone + "/trial", Subject), StringComparison.Ordinal);
        Assert.Contains(
            "user@example.com",
            await InTrialAsync(clone + "/trial", "vmm userinfo user@example.com"),
            StringComparison.Ordinal
        );
        await IsAsMailconfigHasItAsync(clone + "/trial");
        var direct = await Run.ProgramAsync(clone + "/trial/bin/vmm", ["listdomains"]);
        Assert.Contains("example.com", direct.Succeeded(), StringComparison.Ordinal);

        (await InstallAsync("--trial-remove", script: clone + "/install.sh")).Succeeded();
        Assert.Equal(before, Leftovers());
        Assert.Empty(ProcessesOf(home.Path));
        Assert.Equal(
            ["etc", "install", "install.sh", "sql"],
            Directory.EnumerateFileSystemEntries(clone).Select(e => Path.GetFileName(e)!).Order()
        );
    }

    [Fact]
    public async Task a_build_that_was_killed_can_be_removed_or_built_anew_at_the_longest_path_a_socket_takes()
    {
        using var home = new TempDirectory();
        var trial = home[new string('x', 107 - 45 - home.Path.Length - 1)];
        var before = Leftovers();
        await using var guard = new Removal(trial);
        await KillBuildAsync(trial);
        (await InstallAsync($"--trial-remove {trial}")).Succeeded();
        Assert.Empty(ProcessesOf(trial));
        Assert.False(Directory.Exists(trial));

        await KillBuildAsync(trial);
        var anew = (await InstallAsync($"--trial {trial} --port-base 31300")).Succeeded();
        Assert.Contains($"the trial in {trial} was never finished, and is built anew", anew, StringComparison.Ordinal);
        Assert.DoesNotContain("the running part lies in", anew, StringComparison.Ordinal);
        (await InstallAsync($"--trial-remove {trial}")).Succeeded();
        Assert.Empty(ProcessesOf(trial));
        Assert.Equal(before, Leftovers());
    }

    [Fact]
    public async Task a_directory_with_something_else_in_it_and_a_bad_port_are_refused()
    {
        using var home = new TempDirectory();
        File.WriteAllText(home["letter"], "mine");
        var full = await InstallAsync($"--trial {home.Path}");
        full.ShouldExit(1);
        Assert.Contains($"install.sh: error: '{home.Path}' is not empty and not a trial", full.Error, StringComparison.Ordinal);
        (await InstallAsync($"--trial {home["new"]} --port-base 80")).ShouldExit(1);
        (await InstallAsync($"--trial-remove {home.Path}")).ShouldExit(1);
        Assert.Equal([home["letter"]], Directory.EnumerateFileSystemEntries(home.Path));
    }

    /// <summary>Its launcher is for it alone, unless the caller names another configuration.</summary>
    private static async Task IsBoundToTheTrialAsync(string trial)
    {
        var named = await Run.ProgramAsync(
            trial + "/bin/vmm",
            ["listdomains"],
            environment: new Dictionary<string, string> { ["VMM_CONFIG"] = "/nonexistent/vmm.toml" });
        Message.IsOneError(named, 32, "there is no configuration '/nonexistent/vmm.toml'");
        var empty = new Dictionary<string, string> { ["VMM_CONFIG"] = "" };
        (await Run.ProgramAsync(trial + "/bin/vmm", ["listdomains"], environment: empty)).Succeeded();
        var link = trial + "-link";
        File.CreateSymbolicLink(link, trial + "/bin/vmm");
        var linked = await Run.ProgramAsync(link, ["listdomains"], environment: empty);
        File.Delete(link);
        Assert.Contains("example.com", linked.Succeeded(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!/bin/sh\nexec /usr/bin/true\n")]
    [InlineData("\n")]
    [InlineData("")]
    public async Task a_script_is_refused_as_the_program(string text)
    {
        using var home = new TempDirectory();
        File.WriteAllText(home["vmm"], text);
        File.SetUnixFileMode(home["vmm"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var mode in (string[])[$"--trial {home["trial"]}", "--no-database"])
        {
            var install = $"{Repository.PathOf("install.sh")} {mode} --binary {home["vmm"]}";
            var refused = await Run.ShellAsync($"DESTDIR={home["root"]} {install}");
            refused.ShouldExit(1);
            Assert.StartsWith(
                $"install.sh: error: '{home["vmm"]}' is a script, not the program itself\n"
                + "install.sh: hint: Give the program that was built",
                refused.Error,
                StringComparison.Ordinal);
        }

        Assert.Equal([home["vmm"]], Directory.EnumerateFileSystemEntries(home.Path));
    }

    /// <summary>
    /// What a trial has of vmm's configuration is what 'vmm mailconfig' writes; the files that told it the passwords are gone.
    /// </summary>
    private static async Task IsAsMailconfigHasItAsync(string trial)
    {
        Assert.Equal("", await InTrialAsync(trial, "vmm mailconfig --diff"));
        Assert.Contains("there is nothing to do", await InTrialAsync(trial, "vmm mailconfig --install"), StringComparison.Ordinal);
        Assert.Contains(
            "pgsql-transport.cf (root:postfix, 0640)\n",
            await InTrialAsync(trial, "cat $VMM_TRIAL_RUN/log/mailconfig.log"),
            StringComparison.Ordinal
        );
        Assert.Equal("", await InTrialAsync(trial, "vmm check"));
        Assert.Matches(
            "\t[1-9][0-9]* questions, no difference\n",
            await InTrialAsync(trial, "vmm trace info@example.com --sender info@example.com --live")
        );
        Assert.Equal("user-password\n", await InTrialAsync(trial, "ls $VMM_TRIAL_RUN | grep password"));
    }

    /// <summary>Whatever a test finds, its trial does not outlive it.</summary>
    private sealed class Removal(string trial) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (Directory.Exists(trial))
            {
                await InstallAsync($"--trial-remove {Run.Quoted(trial)}");
            }
        }
    }

    /// <summary>Kills the script as soon as its PostgreSQL runs.</summary>
    private static async Task KillBuildAsync(string trial)
    {
        using var build = Run.Start(
            "/bin/bash",
            [
                "-c",
                $"exec '{Repository.PathOf("install.sh")}' --trial {trial} --port-base 31300 --binary '{Repository.Binary}' > "
                    + "/dev/null 2>&1",
            ]
        );
        for (var i = 0; i < 600 && !File.Exists(trial + "/pg/.s.PGSQL.5432"); i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        build.Kill();
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEmpty(ProcessesOf(trial));
    }

    private static Task<Outcome> InstallAsync(string arguments, string? script = null, string before = "", string through = "") =>
        Run.ShellAsync(
            $"set -o pipefail; timeout 100 {before} {Run.Quoted(script ?? Repository.PathOf("install.sh"))} {arguments} --binary "
                + $"'{Repository.Binary}' < /dev/null {through}"
        );

    private static async Task<string> InTrialAsync(string trial, string command) =>
        (await Run.ProgramAsync("/bin/sh", ["-c", $". {Run.Quoted(trial + "/env")}; {command}"])).Succeeded();

    /// <summary>What a trial could leave outside of its directory: running parts, shared memory of either kind.</summary>
    private static List<string> Leftovers() =>
        [
            .. Directory.EnumerateDirectories("/var/lib", "vmm-trial-*").Order(),
            .. Directory.EnumerateFiles("/usr/sbin", "policy-rc.d*"),
            .. File.ReadAllLines("/proc/sysvipc/shm")
                .Skip(1)
                .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(f => f[6] == "0")
                .Select(f => f[1]),
        ];

    /// <summary>Processes that name the directory, or work in it, or have their root there.</summary>
    private static List<string> ProcessesOf(string directory)
    {
        var found = new List<string>();
        foreach (
            var process in Directory
                .EnumerateDirectories("/proc")
                .Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0]) && Path.GetFileName(d) != $"{Environment.ProcessId}")
        )
        {
            try
            {
                var arguments = File.ReadAllText(process + "/cmdline").Replace('\0', ' ');
                var places = new[] { "/cwd", "/root", "/exe" }.Select(p => new FileInfo(process + p).LinkTarget ?? "");
                if (places.Append(arguments).Any(p => p.Contains(directory, StringComparison.Ordinal)))
                {
                    found.Add(arguments);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is the kernel's.
            }
        }

        return found;
    }
}
