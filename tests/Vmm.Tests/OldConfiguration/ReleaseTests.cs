using System.Text.Json;

namespace Vmm.Tests.OldConfiguration;

/// <summary>A file of every release, and Debian's, from the old one to a vmm that runs with the new one.</summary>
public class ReleaseTests(PostgresCluster cluster)
{
    private const string Log = "\n[log]\nfile = \"\"\n";

    [Theory]
    [InlineData("0.3")]
    [InlineData("0.4")]
    [InlineData("0.5")]
    [InlineData("0.5.2")]
    [InlineData("0.6")]
    [InlineData("0.7")]
    [InlineData("Debian")]
    public static async Task the_file_of_a_release_becomes_one_that_vmm_runs_with(string release)
    {
        using var config = new OldConfig(OldConfig.Example(release));
        var told = await config.ConvertAsync();
        told.ShouldExit(0);
        var written = File.ReadAllText(config.New);
        // Only for the look-ups below: nothing is to be noted outside of the test's directory.
        File.WriteAllText(config.New, written + Log);
        var values = new List<string>();
        foreach (var option in SettingOptions.All.Where(o => o.Section != "log"))
        {
            values.Add((await config.VmmAsync("configget", option.Key)).Succeeded());
        }

        Golden.CheckFile(
            OldConfig.ExamplePath($"{release}.expected.txt"),
            config.Neutral(
                $"{told.Out}\n=== on standard error\n{told.Error}\n=== vmm.toml\n{written}\n=== configget\n{string.Concat(values)}"
            )
        );
        Assert.Equal(OldConfig.Example(release), File.ReadAllText(config.Path));
    }

    /// <summary>Only server, database and base directory are those of the test; all else is as the file had it.</summary>
    [Theory]
    [InlineData("0.3", "Maildir")]
    [InlineData("0.4", "mail")]
    [InlineData("0.5", "Maildir")]
    [InlineData("0.5.2", "Maildir")]
    [InlineData("0.6", "Maildir")]
    [InlineData("0.7", "Maildir")]
    [InlineData("Debian", "Maildir")]
    public async Task vmm_makes_domains_and_accounts_with_what_the_file_became(string release, string root)
    {
        using var mail = new TempDirectory();
        using var config = new OldConfig(OldConfig.Example(release));
        (await config.ConvertAsync()).ShouldExit(0);
        File.AppendAllText(config.New, Log);
        var database = await cluster.CreateDatabaseAsync();
        foreach (var (option, value) in new[] { ("host", cluster.Socket), ("port", "5432"), ("user", "vmm"), ("name", database) })
        {
            (await config.VmmAsync("configset", $"database.{option}", value)).ShouldExit(0);
        }

        (await config.VmmAsync("configset", "misc.base_directory", mail.Path)).ShouldExit(0);
        (
            await config.VmmAsync(["domainadd", "example.com", .. release is "0.6" or "0.7" ? ["--random"] : (string[])[]])
        ).ShouldExit(0);
        (await config.VmmAsync("useradd", "anna@example.com", "--hash", "{PLAIN}secret")).ShouldExit(0);
        var home = (
            await cluster.QueryAsync(
                database,
                "SELECT domaindir || '/' || uid FROM users JOIN domain_data USING (gid) WHERE local_part = 'anna'"
            )
        )[0];
        Assert.StartsWith(mail.Path, home, StringComparison.Ordinal);
        Assert.True(Directory.Exists($"{home}/{root}/cur"));
        Assert.Contains(home, (await config.VmmAsync("userinfo", "anna@example.com")).Succeeded(), StringComparison.Ordinal);
        (await config.VmmAsync("userdelete", "anna@example.com", "--delete-directory")).ShouldExit(0);
        Assert.False(Directory.Exists(home));
    }

    [Theory]
    [InlineData("0.3")]
    [InlineData("0.7")]
    public static async Task a_dry_run_shows_all_but_the_password_and_writes_nothing(string release)
    {
        using var config = new OldConfig(OldConfig.Example(release));
        var dry = (await config.ConvertAsync("--dry-run")).Succeeded();
        Assert.Equal(["vmm.cfg"], config.Names);
        var told = (await config.ConvertAsync()).Succeeded();
        var secret = release == "0.3" ? "s3cret#1;2" : "half ; of it";
        Assert.Contains($"pass = \"{secret}\"\n", File.ReadAllText(config.New), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, dry + told, StringComparison.Ordinal);
        var shown = File.ReadAllText(config.New).Replace(secret, "********", StringComparison.Ordinal);
        Assert.Equal(told.Replace("; wrote ", "; would write ", StringComparison.Ordinal) + "\n" + shown, dry);
    }

    [Fact]
    public static async Task a_dry_run_shows_no_password_that_is_a_remark()
    {
        var file = OldConfig
            .Example("0.3")
            .Replace(
                "\npass = ",
                "\n; pass = earlier1\n#Pass: earlier2\n; password=earlier3\npass = new ; earlier4\n#",
                StringComparison.Ordinal
            );
        using var config = new OldConfig(file);
        var dry = (await config.ConvertAsync("--dry-run")).Succeeded();
        Assert.DoesNotContain("earlier", dry, StringComparison.Ordinal);
        (await config.ConvertAsync()).ShouldExit(0);
        Assert.All(
            (string[])["# pass = earlier1\n", "#Pass: earlier2\n", "# password=earlier3\n", "# earlier4\n", "pass = \"new\"\n"],
            line => Assert.Contains(line, File.ReadAllText(config.New), StringComparison.Ordinal)
        );
    }

    [Fact]
    public static async Task json_has_every_note_and_no_secret()
    {
        using var config = new OldConfig(OldConfig.Example("0.3"));
        var text = (await config.ConvertAsync("--json")).Succeeded();
        var json = JsonDocument.Parse(text).RootElement;
        Assert.Equal(("0.3", true), (json.GetProperty("release").GetString(), json.GetProperty("changed").GetBoolean()));
        var mode = json.GetProperty("notes")
            .EnumerateArray()
            .Single(n => n.TryGetProperty("from", out var from) && from.GetString() == "maildir.mode");
        Assert.Equal(
            ("renamed", "account.directory_mode", "\"0700\"", 14),
            (
                mode.GetProperty("what").GetString(),
                mode.GetProperty("to").GetString(),
                mode.GetProperty("value").GetString(),
                mode.GetProperty("line").GetInt32()
            )
        );
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
    }

    [Fact]
    public static async Task the_file_of_this_vmm_is_named_as_such()
    {
        using var config = new OldConfig(File.ReadAllText(Repository.PathOf("etc", "vmm.toml")));
        var refused = await config.ConvertAsync();
        refused.ShouldExit((int)ErrorCode.ConfigError);
        Assert.Contains("is not a configuration of vmm 0.3 to 0.7", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public static async Task where_two_releases_mean_different_things_it_is_asked_which_it_was()
    {
        using var config = new OldConfig(
            "[database]\nuser = vmm\npass = x ; why\n[misc]\ndovecot_version = 2.1.0\n[domain]\ntransport = dovecot:\n"
        );
        var refused = await config.ConvertAsync();
        refused.ShouldExit((int)ErrorCode.ConfigError);
        Assert.Contains(
            "may be of vmm 0.6 or 0.7, which read it differently: database.pass\n",
            refused.Error,
            StringComparison.Ordinal
        );
        (await config.ConvertAsync("--release", "0.6")).ShouldExit(0);
        Assert.Contains("pass = \"x\"\n", File.ReadAllText(config.New), StringComparison.Ordinal);
        (await config.ConvertAsync("--release", "0.7", "--overwrite")).ShouldExit(0);
        Assert.Contains("pass = \"x ; why\"\n", File.ReadAllText(config.New), StringComparison.Ordinal);
    }

    [Fact]
    public static void no_release_has_two_options_for_one_thing() => Assert.All(Enum.GetValues<OldRelease>(), release =>
        {
            var names = OldOption
                .All.Where(o => o.First <= release && release <= o.Last && o.New is not null)
                .Select(o => o.New!)
                .ToList();
            Assert.Equal(names.Distinct(), names);
            Assert.All(names, n => Assert.Contains(SettingOptions.All, o => o.Key == n));
        });
}
