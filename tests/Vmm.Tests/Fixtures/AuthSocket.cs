using System.Net.Sockets;
using System.Text;

namespace Vmm.Tests;

/// <summary>
/// The socket on which Postfix asks Dovecot about a login: names of any bytes can be asked there, many at a time.
/// </summary>
internal static class AuthSocket
{
    /// <summary>
    /// The answers to PLAIN logins at a service, in the order of the names: OK or FAIL, and what else was said, separated by tabs.
    /// </summary>
    public static async Task<string[]> AskAsync(
        MailServer server,
        string service,
        IReadOnlyList<byte[]> users,
        string password = "secret"
    )
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint($"{server.Place}/postfix/queue/private/auth"));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"VERSION\t1\t2\nCPID\t{Environment.ProcessId}\n"));
        while (await LineAsync(reader) != "DONE")
        {
        }

        var answers = new string[users.Count];
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < users.Count; i++)
            {
                var plain = Convert.ToBase64String([0, .. users[i], 0, .. Encoding.UTF8.GetBytes(password)]);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH\t{i + 1}\tPLAIN\tservice={service}\tresp={plain}\n"));
            }
        });
        for (var left = users.Count; left > 0; left--)
        {
            var fields = (await LineAsync(reader)).Split('\t');
            answers[int.Parse(fields[1]) - 1] = string.Join('\t', fields.Where((_, i) => i != 1));
        }

        await sending;
        return answers;
    }

    private static async Task<string> LineAsync(StreamReader reader) =>
        await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) ?? throw new IOException("Dovecot's auth service hung up");
}
