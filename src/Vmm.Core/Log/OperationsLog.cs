using System.Net.Sockets;
using System.Text;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace Vmm;

/// <summary>
/// Who changed what, with which result: one JSON object a line to a file, and a line to syslog where configured. Passwords never reach it, since only the
/// command's name and the objects' names are given to it.
/// </summary>
public sealed class OperationsLog : IDisposable
{
    private readonly Logger logger;

    /// <summary>Opens what the configuration asks for. A log that cannot be written is reported by <see cref="Warning"/> and stops nothing.</summary>
    public OperationsLog(Settings settings)
    {
        var configuration = new LoggerConfiguration();
        if (settings.Text("log.file") is { Length: > 0 } path)
        {
            try
            {
                configuration.WriteTo.Sink(new AppendSink(path));
            }
            catch (VmmException e)
            {
                Warning = $"{e.Message}; this change is not logged";
            }
        }

        if (settings.Flag("log.syslog"))
        {
            configuration.WriteTo.Sink(new SyslogSink());
        }

        logger = configuration.CreateLogger();
    }

    /// <summary>Why the file cannot be written, or null.</summary>
    public string? Warning { get; }

    /// <summary>Notes one finished command.</summary>
    public void Write(string command, string target, int exitStatus, string? error, TimeSpan duration) => logger.Write(
        exitStatus == 0 ? LogEventLevel.Information : LogEventLevel.Warning,
        "{Command:l} {Target:l} by {Who:l}: {ExitStatus} {Error:l} ({Milliseconds} ms)",
        command,
        target,
        Who(),
        exitStatus,
        error ?? "ok",
        (long)duration.TotalMilliseconds);

    /// <inheritdoc/>
    public void Dispose() => logger.Dispose();

    /// <summary>The person behind sudo, else the user that the process runs as.</summary>
    private static string Who() => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? user : Environment.UserName;

    /// <summary>One write call per line in append mode, so that lines of processes that run at once do not mix.</summary>
    private sealed class AppendSink : ILogEventSink, IDisposable
    {
        private readonly Microsoft.Win32.SafeHandles.SafeFileHandle file;
        private readonly CompactJsonFormatter formatter = new();

        internal AppendSink(string path)
        {
            file = Posix.open(path, Posix.WriteOnly | Posix.Create | Posix.Append | Posix.NoFollow | Posix.CloseOnExec, 0b110_000_000);
            if (file.IsInvalid)
            {
                throw Errors.FileSystem("open the log", path, Posix.Reason(System.Runtime.InteropServices.Marshal.GetLastPInvokeError()));
            }
        }

        public void Emit(LogEvent logEvent)
        {
            using var line = new StringWriter();
            formatter.Format(logEvent, line);
            var bytes = Encoding.UTF8.GetBytes(line.ToString());
            Posix.write(file, bytes, bytes.Length);
        }

        public void Dispose() => file.Dispose();
    }

    /// <summary>RFC 3164 over /dev/log, facility mail. A missing daemon is not an error of the command.</summary>
    private sealed class SyslogSink : ILogEventSink
    {
        private const int Mail = 2 << 3;

        public void Emit(LogEvent logEvent)
        {
            var severity = logEvent.Level >= LogEventLevel.Warning ? 4 : 6;
            var text = string.Concat(logEvent.RenderMessage().Select(c => char.IsControl(c) ? ' ' : c));
            try
            {
                using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
                socket.Connect(new UnixDomainSocketEndPoint("/dev/log"));
                socket.Send(Encoding.UTF8.GetBytes($"<{Mail | severity}>vmm[{Environment.ProcessId}]: {text}"));
            }
            catch (SocketException)
            {
                // Nobody listens; the file has the entry.
            }
        }
    }
}
