namespace Vmm.Tests.Configuration;

/// <summary>Where the configuration is found, and who may have touched it.</summary>
public class ProtectionTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("0600", 0)]
    [InlineData("0640", 0)]
    [InlineData("0400", 0)]
    [InlineData("0440", 0)]
    [InlineData("0644", 34)]
    [InlineData("0660", 34)]
    [InlineData("0604", 34)]
    [InlineData("0700", 34)]
    [InlineData("4640", 34)]
    [InlineData("1640", 34)]
    public static void a_mode_beyond_0640_is_refused_with_the_line_that_mends_it(string mode, int code)
    {
        using var directory = new TempDirectory();
        var path = SettingsFileTests.Write(directory, []);
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));
        if (code == 0)
        {
            SettingsFile.Load(path);
            return;
        }

        var error = Assert.Throws<VmmException>(() => SettingsFile.Load(path));
        Assert.Equal(code, (int)error.Code);
        Assert.Contains(mode.TrimStart('0'), error.Message, StringComparison.Ordinal);
        Assert.Contains($"chmod 0640 {path}", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public static async Task a_foreign_owner_is_refused_also_behind_a_link()
    {
        using var directory = new TempDirectory();
        var path = SettingsFileTests.Write(directory, []);
        File.CreateSymbolicLink(directory["link"], path);
        SettingsFile.Load(directory["link"]);
        (await Run.ProgramAsync("chown", ["nobody", path])).Succeeded();
        Assert.Equal(ErrorCode.ConfigPermission, Assert.Throws<VmmException>(() => SettingsFile.Load(directory["link"])).Code);
        Assert.Contains(
            "does not belong to root",
            Assert.Throws<VmmException>(() => SettingsFile.Load(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public static async Task what_is_no_file_is_refused_as_32_and_never_waited_for()
    {
        using var directory = new TempDirectory();
        (await Run.ProgramAsync("mkfifo", ["-m", "0600", directory["pipe"]])).Succeeded();
        File.CreateSymbolicLink(directory["loop"], directory["loop"]);
        foreach (var (name, text) in new[]
        {
            ("missing", "there is no configuration"), ("no/such", "there is no configuration"), ("", "is a directory"),
            ("pipe", "is not a file"), ("loop", "too many levels of symbolic links"),
        })
        {
            var error = await Task.Run(() => Assert.Throws<VmmException>(() => SettingsFile.Load(directory[name])))
                .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            Assert.Equal(ErrorCode.ConfigMissing, error.Code);
            Assert.Contains(text, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task the_option_comes_before_the_variable_and_the_variable_before_the_default()
    {
        using var one = await World.CreateAsync(cluster, "[account]\npassword_length = 11");
        using var two = await World.CreateAsync(cluster, "[account]\npassword_length = 22");
        string[] get = ["configget", "account.password_length"];
        Assert.Equal("account.password_length = 11\n", (await one.VmmAsync(get)).Succeeded());
        Assert.Equal("account.password_length = 22\n", (await one.VmmAsync([.. get, "--config", two.Config])).Succeeded());
        Assert.Equal("account.password_length = 22\n", (await one.VmmAsync(["--config", two.Config, .. get])).Succeeded());

        // Without both the default is read; whether it is there is the machine's affair, so it is put in place in a mount
        // namespace.
        var vmm = $"{Repository.Binary} {string.Join(' ', get)}";
        var mounted =
            $"unshare -m bash -c 'mount -t tmpfs none /etc && mkdir /etc/vmm && cp {two.Config} /etc/vmm/ && VMM_CONFIG= {vmm}'";
        Assert.Equal("account.password_length = 22\n", (await Run.ShellAsync(mounted)).Succeeded());
        var empty = await Run.ShellAsync($"unshare -m bash -c 'mount -t tmpfs none /etc && {vmm}'");
        Message.IsOneError(empty, 32, "there is no configuration '/etc/vmm/vmm.toml'");
    }
}
