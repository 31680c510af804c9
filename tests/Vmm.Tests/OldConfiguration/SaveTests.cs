namespace Vmm.Tests.OldConfiguration;

/// <summary>The new file holds a password: who may read it, and what happens to one that is there.</summary>
public static class SaveTests
{
    private const string Minimal =
        "[database]\nuser = vmm\npass = x\n[bin]\ndoveadm = /usr/bin/doveadm\n[misc]\ndovecot_version = 2.3.4\n";

    [Theory]
    [InlineData("600", "600")]
    [InlineData("640", "640")]
    [InlineData("644", "640")]
    [InlineData("400", "400")]
    [InlineData("755", "640")]
    public static async Task nobody_may_read_the_new_file_who_could_not_read_the_old_one(string old, string now)
    {
        using var config = new OldConfig(Minimal, old);
        (await Run.ProgramAsync("chgrp", ["mail", config.Path])).Succeeded();
        (await config.ConvertAsync()).ShouldExit(0);
        Assert.Equal($"{now} root:mail\n", (await Run.ProgramAsync("stat", ["-c", "%a %U:%G", config.New])).Succeeded());
        Assert.Equal(["vmm.cfg", "vmm.toml"], config.Names);
    }

    [Theory]
    [InlineData("660", "root")]
    [InlineData("646", "root")]
    [InlineData("640", "mail")]
    public static async Task a_file_that_others_may_change_is_refused(string mode, string owner)
    {
        using var config = new OldConfig(Minimal, mode);
        (await Run.ProgramAsync("chown", [owner, config.Path])).Succeeded();
        var refused = await config.ConvertAsync();
        refused.ShouldExit((int)ErrorCode.ConfigPermission);
        Assert.Contains($"run 'chown root {config.Path}; chmod 0640 {config.Path}'", refused.Error, StringComparison.Ordinal);
        Assert.Equal(["vmm.cfg"], config.Names);
    }

    [Fact]
    public static async Task a_configuration_that_is_there_stays_unless_it_is_to_be_replaced()
    {
        using var config = new OldConfig(Minimal);
        File.WriteAllText(config.New, "# mine\n");
        File.SetUnixFileMode(config.New, (UnixFileMode)0b110_000_000);
        var refused = await config.ConvertAsync();
        refused.ShouldExit((int)ErrorCode.FileSystem);
        Assert.Contains($"'{config.New}' exists already\nvmm: hint: With --overwrite", refused.Error, StringComparison.Ordinal);
        Assert.Equal("# mine\n", File.ReadAllText(config.New));
        Assert.Equal(["vmm.cfg", "vmm.toml"], config.Names);

        (await config.ConvertAsync("--overwrite")).ShouldExit(0);
        Assert.Equal("# mine\n", File.ReadAllText(config.New + ".bak"));
        Assert.Contains("user = \"vmm\"\n", File.ReadAllText(config.New), StringComparison.Ordinal);
        Assert.Equal("600\n", (await Run.ProgramAsync("stat", ["-c", "%a", config.New])).Succeeded());
    }

    [Theory]
    [InlineData("dangling")]
    [InlineData("directory")]
    public static async Task whatever_has_the_name_stays(string kind)
    {
        using var config = new OldConfig(Minimal);
        (await Run.ShellAsync(kind == "dangling" ? $"ln -s nowhere {config.New}" : $"mkdir {config.New}")).Succeeded();
        (await config.ConvertAsync()).ShouldExit((int)ErrorCode.FileSystem);
        Assert.Equal(["vmm.cfg", "vmm.toml"], config.Names);
        Assert.Equal(kind == "dangling", new FileInfo(config.New).LinkTarget == "nowhere");
    }

    [Fact]
    public static async Task of_many_at_once_one_writes_and_its_file_is_whole()
    {
        using var config = new OldConfig(Minimal);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => config.ConvertAsync()));
        Assert.Single(outcomes, o => o.ExitCode == 0);
        Assert.All(outcomes.Where(o => o.ExitCode != 0), o => o.ShouldExit((int)ErrorCode.FileSystem));
        (await config.VmmAsync("configget", "database.user")).ShouldExit(0);
        Assert.Equal(["vmm.cfg", "vmm.toml"], config.Names);
    }

    [Fact]
    public static async Task output_names_another_file_and_a_directory_that_is_not_there_is_an_error()
    {
        using var config = new OldConfig(Minimal);
        (await config.ConvertAsync("--output", config["other.toml"])).ShouldExit(0);
        Assert.Equal(["other.toml", "vmm.cfg"], config.Names);
        var refused = await config.ConvertAsync("--output", config["none/vmm.toml"]);
        refused.ShouldExit((int)ErrorCode.FileSystem);
        Assert.Contains("no such file or directory", refused.Error, StringComparison.Ordinal);
    }
}
