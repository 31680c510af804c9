namespace Vmm.Tests.Configuration;

/// <summary>configure and configset with a person at the terminal, and what becomes of the database password.</summary>
public static class ConfigSecretTests
{
    private const string Database = "[database]\nhost = \"db.example.com\" # the big one\npass = \"old sesame\"";

    [Fact]
    public static async Task a_line_of_standard_input_is_stored_with_its_blanks_and_shown_nowhere()
    {
        using var file = new ConfigFile(Database);
        var outcome = await file.WithInputAsync("  new \"sesame\" \nmore\n", "configset", "database.pass", "-", "--json");
        Assert.Equal(
            "{\"schema_version\":1,\"option\":\"database.pass\",\"value\":\"********\",\"changed\":true,\"warnings\":[]}\n",
            outcome.Succeeded()
        );
        Assert.Equal("", outcome.Error);
        Assert.Contains("pass = \"  new \\\"sesame\\\" \"\n", file.Now, StringComparison.Ordinal);
        var log = await File.ReadAllTextAsync(file.Log, TestContext.Current.CancellationToken);
        Assert.Contains("database.pass", log, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", log, StringComparison.Ordinal);
    }

    [Fact]
    public static async Task a_password_among_the_arguments_is_taken_with_a_warning()
    {
        using var file = new ConfigFile(Database);
        var outcome = await file.VmmAsync("configset", "database.pass", "sesame2");
        Assert.Equal("", outcome.Succeeded());
        Assert.Equal(
            "vmm: warning: a password on the command line can be seen by others; prefer '-' and standard input\n",
            outcome.Error
        );
        Assert.Equal("sesame2", SettingsFile.Load(file.Path).Value(SettingOptions.DatabasePass));
    }

    [Theory]
    [InlineData("", "there is no password on standard input", "-")]
    [InlineData("x", "no terminal to ask for one")]
    public static async Task without_a_password_nothing_is_changed(string input, string message, params string[] more)
    {
        using var file = new ConfigFile(Database);
        Message.IsOneError(await file.WithInputAsync(input, ["configset", "database.pass", .. more]), 69, message);
        Assert.Equal(file.Content, file.Now);
    }

    [Fact]
    public static async Task configset_asks_for_the_password_twice_without_echo()
    {
        using var file = new ConfigFile(Database);
        using var terminal = PseudoTerminal.Start(file.Environment, "configset database.pass");
        await terminal.WaitForAsync("Enter new password: ");
        Assert.False(terminal.Echoes);
        terminal.Type("sesame3\n");
        await terminal.WaitForAsync("Retype new password: ");
        terminal.Type("sesame3\n");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.DoesNotContain("sesame", terminal.Seen, StringComparison.Ordinal);
        Assert.Equal("sesame3", SettingsFile.Load(file.Path).Value(SettingOptions.DatabasePass));
    }

    [Fact]
    public static async Task configure_asks_with_echo_except_for_the_password()
    {
        using var file = new ConfigFile(Database);
        using var terminal = PseudoTerminal.Start(file.Environment, "configure -s database");
        await AnswerAsync(terminal, "host [db.example.com]: ", "db2.example.com");
        await AnswerAsync(terminal, "name [mailsys]: ", "");
        await terminal.WaitForAsync("option pass [********]: ");
        Assert.False(terminal.Echoes);
        terminal.Type("sesame4\n");
        await AnswerAsync(terminal, "port [5432]: ", "x");
        Assert.True(terminal.Echoes);
        await AnswerAsync(terminal, "a whole number from 1 to 65535.\r\nEnter new value for option port [5432]: ", "5433");
        await AnswerAsync(terminal, "sslmode [prefer]: ", "");
        await AnswerAsync(terminal, "user [vmm]: ", "");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.Contains("db2.example.com\r\n", terminal.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", terminal.Seen, StringComparison.Ordinal);
        Assert.Equal(
            file.Content.Replace("db.example.com", "db2.example.com", StringComparison.Ordinal)
                .Replace("\"old sesame\"\n", "\"sesame4\"\nport = 5433\n", StringComparison.Ordinal),
            file.Now
        );
    }

    [Theory]
    [InlineData("\u0003", "host [db.example.com]: ")]
    [InlineData("\u0004", "host [db.example.com]: ")]
    [InlineData("\n\n\u0003", "pass [********]: ")]
    public static async Task interrupt_and_end_of_input_end_configure_with_3_and_save_nothing(string keys, string where)
    {
        using var file = new ConfigFile(Database);
        using var terminal = PseudoTerminal.Start(file.Environment, "configure database");
        foreach (var key in keys)
        {
            await terminal.WaitForAsync(
                key == '\n' ? "]: " : where,
                last: true,
                secret: key != '\n' && where.StartsWith("pass", StringComparison.Ordinal)
            );
            terminal.Type($"{key}");
        }

        Assert.Equal(3, await terminal.EndAsync());
        Assert.True(terminal.Echoes);
        Assert.Contains("vmm: error: interrupted\r\n", terminal.Seen, StringComparison.Ordinal);
        Assert.Equal(file.Content, file.Now);
        Assert.Equal(["vmm.toml"], file.Names);
    }

    private static async Task AnswerAsync(PseudoTerminal terminal, string prompt, string answer)
    {
        await terminal.WaitForAsync(prompt, last: true, secret: false);
        terminal.Type(answer + "\n");
    }
}
