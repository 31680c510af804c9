using System.Text;

namespace Vmm.Tests.MailStack;

/// <summary>A script that a mail program puts by ManageSieve is obeyed at delivery.</summary>
[Collection(AsShipped.Name)]
public class SieveTests(ShippedMailServer server) : MailStackTests(server)
{
    private const string Script = """
        require ["fileinto", "mailbox"];
        if header :contains "subject" "token-" { fileinto :create "Filed"; }

        """;

    [Theory]
    [InlineData("lmtp:unix:private/dovecot-lmtp")]
    [InlineData("dovecot:")]
    public async Task a_script_is_put_by_managesieve_and_obeyed(string transport)
    {
        var address = $"sieve-{transport[..4]}@example.com";
        await Server.AddAccountAsync(address, transport);
        await Server.ArrivedAsync(address, await Mail.SendAsync(Server, address));
        using (var sieve = await LogInAsync(address))
        {
            await SayAsync(sieve, $"PUTSCRIPT \"main\" {{{Encoding.UTF8.GetByteCount(Script)}+}}\r\n{Script}");
            await SayAsync(sieve, "SETACTIVE \"main\"");
        }

        var token = await Mail.SendAsync(Server, address);
        Assert.True(await FiledAsync(address, token), Server.Tails());
        Assert.DoesNotContain(
            token,
            (await Server.DoveadmAsync("fetch", "-u", address, "hdr.subject", "mailbox", "INBOX")).Succeeded(),
            StringComparison.Ordinal
        );

        using (var sieve = await LogInAsync(address))
        {
            await SayAsync(sieve, "SETACTIVE \"\"");
        }

        await Server.ArrivedAsync(address, await Mail.SendAsync(Server, address));
    }

    [Fact]
    public async Task a_script_that_is_none_is_refused_and_the_old_one_stays()
    {
        await Server.AddAccountAsync("sieve-fault@example.com");
        using (var sieve = await LogInAsync("sieve-fault@example.com"))
        {
            await SayAsync(sieve, $"PUTSCRIPT \"main\" {{{Encoding.UTF8.GetByteCount(Script)}+}}\r\n{Script}");
            await SayAsync(sieve, "SETACTIVE \"main\"");
            Assert.Contains("NO ", await sieve.SayAsync("PUTSCRIPT \"main\" {7+}\r\nnothing", IsLast), StringComparison.Ordinal);
        }

        Assert.True(
            await FiledAsync("sieve-fault@example.com", await Mail.SendAsync(Server, "sieve-fault@example.com")),
            Server.Tails()
        );
    }

    private async Task<bool> FiledAsync(string address, string token)
    {
        for (var i = 0; i < 300; i++)
        {
            // There is no such folder before the first message.
            if (
                (await Server.DoveadmAsync("fetch", "-u", address, "hdr.subject", "mailbox", "Filed")).Out.Contains(
                    token,
                    StringComparison.Ordinal
                )
            )
            {
                return true;
            }

            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        return false;
    }

    private async Task<LineDialogue> LogInAsync(string address)
    {
        var sieve = await LineDialogue.OpenAsync(Server.Sieve);
        await sieve.HearAsync(IsLast);
        await SayAsync(
            sieve,
            $"AUTHENTICATE \"PLAIN\" \"{Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{address}\0secret"))}\""
        );
        return sieve;
    }

    private static async Task SayAsync(LineDialogue sieve, string command)
    {
        var answer = await sieve.SayAsync(command, IsLast);
        Assert.True(
            answer.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].StartsWith("OK", StringComparison.Ordinal),
            $"{command}: {answer}"
        );
    }

    private static bool IsLast(string line) =>
        line.StartsWith("OK", StringComparison.Ordinal)
        || line.StartsWith("NO", StringComparison.Ordinal)
        || line.StartsWith("BYE", StringComparison.Ordinal);
}
