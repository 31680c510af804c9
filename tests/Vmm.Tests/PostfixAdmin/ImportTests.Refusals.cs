namespace Vmm.Tests.PostfixAdmin;

/// <content>What is refused: rows that cannot be imported, and sources that cannot be read.</content>
public partial class ImportTests
{
    [Theory]
    [InlineData(
        "UPDATE domain SET active = false WHERE domain = 'example.com'",
        "domain 'example.com' cannot be imported: it is inactive"
    )]
    [InlineData(
        "UPDATE domain SET backupmx = true WHERE domain = 'example.com'",
        "domain 'example.com' cannot be imported: it is only relayed (backup MX)"
    )]
    [InlineData(
        "UPDATE domain SET transport = 'smtp:[łódź.example]'",
        "domain 'example.com' cannot be imported: the transport 'smtp:[łódź.example]' has characters that are not ASCII"
    )]
    [InlineData(
        "UPDATE domain SET transport = 'error:5.2.1 gone – sorry'",
        "domain 'example.com' cannot be imported: the transport 'error:5.2.1 gone – sorry' has characters that are not ASCII"
    )]
    [InlineData(
        "UPDATE mailbox SET password = 'what?'",
        "mailbox 'anna@example.com' cannot be imported: its password hash has an unknown form; pass its scheme with --scheme"
    )]
    [InlineData(
        "UPDATE alias SET goto = 'anna@example.com,ben@example.net'",
        "alias 'anna@example.com' cannot be imported: mail to the mailbox is also forwarded to ben@example.net; an address is "
            + "either account or alias, so the user needs a Sieve rule: redirect :copy \"ben@example.net\""
    )]
    [InlineData(
        "UPDATE alias SET goto = 'ben@example.net'",
        "alias 'anna@example.com' cannot be imported: mail to the mailbox is forwarded to ben@example.net;"
    )]
    [InlineData(
        "INSERT INTO alias (address, goto, domain) VALUES ('x@example.com', '|/bin/program', 'example.com')",
        "alias 'x@example.com' cannot be imported: "
    )]
    [InlineData(
        "INSERT INTO alias (address, goto, domain) VALUES ('x@example.com', 'a%n@example.com', 'example.com')",
        "alias 'x@example.com' cannot be imported: the destination 'a%n@example.com' has %n"
    )]
    [InlineData(
        "INSERT INTO alias (address, goto, domain) VALUES ('x y@example.com', 'a@example.com', 'example.com')",
        "alias 'x y@example.com' cannot be imported: "
    )]
    [InlineData(
        "INSERT INTO mailbox (username, password, maildir, domain, local_part) VALUES ('ANNA@example.com', '{PLAIN}x', 'x/', "
            + "'example.com', 'ANNA')",
        "mailbox 'anna@example.com' cannot be imported: it is the same as a different mailbox, 'anna@example.com'"
    )]
    [InlineData("INSERT INTO domain (domain) VALUES ('no_host')", "domain 'no_host' cannot be imported: ")]
    public async Task what_cannot_be_carried_over_is_told_and_nothing_is_done(string change, string message)
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        await old.AddMailboxAsync("anna@example.com", messages: 1);
        await old.SqlAsync(change);
        var mail = await old.SnapshotAsync();
        var refused = await old.ImportWithMailAsync();
        refused.ShouldExit((int)ErrorCode.InvalidArgument);
        Assert.Contains($"vmm: error: {message}", refused.Error, StringComparison.Ordinal);
        Assert.Contains(
            "vmm: error: nothing was imported\nvmm: hint: Change these rows in PostfixAdmin, or leave them out with "
                + "--skip-invalid.\n",
            refused.Error,
            StringComparison.Ordinal
        );
        Assert.Equal((0, mail), (await world.CountAsync("domain_data"), await old.SnapshotAsync()));

        (await old.ImportWithMailAsync("--skip-invalid")).ShouldExit(0);
        Assert.Equal(change.Contains("domain SET", StringComparison.Ordinal) ? 0 : 1, await world.CountAsync("domain_data"));
    }

    /// <summary>Whether Postfix could follow an alias shows only when all of them are there.</summary>
    [Theory]
    [InlineData(
        "('a@example.com', 'b@example.com', 'example.com'), ('b@example.com', 'a@example.com', 'example.com')",
        ErrorCode.AliasLoop,
        "alias 'b@example.com' left out: the alias would lead back to itself: ",
        2,
        0
    )]
    [InlineData(
        "('a@example.com', 'x@example.net,y@example.net,z@example.net', 'example.com')",
        ErrorCode.AliasExceedsExpansionLimit,
        "alias 'a@example.com' left out: the alias 'a@example.com' would expand to 3 destinations, Postfix accepts 2",
        1,
        0
    )]
    [InlineData(
        "('@example.com', 'x@example.net,y@example.net,z@example.net', 'example.com')",
        ErrorCode.AliasExceedsExpansionLimit,
        "alias '@example.com' left out: the catch-all '@example.com' would expand to 3 destinations, Postfix accepts 2",
        1,
        0
    )]
    public async Task an_alias_that_postfix_could_not_follow_is_told_and_left_out_on_request(
        string rows,
        ErrorCode code,
        string message,
        int aliases,
        int catchAlls
    )
    {
        using var world = await World.CreateAsync(cluster);
        world.Configure($"[misc]\nbase_directory = \"{world.Base}\"\nalias_expansion_limit = 2");
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        await old.AddAliasAsync("good@example.com", "someone@example.net");
        await old.SqlAsync($"INSERT INTO alias (address, goto, domain) VALUES {rows}");
        (await old.ImportAsync("--yes")).ShouldExit((int)code);
        Assert.Equal(0, await world.CountAsync("domain_data"));

        var done = await old.ImportAsync("--yes", "--skip-invalid");
        done.ShouldExit(0);
        Assert.Contains($"vmm: warning: PostfixAdmin: {message}", done.Error, StringComparison.Ordinal);
        Assert.Contains(
            $", {Errors.Count(aliases, "alias", "aliases")}, {Errors.Count(catchAlls, "catch-all")}; ",
            done.Out,
            StringComparison.Ordinal
        );
        Assert.Equal((aliases, catchAlls), (await world.CountAsync("alias"), await world.CountAsync("catchall")));
    }

    [Theory]
    [InlineData("host=/run/x dbname=y password=secret", "has a password, which others can see")]
    [InlineData("postgresql://u:secret@db.example.com/x", "has a password, which others can see")]
    [InlineData("host=/nowhere dbname=y user=z", "cannot be read as 'z'")]
    [InlineData("service=x", "'service' is not a known parameter")]
    [InlineData("dbname=x sslmode=maybe", "'maybe' is not an sslmode")]
    [InlineData("dbname=x port=65536", "its port is not a number from 1 to 65535")]
    [InlineData("postgresql://[", "it is not an address")]
    [InlineData("dbname", "it is not a list of name=value")]
    public async Task a_source_that_cannot_be_used_is_refused(string source, string message)
    {
        using var world = await World.CreateAsync(cluster);
        var refused = await world.VmmAsync("import-postfixadmin", "--yes", "--source", source);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_database_that_is_none_of_postfixadmins_is_refused()
    {
        using var world = await World.CreateAsync(cluster);
        var refused = await world.VmmAsync(
            "import-postfixadmin",
            "--yes",
            "--source",
            $"host={cluster.Socket} dbname={world.Database} user=vmm"
        );
        refused.ShouldExit((int)ErrorCode.SchemaUnknown);
        Assert.Contains("is not PostfixAdmin's: there is no table 'domain'", refused.Error, StringComparison.Ordinal);
    }
}
