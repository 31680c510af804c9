namespace Vmm.Tests.Configuration;

/// <summary>What configset and configure take, and how it is written.</summary>
public static class SettingInputTests
{
    [Theory]
    [InlineData("domain.imap", "1", "true")]
    [InlineData("domain.imap", "Yes", "true")]
    [InlineData("domain.imap", "on", "true")]
    [InlineData("domain.imap", "OFF", "false")]
    [InlineData("domain.imap", "no", "false")]
    [InlineData("domain.imap", "0", "false")]
    [InlineData("domain.quota_messages", "12", "12")]
    [InlineData("domain.quota_bytes", "500M", "\"500M\"")]
    [InlineData("domain.quota_bytes", "1024", "1024")]
    [InlineData("domain.directory_mode", "0770", "\"0770\"")]
    [InlineData("domain.directory_mode", "770", "\"0770\"")]
    [InlineData("account.directory_mode", "000", "\"0000\"")]
    [InlineData("database.sslmode", "Verify-Full", "\"verify-full\"")]
    [InlineData("misc.password_scheme", "sha512-crypt", "\"SHA512-CRYPT\"")]
    [InlineData("misc.password_scheme", "ssha256.b64", "\"SSHA256.B64\"")]
    [InlineData("mailbox.folders", "Drafts: Sent:Work.Bills", "[\"Drafts\", \"Sent\", \"Work.Bills\"]")]
    [InlineData("mailbox.folders", ":", "[]")]
    [InlineData("mailbox.folders", "['A', \"Ü b\"] # two", "[\"A\", \"Ü b\"]")]
    [InlineData("database.pass", "", "\"\"")]
    [InlineData("database.pass", "a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("bin.du", "/bin/sh", "\"/bin/sh\"")]
    [InlineData("misc.base_directory", "/usr/", "\"/usr\"")]
    [InlineData("log.file", "", "\"\"")]
    [InlineData("log.file", "/tmp/x.log", "\"/tmp/x.log\"")]
    public static void a_value_is_written_in_its_form(string key, string text, string toml) =>
        Assert.Equal(toml, Read(key, text).Toml);

    [Theory]
    [InlineData("domain.imap", "maybe", 31)]
    [InlineData("domain.imap", "", 31)]
    [InlineData("database.port", "99999", 31)]
    [InlineData("database.port", "0", 31)]
    [InlineData("database.port", "5432.0", 31)]
    [InlineData("account.password_length", "7", 31)]
    [InlineData("domain.quota_bytes", "-5", 31)]
    [InlineData("domain.quota_bytes", "5 lots", 31)]
    [InlineData("domain.quota_bytes", "99999999999G", 31)]
    [InlineData("domain.directory_mode", "0o770", 31)]
    [InlineData("domain.directory_mode", "448", 31)]
    [InlineData("domain.directory_mode", "4770", 31)]
    [InlineData("database.sslmode", "always", 31)]
    [InlineData("database.host", "", 31)]
    [InlineData("database.pass", "a\tb", 31)]
    [InlineData("database.pass", "\ufffd", 31)]
    [InlineData("domain.transport", "a\nb", 31)]
    [InlineData("mailbox.root", "../x", 31)]
    [InlineData("mailbox.root", "", 31)]
    [InlineData("mailbox.folders", "a/b", 31)]
    [InlineData("mailbox.folders", "[1]", 31)]
    [InlineData("mailbox.folders", "[\"A\"]\nx = 1", 31)]
    [InlineData("mailbox.folders", "[\"A\"", 31)]
    [InlineData("misc.password_scheme", "SHA3", 31)]
    [InlineData("misc.base_directory", "/no/such", 31)]
    [InlineData("misc.base_directory", "/etc/passwd", 31)]
    [InlineData("misc.base_directory", "/bin/sh", 31)]
    [InlineData("misc.base_directory", "tmp", 31)]
    [InlineData("misc.base_directory", "~nobody", 31)]
    [InlineData("log.file", "/no/such/vmm.log", 31)]
    [InlineData("log.file", "/tmp", 31)]
    [InlineData("bin.du", "/no/such", 55)]
    [InlineData("bin.du", "/tmp", 55)]
    [InlineData("bin.du", "/etc/passwd", 51)]
    public static void what_is_not_a_value_is_refused_with_what_is_allowed(string key, string text, int code)
    {
        var error = Assert.Throws<VmmException>(() => Read(key, text));
        Assert.Equal(code, (int)error.Code);
        Assert.NotNull(error.Hint);
        Assert.True(key != "database.pass" || !error.Message.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public static void a_dot_and_a_tilde_become_absolute()
    {
        Assert.Equal(
            Directory.GetCurrentDirectory().TrimEnd('/') is { Length: > 0 } here ? here : "/",
            Read("misc.base_directory", ".").Value
        );
        Assert.Equal(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Read("misc.base_directory", "~").Value);
    }

    [Fact]
    public static void a_base_directory_that_is_a_link_is_refused()
    {
        using var directory = new TempDirectory();
        File.CreateSymbolicLink(directory["link"], "/usr");
        Assert.Equal(ErrorCode.ConfigError, Assert.Throws<VmmException>(() => Read("misc.base_directory", directory["link"])).Code);
    }

    [Fact]
    public static void the_decimal_mode_of_0_7_that_happens_to_be_octal_is_warned_about()
    {
        Assert.Contains("0.7's 504 is 0770", Read("domain.directory_mode", "504").Warning, StringComparison.Ordinal);
        Assert.Null(Read("domain.directory_mode", "0770").Warning);
    }

    private static SettingEntry Read(string key, string text) =>
        SettingInput.Read(SettingOptions.All.Single(o => o.Key == key), text);
}
