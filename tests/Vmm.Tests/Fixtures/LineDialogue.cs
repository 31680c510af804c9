using System.Net.Sockets;
using System.Text;

namespace Vmm.Tests;

/// <summary>
/// A connection on which both sides speak in lines: what a client library would hide or mend goes over the wire as it is.
/// </summary>
internal sealed class LineDialogue : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TcpClient client = new();
    private StreamReader? reader;

    public static async Task<LineDialogue> OpenAsync(int port)
    {
        var dialogue = new LineDialogue();
        await dialogue.client.ConnectAsync("127.0.0.1", port);
        dialogue.reader = new StreamReader(dialogue.client.GetStream(), Encoding.Latin1);
        return dialogue;
    }

    /// <summary>Lines up to and with the first that fits.</summary>
    public async Task<string> HearAsync(Func<string, bool> last)
    {
        var text = new StringBuilder();
        while (await reader!.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            text.AppendLine(line);
            if (last(line))
            {
                break;
            }
        }

        return text.ToString();
    }

    public async Task<string> SayAsync(byte[] line, Func<string, bool> last)
    {
        await client.GetStream().WriteAsync((byte[])[.. line, 13, 10]);
        return await HearAsync(last);
    }

    public Task<string> SayAsync(string line, Func<string, bool> last) => SayAsync(Encoding.Latin1.GetBytes(line), last);

    public void Dispose()
    {
        reader?.Dispose();
        client.Dispose();
    }
}
