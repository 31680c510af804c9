using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>
/// Dovecot's auth process, at the socket on which doveadm asks it ("auth-master protocol": one line a command, fields
/// separated by tabs). To ask here takes a millisecond; to start doveadm, which starts doveconf, takes thirty.
/// </summary>
internal static class AuthMaster
{
    /// <summary>The newer minor versions of the protocol only add to it.</summary>
    private const string Major = "1";

    private const int Seconds = 5;

    /// <summary>Makes Dovecot forget these users, or all with none given.</summary>
    /// <returns>Whether Dovecot confirmed it; if not, doveadm can be asked, and says why.</returns>
    internal static bool TryFlush(string path, IReadOnlyList<string> users)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            {
                SendTimeout = Seconds * 1000,
                ReceiveTimeout = Seconds * 1000,
            };
            socket.Connect(new UnixDomainSocketEndPoint(path));
            using var stream = new NetworkStream(socket);
            stream.Write(Encoding.UTF8.GetBytes(Commands(users)));
            using var reader = new StreamReader(stream);
            return IsConfirmed(reader, Math.Max(1, users.Count));
        }
        catch (Exception e) when (e is IOException or SocketException or ArgumentException)
        {
            // Not there, not allowed, hung up, silent, or a path that is too long for a socket.
            return false;
        }
    }

    /// <summary>A command for each user: Dovecot hangs up at a line that is longer than its buffer.</summary>
    private static string Commands(IReadOnlyList<string> users)
    {
        var lines = new StringBuilder($"VERSION\t{Major}\t0\n");
        if (users.Count == 0)
        {
            lines.Append("CACHE-FLUSH\t1\n");
        }

        for (var i = 0; i < users.Count; i++)
        {
            lines.Append(CultureInfo.InvariantCulture, $"CACHE-FLUSH\t{i + 1}\t{Escaped(users[i])}\n");
        }

        return lines.ToString();
    }

    /// <summary>Dovecot's answers, in the order of the commands: OK, the command's number, how many entries were there.</summary>
    private static bool IsConfirmed(StreamReader reader, int commands)
    {
        for (var done = 0; done < commands;)
        {
            switch (reader.ReadLine()?.Split('\t'))
            {
                case ["VERSION", Major, ..]:
                case ["SPID", ..]:
                    break;
                case ["OK", var number, ..] when number == (done + 1).ToString(CultureInfo.InvariantCulture):
                    done++;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>The protocol's way to write what would end a field or a line; rows of another program may hold it.</summary>
    private static string Escaped(string text) => text
        .Replace("\u0001", "\u00011", StringComparison.Ordinal)
        .Replace("\t", "\u0001t", StringComparison.Ordinal)
        .Replace("\n", "\u0001n", StringComparison.Ordinal)
        .Replace("\r", "\u0001r", StringComparison.Ordinal);
}
