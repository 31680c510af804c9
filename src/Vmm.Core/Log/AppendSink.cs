using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Log;

/// <summary>
/// A file of JSON lines: one write call per line in append mode, so that lines of simultaneous processes do not mix.
/// </summary>
internal sealed class AppendSink : ILogEventSink, IDisposable
{
    private const uint OwnerOnly = 0b110_000_000;

    private readonly SafeFileHandle file;
    private readonly Action<string> failed;
    private readonly CompactJsonFormatter formatter = new();

    /// <param name="path">The file; it is created if it is missing, its directory is not.</param>
    /// <param name="failed">Called with the reason when a line could not be written (disk full).</param>
    /// <exception cref="VmmException">81.</exception>
    internal AppendSink(string path, Action<string> failed)
    {
        this.failed = failed;
        // NonBlock, because opening a pipe that nobody reads would block.
        const int Flags = Posix.WriteOnly | Posix.Create | Posix.Append | Posix.NonBlock | Posix.CloseOnExec;
        file = Posix.open(path, Flags | Posix.NoFollow, OwnerOnly);
        if (file.IsInvalid)
        {
            throw Errors.FileSystem("open the log", path, Posix.Reason(Marshal.GetLastPInvokeError()));
        }
    }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        using var line = new StringWriter();
        formatter.Format(logEvent, line);
        var bytes = Encoding.UTF8.GetBytes(line.ToString());
        var written = Posix.write(file, bytes, bytes.Length);
        if (written != bytes.Length)
        {
            failed(written < 0 ? Posix.Reason(Marshal.GetLastPInvokeError()) : "no space left on device");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
