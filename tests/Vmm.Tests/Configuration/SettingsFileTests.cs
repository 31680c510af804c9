namespace Vmm.Tests.Configuration;

/// <summary>What the configuration says when it is wrong: file, line, and what is allowed.</summary>
public static class SettingsFileTests
{
    [Theory]
    [InlineData("[domain]\nimap = maybe", 2, "")]
    [InlineData("[domain]\nimap = \"yes\"", 2, "Allowed is true or false.")]
    [InlineData("[domain]\nimap = 1", 2, "Allowed is true or false.")]
    [InlineData(
        "[domain]\n\nquota_bytes = \"5 lots\"",
        3,
        "Allowed is a number of bytes, or a text such as \"500M\" (b, k, M, G, T) or \"unlimited\"."
    )]
    [InlineData("[domain]\nquota_bytes = -1", 2, "Allowed is a number of bytes")]
    [InlineData("[domain]\nquota_messages = 2147483648", 2, "Allowed is a whole number from 0 to 2147483647.")]
    [InlineData("[domain]\nquota_messages = 1.5", 2, "Allowed is a whole number")]
    [InlineData("[domain]\ndirectory_mode = 504", 2, "Allowed is octal permission bits as text, such as \"0770\".")]
    [InlineData("[domain]\ndirectory_mode = \"0o770\"", 2, "Allowed is octal")]
    [InlineData("[domain]\ndirectory_mode = \"4770\"", 2, "Allowed is octal")]
    [InlineData("[domain]\ntransport = \"a\\nb\"", 2, "Allowed is a text in quotes, not empty, without control characters and")]
    [InlineData("[domain]\ntransport = \"\"", 2, "Allowed is a text in quotes, not empty, without control characters and")]
    [InlineData("[domain]\ntransport = \"smtp:[łódź.example]\"", 2, "Allowed is a text in quotes, not empty, without control")]
    [InlineData("[database]\nhost = \"\"", 2, "Allowed is a text in quotes, not empty")]
    [InlineData("[database]\nport = 99999", 2, "Allowed is a whole number from 1 to 65535.")]
    [InlineData("[database]\nport = \"5432\"", 2, "Allowed is a whole number")]
    [InlineData("[database]\nsslmode = \"always\"", 2, "Allowed is one of \"disable\"")]
    [InlineData("[database]\nhost = [\"a\"]", 2, "Allowed is a text")]
    [InlineData("[database]\nhost = {name = \"a\"}", 2, "Allowed is a text")]
    [InlineData("[database]\nhost = 1979-05-27", 2, "Allowed is a text")]
    [InlineData("[database]\nport = 99999999999999999999", 2, "")]
    [InlineData("[mailbox]\nformat = \"mbox\"", 2, "Allowed is one of \"maildir\"")]
    [InlineData("[mailbox]\nfolders = \"Drafts:Sent\"", 2, "Allowed is an array of folder names, such as [\"Drafts\", \"Sent\"].")]
    [InlineData("[mailbox]\nfolders = [\"Drafts\", 5]", 2, "Allowed is an array")]
    [InlineData("[misc]\nbase_directory = \"mail\"", 2, "Allowed is an absolute path as text.")]
    [InlineData("[misc]\npassword_scheme = \"SHA3\"", 2, "Allowed is one of Dovecot's password schemes")]
    [InlineData("[misc]\ncrypt_blowfish_rounds = 32", 2, "Allowed is a whole number from 4 to 31.")]
    [InlineData("[log]\nfile = \"vmm.log\"", 2, "Allowed is an absolute path as text, or \"\".")]
    public static void a_wrong_value_names_file_line_and_what_is_allowed(string text, int line, string allowed)
    {
        var error = Refuse(text);
        Assert.Contains($", line {line}: ", error.Message, StringComparison.Ordinal);
        Assert.StartsWith(allowed, error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[domain]\ntransprot = \"x\"", 2, "unknown option 'domain.transprot'", "Did you mean 'domain.transport'?")]
    [InlineData("[domain]\nzzzzzzzz = \"x\"", 2, "unknown option 'domain.zzzzzzzz'", "Section domain has: auto_postmaster, ")]
    [InlineData(
        "[domian]\nimap = true",
        1,
        "unknown section 'domian'",
        "The sections are account, bin, check, database, domain, dovecot, housekeeping, journal, mailbox, misc, log."
    )]
    [InlineData("imap = true", 1, "'imap' stands outside of a section", "Put it below one of the sections account,")]
    [InlineData("domain.imap = true", 1, "'domain.imap' stands outside of a section", "Write imap = ... below [domain].")]
    [InlineData(
        "domain = { imap = true }",
        1,
        "'domain' stands outside of a section",
        "Write a section [domain] with its options below it."
    )]
    [InlineData("[domain]\nimap.on = true", 2, "unknown option 'domain.imap.on'", "")]
    [InlineData("[domain.imap]\non = true", 1, "unknown section 'domain.imap'", "The sections are ")]
    [InlineData("[[domain]]\nimap = true", 1, "the section 'domain' has double brackets", "Write it as [domain].")]
    [InlineData("[domain]\nimap = true\nimap = true", 3, "", "")]
    [InlineData("[domain]\nimap = true\n\"imap\" = true", 3, "", "")]
    [InlineData("[domain]\nimap = true\n[domain]\npop3 = true", 3, "", "")]
    [InlineData("[domain]\nimap true", 2, "", "The file is TOML")]
    [InlineData("[domain\nimap = true", 1, "", "The file is TOML")]
    [InlineData("[domain]\ntransport = \"open", 2, "", "The file is TOML")]
    [InlineData("[domain]\ntransport = lmtp:", 2, "", "The file is TOML")]
    [InlineData("[domain]\ntransport = \"a\0b\"", 2, "", "")]
    public static void what_is_not_an_option_in_a_section_is_an_error_that_says_where(
        string text,
        int line,
        string message,
        string hint
    )
    {
        var error = Refuse(text);
        Assert.Contains($", line {line}: {message}", error.Message, StringComparison.Ordinal);
        Assert.StartsWith(hint, error.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public static void a_file_that_is_not_utf_8_names_the_line()
    {
        using var directory = new TempDirectory();
        var path = Write(directory, [.. "[domain]\n# ok\ntransport = \""u8, 0xe9, .. "\"\n"u8]);
        var error = Assert.Throws<VmmException>(() => SettingsFile.Load(path));
        Assert.Equal(ErrorCode.ConfigError, error.Code);
        Assert.Equal($"{path}, line 3: this is not valid UTF-8", error.Message);
    }

    [Theory]
    [InlineData("\ufeff[domain]\nimap = false\n")]
    [InlineData("[domain]\r\nimap = false\r\n")]
    [InlineData("[\"domain\"]\n\"imap\" = false")]
    [InlineData("['domain']\n'imap' = false")]
    [InlineData("[ domain ] # why\n  imap=false # because")]
    public static void every_way_to_write_the_same_thing_is_read(string text) =>
        Assert.False(Load(text).Value(SettingOptions.DomainImap));

    [Fact]
    public static void an_empty_file_gives_the_defaults()
    {
        var settings = Load("");
        Assert.All(SettingOptions.All, o => Assert.Equal(o.Format(o.Default), o.Format(settings.Value(o))));
    }

    [Fact]
    public static void values_take_the_form_that_the_program_uses()
    {
        var settings = Load("""
            [domain]
            quota_bytes = "1 G"
            directory_mode = "750"
            [mailbox]
            folders = []
            [misc]
            base_directory = "/mail//"
            password_scheme = "ssha256.hex"
            [log]
            file = ""
            """);
        Assert.Equal(1L << 30, settings.Value(SettingOptions.DomainQuotaBytes));
        Assert.Equal(0b111_101_000L, settings.Value(SettingOptions.DomainDirectoryMode));
        Assert.Empty(settings.Folders);
        Assert.Equal("/mail", settings.BaseDirectory);
        Assert.Equal("SSHA256.HEX", settings.Value(SettingOptions.MiscPasswordScheme));
        Assert.Equal("", settings.Value(SettingOptions.LogFile));
    }

    internal static string Write(TempDirectory directory, byte[] content)
    {
        var path = directory["vmm.toml"];
        File.WriteAllBytes(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static Settings Load(string text)
    {
        using var directory = new TempDirectory();
        return SettingsFile.Load(Write(directory, System.Text.Encoding.UTF8.GetBytes(text)));
    }

    private static VmmException Refuse(string text)
    {
        var error = Assert.Throws<VmmException>(() => Load(text));
        Assert.Equal(ErrorCode.ConfigError, error.Code);
        Assert.NotNull(error.Hint);
        Assert.Contains("/vmm.toml, line ", error.Message, StringComparison.Ordinal);
        return error;
    }
}
