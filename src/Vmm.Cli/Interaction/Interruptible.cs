using System.Runtime.InteropServices;
using Vmm.Data.Failures;

namespace Vmm.Cli.Interaction;

/// <summary>
/// While this exists a signal that asks the process to end does so at once, with 3. For reads that may block for as long as a
/// person or the other end of a pipe likes, and that no token cancels. Only before anything has been begun.
/// </summary>
internal sealed class Interruptible : IDisposable
{
    private static readonly PosixSignal[] Signals =
        [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];
    private readonly List<PosixSignalRegistration> registrations;

    /// <param name="terminal">Gets the message.</param>
    /// <param name="restore">Puts right what the read changed (the echo).</param>
    internal Interruptible(Terminal terminal, Action restore)
    {
        registrations = [.. Signals.Select(s => PosixSignalRegistration.Create(s, context => Leave(terminal, restore, context)))];
    }

    /// <inheritdoc/>
    public void Dispose() => registrations.ForEach(r => r.Dispose());

    private static void Leave(Terminal terminal, Action restore, PosixSignalContext context)
    {
        context.Cancel = true;
        restore();
        terminal.Fail(new VmmException(ErrorCode.Interrupted, "interrupted", "Nothing was changed."));
#pragma warning disable RS0030 // the blocked read cannot be cancelled otherwise
        Environment.Exit((int)ErrorCode.Interrupted);
#pragma warning restore RS0030
    }
}
