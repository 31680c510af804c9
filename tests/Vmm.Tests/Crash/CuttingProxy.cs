using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Vmm.Tests.Crash;

/// <summary>
/// Stands between vmm and the server of databases. It passes on the messages of the protocol one by one, and cuts the connection
/// after one of them, or instead of the answer to COMMIT.
/// </summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TempDirectory directory = new();
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint server;
    private Round round = new(int.MaxValue, false);

    public CuttingProxy(PostgresCluster cluster)
    {
        server = new UnixDomainSocketEndPoint(cluster.Socket + "/.s.PGSQL.5432");
        listener.Bind(new UnixDomainSocketEndPoint(Host + "/.s.PGSQL.5432"));
        listener.Listen();
        Start(Accept);
    }

    /// <summary>The host to connect to.</summary>
    public string Host => directory.Path;

    /// <summary>The messages in both directions since the last change of what is done to them.</summary>
    public int Messages => round.Messages;

    /// <summary>From now on all messages pass.</summary>
    public void PassAll() => round = new(int.MaxValue, false);

    /// <summary>The connections from now on are cut when so many messages have passed.</summary>
    public void CutAfter(int messages) => round = new(messages, false);

    /// <summary>From now on the server gets COMMIT, and the client loses the connection instead of the answer.</summary>
    public void SwallowAnswerToCommit() => round = new(int.MaxValue, true);

    public void Dispose()
    {
        listener.Dispose();
        directory.Dispose();
    }

    private static void Start(ThreadStart work) => new Thread(work) { IsBackground = true }.Start();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = listener.Accept();
                var target = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                target.Connect(server);
                var current = round;
                Start(() => Pump(client, target, current, fromClient: true));
                Start(() => Pump(target, client, current, fromClient: false));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed: the test is over.
        }
    }

    private static void Pump(Socket from, Socket to, Round round, bool fromClient)
    {
        using (from)
        using (to)
        {
            try
            {
                // The first message of a client has no type.
                var isFirst = fromClient;
                while (Read(from, isFirst) is { } message && round.Pass(message, to, fromClient))
                {
                    isFirst = false;
                }

                // What was sent last must arrive, also when the other side still has something to say.
                from.Shutdown(SocketShutdown.Both);
                to.Shutdown(SocketShutdown.Both);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The other direction was cut.
            }
        }
    }

    /// <summary>A whole message; null at the end.</summary>
    private static byte[]? Read(Socket from, bool isFirst)
    {
        var type = isFirst ? 0 : 1;
        var head = new byte[type + 4];
        if (!Fill(from, head))
        {
            return null;
        }

        var message = new byte[type + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(type))];
        head.CopyTo(message, 0);
        return Fill(from, message.AsSpan(head.Length)) ? message : null;
    }

    private static bool Fill(Socket from, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var count = from.Receive(buffer);
            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
        }

        return true;
    }

    /// <summary>What is done to the connections that begin while it lasts.</summary>
    private sealed class Round(int last, bool swallows)
    {
        private const byte ReadyForQuery = (byte)'Z';
        private static readonly byte[] Commit = Encoding.ASCII.GetBytes("COMMIT\0");
        private readonly Lock gate = new();
        private bool isCommitting;

        public int Messages { get; private set; }

        /// <returns>False when the connection is to be cut.</returns>
        public bool Pass(byte[] message, Socket to, bool fromClient)
        {
            lock (gate)
            {
                if (Messages >= last)
                {
                    return false;
                }

                if (isCommitting && !fromClient)
                {
                    return message[0] != ReadyForQuery;
                }

                isCommitting |= swallows && fromClient && message.AsSpan().IndexOf(Commit) >= 0;
                to.Send(message);
                Messages++;
                return Messages < last;
            }
        }
    }
}
