namespace Vmm.Tests.Commands;

/// <summary>Words that shells make of unset variables, and words in the wrong place: never taken for something else.</summary>
public class CommandLineTests(PostgresCluster cluster)
{
    [Fact]
    public async Task an_option_with_nothing_behind_its_equals_sign_has_an_empty_value()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com --note=one");
        await world.DoAsync("domainnote example.com --note= --dry-run");
        Assert.Equal(["one"], await world.QueryAsync("SELECT note FROM domain_data"));
        await world.DoAsync("domainadd dry.example --not= --dry-run");
        Assert.Equal(1, await world.CountAsync("domain_name"));
        Assert.True((await world.JsonAsync("listdomains --pattern=")).TryGetProperty("domains", out _));
        Message.IsOneError(await world.VmmAsync("--config=", "listdomains"), 2, "the option '--config' needs a path");
    }

    [Theory]
    [InlineData("useradd a@example.com --password= --random", 2)]
    [InlineData("useradd a@example.com -p= --random", 2)]
    [InlineData("useradd a@example.com --hash= --dry-run", 44)]
    [InlineData("useradd a@example.com --dry-run= --random", 2)]
    public async Task an_empty_value_is_not_the_next_word(string command, int exit)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        Message.IsOneError(await world.VmmAsync(command.Split(' ')), exit, "");
        Assert.Equal(0, await world.CountAsync("users"));
    }

    [Theory]
    [InlineData("userpassword", "a@example.com", "--password-file")]
    [InlineData("useradd", "--from-file")]
    [InlineData("domainadd", "--from-file")]
    [InlineData("aliasadd", "--from-file")]
    [InlineData("mailconfig", "--postfix-directory")]
    [InlineData("mailconfig", "--dovecot-directory")]
    [InlineData("mailconfig", "--postfix-password-file")]
    [InlineData("mailconfig", "--dovecot-password-file")]
    [InlineData("import-postfixadmin", "--source", "dbname=old", "--mail-directory")]
    [InlineData("listdomains", "--config")]
    [InlineData("upgrade", "--yes", "--dump")]
    [InlineData("upgrade", "--from-config")]
    [InlineData("upgrade", "--from-config", "/etc/vmm.cfg", "--output")]
    public async Task an_empty_path_is_misuse(params string[] command)
    {
        using var world = await World.CreateAsync(cluster);
        foreach (var line in (string[][])[[.. command, ""], [.. command[..^1], command[^1] + "="]])
        {
            Message.IsOneError(await world.VmmAsync(line), 2, $"the option '{command[^1]}' needs a path");
        }
    }

    /// <summary>Bytes of another encoding, which would be stored as a letter that nobody typed.</summary>
    [Theory]
    [InlineData("domainadd new.example --note", "the note is not valid UTF-8")]
    [InlineData("domainnote example.com -n", "the note is not valid UTF-8")]
    [InlineData("usernote user@example.com --note", "the note is not valid UTF-8")]
    [InlineData("username user@example.com", "the name is not valid UTF-8")]
    [InlineData("useradd other@example.com --hash {PLAIN}secret -n", "the note is not valid UTF-8")]
    public async Task a_text_that_is_not_utf_8_is_refused(string command, string message)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var outcome = await Run.ShellAsync($"{Repository.Binary} --config {world.Config} {command} $'caf\\xe9'");
        Message.IsOneError(outcome, 44, message);
        Assert.Equal(1, await world.CountAsync("users"));
        Assert.Equal(["||"], await world.QueryAsync(
            "SELECT concat_ws('|', coalesce(d.note, ''), coalesce(u.note, ''), coalesce(u.name, '')) FROM domain_data d, users u"));
    }

    [Theory]
    [InlineData("--config")]
    [InlineData("listdomains", "--config")]
    public async Task an_option_without_its_value_is_named(params string[] line)
    {
        using var world = await World.CreateAsync(cluster);
        Message.IsOneError(await world.VmmAsync(line), 2, "required argument missing for option: '--config'");
    }

    [Theory]
    [InlineData("{SHA512-CRYPT}$6$salt$aaaa ")]
    [InlineData(" {PLAIN}secret")]
    [InlineData("{BLF-CRYPT}$2y$05$mgkh7M9n1hFgDoctZfb2WuE2m8ng3RoTMYoYNr5Urg.kc5F0O3JJy ")]
    public async Task blanks_around_a_hash_are_named(string hash)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        const string Message = "there are blanks before or after the password hash";
        Tests.Message.IsOneError(await world.VmmAsync("useradd", "a@example.com", "--hash", hash), 44, Message);
        var line = await world.VmmWithInputAsync($"a@example.com\t{hash}\n", "useradd", "--from-file", "-");
        line.ShouldExit(44);
        Assert.Contains(Message, line.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[x]")]
    [InlineData("[diagram]")]
    [InlineData("[suggest]")]
    public async Task a_first_word_in_brackets_is_no_subcommand(string word)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        Message.IsOneError(await world.VmmAsync(word, "domaindelete", "example.com"), 2, $"unknown subcommand '{word}'");
        Assert.Equal(1, await world.CountAsync("domain_name"));
    }

    [Theory]
    [InlineData("[]", "[] listdomains")]
    [InlineData("[suggest:3]", "[suggest:3] listdomains")]
    [InlineData("[x]", "--config CONFIG [x] domaindelete example.com")]
    [InlineData("[parse]", "--verbose [parse] domaindelete example.com")]
    public async Task a_word_in_brackets_is_no_subcommand_wherever_it_stands(string word, string line)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        var command = line.Replace("CONFIG", world.Config, StringComparison.Ordinal).Split(' ');
        Message.IsOneError(await world.VmmAsync(command), 2, $"unknown subcommand '{word}'");
        Assert.Equal(1, await world.CountAsync("domain_name"));
    }

    [Theory]
    [InlineData("useradd -- -x@example.com --random", "--random")]
    [InlineData("userdelete a@example.com -- --force", "--force")]
    [InlineData("listdomains -- --json", "--json")]
    [InlineData("aliasadd -- a@example.com b@example.net --dry-run", "--dry-run")]
    [InlineData("useradd -- a@example.com -n note", "-n")]
    public async Task an_option_after_two_dashes_is_said_to_be_none(string command, string option)
    {
        using var world = await World.CreateAsync(cluster);
        Message.IsOneError(
            await world.VmmAsync(command.Split(' ')), 2, $"'{option}' stands after '--', so it is not an option"
        );
    }
}
