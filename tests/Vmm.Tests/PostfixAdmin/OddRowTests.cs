namespace Vmm.Tests.PostfixAdmin;

/// <summary>Rows that PostfixAdmin allows, and that come over changed or not at all: each is named.</summary>
public class OddRowTests(PostgresCluster cluster)
{
    private const string OffDomain = "domain 'off.example' left out: it is inactive, and vmm has no inactive domains; "
        + "with its accounts it would begin to accept mail";

    [Fact]
    public async Task an_inactive_alias_domain_is_left_out_and_named()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        await old.AddDomainAsync("example.net");
        await old.AddDomainAsync("example.org");
        await old.SqlAsync("""
            INSERT INTO alias_domain (alias_domain, target_domain, active) VALUES
              ('example.net', 'example.com', true), ('example.org', 'example.com', false)
            """);
        var done = await old.ImportAsync("--yes");
        done.ShouldExit(0);
        Assert.Equal(["alias_domain 'example.org' left out: it is inactive"], Notes(done.Error));
        // It is a domain without addresses, as for Postfix before.
        Assert.Equal(
            ["example.com|True", "example.net|False", "example.org|True"],
            await world.QueryAsync("SELECT domainname, is_primary FROM domain_name ORDER BY 1")
        );
        Assert.Equal(2, await world.CountAsync("domain_data"));
    }

    [Fact]
    public async Task domains_that_come_over_changed_or_not_at_all_are_named()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.SqlAsync("""
            INSERT INTO domain (domain, description, transport, active) VALUES
              ('EXAMPLE.com', E'a\x01b\r\nc\td', 'smtp', true), ('example.com', '', NULL, true),
              ('example.net', '', 'virtual:', true), ('off.example', '', NULL, false),
              ('ALIAS.example', '', NULL, true), ('alias.example', '', NULL, true), ('lost.example', '', NULL, true),
              ('same.example', '', NULL, true), ('Same.example', '', NULL, true);
            INSERT INTO alias_domain (alias_domain, target_domain) VALUES
              ('ALIAS.example', 'example.net'), ('alias.example', 'example.net'), ('lost.example', 'off.example');
            UPDATE domain SET transport = 'relay:[mx.example.org]:25' WHERE domain = 'Same.example'
            """);
        var done = await old.ImportAsync("--yes", "--skip-invalid");
        done.ShouldExit(0);
        Assert.Equal(
            [
                "alias_domain 'alias.example' left out: it is the same as a different domain, 'alias.example'",
                "alias_domain 'lost.example' left out: its target 'off.example' is not imported as a domain",
                "domain 'EXAMPLE.com' changed: its description has control characters; they are left out",
                "domain 'EXAMPLE.com' changed: its transport 'smtp' is written 'smtp:'",
                "domain 'example.com' left out: it is the same as a different domain, 'example.com'",
                OffDomain,
                "domain 'same.example' left out: it is the same as a different domain, 'same.example'",
            ],
            Notes(done.Error)
        );
        Assert.Equal(
            [
                "alias.example|lmtp:unix:private/dovecot-lmtp|",
                "example.com|smtp:|ab\nc\td",
                "example.net|lmtp:unix:private/dovecot-lmtp|",
                "same.example|relay:[mx.example.org]:25|",
            ],
            await world.QueryAsync(
                "SELECT domainname, transport, note FROM domain_name JOIN domain_data USING (gid) JOIN transport USING (tid) "
                    + "ORDER BY 1"
            )
        );
    }

    [Fact]
    public async Task accounts_that_come_over_changed_or_not_at_all_are_named()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        await old.AddDomainAsync("off.example", "'', DEFAULT, false, false");
        var deep = $"example.com/deep/new{string.Concat(Enumerable.Repeat("/d", TreeOwner.MaxDepth + 1))}";
        foreach (var local in (string[])["long", "pair", "first", "second", "up", "empty", "negative", "deep", "group"])
        {
            await old.AddMailboxAsync($"{local}@example.com", messages: local is "up" or "empty" ? 0 : 1);
        }

        var damage = $"mkdir -p {deep} && chown -R 8:8 example.com && chgrp 9 example.com/group/new/0.eins";
        (await Run.ShellAsync($"cd {old.Mail} && {damage}")).Succeeded();
        await old.AddMailboxAsync("user@off.example");
        await old.SqlAsync("""
            UPDATE mailbox SET name = E'tab\there ' || repeat('x', 125) WHERE local_part = 'long';
            UPDATE mailbox SET name = repeat('x', 127) || E'\U0001F600' WHERE local_part = 'pair';
            UPDATE mailbox SET maildir = 'example.com/first/' WHERE local_part = 'second';
            UPDATE mailbox SET maildir = 'example.com/../../etc/' WHERE local_part = 'up';
            UPDATE mailbox SET quota = -1 WHERE local_part = 'negative';
            INSERT INTO fetchmail (mailbox, active) VALUES ('first@example.com', false);
            INSERT INTO vacation (email, subject, domain, active) VALUES ('first@example.com', 's', 'example.com', false)
            """);
        var done = await old.ImportWithMailAsync("--skip-invalid");
        done.ShouldExit(0);
        Assert.Equal(
            [
                OffDomain,
                $"mailbox 'deep@example.com' left out: refusing to touch '{old.Mail}/{deep}': it is deeper than 100 directories",
                "mailbox 'empty@example.com' changed: there is no maildir 'example.com/empty/'; it gets an empty one",
                $"mailbox 'group@example.com' left out: refusing to touch '{old.Mail}/example.com/group/new/0.eins': "
                    + "it belongs to 8:9, not to 8:8 as the maildir",
                $"mailbox 'long@example.com' changed: its name is shortened to 'tabhere {new string('x', 120)}'",
                $"mailbox 'pair@example.com' changed: its name is shortened to '{new string('x', 127)}'",
                "mailbox 'second@example.com' left out: a different mailbox has the same maildir 'example.com/first/'",
                "mailbox 'up@example.com' left out: 'example.com/../../etc/' is not a valid path of a maildir",
                "mailbox 'user@off.example' left out: its domain 'off.example' is not imported as one",
            ],
            Notes(done.Error)
        );
        Assert.Equal(
            ["empty|", "first|", "long|", "negative|", "pair|"],
            await world.QueryAsync("SELECT local_part, bytes FROM users LEFT JOIN quotalimit USING (qid) ORDER BY 1")
        );
    }

    [Fact]
    public async Task aliases_that_come_over_changed_or_not_at_all_are_named()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        await old.AddDomainAsync("example.net");
        await old.AddDomainAsync("off.example", "'', DEFAULT, false, false");
        await old.AddMailboxAsync("anna@example.com");
        await old.AddMailboxAsync("ben@example.com");
        await old.AddAliasAsync("INFO@example.com", "anna@example.com");
        await old.AddAliasAsync("info@example.com", "ben@example.com");
        await old.AddAliasAsync("@example.com", "anna@example.com");
        await old.AddAliasAsync("@example.net", "anna@example.com", active: false);
        await old.AddAliasAsync("off@example.com", "anna@example.com", active: false);
        await old.AddAliasAsync("user@off.example", "anna@example.com");
        await old.AddAliasAsync("@off.example", "anna@example.com");
        // As one may have written it by hand, beside the rows that PostfixAdmin writes. And a forward that is off forwards nothing.
        await old.SqlAsync("""
            INSERT INTO alias (address, goto, domain) VALUES ('@EXAMPLE.com', 'ben@example.com', 'example.com');
            UPDATE alias SET goto = 'ben@example.com,friend@example.org', active = false WHERE address = 'ben@example.com'
            """);
        var done = await old.ImportAsync("--yes", "--skip-invalid");
        done.ShouldExit(0);
        Assert.Equal(
            [
                "alias '@example.com' left out: 'example.com' has a catch-all already",
                "alias '@example.net' left out: it is inactive",
                "alias '@off.example' left out: its domain 'off.example' is not imported as one",
                "alias 'info@example.com' left out: it is the same as a different alias, 'info@example.com'",
                "alias 'off@example.com' left out: it is inactive",
                "alias 'user@off.example' left out: its domain 'off.example' is not imported as one",
                OffDomain,
            ],
            Notes(done.Error)
        );
        Assert.Equal(["info|anna@example.com"], await world.QueryAsync("SELECT address, destination FROM alias"));
        Assert.Equal(["ben@example.com"], await world.QueryAsync("SELECT destination FROM catchall"));
    }

    [Fact]
    public async Task addresses_that_get_no_mail_are_warned_of_as_by_other_commands()
    {
        using var world = await World.CreateAsync(cluster);
        world.HasPostfix("recipient_delimiter = +\n");
        var old = await OldServer.CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        await old.AddMailboxAsync("anna@example.com");
        await old.AddMailboxAsync("-x@example.com");
        await old.AddMailboxAsync("a!b@example.com");
        await old.AddMailboxAsync("a+b@example.com");
        await old.AddAliasAsync("lists@example.com", "anna+list@example.com");
        await old.AddAliasAsync("dead@example.com", "nobody+list@example.com");
        var done = await old.ImportAsync("--yes");
        done.ShouldExit(0);
        foreach (var warning in (string[])
            [
                "Postfix rejects mail to '-x@example.com' ",
                "Postfix rejects mail to 'a!b@example.com' ",
                "Dovecot cuts off +b before it looks for the mailbox: mail to 'a+b@example.com' bounces",
                "'nobody+list@example.com' does not exist",
            ])
        {
            Assert.Contains($"{warning}", done.Error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("'anna+list@example.com'", done.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task mail_is_not_moved_into_another_format()
    {
        using var world = await World.CreateAsync(cluster, "[mailbox]\nformat = \"mdbox\"\n");
        var old = await OldServer.CreateFilledAsync(cluster, world, 1);
        var before = await old.SnapshotAsync();
        Message.IsOneError(
            await old.ImportWithMailAsync(),
            (int)ErrorCode.InvalidArgument,
            "the mail cannot be moved: mailbox.format is mdbox, but PostfixAdmin's mail is in maildirs"
        );
        Assert.Equal(before, await old.SnapshotAsync());
    }

    [Fact]
    public async Task a_second_import_does_not_begin_while_one_is_at_work()
    {
        using var world = await World.CreateAsync(cluster);
        var old = await OldServer.CreateFilledAsync(cluster, world, 1);
        // As the first one has it: a list of mail in a staging directory that is locked.
        var staged = $"{world.Base}/g/.vmm-new-70000-abc";
        Directory.CreateDirectory(staged);
        await File.WriteAllTextAsync($"{staged}/mail", "70009 8 8 448 4D 2F61\n", TestContext.Current.CancellationToken);
        using var folder = Folder.OpenBase(staged);
        folder.Lock();
        Message.IsOneError(
            await old.ImportWithMailAsync("--quiet"),
            (int)ErrorCode.FileSystem,
            $"cannot use '{staged}': another import is running"
        );
        Assert.Equal(0, await world.CountAsync("domain_data"));
    }

    /// <summary>What is listed under its heading, and nothing else of the report.</summary>
    private static IEnumerable<string> Notes(string text) =>
        text.Split("Not carried over as it is\n")[^1]
            .Split('\n')
            .Where(l => l.StartsWith('\t'))
            .Select(l => l.Trim())
            .Order(StringComparer.Ordinal);
}
