using Serilog;
using Serilog.Core;
using Serilog.Events;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;

namespace Vmm.Core.Log;

/// <summary>
/// Records who changed what, and the result: a JSON object per line in a file, and a line to syslog where configured. Passwords
/// never reach the log, because it gets only the names of the command and of the objects.
/// </summary>
public sealed class OperationsLog : IDisposable
{
    private readonly Logger logger;

    /// <summary>
    /// Opens what the configuration asks for. A log that cannot be written is reported by <see cref="Warning"/> and stops nothing.
    /// </summary>
    public OperationsLog(Settings settings)
    {
        var configuration = new LoggerConfiguration();
        if (settings.Value(SettingOptions.LogFile) is { Length: > 0 } path)
        {
            try
            {
                configuration.WriteTo.Sink(new AppendSink(
                    path, reason => Warning = $"cannot write the log '{path}': {reason}; this change is not logged"));
            }
            catch (VmmException e)
            {
                Warning = $"{e.Message}; this change is not logged";
            }
        }

        if (settings.Value(SettingOptions.LogSyslog))
        {
            configuration.WriteTo.Sink(new SyslogSink(SyslogSink.Local));
        }

        logger = configuration.CreateLogger();
    }

    /// <summary>Why the file cannot be written, or null.</summary>
    public string? Warning { get; private set; }

    private const string Entry = "{Command:l} {Target:l} by {Who:l}: {ExitStatus} {Error:l} ({Milliseconds} ms)";

    /// <summary>Records one finished command; with <paramref name="details"/> what cannot be looked up afterwards.</summary>
    public void Write(
        string command, string target, int exitStatus, string? error, TimeSpan duration, string? details = null) => logger.Write(
        exitStatus == 0 ? LogEventLevel.Information : LogEventLevel.Warning,
        details is null ? Entry : $"{Entry}; {{Details:l}}",
        command,
        target,
        Administrator.Login,
        exitStatus,
        error ?? "ok",
        (long)duration.TotalMilliseconds,
        details);

    /// <summary>Records the details of a defect of vmm.</summary>
    public void WriteDefect(Exception defect) => logger.Write(
        LogEventLevel.Error,
        "internal error by {Who:l}: {Details:l}",
        Administrator.Login,
        defect.ToString().ReplaceLineEndings(" | "));

    /// <inheritdoc/>
    public void Dispose() => logger.Dispose();
}
