using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Serilog.Core;
using Serilog.Events;

namespace Vmm.Core.Log;

/// <summary>RFC 3164 over a Unix socket, facility mail. A missing or stuck daemon is not an error of the command.</summary>
internal sealed class SyslogSink(string path) : ILogEventSink
{
    /// <summary>Where syslog(3) writes to.</summary>
    internal const string Local = "/dev/log";

    private const int Mail = 2 << 3;
    private const int Warning = 4;
    private const int Information = 6;
    private const int PatienceMilliseconds = 1000;

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        var severity = logEvent.Level >= LogEventLevel.Warning ? Warning : Information;
        var text = string.Concat(logEvent.RenderMessage(CultureInfo.InvariantCulture).Select(c => char.IsControl(c) ? ' ' : c));
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTimeout = PatienceMilliseconds;
            socket.Connect(new UnixDomainSocketEndPoint(path));
            socket.Send(Encoding.UTF8.GetBytes($"<{Mail | severity}>vmm[{Environment.ProcessId}]: {text}"));
        }
        catch (SocketException)
        {
            // No syslog daemon listens; the file has the entry.
        }
    }
}
