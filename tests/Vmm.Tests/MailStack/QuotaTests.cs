using System.Globalization;
using System.Text.Json;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

namespace Vmm.Tests.MailStack;

/// <summary>What Dovecot counts, what it writes to the database, and what vmm shows are the same; and a limit holds.</summary>
[Collection(AsShipped.Name)]
public class QuotaTests(ShippedMailServer server) : MailStackTests(server)
{
    [Theory]
    [InlineData("lmtp:unix:private/dovecot-lmtp")]
    [InlineData("dovecot:")]
    public async Task use_is_counted_right_over_deliveries_and_expunges(string transport)
    {
        var address = $"counted-{transport[..4]}@example.com";
        await Server.AddAccountAsync(address, transport);
        for (var messages = 1; messages <= 3; messages++)
        {
            await Server.ArrivedAsync(address, await Mail.SendAsync(Server, address));
            await AgreeAsync(address, messages);
        }

        using var imap = await OpenAsync(address);
        await ExpungeAsync(imap, 1, 1);
        await AgreeAsync(address, 2);
        await Server.ArrivedAsync(address, await Mail.SendAsync(Server, address));
        await AgreeAsync(address, 3);
        await imap.NoOpAsync(TestContext.Current.CancellationToken);
        await ExpungeAsync(imap, 0, 2);
        await AgreeAsync(address, 0);
        await imap.DisconnectAsync(quit: true, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task use_under_an_alias_domain_and_by_an_alias_is_that_of_the_account()
    {
        await Server.DoAsync("domainadd counted.example");
        await Server.DoAsync("aliasdomainadd also-counted.example counted.example");
        await Server.AddAccountAsync("user@counted.example");
        await Server.DoAsync("aliasadd all@counted.example user@counted.example");
        foreach (var recipient in (string[])["user@counted.example", "user@also-counted.example", "all@also-counted.example"])
        {
            await Server.ArrivedAsync("user@counted.example", await Mail.SendAsync(Server, recipient));
        }

        await AgreeAsync("user@counted.example", 3);
        using var imap = await OpenAsync("user@also-counted.example");
        await ExpungeAsync(imap, 0, 1);
        await AgreeAsync("user@counted.example", 1);
    }

    [Theory]
    [InlineData("lmtp:unix:private/dovecot-lmtp")]
    [InlineData("dovecot:")]
    public async Task use_is_counted_right_when_messages_come_at_once(string transport)
    {
        var address = $"busy-{transport[..4]}@example.com";
        await Server.AddAccountAsync(address, transport);
        for (var round = 1; round <= 10; round++)
        {
            var sent = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Mail.SendAsync(Server, address)));
            foreach (var token in sent)
            {
                await Server.ArrivedAsync(address, token);
            }

            await AgreeAsync(address, 5 * round);
        }
    }

    [Theory]
    [InlineData("userquota", "user@userquota.example")]
    [InlineData("domainquota", "domainquota.example")]
    public async Task no_message_goes_over_the_limit_until_there_is_room_again(string command, string whose)
    {
        var address = $"user@{command}.example";
        await Server.DoAsync($"domainadd {command}.example");
        await Server.AddAccountAsync(address);
        await Server.DoAsync($"{command} {whose} 1M --messages 2");
        for (var messages = 1; messages <= 2; messages++)
        {
            await Server.ArrivedAsync(address, await Mail.SendAsync(Server, address));
            await AgreeAsync(address, messages);
        }

        await Mail.SendAsync(Server, address);
        var refused = await MailServer.EventuallyAsync(
            () => Server.News(Server.PostfixLog).Contains($"552 5.2.2 <{address}> Quota exceeded", StringComparison.Ordinal),
            60
        );
        Assert.True(refused, Server.Tails());
        await AgreeAsync(address, 2);

        using var imap = await OpenAsync(address);
        await ExpungeAsync(imap, 0, 0);
        await AgreeAsync(address, 1);
        await Server.ArrivedAsync(address, await Mail.SendAsync(Server, address));
        await AgreeAsync(address, 2);

        // A new limit holds at once, whatever Dovecot has in its cache, and sessions go on.
        await Server.DoAsync($"{command} {whose} 0");
        await Server.ArrivedAsync(address, await Mail.SendAsync(Server, address));
        await AgreeAsync(address, 3);
        await imap.NoOpAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The messages of the mailbox as they are, Dovecot's count, the row, and what vmm says.</summary>
    private async Task AgreeAsync(string address, int messages)
    {
        var sizes = (await Server.DoveadmAsync("-f", "flow", "fetch", "-u", address, "size.virtual", "all"))
            .Succeeded()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => long.Parse(l.Split('=')[1], CultureInfo.InvariantCulture))
            .ToList();
        Assert.Equal(messages, sizes.Count);
        var expected = $"{sizes.Sum()}|{messages}";
        // It is written when the message is there already.
        List<string> rows = [];
        for (var i = 0; i < 300 && !rows.SequenceEqual([expected]); i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            rows = await Server.QueryAsync(
                $"SELECT bytes || '|' || messages FROM userquota WHERE uid = ({MailServer.UidOf(address)})"
            );
        }

        Assert.Equal([expected], rows);
        Assert.Empty(await Server.QueryAsync("TABLE vmm_quota_clone"));
        var counted = (await Server.DoveadmAsync("-f", "tab", "quota", "get", "-u", address))
            .Succeeded()
            .Split('\n')
            .Select(l => l.Split('\t'))
            .Where(f => f.Length > 3)
            .ToDictionary(f => f[1], f => f[2]);
        Assert.Equal($"{messages}", counted["MESSAGE"]);
        // In units of 1024 octets.
        Assert.InRange(
            long.Parse(counted["STORAGE"], CultureInfo.InvariantCulture),
            sizes.Sum() / 1024,
            (sizes.Sum() + 1023) / 1024
        );
        var shown = JsonDocument
            .Parse((await Server.VmmAsync(null, "userinfo", address, "-d", "du", "--json")).Succeeded())
            .RootElement.GetProperty("account");
        Assert.Equal(expected, $"{shown.GetProperty("used_bytes").GetInt64()}|{shown.GetProperty("used_messages").GetInt64()}");
    }

    private async Task<ImapClient> OpenAsync(string address)
    {
        var imap = new ImapClient();
        await imap.ConnectAsync("127.0.0.1", Server.Imap, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        await imap.AuthenticateAsync(address, "secret", TestContext.Current.CancellationToken);
        await imap.Inbox.OpenAsync(FolderAccess.ReadWrite, TestContext.Current.CancellationToken);
        return imap;
    }

    /// <summary>Messages from one index to another, both of them too.</summary>
    private static async Task ExpungeAsync(ImapClient imap, int first, int last)
    {
        await imap.Inbox.AddFlagsAsync(
            [.. Enumerable.Range(first, last - first + 1)],
            MessageFlags.Deleted,
            silent: true,
            TestContext.Current.CancellationToken
        );
        await imap.Inbox.ExpungeAsync(TestContext.Current.CancellationToken);
    }
}
