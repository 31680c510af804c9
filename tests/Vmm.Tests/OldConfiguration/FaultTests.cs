namespace Vmm.Tests.OldConfiguration;

/// <summary>
/// What cannot be carried over stops the conversion: every line is named, no secret is shown, nothing is written.
/// </summary>
public static class FaultTests
{
    private const string Late =
        "[bin]\ndoveadm = /usr/bin/doveadm\n[database]\nuser = vmm\npass = x\n[misc]\ndovecot_version = 2.3.4\n";

    [Theory]
    [InlineData(
        "[domain]\nimap = maybe\n",
        "line 9: the value of 'domain.imap' cannot be converted: allowed is true or false, as before"
    )]
    [InlineData(
        "[account]\ndirectory_mode = 0700\n",
        "line 9: the value of 'account.directory_mode' cannot be converted: the number is decimal, from 0 to 511 (0777 in octal); "
            + "448 means 0700, 504 means 0770"
    )]
    [InlineData(
        "[account]\ndirectory_mode = 0o700\n",
        "line 9: the value of 'account.directory_mode' cannot be converted: it is not a whole number"
    )]
    [InlineData(
        "[mailbox]\nformat = Maildir\n",
        "line 9: the value of 'mailbox.format' cannot be converted: allowed is one of \"maildir\", \"mdbox\", \"sdbox\""
    )]
    [InlineData(
        "[mailbox]\nroot = a/b\n",
        "line 9: the value of 'mailbox.root' cannot be converted: allowed is the name of one directory, 1 to 20 characters, "
            + "without '/'"
    )]
    [InlineData(
        "[domain]\nquota_bytes = 5T\n",
        "line 9: the value of 'domain.quota_bytes' cannot be converted: allowed is a number of bytes"
    )]
    [InlineData(
        "[domain]\ntransport = dovecot:\n  # x\n  more\n",
        "line 9: the value of 'domain.transport' cannot be converted: the next lines are indented, so they belong to it"
    )]
    [InlineData("[domain]\nimap\n", "line 9: it is neither a section nor an option with a value")]
    [InlineData("[domain]\nimap = 1\nIMAP = 0\n", "line 10: the option 'imap' is set a second time, first in line 9")]
    [InlineData("[misc]\n", "line 8: the section 'misc' begins a second time")]
    public static async Task what_cannot_be_carried_over_is_named_by_its_line(string more, string message)
    {
        using var config = new OldConfig(Late + more);
        var refused = await config.ConvertAsync();
        refused.ShouldExit((int)ErrorCode.ConfigError);
        Assert.Contains($"vmm: error: {config.Path}, {message}", refused.Error, StringComparison.Ordinal);
        Assert.Contains("vmm: hint: Correct the line, then convert again.", refused.Error, StringComparison.Ordinal);
        Assert.Equal(["vmm.cfg"], config.Names);
    }

    [Fact]
    public static async Task all_faults_are_told_at_once_and_no_secret()
    {
        using var config = new OldConfig(
            "[maildir]\nname = Maildir\n[database]\nhost = %(nowhere)s\nuser =\npass = hush %(x)d\nname = mailsys\n[domdir]\nbase "
                + "= mail\nmode = 1528\n"
        );
        var refused = await config.ConvertAsync();
        refused.ShouldExit((int)ErrorCode.ConfigError);
        Assert.Equal(
            [
                "line 4: the value of 'database.host' cannot be converted: it refers to 'nowhere', which section database does "
                    + "not have",
                "line 5: the value of 'database.user' cannot be converted: allowed is a text in quotes, not empty, without "
                    + "control characters",
                "line 6: the value of 'database.pass' cannot be converted: a percent sign in it is neither part of %(name)s nor "
                    + "doubled",
                "line 9: the value of 'domdir.base' cannot be converted: allowed is an absolute path as text",
                "line 10: the value of 'domdir.mode' cannot be converted: the number is decimal, from 0 to 511 (0777 in octal); "
                    + "448 means 0700, 504 means 0770",
            ],
            refused
                .Error.Split('\n')
                .Where(l => l.Contains(", line ", StringComparison.Ordinal))
                .Select(l => l[(l.IndexOf(", ", StringComparison.Ordinal) + 2)..])
        );
        Assert.DoesNotContain("hush", refused.Error + refused.Out, StringComparison.Ordinal);
    }

    [Fact]
    public static async Task what_the_release_needs_must_be_there()
    {
        using var config = new OldConfig(
            "[domdir]\nmode = 504\n[services]\n[database]\nhost = localhost\npass = x\nname = mailsys\n"
        );
        var refused = await config.ConvertAsync();
        refused.ShouldExit((int)ErrorCode.ConfigError);
        Assert.Contains("'database.user' is missing; vmm 0.4 does not work without it", refused.Error, StringComparison.Ordinal);
        Assert.Contains("'domdir.base' is missing; vmm 0.4 does not work without it", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public static async Task another_encoding_does_no_harm_in_a_comment_and_is_refused_in_a_value()
    {
        using var config = new OldConfig("");
        byte[] umlaut = [0xfc];
        byte[] File(string before, string after) =>
            [.. System.Text.Encoding.ASCII.GetBytes(before), .. umlaut, .. System.Text.Encoding.ASCII.GetBytes(after)];
        System.IO.File.WriteAllBytes(config.Path, File("# f", "r uns\n" + Late));
        var done = await config.ConvertAsync();
        done.ShouldExit(0);
        Assert.Contains("is not UTF-8; its comments were read as Latin-1", done.Error, StringComparison.Ordinal);
        Assert.Contains("# für uns\n", System.IO.File.ReadAllText(config.New), StringComparison.Ordinal);

        System.IO.File.WriteAllBytes(config.Path, File(Late + "[domain]\ntransport = ", ":\n"));
        (await config.ConvertAsync("--overwrite")).ShouldExit((int)ErrorCode.ConfigError);
    }

    [Theory]
    [InlineData("/nowhere/vmm.cfg")]
    [InlineData("/etc")]
    [InlineData("/dev/null")]
    public static async Task what_is_no_file_is_refused(string path)
    {
        using var config = new OldConfig("");
        var refused = await config.VmmAsync("upgrade", "--from-config", path);
        Assert.Contains(refused.ExitCode, new[] { (int)ErrorCode.ConfigMissing, (int)ErrorCode.ConfigPermission });
        Assert.Equal(["vmm.cfg"], config.Names);
    }
}
