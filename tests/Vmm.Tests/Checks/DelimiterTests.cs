namespace Vmm.Tests.Checks;

/// <summary>What check and the commands say of addresses with an extension, with the delimiter that Postfix has.</summary>
public sealed class DelimiterTests(PostgresCluster cluster)
{
    private const string Plus = "recipient_delimiter = +\n";

    [Theory]
    [InlineData(Plus, "user+list")]
    [InlineData(Plus, "user+%n")]
    [InlineData(Plus, "team+x+y")]
    [InlineData("recipient_delimiter = -_\n", "user_list")]
    public async Task a_destination_that_exists_without_its_extension_is_not_dangling(string main, string localPart)
    {
        using var world = await ReadyAsync(main);
        var added = await world.VmmAsync("aliasadd", "lists@example.com", $"{localPart}@example.com");
        added.ShouldExit(0);
        Assert.Equal("", added.Error);
        Assert.Empty(await FoundAsync(world));
    }

    [Theory]
    [InlineData(Plus, "nobody+list", "does not exist")]
    [InlineData(Plus, "moved+list", "leads to a relocated user, so that mail to it bounces")]
    [InlineData(Plus, "user-list", "does not exist")]
    [InlineData("recipient_delimiter =\n", "user+list", "does not exist")]
    [InlineData("recipient_delimiter = -\n", "owner-user", "does not exist")]
    [InlineData("recipient_delimiter = -\n", "user-request", "does not exist")]
    public async Task a_destination_that_does_not_exist_without_its_extension_either_is_dangling(
        string main, string localPart, string problem)
    {
        using var world = await ReadyAsync(main);
        await world.AddAccountAsync("owner@example.com");
        var added = await world.VmmAsync("aliasadd", "lists@example.com", $"{localPart}@example.com");
        Assert.Contains($"'{localPart}@example.com' {problem}", added.Error, StringComparison.Ordinal);
        Assert.Equal(["error dangling-destination lists@example.com"], await FoundAsync(world));
    }

    [Theory]
    [InlineData("aliasadd broken@example.com nobody@example.com", "nobody@example.com' does not exist; ")]
    [InlineData("aliasadd broken@example.com moved@example.com", "moved@example.com' has moved away; ")]
    [InlineData("catchalladd example.com nobody@example.com", "nobody@example.com' does not exist; ")]
    [InlineData("aliasadd broken@example.com -- -x@example.org", "-x@example.org' begins with a hyphen: ")]
    public async Task the_sentence_says_that_the_mail_is_accepted_first(string command, string sentence)
    {
        using var world = await ReadyAsync(Plus);
        await world.DoAsync(command);
        var check = await world.VmmAsync("check");
        var end = sentence.EndsWith("; ", StringComparison.Ordinal) ? ", to forged senders too\t" : " (5.1.3 bad address syntax)\t";
        Assert.Contains(
            $"its destination '{sentence}mail to it is accepted and bounces later{end}", check.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task without_a_postfix_to_ask_nothing_is_to_be_deleted()
    {
        using var world = await ReadyAsync(null);
        var added = await world.VmmAsync("aliasadd", "lists@example.com", "user+list@example.com");
        added.ShouldExit(0);
        Assert.Equal("", added.Error);
        var check = await world.VmmAsync("check");
        check.ShouldExit(4);
        Assert.StartsWith(
            "warning\tdangling-destination\tlists@example.com\tits destination 'user+list@example.com' leads to 'user@example.com' "
                + "if Postfix cuts off +list; otherwise it does not exist\t",
            check.Out,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("aliasdelete", check.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Plus, "(70000, 'self', 'self+x@example.com')", "self@example.com")]
    [InlineData(Plus, "(70000, 'a', 'b+x@example.com'), (70000, 'b', 'a@example.com')", "b@example.com")]
    [InlineData(Plus, "(70000, 'many', 'many+x@example.com'), (70000, 'many', 'many+y@example.com')", "many@example.com")]
    [InlineData("recipient_delimiter = -\n", "(70000, 'self', '%n-x@example.com')", "self@example.com")]
    public async Task a_loop_over_an_extension_is_a_loop(string main, string aliases, string subject)
    {
        using var world = await ReadyAsync(main);
        await world.SqlAsync($"INSERT INTO alias VALUES {aliases}");
        var check = await world.VmmAsync("check");
        var lines = check.Out.Split('\n').Where(l => l.Contains("alias-loop", StringComparison.Ordinal)).ToList();
        Assert.Equal(subject, Assert.Single(lines).Split('\t')[2]);
        Assert.DoesNotContain("dangling", check.Out, StringComparison.Ordinal);
        var before = await world.CountAsync("alias");
        (await Run.ShellAsync(lines[0].Split('\t')[4], world.ShellEnvironment)).Succeeded();
        Assert.Equal(before - 1, await world.CountAsync("alias"));
    }

    /// <summary>As many as Postfix follows are none too many, and without a delimiter the way ends before them.</summary>
    [Theory]
    [InlineData(Plus, 1000, "it leads to 1001 addresses, and Postfix follows at most 1000")]
    [InlineData("recipient_delimiter = +\nvirtual_alias_expansion_limit = 20\n", 20, "it leads to 21 addresses, and Postfix")]
    public async Task a_list_that_is_too_long_over_an_extension_is_found(string main, int destinations, string text)
    {
        using var world = await ReadyAsync(main);
        await world.SqlAsync(
            $"INSERT INTO alias SELECT 70000, 'many', 'u' || i || '@example.org' FROM generate_series(1, {destinations}) AS i;"
                + " INSERT INTO alias VALUES (70000, 'all', 'many+x@example.com')");
        Assert.Empty(await FoundAsync(world));
        await world.SqlAsync("INSERT INTO alias VALUES (70000, 'all', 'one@example.org')");
        Assert.Equal(["error expansion-limit all@example.com"], await FoundAsync(world));
        Assert.Contains(text, (await world.VmmAsync("check")).Out, StringComparison.Ordinal);
        world.HasPostfix(main.Replace("recipient_delimiter = +", "recipient_delimiter =", StringComparison.Ordinal));
        Assert.Equal(["error dangling-destination all@example.com"], await FoundAsync(world));
    }

    [Fact]
    public async Task a_loop_over_an_extension_is_refused()
    {
        using var world = await ReadyAsync(Plus);
        (await world.VmmAsync("aliasadd", "self@example.com", "self+x@example.com")).ShouldExit((int)ErrorCode.AliasLoop);
        await world.DoAsync("aliasadd a@example.com user@example.com b+x@example.com");
        (await world.VmmAsync("aliasadd", "b@example.com", "a@example.com")).ShouldExit((int)ErrorCode.AliasLoop);
        // With another extension it leads to an alias of its own, and ends there.
        await world.DoAsync("aliasadd c+x@example.com user@example.com");
        await world.DoAsync("aliasadd c@example.com c+x@example.com");
        Assert.DoesNotContain(await FoundAsync(world), f => f.Contains("loop", StringComparison.Ordinal));
    }

    [Fact]
    public async Task the_way_of_an_extension_is_that_of_the_trace()
    {
        using var world = await ReadyAsync(Plus);
        await world.DoAsync("domainadd example.net");
        await world.SqlAsync("INSERT INTO catchall VALUES (70001, 'real+%n@example.com')");
        await world.DoAsync("aliasadd real@example.com user@example.com");
        Assert.Empty(await FoundAsync(world));
        await world.SqlAsync("INSERT INTO alias VALUES (70000, 'real', 'zzz@example.net')");
        Assert.Contains("error alias-loop", Assert.Single(await FoundAsync(world)), StringComparison.Ordinal);
        Assert.Contains(
            "Postfix does not accept mail to it",
            await world.DoAsync("trace real@example.com"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(Plus, "user+tag", "goes into the mailbox of 'user@example.com'")]
    [InlineData(Plus, "plus+tag", "bounces, because there is no account 'plus@example.com'")]
    [InlineData(Plus, "team+tag", "goes to the alias 'team@example.com' or bounces")]
    [InlineData("recipient_delimiter = +-\n", "user-lena", "goes into the mailbox of 'user@example.com'")]
    [InlineData("recipient_delimiter = -\n", "owner-list", "bounces, because there is no account 'owner@example.com'")]
    [InlineData("recipient_delimiter = .\n", "user.name", "goes into the mailbox of 'user@example.com'")]
    [InlineData(Plus, "+x", "bounces, because there is no account '@example.com'")]
    public async Task an_account_with_a_delimiter_does_not_get_its_mail(string main, string localPart, string fate)
    {
        using var world = await ReadyAsync(main);
        var added = await world.VmmAsync("useradd", $"{localPart}@example.com", "--hash", "{PLAIN}secret");
        added.ShouldExit(0);
        Assert.StartsWith("vmm: warning: Dovecot cuts off ", added.Error, StringComparison.Ordinal);
        Assert.Contains($"mail to '{localPart}@example.com' {fate}; give", added.Error, StringComparison.Ordinal);
        var check = await world.VmmAsync("check");
        var line = Assert.Single(check.Out.Split('\n'), l => l.Contains("account-with-delimiter", StringComparison.Ordinal));
        Assert.StartsWith(
            $"error\taccount-with-delimiter\t{localPart}@example.com\tDovecot cuts off ",
            line,
            StringComparison.Ordinal
        );
        Assert.Contains($": its mail {fate}\t", line, StringComparison.Ordinal);
        await world.DoAsync($"usertransport {localPart}@example.com virtual:");
        Assert.Empty(await FoundAsync(world));
    }

    [Theory]
    [InlineData("owner-list")]
    [InlineData("list-request")]
    [InlineData("-x")]
    public async Task the_lda_gets_the_whole_address_where_postfix_cuts_off_nothing(string localPart)
    {
        using var world = await ReadyAsync("recipient_delimiter = -\nallow_min_user = yes\n");
        await world.DoAsync("domaintransport example.com dovecot:");
        var added = await world.VmmAsync("useradd", "--hash", "{PLAIN}secret", "--", $"{localPart}@example.com");
        added.ShouldExit(0);
        Assert.Equal("", added.Error);
        Assert.Empty(await FoundAsync(world));
        await world.DoAsync("domaintransport example.com lmtp:unix:private/dovecot-lmtp");
        Assert.Contains("account-with-delimiter", Assert.Single(await FoundAsync(world)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task accounts_from_a_file_are_warned_of_too_and_others_are_not()
    {
        using var world = await ReadyAsync("recipient_delimiter =\n");
        await world.AddAccountAsync("first+tag@example.com");
        Assert.Empty(await FoundAsync(world));
        world.HasPostfix(Plus);
        var added = await world.VmmWithInputAsync(
            "a.b@example.com\t{PLAIN}x\nuser+x@example.com\t{PLAIN}x\n",
            "useradd",
            "--from-file",
            "-"
        );
        added.ShouldExit(0);
        Assert.Equal(1, added.Error.Split("vmm: warning: ").Length - 1);
        Assert.Equal(
            ["error account-with-delimiter first+tag@example.com", "error account-with-delimiter user+x@example.com"],
            await FoundAsync(world)
        );
    }

    [Fact]
    public async Task without_a_postfix_to_ask_an_account_with_the_usual_delimiter_is_a_warning()
    {
        using var world = await ReadyAsync(null);
        await world.AddAccountAsync("user+tag@example.com");
        Assert.Equal(["warning account-with-delimiter user+tag@example.com"], await FoundAsync(world));
    }

    [Theory]
    [InlineData(Plus, "user+tag")]
    [InlineData("recipient_delimiter = -_\n", "user-tag")]
    [InlineData("recipient_delimiter =\n", null)]
    [InlineData(null, null)]
    public async Task a_new_catch_all_says_what_it_takes_of_others(string? main, string? localPart)
    {
        using var world = await ReadyAsync(main);
        var added = await world.VmmAsync("catchalladd", "example.com", "user@example.com");
        Assert.Equal(
            localPart is null
                ? ""
                : $"vmm: warning: mail to '{localPart}@example.com' goes to the catch-all, even if 'user@example.com' exists, "
                    + "because Postfix looks up the whole address first\n",
            added.Error
        );
        Assert.Equal("", (await world.VmmAsync("catchalladd", "example.com", "friend@example.org")).Error);
    }

    [Theory]
    [InlineData("catchalladd alias.example user@example.com")]
    [InlineData("catchalladd example.com user@example.com team@example.com")]
    [InlineData("catchalladd --from-file -")]
    [InlineData("catchalladd example.com user@example.com --dry-run")]
    public async Task each_way_to_a_new_catch_all_says_what_it_takes_of_others(string command)
    {
        using var world = await ReadyAsync(Plus);
        await world.DoAsync("aliasdomainadd alias.example example.com");
        var added = await world.VmmWithInputAsync("example.com\tuser@example.com\n", command.Split(' '));
        added.ShouldExit(0);
        Assert.Contains(
            "mail to 'user+tag@example.com' goes to the catch-all, even if 'user@example.com' exists, because Postfix looks up the "
                + "whole address first\n",
            added.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_catch_all_may_lead_to_an_extension_of_an_account_in_its_domain()
    {
        using var world = await ReadyAsync(Plus);
        await world.DoAsync("catchalladd example.com user+rest@example.com");
        Assert.Empty(await FoundAsync(world));
        Assert.Contains("it goes to the mailbox", await world.DoAsync("trace zzz@example.com"), StringComparison.Ordinal);
        await world.SqlAsync("UPDATE catchall SET destination = 'team+rest@example.com'");
        Assert.Equal(["error dangling-destination @example.com"], await FoundAsync(world));
        Assert.Contains("it bounces: 5.1.1", await world.DoAsync("trace zzz@example.com"), StringComparison.Ordinal);
    }

    /// <summary>Findings about the mail server itself are not the subject here: this Postfix does not run.</summary>
    private static async Task<List<string>> FoundAsync(World world) =>
    [
        .. (await world.VmmAsync("check"))
            .Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => string.Join(' ', l.Split('\t')[..3]))
            .Where(l => !l.Contains(" postfix-", StringComparison.Ordinal)),
    ];

    private async Task<World> ReadyAsync(string? main)
    {
        var world = await World.CreateAsync(cluster);
        if (main is not null)
        {
            world.HasPostfix(main);
        }

        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        await world.DoAsync("relocatedadd moved@example.com new@example.org");
        await world.DoAsync("aliasadd team@example.com user@example.com");
        return world;
    }
}
