namespace Vmm.Tests.OldConfiguration;

/// <summary>Values that an old vmm accepted, and that have no equal here.</summary>
public static class LegalValueTests
{
    [Theory]
    [InlineData("host = ")]
    [InlineData("host =   \t")]
    [InlineData("host:")]
    public static async Task an_empty_host_is_the_socket_that_libpq_took(string host)
    {
        using var config = new OldConfig(Of($"{host}\nuser = vmm\npass = x\nname = mailsys", ""));
        var done = await config.ConvertAsync();
        done.ShouldExit(0);
        Assert.Contains("database.host = \"/var/run/postgresql\"", done.Out, StringComparison.Ordinal);
        Assert.Contains("an empty host was the server's socket", done.Out, StringComparison.Ordinal);
        Assert.Contains("host = \"/var/run/postgresql\"\n", await WrittenAsync(config), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LANMAN")]
    [InlineData("NTLM")]
    [InlineData("RPA")]
    [InlineData("rpa")]
    public static async Task a_scheme_that_nobody_makes_any_more_is_replaced_and_that_is_told(string scheme)
    {
        using var config = new OldConfig(Of("host = x\nuser = vmm\npass = x\nname = mailsys", $"password_scheme = {scheme}"));
        var done = await config.ConvertAsync();
        done.ShouldExit(0);
        Assert.Contains($"vmm does not make {scheme.ToUpperInvariant()}", done.Out, StringComparison.Ordinal);
        Assert.Contains("password_scheme = \"SHA512-CRYPT\"\n", await WrittenAsync(config), StringComparison.Ordinal);
    }

    [Fact]
    public static async Task a_scheme_that_never_was_is_still_refused()
    {
        using var config = new OldConfig(Of("host = x\nuser = vmm\npass = x\nname = mailsys", "password_scheme = SHA-1024"));
        (await config.ConvertAsync()).ShouldExit(31);
    }

    private static Task<string> WrittenAsync(OldConfig config) =>
        File.ReadAllTextAsync(config.New, TestContext.Current.CancellationToken);

    private static string Of(string database, string misc) =>
        $"[database]\n{database}\n[mailbox]\nformat = maildir\n[domain]\ntransport = dovecot:\n"
        + $"[misc]\nbase_directory = /srv/mail\n{misc}\n";
}
