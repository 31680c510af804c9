using System.Net.Sockets;
using System.Text;

namespace Vmm.Tests;

/// <summary>In the place of Dovecot's auth process: notes what it is told, and answers each command as a test says.</summary>
internal sealed class AuthMasterSocket : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<string, string> answer;
    private readonly List<string> told = [];

    /// <param name="path">Of the socket.</param>
    /// <param name="answer">From a command's number to the line that answers it; an empty one hangs up.</param>
    public AuthMasterSocket(string path, Func<string, string> answer)
    {
        this.answer = answer;
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        _ = Task.Run(ServeAsync);
    }

    public IReadOnlyList<string> Told
    {
        get
        {
            lock (told)
            {
                return [.. told];
            }
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task ServeAsync()
    {
        while (true)
        {
            using var client = await socket.AcceptAsync();
            await using var stream = new NetworkStream(client);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            await stream.WriteAsync(Encoding.UTF8.GetBytes("VERSION\t1\t1\nSPID\t4711\n"));
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (told)
                {
                    told.Add(line);
                }

                if (line.Split('\t') is not ["CACHE-FLUSH", var number, ..])
                {
                    continue;
                }

                if (answer(number) is not { Length: > 0 } reply)
                {
                    break;
                }

                await stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\n"));
            }
        }
    }
}
