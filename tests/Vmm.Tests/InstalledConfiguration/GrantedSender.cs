using MailKit.Net.Smtp;
using MimeKit;

namespace Vmm.Tests.InstalledConfiguration;

/// <summary>A user who is logged in sends as an address of somebody else.</summary>
internal static class GrantedSender
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    /// <summary>Postfix takes the sender until the grant is taken back, or ends.</summary>
    /// <param name="server">The installation.</param>
    /// <param name="client">Logged in as user@example.com.</param>
    /// <param name="sender">The address.</param>
    /// <param name="granted">What is granted: the address, or its domain.</param>
    public static async Task IsTakenAsync(InstalledMailServer server, SmtpClient client, string sender, string granted)
    {
        await server.DoAsync($"senderadd {granted} user@example.com --expires 1d");
        await MayAsync("deleted");
        await server.DoAsync($"senderdelete {granted}");
        await MayNotAsync();
        await server.DoAsync($"senderadd {granted} user@example.com --expires {Short.TotalSeconds}s");
        await MayAsync("expired");
        await Task.Delay(Short, TestContext.Current.CancellationToken);
        await MayNotAsync();

        async Task MayAsync(string end)
        {
            var token = $"token-{sender}-{end}";
            using var message = Message(token);
            await client.SendAsync(message, TestContext.Current.CancellationToken);
            await server.ArrivedAsync("other@example.net", token);
        }

        async Task MayNotAsync()
        {
            using var message = Message("token-foreign");
            var refused = await Assert.ThrowsAsync<SmtpCommandException>(() =>
                client.SendAsync(message, TestContext.Current.CancellationToken));
            Assert.Contains("Sender address rejected: not owned by user", refused.Message, StringComparison.Ordinal);
        }

        MimeMessage Message(string token) => new(
            [new MailboxAddress("", sender)],
            [new MailboxAddress("", "other@example.net")],
            token,
            new TextPart("plain") { Text = token });
    }
}
