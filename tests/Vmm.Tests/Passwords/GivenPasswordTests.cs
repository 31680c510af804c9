namespace Vmm.Tests.Passwords;

/// <summary>The ways to hand over a password without a terminal.</summary>
public class GivenPasswordTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("secret", "secret")]
    [InlineData("secret\n", "secret")]
    [InlineData("secret\r\n", "secret")]
    [InlineData("  two words \nsecond line\n", "  two words ")]
    [InlineData("\ufeffsecret\n", "secret")]
    [InlineData("grüße 火\n", "grüße 火")]
    public async Task standard_input_and_a_file_give_their_first_line_with_its_blanks(string input, string password)
    {
        using var world = await PlainWorldAsync();
        (await world.VmmWithInputAsync(input, "useradd", "a@example.com", "--password-stdin")).ShouldExit(0);
        File.WriteAllText(world.Directory + "/pw", input);
        File.SetUnixFileMode(world.Directory + "/pw", UnixFileMode.UserRead);
        Assert.Empty((await world.VmmAsync("useradd", "b@example.com", "--password-file", world.Directory + "/pw")).Error);
        Assert.Equal(["{PLAIN}" + password, "{PLAIN}" + password], await world.QueryAsync("SELECT passwd FROM users"));
    }

    [Theory]
    [InlineData("", 69)]
    [InlineData("\n", 69)]
    [InlineData("\r\n", 69)]
    [InlineData("a\rb\n", 67)]
    [InlineData("a\0b\n", 67)]
    public async Task an_empty_password_is_69_and_one_with_control_characters_is_67(string input, int code)
    {
        using var world = await PlainWorldAsync();
        var refused = await world.VmmWithInputAsync(input, "useradd", "a@example.com", "--password-stdin");
        refused.ShouldExit(code);
        Message.IsOneError(refused);
        Assert.Equal(0, await world.CountAsync("users"));
    }

    [Fact]
    public async Task input_that_is_no_password_at_all_is_refused()
    {
        using var world = await PlainWorldAsync();
        var vmm = $"VMM_CONFIG={world.Config} {Repository.Binary} useradd a@example.com";
        foreach (var (command, code, text) in new[]
        {
            ($"printf 'a\\377b\\n' | {vmm} --password-stdin", 67, "the password from standard input is not valid UTF-8"),
            ($"{vmm} --password-stdin < /", 69, "cannot read the password from standard input"),
            ($"{vmm} --password-stdin <&-", 69, "standard input is closed"),
            ($"{vmm} --password-file /dev/zero", 67, "longer than 4096 bytes"),
            ($"{vmm} --password-file /nowhere/pw", 69, "cannot read the password file '/nowhere/pw': there is no such file"),
            ($"{vmm} --password-file /", 69, "cannot read the password file '/': it is a directory"),
            ($"{vmm} -p ''", 69, "empty passwords are not permitted"),
            ($"{vmm} -p $'a\\xff'", 67, "the password is not valid UTF-8"),
            ($"{vmm} --hash $'{{PLAIN}}a\\xff'", 44, "this is not a hash of the scheme PLAIN"),
            ($"{vmm} -p x --random", 2, "more than one way"),
            ($"{vmm} --hash ''", 44, "the password hash has no scheme"),
            (vmm, 69, "no terminal to ask for one"),
        })
        {
            var refused = await Run.ShellAsync(command);
            refused.ShouldExit(code);
            Assert.Contains(text, refused.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(0, await world.CountAsync("users"));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupRead)]
    public async Task a_pipe_can_stand_for_the_file_and_others_readers_of_it_are_warned_of(UnixFileMode others)
    {
        using var world = await PlainWorldAsync();
        var vmm = $"VMM_CONFIG={world.Config} {Repository.Binary}";
        Assert.Empty((await Run.ShellAsync($"{vmm} useradd a@example.com --password-file <(echo secret)")).Error);
        File.WriteAllText(world.Directory + "/pw", "secret\n");
        File.SetUnixFileMode(world.Directory + "/pw", UnixFileMode.UserRead | others);
        var warned = await world.VmmAsync("useradd", "b@example.com", "--password-file", world.Directory + "/pw");
        warned.ShouldExit(0);
        Assert.StartsWith("vmm: warning: the password file", warned.Error, StringComparison.Ordinal);
        Assert.Equal(2, await world.CountAsync("users"));
    }

    [Theory]
    [InlineData("printf 'one\\ntwo\\n' |")]
    [InlineData("printf 'one\\ntwo\\n' > $DIR/pw; exec < $DIR/pw;")]
    public async Task a_script_can_feed_several_commands_from_one_list(string feed)
    {
        using var world = await PlainWorldAsync();
        var vmm = $"{Repository.Binary} useradd --password-stdin";
        var script =
            $"{feed.Replace("$DIR", world.Directory, StringComparison.Ordinal)} {{ {vmm} a@example.com; {vmm} b@example.com; }}";
        (await Run.ShellAsync(script, world.Environment)).Succeeded();
        Assert.Equal(["{PLAIN}one", "{PLAIN}two"], await world.QueryAsync("SELECT passwd FROM users ORDER BY uid"));
    }

    /// <summary>As a password it would let in whoever has the table of another program, and keep the owner out.</summary>
    [Theory]
    [InlineData("{BCRYPT}$2y$05$mgkh7M9n1hFgDoctZfb2WuE2m8ng3RoTMYoYNr5Urg.kc5F0O3JJy", 67)]
    [InlineData("$2y$05$mgkh7M9n1hFgDoctZfb2WuE2m8ng3RoTMYoYNr5Urg.kc5F0O3JJy", 44)]
    [InlineData("{SHA512-CRYPT}$6$", 44)]
    [InlineData("{SHA_512}abc", 67)]
    [InlineData("{ARGON2ID13}$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$abc", 67)]
    [InlineData("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$abc", 44)]
    [InlineData(" {BLF-CRYPT}$2y$05$mgkh7M9n1hFgDoctZfb2WuE2m8ng3RoTMYoYNr5Urg.kc5F0O3JJy", 44)]
    [InlineData("$1$abc$def ", 44)]
    public async Task a_field_that_looks_like_a_hash_is_no_password(string field, int exit)
    {
        using var world = await PlainWorldAsync();
        var file = world.Directory + "/in.tsv";
        await File.WriteAllTextAsync(file, $"a@example.com\t{field}\n", TestContext.Current.CancellationToken);
        var refused = await world.VmmAsync("useradd", "--from-file", file);
        refused.ShouldExit(exit);
        Assert.Contains("in.tsv, line 1: ", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(field.Trim(), refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, await world.CountAsync("users"));
    }

    [Theory]
    [InlineData("{PLAIN}$6$not-a-hash", "{PLAIN}$6$not-a-hash")]
    [InlineData("{not a scheme} secret", "{PLAIN}{not a scheme} secret")]
    [InlineData("$ecret", "{PLAIN}$ecret")]
    public async Task a_field_that_only_begins_like_one_is(string field, string stored)
    {
        using var world = await PlainWorldAsync();
        var file = world.Directory + "/in.tsv";
        await File.WriteAllTextAsync(file, $"a@example.com\t{field}\n", TestContext.Current.CancellationToken);
        await world.DoAsync("useradd --from-file " + file);
        Assert.Equal([stored], await world.QueryAsync("SELECT passwd FROM users"));
    }

    [Theory]
    [InlineData("u1@example.com,Secret1,User 1", "','")]
    [InlineData("u1@example.com;Secret1;User 1", "';'")]
    [InlineData("u1@example.com Secret1", "blank")]
    [InlineData("\"u1@example.com\",\"Secret1\"\tx", "','")]
    public async Task a_file_with_other_separators_is_explained_without_its_passwords(string line, string separator)
    {
        using var world = await PlainWorldAsync();
        var file = world.Directory + "/in.csv";
        await File.WriteAllTextAsync(file, line + "\n" + line + "\n", TestContext.Current.CancellationToken);
        var refused = await world.VmmAsync("useradd", "--from-file", file);
        refused.ShouldExit(44);
        Assert.Contains(
            $"line 2: the fields of a line are separated by tabs, and the first one has a {separator}",
            refused.Error,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("Secret1", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_given_password_that_looks_like_a_hash_or_an_option_is_told()
    {
        using var world = await PlainWorldAsync();
        var told = await world.VmmWithInputAsync("{BLF-CRYPT}$2y$05$abc\n", "useradd", "a@example.com", "--password-stdin");
        told.Succeeded();
        Assert.Equal(
            "vmm: warning: the password looks like a hash and is taken as the password itself; --hash stores a hash\n", told.Error
        );
        told = await world.VmmAsync("useradd", "b@example.com", "-p", "--random");
        Assert.Contains("vmm: warning: the password is the name of an option", told.Error, StringComparison.Ordinal);
    }

    /// <summary>Whichever command takes it, and however it is given.</summary>
    [Theory]
    [InlineData("userpassword user@example.com --password-stdin")]
    [InlineData("userpassword user@example.com -p TEXT")]
    [InlineData("useradd new@example.com -p TEXT")]
    [InlineData("useradd new@example.com --password-file FILE")]
    [InlineData("domainadd example.net --password-file FILE")]
    [InlineData("domainadd example.net --password-stdin")]
    [InlineData("userrename user@example.com new@example.com --password-stdin")]
    public async Task every_command_tells_of_a_password_that_looks_like_a_hash(string command)
    {
        string[] looks =
        [
            "$2y$05$mgkh7M9n1hFgDoctZfb2WuE2m8ng3RoTMYoYNr5Urg.kc5F0O3JJy", " {BLF-CRYPT}$2y$05$abc", "$6$salt$abc",
            "{BCRYPT}$2y$05$abc", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$abc", "{SHA512-CRYPT}$6$",
        ];
        using var world = await PlainWorldAsync();
        var config = await File.ReadAllTextAsync(world.Config, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            world.Config,
            config.Replace("auto_postmaster = false", "auto_postmaster = true", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        foreach (var (look, number) in looks.Select((l, i) => (l, i)))
        {
            var file = world.Directory + "/pw";
            await File.WriteAllTextAsync(file, look + "\n", TestContext.Current.CancellationToken);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await world.AddAccountAsync($"user{number}@example.com");
            var line = command.Split(' ')
                .Select(w => w
                    .Replace("user@", $"user{number}@", StringComparison.Ordinal)
                    .Replace("new@", $"new{number}@", StringComparison.Ordinal)
                    .Replace("example.net", $"n{number}.example", StringComparison.Ordinal)
                    .Replace("TEXT", look, StringComparison.Ordinal)
                    .Replace("FILE", file, StringComparison.Ordinal))
                .ToArray();
            var told = await world.VmmWithInputAsync(look + "\n", line);
            told.ShouldExit(0);
            Assert.Contains(
                "vmm: warning: the password looks like a hash and is taken as the password itself; --hash stores a hash\n",
                told.Error,
                StringComparison.Ordinal);
            Assert.DoesNotContain(look.Trim(), told.Error, StringComparison.Ordinal);
            Assert.Contains("{PLAIN}" + look, await world.QueryAsync("SELECT passwd FROM users"));
        }
    }

    [Fact]
    public async Task dash_p_works_with_its_blanks_and_warns()
    {
        using var world = await PlainWorldAsync();
        var added = await world.VmmAsync("useradd", "a@example.com", "-p", " old script ");
        added.ShouldExit(0);
        Assert.Equal("vmm: warning: a password on the command line can be seen by others; prefer --password-stdin\n", added.Error);
        Assert.Equal(["{PLAIN} old script "], await world.QueryAsync("SELECT passwd FROM users"));
    }

    [Fact]
    public async Task a_generated_password_is_printed_once_and_is_the_one_that_is_stored()
    {
        using var world = await PlainWorldAsync();
        var text = (await world.VmmAsync("useradd", "a@example.com", "--random")).Succeeded();
        var password = text.Trim().Split(": ")[1];
        Assert.Equal($"Generated password: {password}\n", text);
        Assert.Equal(16, password.Length);
        Assert.Equal(["{PLAIN}" + password], await world.QueryAsync("SELECT passwd FROM users"));
        Assert.DoesNotContain(
            password,
            await File.ReadAllTextAsync(world.Log, TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task no_child_sees_a_password_and_the_log_never_holds_one()
    {
        using var world = await PlainWorldAsync();
        var vmm =
            $"VMM_CONFIG={world.Config} strace -f -qq -s 4096 -e trace=execve,write -o {world.Directory}/trace {Repository.Binary}";
        (await Run.ShellAsync($"echo open-sesame | {vmm} useradd a@example.com --password-stdin --scheme SSHA256")).Succeeded();
        var calls = await File.ReadAllLinesAsync(world.Directory + "/trace", TestContext.Current.CancellationToken);
        Assert.Single(calls, c => c.Contains("execve(", StringComparison.Ordinal));
        Assert.DoesNotContain(calls, c => c.Contains("open-sesame", StringComparison.Ordinal));

        var hash = (await world.QueryAsync("SELECT passwd FROM users"))[0];
        (await world.VmmAsync("userpassword", "a@example.com", "--hash", hash)).Succeeded();
        (await world.VmmAsync("useradd", "a@example.com", "--hash", hash)).ShouldExit(21);
        (await world.VmmAsync("useradd", "a@example.com", "-p", "open-sesame")).ShouldExit(21);
        (await world.VmmAsync("userpassword", "nobody@example.com", "--hash", "{SHA512-CRYPT}open-sesame")).ShouldExit(44);
        var log = await File.ReadAllTextAsync(world.Log, TestContext.Current.CancellationToken);
        Assert.Contains("a@example.com", log, StringComparison.Ordinal);
        Assert.DoesNotContain("open-sesame", log, StringComparison.Ordinal);
        Assert.DoesNotContain(hash, log, StringComparison.Ordinal);
        Assert.DoesNotContain("SSHA", log, StringComparison.Ordinal);
    }

    private async Task<World> PlainWorldAsync()
    {
        var world = await World.CreateAsync(cluster);
        world.Configure($"[misc]\nbase_directory = \"{world.Base}\"\npassword_scheme = \"PLAIN\"");
        await world.DoAsync("domainadd example.com");
        return world;
    }
}
