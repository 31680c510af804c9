using System.Diagnostics;

namespace Vmm.Tests.Configuration;

/// <summary>configset on real files: whole or not at all, with everything else about the file as it was.</summary>
public static class ConfigSetTests
{
    private const string Some = "# first\n[domain]\nimap = true # keep me\n# last";

    [Theory]
    [InlineData("600", 0)]
    [InlineData("640", 1)]
    [InlineData("440", 2)]
    public static async Task mode_and_owner_stay_and_the_old_content_is_kept_beside_it(string mode, int group)
    {
        using var file = new ConfigFile(Some, mode);
        (await Run.ProgramAsync("chgrp", [$"{group}", file.Path])).Succeeded();
        Assert.Equal("", (await file.VmmAsync("configset", "domain.imap", "off")).Succeeded());
        Assert.Equal(file.Content.Replace("true", "false", StringComparison.Ordinal), file.Now);
        Assert.Equal(file.Content, await File.ReadAllTextAsync(file.Backup, TestContext.Current.CancellationToken));
        Assert.Equal(
            $"{mode} 0:{group}\n{mode} 0:{group}\n",
            (await Run.ProgramAsync("stat", ["-c", "%a %u:%g", file.Path, file.Backup])).Succeeded()
        );
        Assert.Equal(["vmm.toml", "vmm.toml.bak"], file.Names);
    }

    [Fact]
    public static async Task a_lock_that_stays_is_reported_and_nothing_is_written()
    {
        using var file = new ConfigFile(Some);
        using var other = Process.Start("flock", ["--close", file.Path, "sleep", "60"]);
        (await Run.ShellAsync($"while flock -n {file.Path} true; do sleep 0.02; done")).Succeeded();
        var refused = await file.VmmAsync("configset", "domain.imap", "off");
        other.Kill(entireProcessTree: true);
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        const string Reason = "another program has locked it\nvmm: hint: Nothing was changed. Find it with 'fuser -v ";
        Message.IsOneError(refused, 81, $"cannot lock '{file.Path}': {Reason}");
        Assert.Equal(file.Content, file.Now);
        Assert.Equal(["vmm.toml"], file.Names);
    }

    [Fact]
    public static async Task a_byte_order_mark_and_line_ends_of_other_systems_stay()
    {
        using var file = new ConfigFile("");
        await File.WriteAllTextAsync(
            file.Path,
            "\ufeff[log]\r\nfile = ''\r\n[domain]\r\nimap = true\r\n",
            TestContext.Current.CancellationToken
        );
        (await file.VmmAsync("configset", "domain.pop3", "no")).Succeeded();
        Assert.Equal(
            [0xef, 0xbb, 0xbf, .. "[log]\r\nfile = ''\r\n[domain]\r\nimap = true\r\npop3 = false\r\n"u8],
            await File.ReadAllBytesAsync(file.Path, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public static async Task behind_a_link_the_target_is_replaced_and_the_link_stays()
    {
        using var file = new ConfigFile(Some);
        Directory.CreateDirectory(file["real"]);
        File.Move(file.Path, file["real/other.toml"]);
        File.CreateSymbolicLink(file["middle"], "real/other.toml");
        File.CreateSymbolicLink(file.Path, "middle");
        (await file.VmmAsync("configset", "domain.imap", "off")).Succeeded();
        Assert.Equal("middle", new FileInfo(file.Path).LinkTarget);
        Assert.Contains(
            "imap = false # keep me",
            await File.ReadAllTextAsync(file["real/other.toml"], TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.Equal(
            ["other.toml", "other.toml.bak"],
            Directory.GetFiles(file["real"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal(["middle", "real", "vmm.toml"], file.Names);
    }

    [Fact]
    public static async Task the_value_in_force_is_not_written_again()
    {
        using var file = new ConfigFile(Some + "\nquota_bytes = \"1M\"");
        var written = File.GetLastWriteTimeUtc(file.Path);
        foreach (var (option, value) in new[] { ("domain.imap", "yes"), ("domain.quota_bytes", "1024k"), ("domain.pop3", "true") })
        {
            var answer = (await file.VmmAsync("configset", option, value, "--json")).Succeeded();
            Assert.Contains($"\"option\":\"{option}\"", answer, StringComparison.Ordinal);
            Assert.Contains("\"changed\":false", answer, StringComparison.Ordinal);
        }

        Assert.Equal((file.Content, written), (file.Now, File.GetLastWriteTimeUtc(file.Path)));
        Assert.Equal(["vmm.toml"], file.Names);
    }

    [Fact]
    public static async Task of_many_at_the_same_time_none_is_lost()
    {
        using var file = new ConfigFile(Some);
        string[] options =
        [
            "domain.imap",
            "domain.pop3",
            "domain.sieve",
            "domain.smtp",
            "domain.auto_postmaster",
            "mailbox.subscribe",
        ];
        foreach (var outcome in await Task.WhenAll(options.Select(o => file.VmmAsync("configset", o, "off"))))
        {
            outcome.ShouldExit(0);
        }

        var settings = SettingsFile.Load(file.Path);
        Assert.All(options, o => Assert.False((bool)settings.Value(SettingOptions.All.Single(x => x.Key == o)), $"{o} was lost"));
        Assert.Equal(["vmm.toml", "vmm.toml.bak"], file.Names);
    }

    [Fact]
    public static async Task kill_9_leaves_the_old_or_the_new_file_complete()
    {
        const int Kills = 40;
        // A long file widens the window.
        using var file = new ConfigFile(Some + "\n# " + new string('x', 500_000));
        var clock = Stopwatch.StartNew();
        (await file.VmmAsync("configset", "domain.imap", "off")).Succeeded();
        var whole = clock.Elapsed;
        var killed = 0;
        for (var i = 0; i < Kills; i++)
        {
            var old = file.Now;
            using var process = Run.Start(Repository.Binary, ["configset", "domain.quota_messages", $"{i + 10}"], file.Environment);
            await Task.Delay(whole * i / Kills, TestContext.Current.CancellationToken);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            killed += process.ExitCode == 0 ? 0 : 1;
            var now = file.Now;
            Assert.True(
                now == old || SettingsFile.Load(file.Path).Value(SettingOptions.DomainQuotaMessages) == i + 10,
                $"kill {i} left something else"
            );
            Assert.EndsWith($"file = \"{file.Log}\"\n", now, StringComparison.Ordinal);
        }

        Assert.True(killed > Kills / 4, $"only {killed} of {Kills} were hit");
        (await file.VmmAsync("configset", "domain.imap", "on")).Succeeded();
        Assert.Equal(["vmm.toml", "vmm.toml.bak"], file.Names);
    }

    [Theory]
    [InlineData("mount -t tmpfs -o size=24k none DIR", "no space left on device")]
    [InlineData("mount --bind DIR DIR && cp FILE DIR && mount -o remount,bind,ro DIR", "read-only file system")]
    [InlineData("mount --bind DIR DIR && cp FILE DIR && mount --bind FILE DIR/vmm.toml", "is another file system mounted there?")]
    public static async Task what_cannot_be_written_is_an_error_and_nothing_changes(string mount, string reason)
    {
        using var file = new ConfigFile(Some + "\n# " + new string('x', 9_000));
        Directory.CreateDirectory(file["disk"]);
        var script = $$"""
            {{mount.Replace("DIR", file["disk"], StringComparison.Ordinal).Replace(
                "FILE",
                file.Path,
                StringComparison.Ordinal
            )}} || exit 99
            [ -e {{file["disk"]}}/vmm.toml ] || cp {{file.Path}} {{file["disk"]}}
            chmod 0640 {{file["disk"]}}/vmm.toml 2> /dev/null
            {{Repository.Binary}} --config {{file["disk"]}}/vmm.toml configset domain.imap no
            status=$?
            cmp {{file.Path}} {{file["disk"]}}/vmm.toml || exit 98
            ls -A {{file["disk"]}} | grep -v '^vmm.toml\(.bak\)\?$' && exit 97
            exit $status
            """;
        Message.IsOneError(await Run.ProgramAsync("unshare", ["-m", "bash", "-c", script]), 81, reason);
    }

    [Fact]
    public static async Task a_broken_file_can_be_mended()
    {
        using var file = new ConfigFile("[domain]\nimap = \"maybe\"\npop3 = \"so\"\nunknown = 1\n[strange]\nx = 2 # y");
        (await file.VmmAsync("configget", "domain.imap")).ShouldExit(31);
        (await file.VmmAsync("configset", "domain.imap", "no")).Succeeded();
        (await file.VmmAsync("configset", "domain.pop3", "no")).Succeeded();
        Assert.Equal(
            file.Content.Replace("\"maybe\"", "false", StringComparison.Ordinal)
                .Replace("\"so\"", "false", StringComparison.Ordinal),
            file.Now
        );
    }

    [Theory]
    [InlineData("[domain]\nimap true", 2)]
    [InlineData("[database]\npass = \"sesame\"\npass = \"sesame\"", 3)]
    [InlineData("database = { pass = \"sesame\" }\n[database]", 2)]
    public static async Task a_file_that_is_no_toml_names_the_line_and_never_the_password(string text, int line)
    {
        using var file = new ConfigFile(text);
        foreach (
            var command in (string[][])
                [
                    ["configset", "domain.imap", "no"],
                    ["configure", "domain"],
                    ["configget", "domain.imap"],
                ]
        )
        {
            var outcome = await file.VmmAsync(command);
            Message.IsOneError(outcome, 31, $"vmm.toml, line {line}: ");
            Assert.DoesNotContain("sesame", outcome.Error, StringComparison.Ordinal);
        }

        Assert.Equal(file.Content, file.Now);
    }

    [Fact]
    public static async Task the_rules_for_the_file_hold_and_a_missing_one_is_not_made()
    {
        using var open = new ConfigFile(Some, "644");
        Message.IsOneError(await open.VmmAsync("configset", "domain.imap", "no"), 34, "has mode 0644");
        File.Delete(open.Path);
        Message.IsOneError(await open.VmmAsync("configset", "domain.imap", "no"), 32, "there is no configuration");
        Assert.Empty(open.Names);
    }
}
