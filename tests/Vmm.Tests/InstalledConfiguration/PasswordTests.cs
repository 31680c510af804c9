using Vmm.Tests.Install;

namespace Vmm.Tests.InstalledConfiguration;

/// <summary>The passwords of the roles: in every syntax, read back by the programs themselves, and never shown.</summary>
public class PasswordTests
{
    private const string Mailconfig = "/usr/local/sbin/vmm mailconfig ";
    private const string Domains = "/etc/postfix/pgsql-virtual_mailbox_domains.cf";

    [Fact]
    public async Task a_password_of_any_signs_is_what_postfix_and_dovecot_send_to_the_server()
    {
        await using var system = await PrivateSystem.CreateAsync();
        await system.StartServerAsync();
        (await system.InstallAsync()).Succeeded();
        await system.DoAsync(
            "/usr/local/sbin/vmm domainadd example.com --random && /usr/local/sbin/vmm useradd user@example.com --random"
        );
        await system.DoAsync(
            $"mkdir -p {system.Root}/run {system.Root}/state && printf 'base_dir = {system.Root}/run\\nstate_dir = "
                + $"{system.Root}/state\\nlog_path = {system.Root}/log\\nprotocols =\\n' > /etc/dovecot/local.conf"
        );
        foreach (
            var password in (string[])
                [
                    "plain",
                    "it's",
                    "a b  c",
                    " edge ",
                    "#hash\\back\"quote",
                    "x host=y maxconns=1",
                    "$HOME ${x} %u %{user} %%{",
                    "@/:?&=,;+~é",
                ]
        )
        {
            await File.WriteAllTextAsync(system.Root + "/password", password + "\n", TestContext.Current.CancellationToken);
            var quoted = password.Replace("'", "''", StringComparison.Ordinal);
            await File.WriteAllTextAsync(
                system.Root + "/role.sql",
                $"ALTER ROLE postfix PASSWORD '{quoted}'; ALTER ROLE dovecot PASSWORD '{quoted}';",
                TestContext.Current.CancellationToken
            );
            await system.DoAsync($"cd / && runuser -u postgres -- psql -qX -v ON_ERROR_STOP=1 < {system.Root}/role.sql");

            // As Postfix 3.10 has it, which needs no dbname; this one does.
            var given = $"--postfix-password-file {system.Root}/password --dovecot-password-file {system.Root}/password";
            await system.DoAsync(
                $"{Mailconfig}postfix --postfix-version 3.10 --show-secrets {given} | sed -n '\\|^### {Domains}|,/^query/p' > "
                    + $"{system.Root}/new.cf && rm /etc/postfix/pgsql-* && (cat {system.Root}/new.cf; echo dbname = mailsys) > "
                        + $"{Domains}"
            );
            Assert.Equal("example.com\n", await system.DoAsync($"postmap -q example.com pgsql:{Domains} 2> /dev/null"));

            // From this form the password goes into the other, and stays the same.
            await system.DoAsync($"{Mailconfig}postfix --install");
            Assert.Equal("example.com\n", await system.DoAsync($"postmap -q example.com pgsql:{Domains}"));
            await system.DoAsync($"{Mailconfig}dovecot --install {given} && dovecot > {system.Root}/start 2>&1 < /dev/null");
            Assert.Contains(
                "home",
                (await system.DoAsync($"doveadm user user@example.com; doveadm stop")),
                StringComparison.Ordinal
            );
            Assert.Contains("there is nothing to do", await system.DoAsync(Mailconfig + "--install"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("password = it's #1 \n", "it's #1")]
    [InlineData("# password = old\npassword=new\n", "new")]
    [InlineData(
        "hosts = postgresql://postfix:a%20b%40@localhost/mailsys?connect_timeout=5 "
            + "postgresql://postfix:a%20b%40@localhost/mailsys\n",
        "a b@"
    )]
    [InlineData("hosts = postgres://localhost/mailsys?user=postfix&password=x%26y\n", "x&y")]
    [InlineData("driver = pgsql\nconnect = host=localhost dbname=mailsys user=dovecot password=secret\n", "secret")]
    [InlineData("connect = host=localhost \\\n  password = 'a\\'b c' \\\n  dbname=mailsys\n", "a'b c")]
    [InlineData("pgsql vmm {\n  parameters {\n    user = dovecot\n    password = \"a \\\"b\\\" %%{c\"\n  }\n}\n", "a \"b\" %{c")]
    [InlineData("password = CHANGE-ME\n", null)]
    [InlineData("connect = host=/run/postgresql user=dovecot\n", null)]
    public void a_password_is_found_and_hidden_in_what_people_write(string text, string? password)
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory["file"], text);
        Assert.Equal(password, InstalledPasswords.Find("postfix", [directory["missing"], directory["file"]]));
        var hidden = InstalledPasswords.Hide(text);
        Assert.Equal(
            password is not null || text.Contains("CHANGE-ME", StringComparison.Ordinal),
            hidden.Contains("<not shown>", StringComparison.Ordinal)
        );
        foreach (var secret in (string[])["it's", "old", "new\n", "a%20b", "x%26y", "secret", "a\\'b", "\\\"b"])
        {
            Assert.DoesNotContain(secret, hidden, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void files_that_have_two_passwords_are_no_source_of_one()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory["one"], "password = a\n");
        File.WriteAllText(directory["two"], "password = b\n");
        var refused = Assert.Throws<VmmException>(() => InstalledPasswords.Find("postfix", [directory["one"], directory["two"]]));
        Assert.Equal(ErrorCode.RolePasswordUnknown, refused.Code);
        Assert.DoesNotContain("= a", refused.Message + refused.Hint, StringComparison.Ordinal);
    }
}
