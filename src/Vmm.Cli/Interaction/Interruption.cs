using System.Runtime.InteropServices;
using Vmm.Data.Failures;

namespace Vmm.Cli.Interaction;

/// <summary>
/// Turns Ctrl-C and SIGTERM into a cancelled token, on which statements are cancelled and child programs ended. What was begun has
/// thirty seconds to be rolled back and removed; a command that takes longer is ended as it is.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource source = new();
    private List<PosixSignalRegistration> registrations = [];
    private Timer? end;

    /// <summary>Cancelled by the first signal.</summary>
    internal CancellationToken Token => source.Token;

    /// <summary>From here on signals cancel the token. Before that they end the program at once, since nothing was begun.</summary>
    internal void Watch()
    {
        if (registrations.Count == 0)
        {
            registrations = [.. Signals.Select(s => PosixSignalRegistration.Create(s, Interrupt))];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        registrations.ForEach(r => r.Dispose());
        end?.Dispose();
        source.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = true;
#pragma warning disable RS0030 // a call that does not end cannot be cancelled otherwise
        end ??= new Timer(_ => Environment.Exit((int)ErrorCode.Interrupted), null, Patience, Timeout.InfiniteTimeSpan);
#pragma warning restore RS0030
        source.Cancel();
    }
}
